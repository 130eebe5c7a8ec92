"""The archive folder: WARC segments, which are the truth, and the catalog, which can be made anew from them.

DIR/warc/        {prefix}-{timestamp}-{serial}-{host}.warc.gz, and .open while it is written
DIR/catalog.db   what was captured, by article, URL and time
DIR/imported/    WARC files that others wrote, kept as they came
DIR/index/       a CDXJ index of each sealed WARC file
DIR/lock/        one locked file a living run
"""

from __future__ import annotations

from snapshotter.store.archive import Archive
from snapshotter.store.figures import ArchiveStats, Known, Selection
from snapshotter.store.previous import revised_by
from snapshotter.store.reader import ArchiveReader
from snapshotter.store.scan import Problem

__all__ = ["Archive", "ArchiveReader", "ArchiveStats", "Known", "Problem", "Selection", "revised_by"]
