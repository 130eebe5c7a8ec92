"""Crawls on disks that get short of room: real processes, real disks where they may be mounted."""

import subprocess
import sys
import time

import pytest
from project import ROOT
from small_disk import resize, small_disk
from small_site import SmallSite

from snapshotter.store import Archive
from snapshotter.verify import verify

MB = 1 << 20
PAGES = 60


def crawl(site, archive, **settings):
    settings = {"SNAPSHOTTER_ARCHIVE": archive, "AUTOTHROTTLE_ENABLED": False, "LOG_LEVEL": "WARNING", **settings}
    options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", f"start={site.url}/", *options]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def captured(archive):
    assert list(verify(archive)) == []
    with Archive.open(archive) as opened:
        return {snapshot.url for snapshot in opened.snapshots()}


def test_a_crawl_with_hardly_any_room_ends_at_once_and_in_order(tmp_path):
    with SmallSite(PAGES) as site:
        process = crawl(site, tmp_path / "archive", SNAPSHOTTER_DISK_FREE_BYTES=10**18)
        _, log = process.communicate(timeout=60)
    assert process.returncode == 7, log
    assert "SNAPSHOTTER_DISK_FREE_BYTES" in log
    assert "Traceback" not in log
    assert list(verify(tmp_path / "archive")) == []


def test_a_crawl_that_nobody_makes_room_for_ends_after_its_wait(tmp_path):
    with small_disk(tmp_path / "disk", 64 * MB) as disk, SmallSite(PAGES) as site:
        if disk is None:
            pytest.skip("only root may mount a small disk")
        settings = {"SNAPSHOTTER_DISK_FREE_BYTES": 100 * MB, "SNAPSHOTTER_DISK_WAIT_S": 2}
        process = crawl(site, disk / "archive", **settings)
        _, log = process.communicate(timeout=60)
        assert process.returncode == 7, log
        assert "the crawl pauses" in log
        assert captured(disk / "archive") <= site.urls()


def test_a_paused_crawl_goes_on_when_there_is_room_again(tmp_path):
    with small_disk(tmp_path / "disk", 64 * MB) as disk, SmallSite(PAGES) as site:
        if disk is None:
            pytest.skip("only root may mount a small disk")
        process = crawl(site, disk / "archive", SNAPSHOTTER_DISK_FREE_BYTES=100 * MB)
        while "pauses" not in process.stderr.readline():
            assert process.poll() is None
        before = site.asked.total()
        time.sleep(1.5)  # not a wait for something: nothing must happen in this time
        assert site.asked.total() <= before + 4  # what was on its way
        resize(disk, 512 * MB)
        _, log = process.communicate(timeout=90)
        assert process.returncode == 0, log
        assert "goes on" in log
        assert captured(disk / "archive") == site.urls()
