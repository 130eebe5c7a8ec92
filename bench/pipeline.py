"""What a page costs: the full pipeline against bare Scrapy, on one site, in turns; and each stage's share.

    python bench/pipeline.py [--pages N] [--rounds N] [--set FOLDER]

A local nginx serves N pages of about 100 kB, as they are and gzipped. Each variant crawls all of them
as a subprocess of its own; what is counted is the processor time (user and system) of that process
and its workers. The variants take turns, and what is printed is the median of the ratios within a round.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "bench" / "extraction" / "dev"
FULL = "full pipeline"
UNREAD = "without extraction"
BARE = "bare Scrapy"

NOTHING_KEPT = 5
"""A crawl's exit status where no article was read, as in the variants that read none."""
POLITENESS_OFF = ("-s", "AUTOTHROTTLE_ENABLED=False", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8")
BARE_SPIDER = """
import scrapy

class Bare(scrapy.Spider):
    name = "bare"

    async def start(self):
        with open(self.urls) as urls:
            for url in urls:
                yield scrapy.Request(url.strip())

    def parse(self, response):
        pass
"""


@dataclass(frozen=True)
class Cost:
    """What one crawl took."""

    cpu_s: float
    peak_kb: int
    """Of the crawl's own process, workers apart."""


@dataclass(frozen=True)
class Bench:
    """A folder to work in, with the list of URLs."""

    folder: Path
    urls: Path

    def command(self, variant: str) -> list[str]:
        """The command line of a variant."""
        if variant == BARE:
            spider = self.folder / "bare.py"
            spider.write_text(BARE_SPIDER)
            return [sys.executable, "-m", "scrapy", "runspider", str(spider), "-a", f"urls={self.urls}", "-L", "INFO"]
        ours = [sys.executable, "-m", "scrapy", "crawl", "capture", "-a", f"urls={self.urls}", *POLITENESS_OFF]
        archive = ["-s", f"SNAPSHOTTER_ARCHIVE={self.folder / 'archive'}"]
        feed = ["-O", str(self.folder / "records.jsonl")]
        return {
            "fetch": [*ours, "-s", "ITEM_PIPELINES={}", *archive],
            "fetch, WARC, catalog": [*ours, *archive, "-s", "SNAPSHOTTER_EXTRACT=False"],
            UNREAD: [*ours, *archive, *feed, "-s", "SNAPSHOTTER_EXTRACT=False"],
            FULL: [*ours, *archive, *feed],
        }[variant]

    def run(self, variant: str) -> Cost:
        """Crawl everything once."""
        shutil.rmtree(self.folder / "archive", ignore_errors=True)
        log = (self.folder / "crawl.log").open("wb")
        inside = self.folder if variant == BARE else ROOT  # outside of our project, Scrapy has its own settings
        with log, subprocess.Popen(self.command(variant), cwd=inside, stdout=log, stderr=log) as process:
            peak = _watched_peak(process.pid)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in ({0} if variant in {BARE, FULL} else {0, NOTHING_KEPT}):
            sys.exit(f"{variant} failed with {process.returncode}:\n{(self.folder / 'crawl.log').read_text()[-3000:]}")
        return Cost(usage.ru_utime + usage.ru_stime, peak[0])


def _watched_peak(pid: int) -> list[int]:
    """A list whose one value grows to the process' peak memory in kB, as long as it lives."""
    peak = [0]

    def watch() -> None:
        while True:
            try:
                status = Path(f"/proc/{pid}/status").read_text()
            except OSError:
                return
            lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
            if not lines:
                return
            peak[0] = int(lines[0].split()[1])
            time.sleep(0.02)

    threading.Thread(target=watch, daemon=True).start()
    return peak


def write_site(folder: Path, pages: int, page_set: Path) -> str:
    """Fill ``folder`` with pages of about 100 kB; returns what they are."""
    folder.mkdir()
    bodies = [
        body
        for path in sorted((page_set / "pages").glob("*.gz"))
        if 60_000 < len(body := gzip.decompress(path.read_bytes())) < 140_000
    ]
    what = f"{len(bodies)} real pages, repeated"
    if not bodies:
        bodies, what = [made_up_page(random.Random(number)) for number in range(50)], "50 made-up pages, repeated"
    for number in range(pages):
        (folder / f"{number}.html").write_bytes(bodies[number % len(bodies)] + b"<!-- %d -->" % number)
    return what


def made_up_page(rng: random.Random, ballast: int = 700) -> bytes:
    """A news page's usual ballast around 4 kB of text, for where there are no real ones; 700: 100 kB in all."""
    words = [f"word{rng.randrange(5000)}" for _ in range(700)]
    paragraphs = "".join(f"<p>{' '.join(words[start : start + 70])}.</p>" for start in range(0, 700, 70))
    links = "".join(
        f'<li class="nav-{n % 7}"><a href="/section/{n}/story-{n}.html">Story {n}</a></li>' for n in range(ballast)
    )
    script = "".join(f"var a{n}=function(x){{return x*{rng.random()};}};" for n in range(ballast * 9 // 7))
    head = f"<title>Story {rng.random()} - News</title><meta charset=utf-8><script>{script}</script>"
    body = f"<ul>{links}</ul><article>{paragraphs}</article>"
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


@contextmanager
def nginx(folder: Path, site: Path, *, gzipped: bool) -> Iterator[str]:
    """The site, served on loopback; yields its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = folder / "nginx.conf"
    config.write_text(f"""
        worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
        events {{ worker_connections 256; }}
        http {{ access_log off; default_type text/html; keepalive_requests 1000000; gzip {"on" if gzipped else "off"};
                server {{ listen 127.0.0.1:{port}; root {site}; }} }}""")
    with subprocess.Popen(
        ["nginx", "-c", str(config), "-e", f"{folder}/nginx.log"], stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    sys.exit("nginx doesn't answer")


def compare(bench: Bench, pages: int, rounds: int) -> None:
    """Print the table of one kind of serving."""
    variants = [BARE, "fetch", "fetch, WARC, catalog", UNREAD, FULL]
    costs: dict[str, list[Cost]] = {variant: [] for variant in variants}
    for _ in range(rounds):
        for variant in variants:
            costs[variant].append(bench.run(variant))
    bare = [cost.cpu_s for cost in costs[BARE]]
    print(f"  {'':24}{'CPU, bare Scrapy = 1':>22}{'ms a page':>12}{'share of full':>15}")
    full, before = statistics.median(cost.cpu_s for cost in costs[FULL]), 0.0
    for variant in variants:
        took = [cost.cpu_s for cost in costs[variant]]
        ratio = statistics.median(ours / theirs for ours, theirs in zip(took, bare, strict=True))
        middle = statistics.median(took)
        share = "" if variant == BARE else f"{(middle - before) / full:14.0%}"
        before = 0.0 if variant == BARE else middle
        print(f"  {variant:24}{ratio:22.2f}{1000 * middle / pages:12.2f}{share:>15}")


def memory_growth(bench: Bench, pages: int) -> None:
    """Print how much more memory twice as many pages take."""
    urls = bench.urls.read_text()
    once = bench.run(FULL).peak_kb
    bench.urls.write_text("".join(line + suffix + "\n" for suffix in ("", "?again", "?more") for line in urls.split()))
    thrice = bench.run(FULL).peak_kb
    print(f"memory: {once / 1024:.0f} MB at {pages} pages, {thrice / 1024:.0f} MB at {3 * pages}: ", end="")
    print(f"{(thrice - once) / (2 * pages):.2f} kB a page")


def main() -> None:
    """Run it all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--set", type=Path, default=SHARED, help="a folder with pages/*.gz; else pages are made up")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="snapshotter-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # nginx' worker isn't root
        what = write_site(folder / "site", options.pages, options.set)
        print(f"{options.pages} pages ({what}), {options.rounds} rounds, Python {sys.version.split()[0]}")
        for gzipped in (False, True):
            with nginx(folder, folder / "site", gzipped=gzipped) as url:
                bench = Bench(folder, folder / "urls.txt")
                bench.urls.write_text("".join(f"{url}/{number}.html\n" for number in range(options.pages)))
                print(f"\nserved {'gzipped' if gzipped else 'as they are'}:")
                compare(bench, options.pages, options.rounds)
                if gzipped:
                    memory_growth(bench, options.pages)


if __name__ == "__main__":
    main()
