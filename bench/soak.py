"""Whether a crawl that goes on and on stays as small as it was: memory, handles, threads, files, time a page.

    python bench/soak.py [--pages N] [--minutes M] [--rounds R] [--every E] [--kb K] [--keep FILE]

A web on loopback serves pages of K kB, every E-th of them bad in one of fifteen ways (bench/soak_site.py). First one
process captures N pages; then R news crawls go over the same sites and archive, one after the other. Every two seconds
the crawl and its workers are looked at. What is printed: samples; by how much what it holds grows over the second half
of the requests, with the 95 % interval of that; a verdict. Fewer than 10,000 pages are mostly warming up.
By design a page that was asked for costs the crawler some 0.2 kB: its URL, so that it is not asked for twice.
Exit status 1: it grows; 3: too few pages to tell. Six hours: ``--pages 200000 --minutes 360 --rounds 20``.
"""

from __future__ import annotations

import argparse
import csv
import math
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path
from statistics import median

from soak_site import address, article_path

ROOT = Path(__file__).resolve().parent.parent
HOSTS = 8
EVERY_S = 2.0
ROUND_ARTICLES = 50
"""How many articles of each host a news crawl finds."""
GROWTH_MB = 0.5
"""How much more memory a thousand pages may take; more is a leak."""
GROWTH_HANDLES = 10.0
"""The same for open files; a handle lost with each bad page would be 20, where one page in fifty is bad."""
BLOCKS = 12
T_95 = 2.228
"""Student's t for BLOCKS - 2 degrees of freedom, two-sided."""
SETTINGS = {
    "AUTOTHROTTLE_ENABLED": False, "CONCURRENT_REQUESTS_PER_DOMAIN": 4, "RETRY_TIMES": 1, "DOWNLOAD_TIMEOUT": 6,
    "SNAPSHOTTER_REVISIT_AFTER_S": 0, "SNAPSHOTTER_MAX_ARTICLES": ROUND_ARTICLES, "LOG_LEVEL": "WARNING",
    "SNAPSHOTTER_SEGMENT_BYTES": 50_000_000,
}  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """How large the crawl is at one moment."""

    at_s: float
    pages: int
    crawler_mb: float
    workers_mb: float
    handles: int
    threads: int
    wal_mb: float


@dataclass
class Run:
    """One process, watched."""

    samples: list[Sample] = field(default_factory=list)
    status: int = 0
    took_s: float = 0.0


@dataclass(frozen=True)
class Growth:
    """By how much something grows a thousand requests: least squares, and half of the 95 % interval."""

    slope: float
    margin: float

    def __str__(self) -> str:
        return f"{self.slope:+.2f} ± {self.margin:.2f}"

    def is_over(self, limit: float) -> bool | None:
        """Whether it is more than that; None: it can't be told."""
        if self.slope - self.margin > limit:
            return True
        return False if self.slope + self.margin < limit else None


