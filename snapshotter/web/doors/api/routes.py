"""The API's routes. Each raises SnapshotNotFound, Withheld, UsageError."""

from __future__ import annotations

import json
import time
from dataclasses import asdict

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from sqlalchemy import select, tuple_
from starlette.requests import Request
from starlette.responses import Response

from snapshotter.items import Snapshot
from snapshotter.store.figures import Selection
from snapshotter.store.tables import snapshots
from snapshotter.web.context import Context
from snapshotter.web.doors.answers import sent
from snapshotter.web.doors.api import model
from snapshotter.web.doors.cdx.query import Place
from snapshotter.web.doors.finding import asked, find
from snapshotter.web.neighbours import Neighbours

READERS = 2
FRESH_S = 10.0
_c = snapshots.c
_TEXT: model.Body = {"type": "string"}
_NUMBER: model.Body = {"type": "integer"}
_NAMED: model.Body = {
    "type": "object", "properties": {"name": _TEXT, "revisions": _NUMBER}, "required": ["name", "revisions"]
}  # fmt: skip
_ANY: model.Body = {"type": "object"}


class Routes:
    """The handlers, beneath FastAPI's signatures."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._reader = context.reader
        self._limiter = CapacityLimiter(READERS)
        self._neighbours = Neighbours(context.reader, context.queries, context.search, context.site.edition)
        self._stats: tuple[float, bytes] = (float("-inf"), b"")

    def several(self, selection: Selection, limit: int, cursor: str) -> bytes:
        """A page of records in the order of capture. For a thread."""
        place = tuple_(_c.captured_at, _c.id)
        query = select(_c.captured_at, _c.id).where(*selection.conditions(), self._reader.shown())
        if at := model.place_of(cursor):
            query = query.where(place > tuple_(at.captured_at, at.id))
        rows = self._reader.catalog.rows(query.order_by(*place.clauses).limit(limit + 1))
        ids = [row.id for row in rows[:limit]]
        found = self._reader.several(ids)
        after = str(Place("", rows[limit - 1].captured_at, rows[limit - 1].id)) if len(rows) > limit else ""
        return model.with_records([found[name] for name in ids if name in found], next=after)

    async def page(self, selection: Selection, limit: int, cursor: str) -> bytes:
        """The same, aside."""
        return await to_thread.run_sync(self.several, selection, limit, cursor, limiter=self._limiter)

    def article(self, name: str) -> bytes:
        """An article's last good record, and its captures."""
        latest = self._reader.get(name)
        names = ("id", "captured_at", "revision", "change", "verdict")
        captures = [{key: getattr(one, key) for key in names} for one in self._context.queries.versions(name)]
        said = json.dumps(captures, ensure_ascii=False)
        return b'{"latest": %b, "captures": %b}' % (model.record(latest), said.encode())

    async def search(self, request: Request, limit: int, offset: int) -> bytes:
        """What is found."""
        params = asked(request.query_params, limit, offset)
        results = await to_thread.run_sync(find, self._context, params, limiter=self._limiter)
        items = (
            {"excerpt": "".join(piece.text for piece in hit.excerpt), "record": json.loads(model.record(hit.snapshot))}
            for hit in results.hits
        )
        return model.with_items(items, total=results.total, is_capped=results.is_capped, order=results.order)

    async def related(self, name: str) -> bytes:
        """Records of related articles."""
        await self._neighbours.find(name)
        self._reader.get(name)  # they may have been found before it was taken down
        ids = [one.id for one in self._neighbours.of(name).related]
        found = self._reader.several(ids)
        return model.with_records([found[one] for one in ids if one in found])

    async def stats(self) -> bytes:
        """The archive in figures, counted some seconds ago at most."""
        at, body = self._stats
        if time.monotonic() - at > FRESH_S:
            stats = await to_thread.run_sync(self._reader.stats, limiter=self._limiter)
            body = json.dumps(asdict(stats)).encode()
            self._stats = time.monotonic(), body
        return body

    def get(self, name: str) -> Snapshot:
        """A snapshot."""
        return self._reader.get(name)


