"""The archive searched, in any language; and articles about the same.

A query, as typed, becomes one question to FTS5 (``syntax``, ``find``); the numbers that come back become records
through ``ArchiveReader``, which alone decides what may be shown. The index follows the catalog (``catchup``).
"""

from __future__ import annotations

from snapshotter.search.follower import Follower
from snapshotter.search.index import SearchIndex
from snapshotter.search.marks import Piece
from snapshotter.search.query import Query
from snapshotter.search.results import Hit, Results, text_of

__all__ = ["Follower", "Hit", "Piece", "Query", "Results", "SearchIndex", "text_of"]
