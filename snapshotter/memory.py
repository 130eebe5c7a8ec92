"""Gives large buffers back to the system at once."""

from __future__ import annotations

import ctypes

_M_MMAP_THRESHOLD = -3
_BYTES = 1 << 20


def return_large_buffers() -> None:
    """Have the C library map buffers of a megabyte and more for themselves, in this process.

    Left to itself, glibc puts large buffers on the heap once it has freed a few, where small neighbours
    keep them from shrinking it: pages of some megabytes then add up (mallopt(3), M_MMAP_THRESHOLD). Other
    C libraries have no such call, and are left alone. (Not less than a megabyte: asyncio asks for a quarter
    of one for every read, and mapping that each time costs more than all the rest of a fetch.)
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _BYTES)
