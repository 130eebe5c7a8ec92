"""Texts found by what stands in them: tokens for any script, and the file that finds texts by them.

DIR/search.db    made of the catalog, and made anew where it is gone; what the search room asks
"""

from __future__ import annotations

from snapshotter.fulltext.file import NAME, SearchFile
from snapshotter.fulltext.folding import folded
from snapshotter.fulltext.forget import forget, scrub
from snapshotter.fulltext.tokens import Run, runs, tokens

__all__ = ["NAME", "Run", "SearchFile", "folded", "forget", "runs", "scrub", "tokens"]
