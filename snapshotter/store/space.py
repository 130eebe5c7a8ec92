"""Room on the archive's disk: when a crawl should pause, and when it should end."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from enum import Enum
from pathlib import Path


class Room(Enum):
    """How it stands."""

    ENOUGH = "enough"
    LOW = "low"
    """Fetch nothing new: somebody may make room."""
    OUT = "out"
    """Nobody did, or there is hardly any left."""


def free_bytes(folder: Path) -> int:
    """What may still be written on the folder's disk, by others than its administrator. Raises OSError."""
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize


class Space:
    """Watches a disk: less than ``least_bytes`` free is LOW; so for ``wait_s``, or less than half of it, is OUT."""

    def __init__(
        self, free: Callable[[], int], least_bytes: int, wait_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._free, self._least_bytes, self._wait_s, self._clock = free, least_bytes, wait_s, clock
        self._low_since: float | None = None
        self.free_bytes = 0
        """At the last look."""

    def look(self) -> Room:
        """How it stands now. Raises OSError."""
        self.free_bytes = self._free()
        if self.free_bytes >= self._least_bytes:
            self._low_since = None
            return Room.ENOUGH
        now = self._clock()
        self._low_since = now if self._low_since is None else self._low_since
        if self.free_bytes < self._least_bytes // 2 or now - self._low_since >= self._wait_s:
            return Room.OUT
        return Room.LOW
