"""The index kept up with its archive by whoever runs beside it: a crawl, a server."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from snapshotter.access import OPEN, Access
from snapshotter.search.index import SearchIndex
from snapshotter.store import ArchiveReader


class Follower:
    """An archive and its index, open to be brought together again and again, from one thread at a time."""

    def __init__(self, reader: ArchiveReader, index: SearchIndex) -> None:
        """Takes over both; see ``open``."""
        self._reader = reader
        self._index = index

    @classmethod
    def open(cls, folder: Path, access: Access = OPEN) -> Self:
        """Raises ArchiveNotFound, ArchiveError, CannotWrite."""
        reader = ArchiveReader.open(folder, access)
        try:
            return cls(reader, SearchIndex.open(folder))
        except BaseException:
            reader.close()
            raise

    def close(self) -> None:
        """Lets go of both."""
        self._index.close()
        self._reader.close()

    def follow(self, seconds: float) -> int:
        """Catches up, for about that long; how many captures it read. Raises CannotWrite, ArchiveError."""
        return self._index.catch_up(self._reader, seconds=seconds)
