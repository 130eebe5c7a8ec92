"""Columns of numbers: one for each block or node of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

Column = np.ndarray[Any, np.dtype[Any]]


def column(values: Sequence[float], kind: type[float]) -> Column:
    """Numbers of one kind: ``float`` or ``int``."""
    return np.fromiter(values, kind, len(values))  # np.array would look at each one first to learn what they are


def running(values: Column) -> Column:
    """Sums of what comes before each place, and of all."""
    sums = np.zeros(len(values) + 1)
    np.cumsum(values, out=sums[1:])
    return sums


def moved(values: Column, step: int) -> Column:
    """What a column has so many places further; 0 beyond its ends."""
    there = np.zeros(len(values))
    if step > 0:
        there[:-step] = values[step:]
    else:
        there[-step:] = values[:step]
    return there
