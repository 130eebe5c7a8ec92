"""How fast ``import`` takes in a WARC file of others: records a second, with its pages left unread and read.

    python bench/importing.py [--pages N]

The file is made first: a request and a response of about 100 kB a page. Whole processes.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipeline import made_up_page

from snapshotter.formats import warc

DISTINCT = 100
REQUEST = b"GET / HTTP/1.1\r\nHost: news.example\r\n\r\n"


def fill(path: Path, pages: int) -> None:
    """A WARC file of that many pages, as others write them: no digests, a request behind each response."""
    dice = random.Random(1)
    bodies = [made_up_page(dice) for _ in range(DISTINCT)]
    with path.open("wb") as file:
        for number in range(pages):
            body = bodies[number % DISTINCT].replace(b"</body>", b"<!-- %d --></body>" % number)
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
            for kind, block in (("response", head + body), ("request", REQUEST)):
                file.write(warc.pack(_fields(kind, number), block))


def _fields(kind: str, number: int) -> list[tuple[str, str]]:
    return [
        ("WARC-Type", kind),
        ("WARC-Record-ID", f"<urn:bench:{kind}:{number}>"),
        ("WARC-Date", f"2024-07-01T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z"),
        ("WARC-Target-URI", f"https://news.example/2024/07/{number}.html"),
        ("Content-Type", f"application/http; msgtype={kind}"),
    ]


def seconds(file: Path, archive: Path, *options: str) -> tuple[float, float]:
    """What one import takes: on the clock, and of processor time."""
    program = [sys.executable, "-c", "from snapshotter.commands.main import main; main()"]
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*program, "import", str(file), "--archive", str(archive), *options], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - started, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1000)
    pages = parser.parse_args().pages
    with tempfile.TemporaryDirectory() as name:
        file = Path(name, "theirs.warc.gz")
        fill(file, pages)
        for title, options in (("unread", ["--no-extract"]), ("read", [])):
            took, cpu = seconds(file, Path(name, title), *options)
            rates = f"{2 * pages / took:>7,.0f} records/s, {2 * pages / cpu:>7,.0f} per second of processor time"
            print(f"import, pages {title:<7}{rates}  ({2 * pages:,} in {took:.1f} s)")


if __name__ == "__main__":
    main()
