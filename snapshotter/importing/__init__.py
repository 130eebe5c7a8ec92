"""Import: WARC files and WACZ packages that others made, kept as they are; their articles shown as our own."""

from __future__ import annotations

from snapshotter.importing.run import Counts, Importer
from snapshotter.importing.sources import Source, sources

__all__ = ["Counts", "Importer", "Source", "sources"]