class Bench:
    """A folder with the archive, and the web that is crawled into it."""

    def __init__(self, folder: Path, port: int, asked: Callable[[], int], keep: Path | None = None) -> None:
        self.folder, self.port, self.asked, self.keep = folder, port, asked, keep
        self.archive = folder / "archive"

    def url(self, host: int, path: str = "/") -> str:
        """A URL of the web."""
        return f"http://{address(host)}:{self.port}{path}"

    def crawl(self, *arguments: str, until_s: float) -> Run:
        """Run a spider; end it in order once its time is up."""
        options = [part for name, value in SETTINGS.items() for part in ("-s", f"{name}={value}")]
        options += ["-s", f"SNAPSHOTTER_ARCHIVE={self.archive}", "-s", f"CLOSESPIDER_TIMEOUT={max(1, round(until_s))}"]
        run, began, before = Run(), time.monotonic(), self.asked()
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, "-m", "scrapy", "crawl", *arguments, *options]
            with subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log) as process:
                while process.poll() is None:
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(EVERY_S)
                    with suppress(OSError, ValueError, IndexError):
                        run.samples.append(self._sample(process.pid, time.monotonic() - began, before))
                        self._kept(run.samples[-1])
        run.status, run.took_s = process.returncode, time.monotonic() - began
        return run

    def log(self) -> str:
        """The end of the crawls' log."""
        return (self.folder / "log").read_text(errors="replace")[-3000:]

    def _kept(self, sample: Sample) -> None:
        if self.keep:
            with self.keep.open("a", newline="") as file:
                csv.writer(file).writerow(astuple(sample))

    def _sample(self, pid: int, at_s: float, before: int) -> Sample:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        wal = self.archive / "catalog.db-wal"
        return Sample(
            at_s,
            self.asked() - before,
            _resident_mb(pid),
            sum(_resident_mb(int(child)) for child in children),
            len(list(Path(f"/proc/{pid}/fd").iterdir())),
            int(_status(pid, "Threads")),
            wal.stat().st_size / 1e6 if wal.exists() else 0.0,
        )


def _resident_mb(pid: int) -> float:
    return int(_status(pid, "VmRSS")) / 1024


def _status(pid: int, name: str) -> str:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((line for line in lines if line.startswith(f"{name}:")), "").split()[1]  # IndexError: it has ended


@contextmanager
def web(articles: int, every: int, kb: int) -> Iterator[tuple[int, Callable[[], int]]]:
    """The web's port, and how many requests it has had, give or take a hundred."""
    numbers = [str(number) for number in (HOSTS, articles, every, kb)]
    command = [sys.executable, str(ROOT / "bench" / "soak_site.py"), *numbers]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            port, asked, lines = int(server.stdout.readline()), [0], server.stdout

            def count() -> None:
                for line in lines:
                    asked[0] = int(line)

            threading.Thread(target=count, daemon=True).start()
            yield port, lambda: asked[0]
        finally:
            server.kill()