def _answer(request: Request, body: bytes) -> Response:
    return sent(request, body, "application/json")


def add_routes(app: FastAPI, context: Context) -> None:
    """All of them."""
    routes, record = Routes(context), model.record_schema()
    _add_records(app, routes, record)
    _add_lists(app, routes, context, record)


def _add_records(app: FastAPI, routes: Routes, record: model.Body) -> None:
    captures = {"latest": record, "captures": {"type": "array", "items": _ANY}}
    article = {"type": "object", "properties": captures, "required": list(captures)}

    @app.get("/snapshots/{snapshot_id}", responses=model.answers(record, 404, 451), response_class=Response)
    async def snapshot(request: Request, snapshot_id: model.SnapshotId) -> Response:
        """One record."""
        return _answer(request, model.record(routes.get(snapshot_id)))

    @app.get("/articles/{article_id}", responses=model.answers(article, 404, 451), response_class=Response)
    async def article_over_time(request: Request, article_id: model.ArticleId) -> Response:
        """An article's last good record, and all captures of it, newest first."""
        return _answer(request, routes.article(article_id))

    @app.get("/related/{snapshot_id}", responses=model.answers(model.listed(record), 404, 451), response_class=Response)
    async def related(request: Request, snapshot_id: model.SnapshotId) -> Response:
        """Articles about the same."""
        return _answer(request, await routes.related(snapshot_id))


def _add_lists(app: FastAPI, routes: Routes, context: Context, record: model.Body) -> None:
    page = model.listed(record, next={**_TEXT, "description": "The cursor of the next page; empty: it was the last."})
    hit = {"type": "object", "properties": {"excerpt": _TEXT, "record": record}, "required": ["excerpt", "record"]}
    found = model.listed(hit, total=_NUMBER, is_capped={"type": "boolean"}, order=_TEXT)

    @app.get("/snapshots", responses=model.answers(page), response_class=Response)
    async def snapshots_in_order(  # noqa: PLR0913  (a parameter of the API each)
        request: Request,
        *,
        since: model.Moment = "",
        until: model.Moment = "",
        site: model.Name = "",
        channel: model.Name = "",
        verdict: model.Name = "",
        limit: model.Limit = model.BY_DEFAULT,
        cursor: model.Cursor = "",
    ) -> Response:
        """Records in the order of capture."""
        selection = Selection(since, until, site, channel, verdict)
        return _answer(request, await routes.page(selection, limit, cursor))

    @app.get("/search", responses=model.answers(found, 503), response_class=Response)
    async def search(  # noqa: PLR0913  (a parameter of the API each)
        request: Request,
        *,
        q: model.Words = "",
        channel: model.Name = "",
        source: model.Name = "",
        site: model.Name = "",
        language: model.Name = "",
        since: model.Name = "",
        until: model.Name = "",
        state: model.Name = "",
        order: model.Name = "",
        limit: model.Limit = model.BY_DEFAULT,
        offset: model.Offset = 0,
    ) -> Response:
        """Articles that match, as the search page finds them."""
        return _answer(request, await routes.search(request, limit, offset))

    @app.get("/channels", responses=model.answers(model.listed(_NAMED)), response_class=Response)
    async def channels(request: Request) -> Response:
        """Channels, and how many revisions of articles each has."""
        return _answer(request, _names((await context.directory.names()).channels))

    @app.get("/sources", responses=model.answers(model.listed(_NAMED)), response_class=Response)
    async def sources(request: Request) -> Response:
        """Publishers that articles name, likewise."""
        return _answer(request, _names((await context.directory.names()).sources))

    @app.get("/stats", responses=model.answers(_ANY), response_class=Response)
    async def stats(request: Request) -> Response:
        """The archive in figures."""
        return _answer(request, await routes.stats())


def _names(counted: dict[str, int]) -> bytes:
    return model.with_items({"name": name, "revisions": count} for name, count in counted.items())
