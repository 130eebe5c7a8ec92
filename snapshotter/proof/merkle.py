"""The Merkle tree of RFC 6962, section 2.1: hashing, roots, inclusion and consistency.

Hashes are kept in one append-only row: each leaf's, followed by those of the complete subtrees that it
completes, lowest first (the order of Go's ``sumdb/tlog``). So every complete subtree lies at a place that can
be computed, roots and paths read some log₂(n) hashes, and a tree's row is the beginning of any later one's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Read = Callable[[int], bytes]
"""The hash at a place of the row."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256 of 0x00 and the data."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and both."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def stored(size: int) -> int:
    """How many hashes the row of a tree of ``size`` leaves has; also where leaf number ``size`` will lie."""
    return 2 * size - size.bit_count()


def place(level: int, index: int) -> int:
    """Where the hash of the ``index``-th complete subtree of 2**level leaves lies."""
    last_leaf = ((index + 1) << level) - 1
    return stored(last_leaf) + level


class Frontier:
    """The complete subtrees that a tree consists of, widest first: all that appending to it needs."""

    def __init__(self, size: int = 0, read: Read | None = None) -> None:
        """Of the tree of ``size`` leaves whose row ``read`` reads; an empty one needs none."""
        self.size = size
        self._peaks = _subtrees(0, size, read) if read else []

    def append(self, leaf: bytes) -> list[bytes]:
        """Takes in a leaf's hash; what the row grows by: that, and the subtrees it completes."""
        made, rest = [leaf], self.size
        while rest & 1:
            made.append(node_hash(self._peaks.pop(), made[-1]))
            rest >>= 1
        self._peaks.append(made[-1])
        self.size += 1
        return made

    def root(self) -> bytes:
        """The tree's root hash."""
        return _joined(self._peaks)


def root(size: int, read: Read) -> bytes:
    """The root hash of the first ``size`` leaves."""
    return _joined(_subtrees(0, size, read))


def inclusion(index: int, size: int, read: Read) -> list[bytes]:
    """The path that proves leaf ``index`` of a tree of ``size``, from the leaf upwards. Raises ValueError."""
    return [_joined(_subtrees(*other, read)) for _, other in reversed(_descent(index, size))]


def consistency(old: int, new: int, read: Read) -> list[bytes]:
    """The path that proves a tree of ``old`` leaves to be the beginning of one of ``new``; empty if old is 0 or new."""
    turns, start = _seam(old, new)
    path = [_joined(_subtrees(*other, read)) for _, other in reversed(turns)]
    return [_joined(_subtrees(start, old, read)), *path] if start else path


def root_by_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that a leaf's hash and its inclusion path come to. Raises ValueError if the path can't be one."""
    turns = _descent(index, size)
    if len(path) != len(turns):
        raise ValueError(f"an inclusion path of {len(path)} hashes for leaf {index} of {size}, not {len(turns)}")
    for (is_left, _), other in zip(reversed(turns), path, strict=True):
        leaf = node_hash(leaf, other) if is_left else node_hash(other, leaf)
    return leaf


def is_consistent(old: tuple[int, bytes], new: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    """Whether a path proves that the tree ``old`` (size, root) is the beginning of ``new``."""
    if not 0 <= old[0] <= new[0]:
        return False
    if old[0] == 0:
        return old[1] == EMPTY_ROOT and not path
    turns, start = _seam(old[0], new[0])
    if len(path) != len(turns) + bool(start):
        return False
    before = after = path[0] if start else old[1]
    for (is_left, _), other in zip(reversed(turns), path[bool(start) :], strict=True):
        before = before if is_left else node_hash(other, before)
        after = node_hash(after, other) if is_left else node_hash(other, after)
    return (before, after) == (old[1], new[1])


Turn = tuple[bool, tuple[int, int]]
"""On the way down: whether it goes left, and the leaves (first, behind the last) of the side that is left aside."""


def _descent(index: int, size: int) -> list[Turn]:
    """From the root to a leaf."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    turns, start, end = [], 0, size
    while end - start > 1:
        turn, start, end = _turn(start, end, index)
        turns.append(turn)
    return turns


def _seam(old: int, new: int) -> tuple[list[Turn], int]:
    """From the root down to the widest subtree that ends where the old tree did; and where that one starts."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} leaves isn't the beginning of one of {new}")
    turns: list[Turn] = []
    start, end = 0, new
    while old and end != old:
        turn, start, end = _turn(start, end, old - 1)
        turns.append(turn)
    return turns, start


def _turn(start: int, end: int, index: int) -> tuple[Turn, int, int]:
    middle = start + (1 << (end - start - 1).bit_length() - 1)
    if index < middle:
        return (True, (middle, end)), start, middle
    return (False, (start, middle)), middle, end


def _subtrees(start: int, end: int, read: Read) -> list[bytes]:
    """The hashes of the complete subtrees that leaves ``start`` to ``end`` consist of, widest first."""
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append(read(place(level, start >> level)))
        start += 1 << level
    return found


def _joined(subtrees: Sequence[bytes]) -> bytes:
    if not subtrees:
        return EMPTY_ROOT
    joined = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        joined = node_hash(left, joined)
    return joined
