"""An archive → the list of what is wrong with it: every digest, every record's place, catalog against WARC."""

from __future__ import annotations

from snapshotter.store.scan import Problem
from snapshotter.verify.resume import Checked
from snapshotter.verify.run import CATALOG_DAMAGED, Progress, unwatched, verify
from snapshotter.verify.segment import ONLY_IN_CATALOG, REBUILD

__all__ = ["CATALOG_DAMAGED", "ONLY_IN_CATALOG", "REBUILD", "Checked", "Problem", "Progress", "unwatched", "verify"]
