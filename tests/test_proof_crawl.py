"""A crawl's proofs: a head at its end, timestamped where an authority is named; one flipped byte anywhere is told."""

import os
import random
from contextlib import closing
from pathlib import Path

import pytest
from authority import authority, certify
from small_site import SmallSite

from snapshotter.errors import BadProof
from snapshotter.proof.bundle import checked
from snapshotter.proof.heads import Heads, read_head
from snapshotter.proof.keys import public_keys
from snapshotter.proof.manifest import Manifest
from snapshotter.report.exits import Exit
from snapshotter.search import Follower
from snapshotter.store import ArchiveReader
from snapshotter.store.closing import close_manifest
from snapshotter.store.proving import prove
from snapshotter.store.tampering import unchecked
from snapshotter.verify import verify

FLIPS = int(os.environ.get("SNAPSHOTTER_FLIPS", "25"))
"""How many bytes are flipped, one at a time; SNAPSHOTTER_FLIPS=200 takes a minute."""
ARTICLES = 12


@pytest.fixture
def crawl(scrapy, tmp_path):
    """Crawls the small site into ``tmp_path/archive``; the archive."""

    def run(status=0, **settings):
        with SmallSite(ARTICLES) as site:
            (tmp_path / "urls.txt").write_text("\n".join(site.urls()))
            feed = tmp_path / "archive" / "exports" / "records.jsonl"
            done = scrapy(
                "crawl", "capture", "-a", f"urls={tmp_path / 'urls.txt'}", "-O", str(feed), status=status, **settings
            )
        return tmp_path / "archive", done.stderr

    return run


def test_a_crawl_ends_with_a_timestamped_head_and_a_list_of_all_its_files(crawl, tmp_path):
    (tmp_path / "authority").mkdir()
    certify(tmp_path / "authority")
    with authority(tmp_path / "authority") as url:
        archive, _ = crawl(SNAPSHOTTER_TIMESTAMP_URL=url)
    (path,) = Heads(archive / "proof" / "heads").paths()
    assert read_head(path.read_bytes(), public_keys(archive)).size == ARTICLES
    assert path.with_suffix(".tsr").exists()
    assert unchecked(archive) == ""
    assert list(verify(archive)) == []


def test_files_are_listed_though_the_runs_report_cant_be_written(crawl, tmp_path):
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "log").write_text("in its folder's place")
    archive, log = crawl(status=Exit.CANNOT_WRITE)
    assert str(archive / "log") in log
    assert Manifest(archive).is_closed


def test_an_authority_that_is_away_costs_a_warning_and_nothing_else(crawl):
    archive, log = crawl(SNAPSHOTTER_TIMESTAMP_URL="http://127.0.0.1:1/")
    assert "The run's head has no timestamp: the timestamp authority http://127.0.0.1:1/ doesn't answer" in log
    assert list(verify(archive)) == []
    assert unchecked(archive) == ""


def flip(path: Path, places: random.Random) -> bytes:
    """Flips bits of one byte; what the file was."""
    whole = path.read_bytes()
    at = places.randrange(len(whole))
    rewrite(path, whole[:at] + bytes([whole[at] ^ places.randrange(1, 256)]) + whole[at + 1 :])
    return whole


def rewrite(path: Path, data: bytes) -> None:
    """Writes a file, unnoticed by its times."""
    times = path.stat()
    path.write_bytes(data)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_one_flipped_byte_of_any_file_is_told_with_the_files_name(crawl, tmp_path):
    archive, _ = crawl()
    with closing(Follower.open(archive)) as follower:
        follower.follow(10)
    assert close_manifest(archive)
    with ArchiveReader.open(archive) as opened:
        bundle = tmp_path / "proof.json"
        bundle.write_bytes(prove(opened, next(opened.snapshots()).id))
    files = [path for path in sorted(archive.rglob("*")) if path.is_file() and path.stat().st_size]
    assert archive / "search.db" in files
    places = random.Random(os.environ.get("SNAPSHOTTER_SEED", "1"))
    for number in range(FLIPS):
        path = [*files, bundle][number % (len(files) + 1)]
        whole = flip(path, places)
        if path == bundle:
            with pytest.raises(BadProof):
                checked(path.read_bytes())
        else:
            named = {problem.file for problem in told(archive)}
            assert named & {str(path.relative_to(archive)), path.name}, (path, named)
        rewrite(path, whole)
    assert list(verify(archive)) == []


def told(archive):
    return list(verify(archive))
