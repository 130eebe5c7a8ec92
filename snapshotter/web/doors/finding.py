"""A search as programs ask for it, with or without an index."""

from __future__ import annotations

from collections.abc import Mapping

from snapshotter.search import Query, Results
from snapshotter.web.context import Context
from snapshotter.web.searching import scanned

FILTERS = ("channel", "source", "site", "language", "since", "until", "state", "order")
LONGEST_QUERY = 300


def asked(given: Mapping[str, str], limit: int, offset: int) -> dict[str, str]:
    """What a search is told of an address's parameters."""
    params = {name: given.get(name, "")[:LONGEST_QUERY].strip() for name in ("q", *FILTERS)}
    return {**params, "limit": str(limit), "offset": str(offset)}


def find(context: Context, params: Mapping[str, str]) -> Results:
    """Results. For a thread. Raises SnapshotterError where it takes too long."""
    if context.search is None:
        return scanned(context.queries, params["q"], int(params["limit"]))
    return context.search.search(Query.from_params(params), context.reader)
