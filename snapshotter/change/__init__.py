"""What became of an article: its own words changed or only what stands around them, it moved, it can't be believed."""

from __future__ import annotations

from snapshotter.change.reading import folded
from snapshotter.change.sameness import continues, doubt, only_read_otherwise, says_the_same

__all__ = ["continues", "doubt", "folded", "only_read_otherwise", "says_the_same"]
