"""``/feed/…``: the handlers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

from anyio import CapacityLimiter, to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from snapshotter.web.context import Context
from snapshotter.web.doors.answers import sent
from snapshotter.web.doors.feeds.changes import Change, became, changes, entry
from snapshotter.web.doors.feeds.feed import TYPES, FeedInfo, feed
from snapshotter.web.doors.finding import asked, find
from snapshotter.web.queries import Selected

ENTRIES = 50
MOST_FULL = 20
"""Entries with their whole texts."""
LONGEST_NAME = 200
LONGEST_BYTES = 4 << 20
READERS = 2
BEGINNING = "1970-01-01T00:00:00Z"


class Feeds:
    """The handlers. 404 for a channel or a source that has nothing."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._limiter = CapacityLimiter(READERS)

    async def all(self, request: Request) -> Response:
        """The whole archive's."""
        return await self._of(request, Selected(), self._context.site.name, "/")

    async def channel(self, request: Request) -> Response:
        """A channel's."""
        name = _name(request)
        return await self._of(request, Selected(category=name), name, f"/channel/{quote(name)}")

    async def source(self, request: Request) -> Response:
        """A source's."""
        name = _name(request)
        return await self._of(request, Selected(source_name=name), name, f"/source/{quote(name)}")

    async def search(self, request: Request) -> Response:
        """What is found for a search, newest first. Raises UsageError, ArchiveError."""
        params = {**asked(request.query_params, ENTRIES, 0), "order": "newest"}
        if not params["q"]:
            raise HTTPException(400, "q=: what to search for")
        found = await to_thread.run_sync(self._found, params, limiter=self._limiter)
        said = {name: value for name, value in params.items() if value and name not in {"limit", "offset"}}
        return self._sent(request, found, params["q"], f"/search?{urlencode(said)}")

    async def _of(self, request: Request, selected: Selected, title: str, page: str) -> Response:
        reader, queries = self._context.reader, self._context.queries
        found = await to_thread.run_sync(changes, reader, queries, selected, ENTRIES, limiter=self._limiter)
        if not found and selected != Selected():
            raise HTTPException(404, f"nothing of {title[:80]}")
        return self._sent(request, found, title, page)

    def _found(self, params: Mapping[str, str]) -> list[Change]:
        return became(self._context.reader, [hit.snapshot for hit in find(self._context, params).hits])

    def _sent(self, request: Request, found: Sequence[Change], title: str, page: str) -> Response:
        site, kind = self._context.site, request.path_params["kind"]
        is_full = request.query_params.get("full") == "1"
        asked_for = (request.scope["raw_path"], request.scope["query_string"])
        own = b"?".join(filter(None, asked_for)).decode("latin-1")
        info = FeedInfo(
            id=f"{site.base_url}{own}",
            title=title if page == "/" else f"{title} · {site.name}",
            self_url=f"{site.base_url}{own}",
            page_url=f"{site.base_url}{page}",
            updated=max((one.at for one in found), default=BEGINNING),
            language=site.locale,
        )
        entries, size = [], 0
        for one in found[: MOST_FULL if is_full else ENTRIES]:
            entries.append(entry(one, site, is_full=is_full and size < LONGEST_BYTES))
            size += len(entries[-1].html)
        return sent(request, feed(entries, info, kind), TYPES[kind])


def _name(request: Request) -> str:
    name: str = request.path_params["name"]
    if len(name) > LONGEST_NAME:
        raise HTTPException(404, "nothing of that name")
    return name
