"""Feeds of a crawl: what a real crawl, in a process of its own, leaves on the disk."""

import asyncio
import gzip
import json
import logging
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.utils.test import get_crawler

from snapshotter.errors import BadRecord, CannotWrite, FetchError, UsageError
from snapshotter.exporters import JsonlExporter, TextExporter, WholeFileStorage
from snapshotter.formats import jsonl, text
from snapshotter.formats.edition import Edition
from snapshotter.items import Snapshot

OURS = {
    "FEED_EXPORTERS": {
        "jsonl": "snapshotter.exporters.JsonlExporter",
        "snapshot": "snapshotter.exporters.TextExporter",
    },
    "FEED_STORAGES": {"": "snapshotter.exporters.WholeFileStorage", "file": "snapshotter.exporters.WholeFileStorage"},
    "FEED_EXPORT_ENCODING": "utf-8",
    "SNAPSHOTTER_LOCALE": "zh-CN",
    "SNAPSHOTTER_TIMEZONE": "Asia/Shanghai",
    "SNAPSHOTTER_HOST": "snapshots.example",
    "TWISTED_REACTOR_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
}
# Scrapes what its first argument says: a number is so many snapshots, a name is done to itself
CRAWL = """
import asyncio, json, os, resource, signal, sys
from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
from snapshotter.items import Snapshot

class Scripted(Spider):
    name = "scripted"
    async def start(self):
        for step in sys.argv[1].split():
            if step.isdigit():
                for n in range(int(step)):
                    yield Snapshot(id=f"sn_{n}", title=f"题{n}", body_text="文" * 300)
            elif step == "fail":
                self.logger.error("nothing works")
            elif step == "other":
                yield {"title": "not a snapshot"}
            elif step == "limit":
                resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
            else:
                os.kill(os.getpid(), getattr(signal, step))
                await asyncio.sleep(60)
        await asyncio.sleep(0)

process = AsyncCrawlerProcess(settings=json.loads(sys.argv[2]))
crawler = process.create_crawler(Scripted)
process.crawl(crawler)
process.start()
stats = crawler.stats.get_stats()
print(json.dumps({name: value for name, value in stats.items() if "feed" in name or name == "finish_reason"}))
"""


