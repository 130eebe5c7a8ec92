"""What the proof log costs: its share of the processor time of preserving and storing pages.

    python bench/proof.py [--pages N] [--rounds N]

Counted to it are leaves, salts, appending and syncing, the signed head and the signed list of files (which reads
every new file once). Fetching is left out of the whole, so that in a crawl the share is smaller.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline import made_up_page

from snapshotter.items import Discovery, Exchange, Page
from snapshotter.preserve import preserve
from snapshotter.store import Archive, archive
from snapshotter.store.proofs import Proofs

BATCH = 64


class Watch:
    """Adds up the processor time of the functions it was put around."""

    def __init__(self) -> None:
        self.spent_s = 0.0

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, timed."""

        def timed(*args: Any, **options: Any) -> Any:
            began = time.process_time()
            try:
                return function(*args, **options)
            finally:
                self.spent_s += time.process_time() - began

        return timed


def pages(count: int) -> list[Page]:
    """Pages as they come off the wire."""
    source, found = random.Random(1), []
    for number in range(count):
        body = made_up_page(source)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
        url = f"https://news.example/{number}.html"
        time_ = datetime(2024, 7, 1, tzinfo=UTC) + timedelta(seconds=number)
        exchange = Exchange(url, time_, b"GET / HTTP/1.1\r\n\r\n", head.encode() + body, "192.0.2.1", ("http/1.1",), "")
        found.append(Page(exchange, url, (), Discovery(via="feed"), ""))
    return found


def share(made: list[Page], watch: Watch) -> float:
    """The log's share of one round."""
    watch.spent_s, began = 0.0, time.process_time()
    with tempfile.TemporaryDirectory() as folder, Archive.open(Path(folder)) as opened:
        for start in range(0, len(made), BATCH):
            opened.add([preserve(page, None) for page in made[start : start + BATCH]])
    return watch.spent_s / (time.process_time() - began)


def main() -> None:
    """Print the median of the rounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    watch, made = Watch(), pages(options.pages)
    for owner, name in (
        (Proofs, "add"),
        (Proofs, "sign"),
        (Proofs, "settle"),
        (archive, "leaf"),
        (archive, "close_manifest"),
    ):
        setattr(owner, name, watch.around(getattr(owner, name)))
    shares = [share(made, watch) for _ in range(options.rounds)]
    print(f"proof log: {statistics.median(shares):.2%} of preserving and storing {options.pages} pages (2 % allowed)")


if __name__ == "__main__":
    main()
