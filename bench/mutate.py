"""Extraction over pages that something happened to: no exception, no page of more than two seconds, memory that stays.

    python bench/mutate.py PAGES [--count N] [--seed N]

``PAGES``: a folder of ``*.html`` or ``*.html.gz``. Each is cut, bit-flipped, nested, re-encoded, or loses its end tags.
Exit status 1 if any raised or took longer.
"""

from __future__ import annotations

import argparse
import gzip
import random
import re
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from snapshotter.extract import extract
from snapshotter.items import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_S = 2.0
CODECS = ("gb18030", "big5", "utf-16", "utf-16-be", "shift_jis", "cp1252", "koi8-r", "utf-8-sig", "utf-7")


def cut(page: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(page)) if dice.random() < 0.3 else 0
    return page[start : dice.randrange(start, len(page) + 1)]


def flipped(page: bytes, dice: random.Random) -> bytes:
    bits = bytearray(page)
    for _ in range(dice.choice((1, 10, 1000))):
        bits[dice.randrange(len(bits))] ^= 1 << dice.randrange(8)
    return bytes(bits)


def nested(page: bytes, dice: random.Random) -> bytes:
    tag = dice.choice((b"div", b"span", b"b", b"font", b"table", b"ul><li", b"a", b"blockquote"))
    start, depth = dice.randrange(len(page)), dice.choice((10, 300, 3000, 30_000))
    return page[:start] + b"<" + (tag + b"><") * depth + b"i>" + page[start:]


def recoded(page: bytes, dice: random.Random) -> bytes:
    return page.decode("utf-8", "replace").encode(dice.choice(CODECS), "replace")


def unclosed(page: bytes, dice: random.Random) -> bytes:
    return re.sub(rb"</(?!script|style)[^>]*>", b"" if dice.random() < 0.5 else b"</>", page)


def shuffled(page: bytes, dice: random.Random) -> bytes:
    parts = page.split(b"<")
    dice.shuffle(parts)
    return b"<".join(parts)


def doubled(page: bytes, dice: random.Random) -> bytes:
    return page * dice.choice((2, 3)) + b"\0" * dice.choice((0, 1000))


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    cut, flipped, nested, recoded, unclosed, shuffled, doubled,
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pages", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    files = sorted(given.pages.glob("*.html*"))
    dice = random.Random(given.seed)
    slowest, slow, raised = 0.0, 0, 0
    for turn in range(given.count):
        file, mutate = dice.choice(files), dice.choice(MUTATIONS)
        page = file.read_bytes()
        page = mutate(gzip.decompress(page) if file.suffix == ".gz" else page, dice)
        started = time.process_time()
        try:
            article = extract(page, url="https://www.example.com/news/1.html")
            assert article.verdict in VERDICTS
        except Exception as error:
            raised += 1
            print(f"\n{file.name} {mutate.__name__} turn {turn}: {type(error).__name__}: {error}")
        took = time.process_time() - started
        slowest, slow = max(slowest, took), slow + (took > MAX_S)
        if took > MAX_S:
            print(f"\n{file.name} {mutate.__name__} turn {turn}: {took:.1f} s, {len(page)} bytes")
        if turn % 100 == 0:
            sys.stderr.write(f"\r{turn} of {given.count}")
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"\n{given.count} pages: {raised} raised, {slow} took over {MAX_S:.0f} s")
    print(f"slowest {slowest:.2f} s, memory at most {peak_mb:.0f} MB")
    return 1 if raised or slow else 0


if __name__ == "__main__":
    sys.exit(main())
