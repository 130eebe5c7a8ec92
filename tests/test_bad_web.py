"""A web where every site is bad in its own way: each costs what its bounds allow, says why, and harms no other."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bad_answers import BAD, STORY, Bad, says, whole
from bad_sites import BAD_SITES, STORY_PATH, sound
from bad_web import BadWeb
from project import ROOT

from snapshotter.store import ArchiveReader

TIMEOUT_S = 6
MAXSIZE = 8 << 20
PEAK_MB = 400
"""Of the crawl's own process."""
GOOD = "good"


@dataclass
class Crawled:
    """What a crawl left."""

    status: int
    took_s: float
    peak_mb: float
    log: str
    archive: Path

    @property
    def report(self) -> dict[str, Any]:
        (path,) = (self.archive / "log").glob("run-*.json")
        return json.loads(path.read_text(encoding="utf-8"))

    @property
    def reasons(self) -> dict[str, str]:
        return {failure["url"]: failure["reason"] for failure in self.report["failures"]}


def _peak_kb(pid: int) -> int:
    """The most memory that a process has had; 0: it has ended."""
    with contextlib.suppress(OSError):
        if found := re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()):
            return int(found[1])
    return 0


@pytest.fixture(scope="module")
def crawl(tmp_path_factory):
    """Runs a spider over bad sites; gives up on it only long after every bound."""

    def run(*args: str, **settings: object) -> Crawled:
        folder = tmp_path_factory.mktemp("crawl")
        settings = {
            "SNAPSHOTTER_ARCHIVE": folder / "archive", "AUTOTHROTTLE_ENABLED": False, "RETRY_TIMES": 0,
            "DOWNLOAD_TIMEOUT": TIMEOUT_S, "DOWNLOAD_MAXSIZE": MAXSIZE, **settings,
        }  # fmt: skip
        options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        began = time.monotonic()
        with (folder / "log").open("wb") as log:
            command = [sys.executable, "-m", "scrapy", "crawl", *args, *options]
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
            peak_kb = 0
            try:
                while process.poll() is None:
                    peak_kb = max(peak_kb, _peak_kb(process.pid))
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        process.wait(0.1)
            finally:
                process.kill()
        took_s = time.monotonic() - began
        text = (folder / "log").read_text(encoding="utf-8", errors="replace")
        return Crawled(process.returncode, took_s, peak_kb / 1024, text, folder / "archive")

    return run


@pytest.fixture(scope="module")
def captured(crawl, tmp_path_factory):
    """All bad articles captured in one run, a good one last."""
    robots = Bad(says(whole(b"", status="404 Not Found")))
    sites = {name: (lambda asked, bad=bad: robots if asked.path == "/robots.txt" else bad) for name, bad in BAD.items()}
    sites[GOOD] = lambda asked: robots if asked.path == "/robots.txt" else Bad(says(whole(STORY)))
    with BadWeb(sites) as web:
        urls = tmp_path_factory.mktemp("urls") / "urls.txt"
        urls.write_text("".join(f"{web.url(name, '/story.html')}\n" for name in sites))
        done = crawl("capture", "-a", f"urls={urls}")
        with ArchiveReader.open(done.archive) as archive:
            kept = {web.name_of(snapshot.url): snapshot for snapshot in archive.snapshots()}
        yield done, kept, {web.name_of(url): reason for url, reason in done.reasons.items()}


def test_a_run_over_the_whole_bad_web_ends_in_order(captured):
    done, kept, _ = captured
    assert done.status == 0, done.log[-3000:]
    assert kept[GOOD].verdict == "ok"
    assert "Traceback" not in done.log

    assert done.peak_mb < PEAK_MB
    assert done.took_s < 120


@pytest.mark.parametrize("name", BAD)
def test_every_fault_leaves_a_record_or_a_reason(captured, name):
    _, kept, reasons = captured
    if BAD[name].reason:
        assert reasons[name] == BAD[name].reason
        assert name not in kept
    elif not BAD[name].resets:  # of what is reset, as much is kept as came before
        assert name in kept
    assert name in reasons or name in kept


LISTINGS, ARTICLES = 30, 25


@pytest.fixture(scope="module")
def crawled(crawl):
    """All bad sites crawled in one run, a good one last."""
    with BadWeb({**BAD_SITES, GOOD: sound}) as web:
        starts = ",".join(web.url(name) for name in (*BAD_SITES, GOOD))
        done = crawl(
            "news", "-a", f"start={starts}", AUTOTHROTTLE_MAX_DELAY=1,
            SNAPSHOTTER_MAX_LISTINGS=LISTINGS, SNAPSHOTTER_MAX_ARTICLES=ARTICLES,
        )  # fmt: skip
        with ArchiveReader.open(done.archive) as archive:
            kept = {snapshot.url for snapshot in archive.snapshots()}
        yield done, kept, web


def test_a_crawl_of_bad_sites_ends_in_order(crawled):
    done, kept, web = crawled
    assert done.status == 0, done.log[-3000:]
    assert web.url(GOOD, STORY_PATH.format(number=0)) in kept
    assert "Traceback" not in done.log
    assert "root:" not in done.log + "".join(kept)

    assert done.peak_mb < PEAK_MB
    assert done.took_s < 180


@pytest.mark.parametrize("name", BAD_SITES)
def test_a_bad_site_stays_within_its_budget_and_gives_what_it_has(crawled, name):
    _, kept, web = crawled
    asked = {path: times for (site, path), times in web.asked.items() if site == name}
    assert sum(asked.values()) <= LISTINGS + ARTICLES + 75
    if not name.startswith("front page"):
        is_kept = name not in {
            "robots.txt is 500",
            "robots.txt never comes",
        }  # it may forbid everything (RFC 9309, section 2.3.1.4)
        assert (web.url(name, STORY_PATH.format(number=0)) in kept) == is_kept
