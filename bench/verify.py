"""What ``verify`` costs: against reading and gunzipping the same files, in turns.

    python bench/verify.py [--captures N] [--rounds N]

The archive is made first: pages of about 100 kB, three in four compressed as servers send them, in WARC files of 25 MB.
Compared are processor time of one process, and wall-clock time of ``gzip -dc`` over all files against that of
``snapshotter verify`` as an operator calls it, whole processes both.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline import made_up_page

from snapshotter.items import Article, Exchange, Page
from snapshotter.preserve import preserve
from snapshotter.store import Archive

SEGMENT_BYTES = 25_000_000
BATCH = 64
DISTINCT = 100


@dataclass(frozen=True)
class Cost:
    """Of one command."""

    wall_s: float
    cpu_s: float


def fill(folder: Path, captures: int) -> None:
    """An archive of that many captures. Only each of the first DISTINCT pages is extracted, for time's sake."""
    dice = random.Random(1)
    bodies = [made_up_page(dice) for _ in range(DISTINCT)]
    articles: list[Article] = []
    with Archive.open(folder, segment_bytes=SEGMENT_BYTES) as archive:
        for first in range(0, captures, BATCH):
            batch = []
            for number in range(first, min(first + BATCH, captures)):
                body = bodies[number % DISTINCT].replace(b"</body>", b"<!-- %d --></body>" % number)
                page = _page(number, body)
                if number < DISTINCT:
                    batch.append(preserve(page, None))
                    articles.append(batch[-1].article)
                else:
                    batch.append(replace(preserve(page, None, unread="so"), article=articles[number % DISTINCT]))
            archive.add(batch)


def _page(number: int, body: bytes) -> Page:
    coding = ""
    if number % 4:
        body, coding = gzip.compress(body, 6, mtime=0), "Content-Encoding: gzip\r\n"
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{coding}Content-Length: {len(body)}\r\n\r\n"
    url = f"https://news.example/2026/11/{number}.html"
    at = datetime(2026, 11, 1, 12, tzinfo=UTC) + timedelta(seconds=number)
    return Page(Exchange(url, at, b"GET / HTTP/1.1\r\n\r\n", head.encode() + body), url)


def cost(command: list[str]) -> Cost:
    """Run it; its children's time included."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]} failed with {process.returncode}")
    return Cost(time.perf_counter() - began, usage.ru_utime + usage.ru_stime)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captures", type=int, default=8_000)
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="snapshotter-bench-") as name:
        fill(Path(name), chosen.captures)
        files = sorted(str(path) for path in Path(name, "warc").iterdir())
        size = sum(Path(path).stat().st_size for path in files)
        verify = [str(Path(sys.executable).with_name("snapshotter")), "verify", "--archive", name]
        commands = {
            "gzip -dc": ["gzip", "-dc", *files],
            "gzip module": [sys.executable, "-c", _GUNZIP, *files],
            "verify": verify,
            "verify, one process": [*verify, "--workers", "1"],
        }
        rounds = [{what: cost(command) for what, command in commands.items()} for _ in range(chosen.rounds + 1)][1:]
    print(f"{chosen.captures:,} captures, {size / 1e6:.0f} MB in {len(files)} WARC files; median of {chosen.rounds}")
    for what in commands:
        wall, cpu = (statistics.median(getattr(one[what], key) for one in rounds) for key in ("wall_s", "cpu_s"))
        ratios = [
            statistics.median(getattr(one[what], key) / getattr(one["gzip -dc"], key) for one in rounds)
            for key in ("wall_s", "cpu_s")
        ]
        print(f"  {what:<20} {wall:6.2f} s ({ratios[0]:.2f} x), {cpu:6.2f} s CPU ({ratios[1]:.2f} x)")


_GUNZIP = """
import gzip, sys
for name in sys.argv[1:]:
    with gzip.open(name) as stream:
        while stream.read(1 << 20):
            pass
"""

if __name__ == "__main__":
    main()
