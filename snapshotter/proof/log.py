"""The log's two files: ``hashes``, append-only, and ``entries``, whose salts can be destroyed.

``hashes`` is the tree's row (see ``merkle``), 32 bytes each. ``entries`` has 44 bytes a leaf: the 12 bytes of the
snapshot's id, and the leaf's salt; a salt of zeros is a destroyed one. How many leaves count is said elsewhere
(in the catalog): what lies behind them was never acknowledged, and the next ``append`` cuts it off.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from snapshotter.errors import ArchiveError
from snapshotter.proof.leaf import SALT_BYTES, Leaf
from snapshotter.proof.merkle import HASH_BYTES, Frontier, stored

ID_BYTES = 12
ENTRY_BYTES = ID_BYTES + SALT_BYTES
NO_SALT = bytes(SALT_BYTES)
_BLOCK = 4096 * ENTRY_BYTES


class Log:
    """The files of a log. One process at a time may append; others may read what was appended before."""

    def __init__(self, folder: Path, *, writable: bool = False) -> None:
        """Opens the log, and makes it if it is to be written to. Raises OSError."""
        flags = os.O_RDWR | os.O_CREAT if writable else os.O_RDONLY
        if writable:
            folder.mkdir(exist_ok=True)
        self.folder = folder
        self._hashes = os.open(folder / "hashes", flags, 0o644)
        try:
            self._entries = os.open(folder / "entries", flags, 0o644)
        except OSError:
            os.close(self._hashes)
            raise
        self._frontier = Frontier()

    def close(self) -> None:
        """Lets go of the files."""
        os.close(self._hashes)
        os.close(self._entries)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def append(self, size: int, leaves: Sequence[tuple[str, Leaf]], random: Callable[[int], bytes] = os.urandom) -> int:
        """Adds a leaf for each (snapshot id, leaf) behind the first ``size``; how many there are then.

        On disk when it returns; they count once that size is written down. Raises OSError, ArchiveError.
        """
        frontier = self.frontier(size)
        self._cut(size)
        self._frontier = Frontier()  # until all of it is written
        salts = random(SALT_BYTES * len(leaves))
        entries, hashes = [], []
        for number, (snapshot_id, leaf) in enumerate(leaves):
            salt = salts[number * SALT_BYTES : (number + 1) * SALT_BYTES]
            entries.append(id_bytes(snapshot_id) + salt)
            hashes += frontier.append(leaf.hash(salt))
        _write(self._entries, b"".join(entries), size * ENTRY_BYTES)
        _write(self._hashes, b"".join(hashes), stored(size) * HASH_BYTES)
        os.fdatasync(self._entries)
        os.fdatasync(self._hashes)
        self._frontier = frontier
        return frontier.size

    def forget(self, index: int) -> None:
        """Destroys a leaf's salt, for good: nobody can tell any more what the leaf was made of. Raises OSError."""
        _write(self._entries, NO_SALT, index * ENTRY_BYTES + ID_BYTES)
        os.fsync(self._entries)

    def frontier(self, size: int) -> Frontier:
        """The tree of the first ``size`` leaves, to be read or appended to. Raises ArchiveError if it isn't there."""
        if self._frontier.size != size:
            self._frontier = Frontier(size, self.hash)
        return self._frontier

    def hash(self, place: int) -> bytes:
        """The hash at a place of the row. Raises ArchiveError."""
        return _read(self._hashes, place * HASH_BYTES, HASH_BYTES, self.folder / "hashes")

    def leaf_hash(self, index: int) -> bytes:
        """A leaf's hash."""
        return self.hash(stored(index))

    def salt(self, index: int) -> bytes:
        """A leaf's salt; NO_SALT: it was destroyed."""
        return _read(self._entries, index * ENTRY_BYTES + ID_BYTES, SALT_BYTES, self.folder / "entries")

    def find(self, snapshot_id: str, size: int, *, near: int = 0) -> int | None:
        """Which of the first ``size`` leaves is a snapshot's; None: there is none. Fast if soon behind ``near``."""
        wanted = id_bytes(snapshot_id)
        for index in (near + 1, near):
            if index < size and os.pread(self._entries, ID_BYTES, index * ENTRY_BYTES) == wanted:
                return index
        length = min(size * ENTRY_BYTES, os.fstat(self._entries).st_size)
        if not length:
            return None
        with mmap.mmap(self._entries, length, access=mmap.ACCESS_READ) as entries:
            for start in (near * ENTRY_BYTES, 0):
                at = entries.find(wanted, start)
                while at >= 0 and at % ENTRY_BYTES:
                    at = entries.find(wanted, at + 1)
                if at >= 0:
                    return at // ENTRY_BYTES
        return None

    def entries(self, size: int, start: int = 0) -> Iterator[tuple[str, bytes]]:
        """(snapshot id, salt) of leaves ``start`` to ``size``, as far as the file has them. Memory: some thousand."""
        left, at = (size - start) * ENTRY_BYTES, start * ENTRY_BYTES
        while data := os.pread(self._entries, min(left, _BLOCK), at):
            whole = len(data) - len(data) % ENTRY_BYTES
            for one in range(0, whole, ENTRY_BYTES):
                yield f"sn_{data[one : one + ID_BYTES].hex()}", data[one + ID_BYTES : one + ENTRY_BYTES]
            left, at = left - whole, at + whole
            if not whole:
                return

    def whole(self) -> int:
        """How many leaves both files have in whole."""
        entries = os.fstat(self._entries).st_size // ENTRY_BYTES
        hashes = os.fstat(self._hashes).st_size // HASH_BYTES
        size = min(entries, (hashes + hashes.bit_length() + 1) // 2)
        while stored(size) > hashes:
            size -= 1
        return size

    def _cut(self, size: int) -> None:
        for descriptor, length in ((self._entries, size * ENTRY_BYTES), (self._hashes, stored(size) * HASH_BYTES)):
            if os.fstat(descriptor).st_size < length:
                raise ArchiveError(f"the proof log {self.folder} lost its end: restore it from a copy")
            os.ftruncate(descriptor, length)


def id_bytes(snapshot_id: str) -> bytes:
    """``sn_`` and 24 hex digits as 12 bytes. Raises ArchiveError for what isn't a snapshot's id."""
    try:
        raw = bytes.fromhex(snapshot_id.removeprefix("sn_"))
    except ValueError:
        raw = b""
    if len(raw) != ID_BYTES or snapshot_id != f"sn_{raw.hex()}":
        raise ArchiveError(f"not a snapshot's id: {snapshot_id[:80]!r}")
    return raw


def _write(descriptor: int, data: bytes, at: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, at)
        view, at = view[written:], at + written


def _read(descriptor: int, at: int, length: int, path: Path) -> bytes:
    data = os.pread(descriptor, length, at)
    if len(data) != length:
        raise ArchiveError(f"{path} ends before byte {at + length}: restore it from a copy")
    return data
