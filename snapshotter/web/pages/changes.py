"""An article over time: its captures, and what changed between two of them."""

from __future__ import annotations

from collections import OrderedDict
from itertools import pairwise

from anyio import CapacityLimiter, to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from snapshotter.errors import SnapshotNotFound
from snapshotter.items import Snapshot
from snapshotter.web.context import Context
from snapshotter.web.difference import Difference, difference
from snapshotter.web.queries import Version
from snapshotter.web.rendering import Content

MOST_KEPT = 200


class Changes:
    """``/article/…`` and ``/article/…/diff``."""

    def __init__(self, context: Context) -> None:
        self._reader = context.reader
        self._queries = context.queries
        self._renderer = context.renderer
        self._made: OrderedDict[tuple[str, str], Difference] = OrderedDict()
        self._limiter = CapacityLimiter(1)

    async def versions(self, request: Request) -> Response:
        """Every capture of an article. Raises SnapshotNotFound, Withheld."""
        name = request.path_params["id"]
        return self._renderer.kept(request, "versions.html", (name,), lambda _: self._versions(name))

    async def diff(self, request: Request) -> Response:
        """What changed between two captures, ``from`` and ``to``; by default between the last two revisions.

        Raises SnapshotNotFound, Withheld; HTTPException 400 for captures of another article.
        """
        name = request.path_params["id"]
        first, second = self._two(name, request)
        if first.article_id != name or second.article_id != name:
            raise HTTPException(400)
        facts = {"first": first, "second": second, "changes": await self._difference(first, second)}
        return self._renderer.answer(request, "diff.html", {**facts, "article_id": name})

    def _versions(self, name: str) -> Content:
        latest = self._reader.get(name)
        versions = self._queries.versions(name)
        facts = {"here": f"/article/{name}", "record": latest, "versions": versions, "before": _before(versions)}
        return Content(facts)

    def _two(self, name: str, request: Request) -> tuple[Snapshot, Snapshot]:
        wanted = [request.query_params.get(key, "") for key in ("from", "to")]
        if not all(wanted):
            good = [one.id for one in self._queries.versions(name) if _is_revision(one)]
            if len(good) < 2:
                self._reader.get(name)  # says so if it was taken down
                raise SnapshotNotFound(f"{name} has no two revisions")
            wanted = [good[1], good[0]]
        if not all(one.startswith("sn_") and len(one) < 80 for one in wanted):
            raise HTTPException(400)
        return self._reader.get(wanted[0]), self._reader.get(wanted[1])

    async def _difference(self, first: Snapshot, second: Snapshot) -> Difference:
        """Stored: two captures never change."""
        key = (first.id, second.id)
        if key not in self._made:
            self._made[key] = await to_thread.run_sync(difference, first, second, limiter=self._limiter)
            if len(self._made) > MOST_KEPT:
                self._made.popitem(last=False)
        return self._made[key]


def _is_revision(one: Version) -> bool:
    return one.verdict == "ok" and one.change in {"new", "revised"}


def _before(versions: list[Version]) -> dict[str, str]:
    """For each revision the id of the one before it."""
    revisions = [one.id for one in versions if _is_revision(one)]
    return dict(pairwise(revisions))
