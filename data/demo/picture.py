"""The photographs: hills above a river, drawn from the picture's name, as PNG."""

from __future__ import annotations

import math
import struct
import zlib
from functools import lru_cache

WIDTH, HEIGHT = 640, 400
_RIDGES = 4
_WATER = int(HEIGHT * 0.72)


@lru_cache(maxsize=32)
def png(name: str) -> bytes:
    """A picture; the same name, the same picture. Palette: sky 0-99, ridges 100-103, water 110-209, sun 210."""
    seed = zlib.crc32(name.encode())
    ridges = [_ridge(seed, layer) for layer in range(_RIDGES)]
    rows = b"".join(b"\0" + bytes(_pixel(x, y, ridges, seed) for x in range(WIDTH)) for y in range(HEIGHT))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"PLTE", _palette(seed)), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def _ridge(seed: int, layer: int) -> list[int]:
    """The height of a ridge above each column, as the row where it begins."""
    a, b, c = ((seed >> (5 * layer + shift)) % 97 / 97 * math.tau for shift in (0, 3, 7))
    top = HEIGHT * (0.36 + 0.1 * layer)
    waves = [34 * math.sin(x / 120 + a) + 16 * math.sin(x / 47 + b) + 6 * math.sin(x / 13 + c) for x in range(WIDTH)]
    return [int(top - wave) for wave in waves]


def _pixel(x: int, y: int, ridges: list[list[int]], seed: int) -> int:
    if y >= _WATER:
        ripple = 6 * math.sin(y * y / 300 + x / 40)
        return 110 + min(99, max(0, int((y - _WATER) * 99 / (HEIGHT - _WATER) + ripple)))
    for layer in reversed(range(_RIDGES)):
        if y >= ridges[layer][x]:
            return 100 + layer
    sun_x, sun_y = 120 + seed % 400, 70 + seed % 50
    return 210 if (x - sun_x) ** 2 + (y - sun_y) ** 2 < 900 else min(99, y * 99 // _WATER)


def _palette(seed: int) -> bytes:
    skies = (((92, 122, 160), (244, 205, 170)), ((150, 178, 196), (238, 232, 214)), ((58, 66, 104), (232, 150, 112)))
    high, low = skies[seed % len(skies)]
    colours = [_mix(high, low, step / 99) for step in range(100)]
    colours += [_mix(low, (38, 58, 62), 0.35 + 0.2 * layer) for layer in range(_RIDGES)]
    colours += [(0, 0, 0)] * 6 + [_mix(low, (46, 72, 88), step / 99) for step in range(100)] + [(255, 244, 214)]
    return b"".join(bytes(colour) for colour in colours)


def _mix(one: tuple[int, int, int], other: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