def growth(samples: list[Sample], value: Callable[[Sample], float], of: Callable[[list[float]], float] = min) -> Growth:
    """How a value grows over the second half of the requests, by one number for each of BLOCKS stretches of them.

    The least, as a rule, for a long answer on its way is no leak.
    """
    first = samples[-1].pages / 2
    width = (samples[-1].pages - first) / BLOCKS or 1.0
    blocks: dict[int, list[float]] = {}
    for sample in samples:
        if sample.pages >= first:
            blocks.setdefault(min(int((sample.pages - first) // width), BLOCKS - 1), []).append(value(sample))
    points = [((block + 0.5) * width / 1000, of(values)) for block, values in blocks.items()]
    return line_through(points) if len(points) == BLOCKS else Growth(0.0, math.inf)


def line_through(points: list[tuple[float, float]]) -> Growth:
    """The slope through BLOCKS points, and how sure it is."""
    mean_x, mean_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    left = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in points)
    return Growth(slope, T_95 * math.sqrt(left / (len(points) - 2) / spread))


def told(samples: list[Sample]) -> None:
    """Print a dozen of the samples."""
    print(f"{'s':>7}{'requests':>10}{'crawler MB':>12}{'workers MB':>12}{'handles':>9}{'threads':>9}{'WAL MB':>8}")
    for sample in samples[:: max(1, len(samples) // 12)]:
        print(
            f"{sample.at_s:7.0f}{sample.pages:10,}{sample.crawler_mb:12.1f}{sample.workers_mb:12.1f}"
            f"{sample.handles:9}{sample.threads:9}{sample.wal_mb:8.1f}"
        )


def long_run(bench: Bench, pages: int, until_s: float) -> bool | None:
    """One process that captures all pages; True: it grows; None: it can't be told."""
    urls = bench.folder / "urls.txt"
    urls.write_text("".join(f"{bench.url(n % HOSTS, article_path(n // HOSTS))}\n" for n in range(pages)))
    run = bench.crawl("capture", "-a", f"urls={urls}", until_s=until_s)
    told(run.samples)
    run.samples = [one for one in run.samples if one.workers_mb]  # not as it begins and as it ends
    if len(run.samples) < 6 or not run.samples[-1].pages:
        sys.exit(
            f"it ended after {run.took_s:.0f} s with status {run.status}, too early to tell; its log:\n{bench.log()}"
        )
    crawler = growth(run.samples, lambda one: one.crawler_mb)
    workers = growth(run.samples, lambda one: one.workers_mb)
    handles = growth(run.samples, lambda one: one.handles, median)  # the least: nothing on its way, by chance
    peak = max(one.crawler_mb for one in run.samples)
    done = run.samples[-1].pages
    print(
        f"capture: status {run.status}, {done:,} requests in {run.took_s:.0f} s, {1000 * run.took_s / done:.1f} ms each"
    )
    print(f"  a thousand requests more: crawler {crawler} MB, workers {workers} MB, handles {handles}")
    print(f"  at most, with the longest answers on their way: {peak:.0f} MB", flush=True)
    return any_of(crawler.is_over(GROWTH_MB), workers.is_over(GROWTH_MB), handles.is_over(GROWTH_HANDLES))


def any_of(*said: bool | None) -> bool | None:
    """True where one is; else None where one can't be told."""
    return True if True in said else None if None in said else False


def round_after_round(bench: Bench, rounds: int, until_s: float) -> bool | None:
    """News crawls over one archive; True: a later one is larger; None: there were fewer than two."""
    peaks, began = [], time.monotonic()
    starts = ",".join(bench.url(host) for host in range(HOSTS))
    print(
        f"\n{'round':>5}{'s':>7}{'status':>7}{'peak MB':>9}{'workers MB':>12}{'handles':>9}{'index MB':>9}{'WAL MB':>8}"
    )
    for number in range(1, rounds + 1):
        left_s = until_s - (time.monotonic() - began)
        if left_s < 1:
            break
        run = bench.crawl("news", "-a", f"start={starts}", until_s=left_s)
        peaks.append(max(one.crawler_mb for one in run.samples))
        catalog = (bench.archive / "catalog.db").stat().st_size / 1e6
        print(
            f"{number:5}{run.took_s:7.0f}{run.status:7}{peaks[-1]:9.1f}{max(s.workers_mb for s in run.samples):12.1f}"
            f"{max(s.handles for s in run.samples):9}{catalog:9.1f}{max(s.wal_mb for s in run.samples):8.1f}",
            flush=True,
        )
    return peaks[-1] > peaks[0] * 1.15 + 5 if len(peaks) > 1 else None


def main() -> None:
    """Run it all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20_000, help="that the one process captures")
    parser.add_argument("--minutes", type=float, default=15, help="for each of the two parts, at most")
    parser.add_argument("--rounds", type=int, default=5, help="of news crawls")
    parser.add_argument("--every", type=int, default=20, metavar="E", help="one page in E is bad")
    parser.add_argument("--kb", type=int, default=100, metavar="K", help="the size of a page")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="add each sample to this CSV, too, as it comes")
    options = parser.parse_args()
    if options.keep:
        options.keep.write_text(",".join(one.name for one in fields(Sample)) + "\n")
    with (
        tempfile.TemporaryDirectory(prefix="snapshotter-soak-") as folder,
        web(options.pages // HOSTS + 1, options.every, options.kb) as (port, asked),
    ):
        bench = Bench(Path(folder), port, asked, options.keep)
        grows = long_run(bench, options.pages, options.minutes * 60)
        grows = any_of(grows, round_after_round(bench, options.rounds, options.minutes * 60))
    print(f"\nverdict: {'it grows' if grows else 'too few pages to tell' if grows is None else 'flat'}")
    sys.exit(3 if grows is None else int(grows))


if __name__ == "__main__":
    main()
