"""Who else printed an article: its near copies across sites, the earliest first."""

from __future__ import annotations

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response

from snapshotter.items import Snapshot
from snapshotter.web.context import Context

READERS = 2


class Reprints:
    """``/article/…/reprints``."""

    def __init__(self, context: Context) -> None:
        self._reader = context.reader
        self._queries = context.queries
        self._renderer = context.renderer
        self._limiter = CapacityLimiter(READERS)

    async def page(self, request: Request) -> Response:
        """Of each article that has its text the earliest capture, itself among them.

        Raises SnapshotNotFound, Withheld.
        """
        name = request.path_params["id"]
        copies = await to_thread.run_sync(self._copies, name, limiter=self._limiter)
        latest = self._reader.get(name)  # it may have been taken down meanwhile
        shown = self._queries.among([one.id for one in copies])
        found = [one for one in copies if one.id in shown]
        return self._renderer.answer(request, "reprints.html", {"record": latest, "found": found})

    def _copies(self, name: str) -> list[Snapshot]:
        return self._reader.reprints(self._reader.get(name))
