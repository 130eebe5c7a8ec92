"""Boosted trees, evaluated over many rows at once.

A tree has at most 32 leaves and so 32 bits, the leftmost leaf the lowest. A test that fails rules out the leaves on
its left; what is left standing by all the failed tests on one feature is looked up by where the value falls among the
feature's sorted thresholds. In each tree the lowest leaf that all features leave is the one a walk would have reached.
(QuickScorer, by Lucchese and others, SIGIR 2015, a row of trees as a row of a numpy array.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    Table = np.ndarray[Any, np.dtype[Any]]

MAX_LEAVES = 32
_SLICE = 512
"""Rows are scored so many at a time: that much fits into a processor's cache."""


class Tree(TypedDict):
    """A tree. Its first test is the root; a tree without tests has one leaf."""

    tests: list[tuple[int, int, int, int]]
    """Feature, index of the threshold, then where to go if the value is at most that, and where if it is more:
    index of a test, or ``-1 - n`` for leaf n."""
    leaves: list[float]


class _Branch(NamedTuple):
    leaves: list[int]
    failing: list[tuple[int, int, int]]
    """Feature, index of the threshold, bits of the leaves on its left."""


class Forest:
    """Trees ready to be asked."""

    def __init__(self, thresholds: Sequence[Sequence[float]], trees: Sequence[Tree]) -> None:
        """``thresholds``: for each feature, ascending. Raises ValueError if a tree is too large."""
        if any(len(tree["leaves"]) > MAX_LEAVES for tree in trees):
            raise ValueError(f"a tree has more than {MAX_LEAVES} leaves; train with fewer")
        masks = [np.full((len(column) + 1, len(trees)), 2**MAX_LEAVES - 1, np.uint32) for column in thresholds]
        self._leaves = np.zeros((len(trees), MAX_LEAVES))
        for number, tree in enumerate(trees):
            branch = _unfold(tree, 0 if tree["tests"] else -1, 0)
            for feature, threshold, left in branch.failing:
                masks[feature][threshold + 1 :, number] &= np.uint32(~left & (2**MAX_LEAVES - 1))
            self._leaves[number, : len(branch.leaves)] = [tree["leaves"][leaf] for leaf in branch.leaves]
        columns = zip(thresholds, masks, strict=True)
        self._columns = [
            (feature, np.array(column), mask) for feature, (column, mask) in enumerate(columns) if len(column)
        ]
        self._first = np.arange(len(trees), dtype=np.int32) * MAX_LEAVES

    def score(self, rows: Table) -> Table:
        """For each row the sum of the leaves that it falls into: log odds, above zero if rather yes."""
        parts = [self._score(rows[start : start + _SLICE]) for start in range(0, len(rows), _SLICE)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _score(self, rows: Table) -> Table:
        left = np.full((len(rows), len(self._first)), 2**MAX_LEAVES - 1, np.uint32)
        standing = np.empty_like(left)
        for feature, thresholds, mask in self._columns:
            mask.take(thresholds.searchsorted(rows[:, feature]), axis=0, out=standing, mode="clip")
            left &= standing
        lowest = left & (~left + np.uint32(1))
        # The exponent of a power of two as a float32 is its place.
        places = (lowest.astype(np.float32).view(np.int32) >> 23) - 127
        total: Table = self._leaves.take(places + self._first).sum(axis=1)
        return total


def _unfold(tree: Tree, at: int, first: int) -> _Branch:
    """The leaves below a test from left to right; ``first``: how many leaves are further left."""
    if at < 0:
        return _Branch([-1 - at], [])
    feature, threshold, left, right = tree["tests"][at]
    low = _unfold(tree, left, first)
    high = _unfold(tree, right, first + len(low.leaves))
    bits = ((1 << len(low.leaves)) - 1) << first
    return _Branch(low.leaves + high.leaves, [(feature, threshold, bits), *low.failing, *high.failing])
