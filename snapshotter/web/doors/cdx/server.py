"""``/cdx`` and ``/web/index``: the handlers, and the forms of their answers."""

from __future__ import annotations

import json

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response

from snapshotter.errors import SnapshotNotFound
from snapshotter.store import ArchiveReader
from snapshotter.web.context import Context
from snapshotter.web.doors.answers import OPEN_TO_ALL, sent, web_url
from snapshotter.web.doors.cdx.index import Found, Index
from snapshotter.web.doors.cdx.line import chosen
from snapshotter.web.doors.cdx.query import BLOCK, CdxQuery

READERS = 2


class CdxServer:
    """The handlers. Each raises UsageError; Withheld for a URL all of whose captures are."""

    def __init__(self, context: Context) -> None:
        self._reader = context.reader
        self._index = Index(context.reader)
        self._limiter = CapacityLimiter(READERS)

    async def wayback(self, request: Request) -> Response:
        """The Internet Archive's form: text of seven fields, or one JSON array of arrays."""
        query = CdxQuery.parse(request.query_params, is_pywb=False)
        if query.shows_num_pages:
            pages = await to_thread.run_sync(self._index.pages, query, limiter=self._limiter)
            return sent(request, f"{pages}\n".encode(), "text/plain")
        found = await to_thread.run_sync(self._found, query, limiter=self._limiter)
        if found is None:  # how its clients know that there is no further page
            return sent(request, b"", "text/plain")
        if query.is_json:
            return sent(request, as_table(query, found), "application/json")
        return sent(request, as_text(query, found), "text/plain")

    async def pywb(self, request: Request) -> Response:
        """The form of pywb: CDXJ, or a JSON object a line; 404 where there is nothing, 400 beyond the last page."""
        query = CdxQuery.parse(request.query_params, is_pywb=True)
        if query.shows_num_pages:
            pages = await to_thread.run_sync(self._index.pages, query, limiter=self._limiter)
            said = {"pages": pages, "pageSize": query.page_size, "blocks": pages * query.page_size, "lines": BLOCK}
            return sent(request, json.dumps(said).encode(), "application/json")
        found = await to_thread.run_sync(self._found, query, limiter=self._limiter)
        if found is None and query.page:
            return _nothing(400, f"Page {query.page} invalid: there are fewer")
        if found is None or not found.lines:
            return _nothing(404, f"No Captures found for: {query.url}")
        body = as_objects(query, found) if query.is_json else as_cdxj(query, found)
        return sent(request, body, "text/x-ndjson" if query.is_json else "text/x-cdxj")

    def _found(self, query: CdxQuery) -> Found | None:
        found = self._index.lines(query) if query.page is None else self._index.page(query)
        if query.match == "exact" and (found is None or not found.lines):
            raise_if_withheld(self._reader, query.url)
        return found


def raise_if_withheld(reader: ArchiveReader, url: str) -> None:
    """Raises Withheld where a URL's captures all are; UsageError where it is none."""
    try:
        reader.get(web_url(url))
    except SnapshotNotFound:
        return


def as_text(query: CdxQuery, found: Found) -> bytes:
    """A line a capture, fields parted by a blank; then, if asked for, an empty line and the resume key."""
    lines = [" ".join(chosen(line, query.fields)) for line in found.lines]
    if query.shows_resume_key and found.more:
        lines += ["", str(found.more)]
    return "".join(f"{line}\n" for line in lines).encode()


def as_table(query: CdxQuery, found: Found) -> bytes:
    """An array of arrays, the names of the fields first; ``[]`` where there is nothing."""
    rows = [list(query.fields), *(chosen(line, query.fields) for line in found.lines)] if found.lines else []
    if query.shows_resume_key and found.more:
        rows += [[], [str(found.more)]]
    return ("[" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "]\n").encode()


def as_objects(query: CdxQuery, found: Found) -> bytes:
    """A JSON object a line."""
    rows = (dict(zip(query.fields, chosen(line, query.fields), strict=True)) for line in found.lines)
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode()


def as_cdxj(query: CdxQuery, found: Found) -> bytes:
    """A line of CDXJ a capture."""
    names = tuple(name for name in query.fields if name not in {"urlkey", "timestamp"})
    rows = ((line, dict(zip(names, chosen(line, names), strict=True))) for line in found.lines)
    return "".join(f"{line['urlkey']} {line['timestamp']} {json.dumps(row)}\n" for line, row in rows).encode()


def _nothing(status: int, words: str) -> Response:
    body = json.dumps({"error": words, "message": words})
    return Response(body, status, {**OPEN_TO_ALL, "Cache-Control": "no-cache"}, "application/json")
