"""kill -9 and full disks: a crawl that ended badly, run again, has everything once.

The numbers can be raised: SNAPSHOTTER_KILL_PAGES=1000 SNAPSHOTTER_KILLS=10 pytest tests/test_crawl_killed.py
"""

import json
import os
import random
import resource
import signal
import subprocess
import sys

import pytest
from project import ROOT
from small_site import SmallSite

from snapshotter.store import Archive
from snapshotter.verify import verify

PAGES = int(os.environ.get("SNAPSHOTTER_KILL_PAGES", "120"))
KILLS = int(os.environ.get("SNAPSHOTTER_KILLS", "4"))


def crawl(site, folder, **popen):
    """A crawl of the site as a process; polite settings off."""
    settings = {
        "SNAPSHOTTER_ARCHIVE": folder / "archive",
        "AUTOTHROTTLE_ENABLED": False,
        "SNAPSHOTTER_SEGMENT_BYTES": 60_000,
    }
    options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", f"start={site.url}/", *options]
    return subprocess.Popen(
        [*command, "-O", str(folder / "records.jsonl")],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **popen,
    )  # fmt: skip


def exported(folder):
    lines = (folder / "records.jsonl").read_text(encoding="utf-8").split("\n")
    assert lines.pop() == ""
    return {json.loads(line)["url"] for line in lines}


def check_everything_once(site, folder):
    assert list(verify(folder / "archive")) == []
    with Archive.open(folder / "archive") as archive:
        kept = [snapshot.url for snapshot in archive.snapshots()]
    assert sorted(kept) == sorted(site.urls())


@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_and_run_again_nothing_is_missing_nothing_twice(tmp_path, seed):
    with SmallSite(PAGES) as site:
        site.wait_for = random.Random(seed).randrange(1, PAGES)
        process = crawl(site, tmp_path)
        assert site.reached.wait(60)
        process.kill()
        process.communicate()
        assert not (tmp_path / "records.jsonl").exists()  # nothing torn stands where a whole one belongs
        again = crawl(site, tmp_path)
        _, log = again.communicate(timeout=200)
        assert again.returncode == 0, log[-3000:]
        check_everything_once(site, tmp_path)
        assert exported(tmp_path) <= site.urls()


def test_a_terminated_crawl_keeps_what_it_has(tmp_path):
    with SmallSite(PAGES) as site:
        site.wait_for = PAGES // 2
        process = crawl(site, tmp_path)
        assert site.reached.wait(60)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        assert process.returncode == 128 + signal.SIGTERM
        assert list(verify(tmp_path / "archive")) == []
        with Archive.open(tmp_path / "archive") as archive:
            kept = {snapshot.url for snapshot in archive.snapshots()}
        assert exported(tmp_path) == kept


def test_a_full_disk_stops_the_crawl_and_costs_nothing(tmp_path):
    def full_at_200_kb():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write past the limit fails, as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    with SmallSite(PAGES) as site:
        process = crawl(site, tmp_path, preexec_fn=full_at_200_kb)
        _, log = process.communicate(timeout=120)
        assert process.returncode == 7, log[-3000:]
        assert "can't be written" in log or "cannot write" in log
        again = crawl(site, tmp_path)
        _, log = again.communicate(timeout=200)
        assert again.returncode == 0, log[-3000:]
        check_everything_once(site, tmp_path)
