"""``/web/*/{url}`` and ``/captures?url=``: what the archive has of a URL, or of all that begin with it, as a page."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread
from sqlalchemy import func, select
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from snapshotter.errors import SnapshotNotFound
from snapshotter.items import Snapshot
from snapshotter.store.tables import snapshots
from snapshotter.web.context import Context
from snapshotter.web.doors.answers import begun_behind, web_url
from snapshotter.web.doors.cdx.index import Index
from snapshotter.web.doors.cdx.query import CdxQuery
from snapshotter.web.doors.moments import digits

READERS = 2
MOST_CAPTURES, MOST_URLS = 1_000, 200
"""On the page; the CDX server has all."""
_c = snapshots.c


class Capture(NamedTuple):
    """One capture of the URL."""

    captured_at: str
    id: str
    change: str
    verdict: str
    revision: int

    @property
    def stamp(self) -> str:
        """Its time, as addresses have it."""
        return digits(self.captured_at)


class Captured(NamedTuple):
    """One of several URLs, and its captures."""

    latest: Snapshot
    captures: int


class Listed(NamedTuple):
    """What the page shows: one list or the other."""

    url: str
    """Of the captures; empty: of several URLs."""
    captures: list[Capture]
    urls: list[Captured]
    is_all: bool


class Listing:
    """The handlers. Each raises SnapshotNotFound, Withheld, UsageError."""

    def __init__(self, context: Context) -> None:
        self._reader = context.reader
        self._renderer = context.renderer
        self._index = Index(context.reader)
        self._limiter = CapacityLimiter(READERS)

    async def wayback(self, request: Request) -> Response:
        """``/web/*/{url}``, ``/web/2024*/{url}``, ``/web/*/{beginning of urls}*``."""
        span = request.path_params["span"].removesuffix("*")
        return await self._answer(request, {"url": begun_behind(request, slashes=3), "from": span, "to": span})

    async def page(self, request: Request) -> Response:
        """``/captures?url=&from=&to=``; without a URL, the form alone."""
        given = request.query_params
        return await self._answer(request, {name: given.get(name, "").strip() for name in ("url", "from", "to")})

    async def _answer(self, request: Request, asked: dict[str, str]) -> Response:
        stated = {name: value for name, value in asked.items() if value}
        found = await to_thread.run_sync(self._found, stated, limiter=self._limiter) if asked["url"] else None
        here = f"/captures?{urlencode(stated)}" if stated else "/captures"
        facts = {"found": found, "asked": asked["url"], "here": here, "cdx": f"/cdx?{urlencode(stated)}"}
        return self._renderer.answer(request, "captures.html", facts)

    def _found(self, asked: dict[str, str]) -> Listed:
        query = CdxQuery.parse(QueryParams(asked), is_pywb=False)
        if query.match != "exact":
            return self._urls(query)
        url = web_url(query.url)
        rows = select(*(_c[name] for name in Capture._fields)).where(*self._index.conditions(query))
        newest_first = rows.order_by(_c.captured_at.desc(), _c.id.desc()).limit(MOST_CAPTURES + 1)
        captures = [Capture(*row) for row in self._reader.catalog.rows(newest_first)]
        if not captures:
            self._reader.get(url)  # says so where there is none, or none to be shown
            raise SnapshotNotFound(f"no capture of {url} within that time")
        return Listed(url, captures[:MOST_CAPTURES], [], len(captures) <= MOST_CAPTURES)

    def _urls(self, query: CdxQuery) -> Listed:
        by = _c.url_key
        latest = select(by, func.max(_c.captured_at), _c.id, func.count())  # SQLite: the id of the one with the max
        rows = latest.where(*self._index.conditions(query)).group_by(by).order_by(by).limit(MOST_URLS + 1)
        counts = {name: count for _, _, name, count in self._reader.catalog.rows(rows)}
        records = self._reader.several([*counts])
        urls = [Captured(records[name], count) for name, count in counts.items() if name in records]
        if not urls:
            raise SnapshotNotFound(f"nothing of {query.url} is archived")
        return Listed("", [], urls[:MOST_URLS], len(counts) <= MOST_URLS)
