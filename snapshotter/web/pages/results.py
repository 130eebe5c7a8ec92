"""The search page."""

from __future__ import annotations

import logging
from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response

from snapshotter.errors import SearchTooLong, SnapshotterError
from snapshotter.search import Query
from snapshotter.search import Results as Found
from snapshotter.web.context import Context
from snapshotter.web.rendering import Facts
from snapshotter.web.searching import scanned

log = logging.getLogger(__name__)

PAGE = 20
LAST_PAGE = 50
LONGEST_QUERY = 300
READERS = 2
OFFERED = 60
"""Channels and sources to choose among, of each the largest; an address may name any."""
STATES = ("revised", "gone")
FILTERS = ("channel", "source", "site", "language", "since", "until", "state", "order")


class Results:
    """``/search``: an address says all of a search, so that it can be kept."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._limiter = CapacityLimiter(READERS)

    async def page(self, request: Request) -> Response:
        """What was found, or the form alone."""
        given = request.query_params
        params = {name: given.get(name, "")[:LONGEST_QUERY].strip() for name in ("q", *FILTERS)}
        number = min(int(page), LAST_PAGE) if (page := given.get("page", "1")).isdecimal() and len(page) < 4 else 1
        asked = {**params, "limit": str(PAGE), "offset": str((max(number, 1) - 1) * PAGE)}
        results, failure = None, ""
        try:
            if any(params.values()):
                results = await to_thread.run_sync(self._find, asked, limiter=self._limiter)
        except SearchTooLong:
            failure = "search_too_long"
        except SnapshotterError as error:
            log.warning("a search failed: %s", error)
            failure = "search_failed"
        facts = self._facts(params, max(number, 1), results)
        names = await self._context.directory.names()
        offered = {"channels": list(names.channels)[:OFFERED], "sources": list(names.sources)[:OFFERED]}
        words = self._context.renderer.words(request)
        said = {**facts, **offered, "states": STATES, "failure": words[failure] if failure else ""}
        return self._context.renderer.answer(request, "search.html", said, 503 if failure else 200)

    def _find(self, params: dict[str, str]) -> Found:
        context = self._context
        if context.search is None:
            return scanned(context.queries, params["q"], PAGE)
        return context.search.search(Query.from_params(params), context.reader)

    def _facts(self, params: dict[str, str], number: int, results: Found | None) -> Facts:
        said = {name: value for name, value in params.items() if value}
        more = results is not None and results.total > number * PAGE and number < LAST_PAGE
        return {
            "params": params,
            "results": results,
            "number": number,
            "here": f"/search?{urlencode(said)}",
            "next": f"/search?{urlencode({**said, 'page': number + 1})}" if more and self._context.search else "",
            "previous": f"/search?{urlencode({**said, 'page': number - 1})}" if number > 1 else "",
            "has_index": self._context.search is not None,
        }