def crawl(script, uri, **options):
    """Runs a crawl of the script into one feed; its exit status, stats and log."""
    feeds = {str(uri): {"format": "jsonl", "overwrite": True, **options}}
    settings = json.dumps({**OURS, "FEEDS": feeds})
    done = subprocess.run(
        [sys.executable, "-c", CRAWL, script, settings], capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr


def ids(path):
    with path.open("rb") as file:
        return [snapshot.id for snapshot in jsonl.read_all(file)]


@pytest.fixture
def feed(tmp_path):
    """Yesterday's feed."""
    path = tmp_path / "out" / "x.jsonl"
    path.parent.mkdir()
    path.write_text(jsonl.dumps(Snapshot(id="sn_yesterday")) + "\n")
    return path


def alone(path):
    return [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_crawl_that_closes_well_replaces_the_feed(feed):
    feed.chmod(0o640)
    status, stats, _ = crawl("500", feed)
    assert (status, stats["feedexport/success_count/WholeFileStorage"]) == (0, 1)
    assert ids(feed) == [f"sn_{n}" for n in range(500)]
    assert feed.read_text().splitlines()[1] == jsonl.dumps(Snapshot(id="sn_1", title="题1", body_text="文" * 300))
    assert feed.stat().st_mode & 0o777 == 0o640
    assert alone(feed)


def test_a_killed_crawl_leaves_yesterday_s_feed_and_the_next_one_clears_up(feed):
    assert crawl("500 SIGKILL", feed)[0] == -9
    assert ids(feed) == ["sn_yesterday"]
    assert feed.with_name("x.jsonl.part").stat().st_size > 100_000
    assert crawl("2", feed, overwrite=False)[0] == 0
    assert ids(feed) == ["sn_yesterday", "sn_0", "sn_1"]
    assert alone(feed)


def test_a_crawl_that_is_told_to_stop_publishes_what_it_has(feed):
    status, stats, _ = crawl("500 SIGTERM", feed)
    assert (status, stats["finish_reason"]) == (0, "shutdown")
    assert len(ids(feed)) == 500
    assert alone(feed)


def test_a_failed_crawl_without_a_record_leaves_yesterday_s_feed(feed):
    _, stats, log = crawl("fail 0", feed)
    assert stats["feedexport/failed_count/WholeFileStorage"] == 1
    assert "the crawl failed and exported nothing" in log
    assert ids(feed) == ["sn_yesterday"]
    assert alone(feed)


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_file_that_can_not_grow_is_said_once_and_leaves_yesterday_s_feed(feed, overwrite):
    _, stats, log = crawl("limit 500", feed, overwrite=overwrite)
    assert stats["snapshotter/feed_errors"] == stats["feedexport/failed_count/WholeFileStorage"] == 1
    assert log.count("can't be written, and stays as it was: [Errno 27] File too large") == 1
    assert ids(feed) == ["sn_yesterday"]
    assert alone(feed)


def test_a_full_device_is_said(tmp_path):
    _, stats, log = crawl("3", "/dev/full")
    assert stats["snapshotter/feed_errors"] == 1
    assert "No space left on device" in log
    assert not Path("/dev/full.part").exists()


def test_what_the_feed_can_not_take_is_counted_and_the_rest_published(feed):
    _, stats, log = crawl("2 other", feed)
    assert stats["snapshotter/feed_errors"] == 1
    assert "this feed takes snapshots, not dict" in log
    assert ids(feed) == ["sn_0", "sn_1"]


def test_texts_are_a_feed_too(tmp_path):
    feed = tmp_path / "x.txt"
    feed.write_text(text.write(Snapshot(title="昨天", archive="snapshots.example"), edition=Edition()))
    crawl("2", feed, format="snapshot", overwrite=False)
    with feed.open("rb") as file:
        read = list(text.read_all(file))
    assert [each.title for each in read] == ["昨天", "题0", "题1"]
    assert {each.archive for each in read} == {"snapshots.example"}
    assert feed.read_bytes().count(b"\n\f\n") == 2


# The storage by itself


@pytest.fixture
def storage():
    crawler = get_crawler(settings_dict=OURS)
    crawler.stats.set_value("response_received_count", 1)

    def make(path, **options):
        return WholeFileStorage.from_crawler(crawler, str(path), feed_options={"format": "jsonl", **options})

    return make


def write(storage, data=b""):
    file = storage.open(None)
    file.write(data)
    asyncio.run(storage.store(file))


LINE = b'{"a":1}\n'


@pytest.mark.parametrize(
    "case",
    [
        ("jsonl", b"", b""),
        ("jsonl", LINE * 2, LINE * 2),
        ("jsonl", LINE + b'{"a":', LINE),
        ("jsonl", b'{"a":', b""),
        ("jl", LINE + b'{"a":2}', LINE + b'{"a":2}\n'),  # an object that ends isn't torn
        ("jsonl", LINE + b"1", LINE),  # as the start of 10 it could be
        ("csv", b"a,b\n1,", b"a,b\n1,"),  # nobody can tell
    ],
)
def test_appending_starts_from_what_is_whole(storage, tmp_path, caplog, case):
    form, before, kept = case
    (tmp_path / "x").write_bytes(before)
    with caplog.at_level(logging.WARNING):
        write(storage(tmp_path / "x", format=form), LINE)
    assert (tmp_path / "x").read_bytes() == kept + LINE
    assert ("is torn" in caplog.text) == (len(kept) < len(before))


@pytest.mark.parametrize("cut", [-1, -400, 5])
def test_appending_leaves_a_torn_text_out(storage, tmp_path, caplog, cut):
    whole = text.write(Snapshot(title="一"), edition=Edition()).encode()
    (tmp_path / "x").write_bytes(whole + b"\n\f\n" + whole[:cut])
    write(storage(tmp_path / "x", format="snapshot"))
    assert (tmp_path / "x").read_bytes() == whole
    assert "is torn" in caplog.text


def test_appending_to_a_compressed_feed_adds_a_member(storage, tmp_path):
    (tmp_path / "x.gz").write_bytes(gzip.compress(LINE))
    write(storage(tmp_path / "x.gz", postprocessing=[]), gzip.compress(LINE))
    assert gzip.decompress((tmp_path / "x.gz").read_bytes()) == LINE * 2


@pytest.mark.parametrize(
    ("stats", "replaced"),
    [
        ({"response_received_count": 5}, True),  # nothing new is news, too
        ({"response_received_count": 5, "log_count/ERROR": 1}, False),
        ({"response_received_count": 5, "finish_reason": "shutdown"}, False),
        ({"response_received_count": 0}, False),
        ({"item_scraped_count": 3, "log_count/ERROR": 1, "finish_reason": "shutdown"}, True),
    ],
)
def test_an_empty_feed_of_a_failed_crawl_replaces_nothing(storage, tmp_path, stats, replaced):
    (tmp_path / "x").write_bytes(LINE)
    empty = storage(tmp_path / "x", overwrite=True)
    empty.crawler.stats.set_stats(stats)
    if replaced:
        write(empty)
    else:
        with pytest.raises(FetchError, match="exported nothing"):
            write(empty)
    assert (tmp_path / "x").read_bytes() == (b"" if replaced else LINE)
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_two_crawls_into_one_feed_are_one_too_many(storage, tmp_path, caplog):
    first = storage(tmp_path / "x", overwrite=True)
    file = first.open(None)
    with pytest.raises(CannotWrite, match="another crawl is writing"):
        write(storage(tmp_path / "x", overwrite=True), LINE)
    file.write(LINE * 2)
    asyncio.run(first.store(file))
    assert (tmp_path / "x").read_bytes() == LINE * 2
    write(storage(tmp_path / "x", overwrite=True), LINE)
    assert (tmp_path / "x").read_bytes() == LINE


def test_a_folder_that_can_not_be_made_is_said_at_once_and_raised_at_the_end(storage, tmp_path, caplog):
    (tmp_path / "file").write_text("")
    broken = storage(tmp_path / "file" / "x.jsonl")
    file = broken.open(None)
    assert "can't be written" in caplog.text
    with pytest.raises(CannotWrite, match=r"Not a directory|File exists"):
        asyncio.run(broken.store(file))


def test_the_disk_filling_at_the_very_end_is_noticed(storage, tmp_path):
    target = storage(tmp_path / "x", overwrite=True)
    file = target.open(None)
    file.write(b"x" * 2000)  # buffered until the feed closes
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(CannotWrite, match="File too large"):
            asyncio.run(target.store(file))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list(tmp_path.iterdir())


def test_a_link_stays_a_link_and_a_file_uri_is_a_path(storage, tmp_path):
    (tmp_path / "real").write_bytes(LINE)
    (tmp_path / "link").symlink_to("real")
    write(storage(tmp_path / "link", overwrite=True), LINE * 2)
    write(storage(f"file://{tmp_path}/a%20b/c", overwrite=True), LINE)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == LINE * 2
    assert (tmp_path / "a b" / "c").read_bytes() == LINE


def test_a_pipe_is_written_to_as_it_is(storage, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write(storage(tmp_path / "pipe", overwrite=True), LINE)
    assert os.read(reader, 100) == LINE
    os.close(reader)


@pytest.mark.parametrize(
    ("exporter", "item", "error"),
    [
        (JsonlExporter, {"title": "x"}, UsageError),
        (TextExporter, object(), UsageError),
        (TextExporter, Snapshot(published_at="soon"), BadRecord),
    ],
)
def test_an_item_that_the_form_can_not_hold_is_refused_and_counted(exporter, item, error, tmp_path):
    crawler = get_crawler(settings_dict=OURS)
    with (tmp_path / "x").open("wb") as file, pytest.raises(error):
        exporter.from_crawler(crawler, file, encoding="utf-8").export_item(item)
    assert crawler.stats.get_value("snapshotter/feed_errors") == 1
    assert (tmp_path / "x").read_bytes() == b""
