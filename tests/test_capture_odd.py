"""From a raw socket to the WARC file: what was sent is what is stored, whatever it is."""

import json

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from odd_server import ODD, OddServer

from snapshotter.store import ArchiveReader


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with OddServer(tmp_path_factory.mktemp("odd")) as server:
        yield server


def stored(folder, kind):
    """The blocks of all records of a kind, by the last part of their URL."""
    blocks = {}
    for path in folder.glob("warc/*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, record_types=kind, parse_http=False):
                assert record.verify_block_digest()
                blocks[record.headers["WARC-Target-URI"].rpartition("/")[2]] = (record.reader.read(), record.headers)
    return blocks


@pytest.mark.parametrize("road", ["http", "https"])
def test_every_odd_answer_is_stored_as_it_was_sent(server, scrapy, tmp_path, road):
    urls = tmp_path / "urls.txt"
    urls.write_text("".join(f"{getattr(server, road)}/{name}\n" for name in ODD))
    scrapy("crawl", "capture", "-a", f"urls={urls}", RETRY_TIMES=0, DOWNLOAD_VERIFY_CERTIFICATES=False)
    responses = stored(tmp_path / "archive", WarcRecordType.response | WarcRecordType.revisit)
    requests = stored(tmp_path / "archive", WarcRecordType.request)
    assert {name: block for name, (block, _) in responses.items()} == {name: odd.sent for name, odd in ODD.items()}
    assert {name: block for name, (block, _) in requests.items()} == {name: server.requests[name] for name in ODD}
    cut = {name: headers.get("WARC-Truncated", "") for name, (_, headers) in responses.items()}
    assert cut == {name: odd.truncated for name, odd in ODD.items()}


def test_a_page_that_takes_a_worker_too_long_is_archived_unread(server, scrapy, tmp_path):
    url = f"{server.http}/plain"
    scrapy("crawl", "capture", "-a", f"url={url}", status=5, SNAPSHOTTER_EXTRACT_TIMEOUT_S=0.000001)
    assert stored(tmp_path / "archive", WarcRecordType.response)["plain"][0] == ODD["plain"].sent
    with ArchiveReader.open(tmp_path / "archive") as archive:
        (snapshot,) = archive.snapshots()
    assert (snapshot.url, snapshot.verdict) == (url, "empty")
    assert snapshot.warnings == ("unread: took longer than 1e-06 s",)
    (report,) = (tmp_path / "archive" / "log").glob("run-*.json")
    (bad,) = json.loads(report.read_text(encoding="utf-8"))["bad_copies"]
    assert (bad["url"], bad["reason"]) == (url, "empty")
