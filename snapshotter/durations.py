"""How long something lasts, as people write it: ``10m``, ``1h``, ``30d``."""

from __future__ import annotations

import re
from itertools import pairwise

_DURATION = re.compile(r"(\d{1,6})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(text: str) -> int:
    """``90s``, ``10m``, ``1h``, ``30d`` in seconds. Raises ValueError for anything else, and for nothing at all."""
    match = _DURATION.fullmatch(text.strip())
    if not match or not int(match[1]):
        raise ValueError(f"{text!r} is no duration such as 10m, 1h or 30d")
    return int(match[1]) * _SECONDS[match[2]]


def several(text: str) -> tuple[int, ...]:
    """``10m 1h 30d`` in seconds, each longer than the one before. Raises ValueError for anything else."""
    return rising(tuple(seconds(part) for part in text.split()))


def rising(durations: tuple[int, ...]) -> tuple[int, ...]:
    """The same durations. Raises ValueError unless each is longer than the one before."""
    if any(later <= earlier for earlier, later in pairwise(durations)):
        raise ValueError("each duration must be longer than the one before")
    return durations


def written(duration_s: float) -> str:
    """``45 s``, ``12 min``, ``3.5 h``, ``2 d``: for people."""
    for unit, length_s in (("d", 86400), ("h", 3600), ("min", 60)):
        if duration_s >= 2 * length_s or (unit == "min" and duration_s >= length_s):
            return f"{duration_s / length_s:.1f}".removesuffix(".0") + f" {unit}"
    return f"{duration_s:.0f} s"
