import gzip
import os
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from captures import answer, capture, captures, page
from fastwarc.warc import ArchiveIterator
from sqlalchemy import text

from snapshotter.errors import (
    ArchiveError,
    ArchiveNotFound,
    CannotWrite,
    CatalogTooNew,
    DigestMismatch,
    SnapshotNotFound,
)
from snapshotter.formats import warc
from snapshotter.items import Article
from snapshotter.store import Archive, ArchiveReader, Selection, tables
from snapshotter.verify import verify

A, B = "https://news.example/2024/07/a.html", "https://news.example/2024/07/b.html"
OK = Article(title="T", body_text="One.")


def kinds(folder) -> list[str]:
    found = []
    for path in sorted((folder / "warc").iterdir()):
        with path.open("rb") as stream:
            found += [record.type for record in warc.read(stream)]
    return found


@pytest.fixture
def archive(tmp_path):
    with Archive.open(tmp_path, archive_name="td.example", about={"operator": "me"}) as archive:
        yield archive


def test_what_was_added_is_there(archive, tmp_path):
    (snapshot,) = archive.add([capture(page(A), OK)])
    assert (snapshot.change, snapshot.revision, snapshot.title, snapshot.archive) == ("new", 1, "T", "td.example")
    assert archive.get(snapshot.id) == archive.get(A) == archive.get(snapshot.article_id) == snapshot
    assert archive.response_block(snapshot) == answer(A.encode())
    archive.close()
    assert kinds(tmp_path) == ["warcinfo", "request", "response", "conversion"]
    assert list(verify(tmp_path)) == []


def test_the_conversion_is_the_record(archive, tmp_path):
    (snapshot,) = archive.add([capture(page(A), OK)])
    archive.close()
    with (tmp_path / "warc" / snapshot.warc_file).open("rb") as stream:
        info, _, response, conversion = warc.read(stream)
    assert (snapshot.warc_offset, snapshot.warc_length) == (response.offset, response.length)
    assert snapshot.warc_record_id == response.id == conversion.get("WARC-Refers-To")
    assert f'"id":"{snapshot.id}"' in conversion.block.decode()
    assert info.block.startswith(b"software: Snapshotter/")
    assert b"operator: me\r\n" in info.block
    assert info.get("WARC-Filename") == snapshot.warc_file


def test_an_article_over_time(archive, tmp_path):
    pages = [
        capture(page(A, answer(b"one"), 0), OK),
        capture(page(A, answer(b"one"), 1), OK),
        capture(page(A, answer(b"one, other advertisements"), 2), OK),
        capture(page(A, answer(b"two"), 3), replace(OK, body_text="Two.")),
        capture(page(A, answer(b"pay!"), 4), Article(verdict="paywall")),
        capture(page(A, answer(b"", "304 Not Modified"), 5)),
        capture(page(A, answer(b"gone", "404 Not Found"), 6)),
        capture(page(A, answer(b"two"), 7), replace(OK, body_text="Two.")),
    ]
    found = [snapshot for one in pages for snapshot in archive.add([one])]
    assert [(one.change, one.revision) for one in found] == [
        ("new", 1), ("unchanged", 1), ("unchanged", 1), ("revised", 2),
        ("unchanged", 2), ("unchanged", 2), ("gone", 2), ("unchanged", 2),
    ]  # fmt: skip
    assert archive.history(A) == found
    assert {one.article_id for one in found} == {found[0].article_id}
    assert found[5].body_text == "Two."
    assert archive.get(A) == found[7]
    assert archive.response_block(found[5]) == archive.response_block(found[3]) == answer(b"two")
    archive.close()
    stored = [kind for kind in kinds(tmp_path) if kind in {"response", "revisit"}]
    assert stored == ["response", "revisit", "response", "response", "response", "revisit", "response", "revisit"]
    assert list(verify(tmp_path)) == []


def test_a_batch_sees_what_it_holds_itself(archive):
    one, other = archive.add([capture(page(f"{A}?utm_source=x"), OK), capture(page(A, minute=1), OK)])
    assert (one.article_id, other.change) == (other.article_id, "unchanged")


def test_the_same_capture_is_stored_once(archive, tmp_path):
    made = capture(page(A), OK)
    first = archive.add([made, made])
    assert archive.add([made]) == [first[0]] == [first[1]]
    assert len(archive.history(A)) == 1
    archive.close()
    assert kinds(tmp_path).count("response") == 1


@pytest.mark.parametrize("asked", [A, f"{A}#top", "http://www.news.example/2024/07/a.html?utm_source=x", B])
def test_known_by_any_of_its_urls(archive, asked):
    moved = capture(page(B, answer(b"x", "200 OK", 'ETag: "7"', "Last-Modified: then"), final_url=A), OK)
    (snapshot,) = archive.add([moved])
    known = archive.known(asked)
    assert (known.id, known.article_id, known.verdict) == (snapshot.id, snapshot.article_id, "ok")
    assert known.url == A
    assert (known.etag, known.last_modified, known.captured_at) == ('"7"', "then", "2024-07-01T12:00:00Z")


def test_known_is_the_last_good_one_and_when_it_was_last_tried(archive):
    assert archive.known(A) is None
    (bad,) = archive.add([capture(page(A, answer(b"x", "503 Busy", 'ETag: "9"')))])
    assert (archive.known(A).id, archive.known(A).verdict, archive.known(A).etag) == (bad.id, "http-status", "")
    (good,) = archive.add([capture(page(A, minute=5), OK)])
    archive.add([capture(page(A, answer(b"x", "503 Busy"), 9))])
    known = archive.known(A)
    assert (known.id, known.captured_at, known.checked_at) == (good.id, "2024-07-01T12:05:00Z", "2024-07-01T12:09:00Z")


def test_what_a_login_page_swallows_stays_apart(archive):
    login = "https://login.example/"
    walls = [capture(page(url, answer(b"log in"), final_url=login), Article(verdict="consent")) for url in (A, B)]
    first, second = archive.add(walls)
    assert first.article_id != second.article_id
    assert archive.known(login) is None


def test_snapshots_come_in_the_order_of_their_capture(archive):
    archive.add(captures(3, minute=10) + captures(2, minute=0))
    times = [snapshot.captured_at for snapshot in archive.snapshots()]
    assert times == sorted(times)
    assert len(times) == 5


@pytest.mark.parametrize(
    ("selection", "count"),
    [
        (Selection(), 4),
        (Selection(since="2024-07-01T12:10:00Z"), 1),
        (Selection(until="2024-07-01T12:10:00Z"), 3),
        (Selection(since="2024-07-01T12:00:00Z", until="2024-07-01T12:00:01Z", category="Politics"), 2),
        (Selection(verdict="http-status"), 1),
        (Selection(site="news.example"), 4),
        (Selection(site="other.example"), 0),
    ],
)
def test_a_selection(archive, selection, count):
    bad = capture(page(B, answer(b"x", "500 Oops"), 3), Article())
    archive.add([*captures(2), bad, capture(page(A, minute=10), OK)])
    assert len(list(archive.snapshots(selection))) == count


def test_streaming_goes_page_by_page(archive, monkeypatch):
    monkeypatch.setattr("snapshotter.store.reader.PAGE_ROWS", 3)
    archive.add(captures(10))
    assert len({snapshot.id for snapshot in archive.snapshots()}) == 10


def test_related_articles_are_the_newest_of_the_category_then_of_the_site(archive):
    def article(number, category, **changed):
        said = Article(title=f"T{number}", body_text="B" * 200, category=category, **changed)
        return capture(page(f"https://news.example/2024/{number}.html", minute=number), said)

    added = archive.add([
        article(0, "World"), article(1, "World"), article(2, "Sport"), article(3, "World", verdict="paywall"),
        article(0, "World"), article(4, "World", published_at="2024-07-01T00:00:00Z"),
    ])  # fmt: skip
    found = archive.related(added[0])
    assert [one.title for one in found] == ["T4", "T1", "T2"]
    assert (found[0].excerpt, found[0].published_at) == ("B" * 89, "2024-07-01T00:00:00Z")
    assert [one.title for one in archive.related(added[0], limit=1)] == ["T4"]


def test_stats(archive):
    assert archive.stats().first_captured_at == ""
    archive.add([*captures(2), capture(page(A, minute=3), Article(verdict="paywall")), *captures(1, minute=5)])
    stats = archive.stats()
    assert (stats.captures, stats.articles) == (4, 3)
    assert (stats.by_change, stats.by_verdict) == ({"new": 3, "unchanged": 1}, {"ok": 3, "paywall": 1})
    assert (stats.by_site, stats.warc_files) == ({"news.example": 4}, 1)
    assert (stats.first_captured_at, stats.last_captured_at) == ("2024-07-01T12:00:00Z", "2024-07-01T12:05:00Z")
    assert stats.warc_bytes > 1000


@pytest.mark.parametrize("unknown", ["sn_0", "ar_0", A, "not a url", ""])
def test_what_is_not_there(archive, unknown):
    with pytest.raises(SnapshotNotFound):
        archive.get(unknown)
    assert archive.history(unknown) == []
    assert archive.known(unknown) is None


def test_files_are_sealed_at_their_size_and_at_the_end(tmp_path):
    with Archive.open(tmp_path, prefix="x", segment_bytes=3000) as archive:
        for one in captures(6, size=1500):
            archive.add([one])
        names = sorted(path.name for path in (tmp_path / "warc").iterdir())
        assert len(names) >= 2
        assert [name.endswith(".open") for name in names] == [False] * (len(names) - 1) + [True]
        assert all(archive.response_block(snapshot) for snapshot in archive.snapshots())
    assert not list((tmp_path / "warc").glob("*.open"))
    assert kinds(tmp_path).count("warcinfo") == len(names)
    assert all(path.name.startswith("x-2") for path in (tmp_path / "warc").iterdir())
    assert list(verify(tmp_path)) == []


def test_a_run_that_adds_nothing_leaves_no_file(tmp_path):
    with Archive.open(tmp_path) as archive:
        assert archive.add([]) == []
    assert list((tmp_path / "warc").iterdir()) == []


def test_what_one_run_stored_the_next_knows(tmp_path):
    with Archive.open(tmp_path) as archive:
        archive.add([capture(page(A), OK)])
    with Archive.open(tmp_path) as archive:
        assert archive.add([capture(page(A, minute=1), OK)])[0].change == "unchanged"
    assert kinds(tmp_path) == [
        "warcinfo",
        "request",
        "response",
        "conversion",
        "warcinfo",
        "request",
        "revisit",
        "conversion",
    ]
    assert list(verify(tmp_path)) == []


def test_redirects_lie_before_their_answer(archive, tmp_path):
    (snapshot,) = archive.add([capture(page(B, answer(b"x"), final_url=A), OK)])
    assert archive.response_block(snapshot) == answer(b"x")
    archive.close()
    assert kinds(tmp_path) == ["warcinfo", *["request", "response"] * 2, "conversion"]
    assert list(verify(tmp_path)) == []


def test_other_programs_read_the_files(archive, tmp_path):
    snapshots = archive.add(captures(5) + captures(5, minute=1))
    archive.close()
    path = tmp_path / "warc" / snapshots[0].warc_file
    check = subprocess.run(
        [sys.executable, "-m", "fastwarc.cli", "check", str(path)], capture_output=True, text=True, check=True
    )
    assert "31 records were verified" in check.stdout
    with path.open("rb") as stream:
        pages = [
            record.reader.read() for record in ArchiveIterator(stream) if record.headers["WARC-Type"] == "response"
        ]
    assert [gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body for body in pages]


def test_damaged_bytes_are_not_handed_out(archive, tmp_path):
    (snapshot,) = archive.add([capture(page(A, answer(b"<p>right</p>" * 9)), OK)])
    path = tmp_path / "warc" / f"{snapshot.warc_file}.open"
    whole = path.read_bytes()
    start, end = snapshot.warc_offset, snapshot.warc_offset + snapshot.warc_length
    wrong = gzip.compress(gzip.decompress(whole[start:end]).replace(b"right", b"wrong"))
    path.write_bytes(whole[:start] + wrong + whole[end:])
    with pytest.raises(DigestMismatch):
        archive.response_block(snapshot)
    path.unlink()
    with pytest.raises(SnapshotNotFound):
        archive.response_block(snapshot)
    path.touch()


def test_readers_need_an_archive_and_make_none(tmp_path):
    with pytest.raises(ArchiveNotFound, match="crawl first"):
        ArchiveReader.open(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "warc").mkdir()
    with pytest.raises(ArchiveNotFound, match="rebuild"):
        ArchiveReader.open(tmp_path)


def test_a_reader_reads_beside_a_writer(archive, tmp_path):
    with ArchiveReader.open(tmp_path) as reader:
        archive.add([capture(page(A), OK)])
        assert reader.get(A) == archive.get(A)
        assert reader.response_block(reader.get(A)) == answer(A.encode())


def test_known_is_asked_while_another_thread_adds(archive):
    batches = [captures(8, minute) for minute in range(12)]
    adding = threading.Thread(target=lambda: [archive.add(batch) for batch in batches])
    adding.start()
    while adding.is_alive():
        for number in range(8):
            archive.known(f"https://news.example/2024/07/{number}.html")
    adding.join()
    assert archive.known("https://news.example/2024/07/7.html").checked_at == "2024-07-01T12:11:00Z"


def test_a_lost_catalog_is_made_anew_by_the_next_run(tmp_path):
    with Archive.open(tmp_path) as archive:
        added = archive.add(captures(3))
    (tmp_path / "catalog.db").unlink()
    with Archive.open(tmp_path) as archive:
        assert list(archive.snapshots()) == sorted(added, key=lambda one: (one.captured_at, one.id))


def test_a_catalog_from_the_future_is_left_alone(tmp_path):
    Archive.open(tmp_path).close()
    with sqlite3.connect(tmp_path / "catalog.db") as connection:
        connection.execute("UPDATE meta SET value = '99'")
    connection.close()
    with pytest.raises(CatalogTooNew, match="99"):
        Archive.open(tmp_path)


def test_an_older_catalog_is_migrated(tmp_path, monkeypatch):
    with Archive.open(tmp_path) as archive:
        archive.add(captures(2))
    migrations = (*tables.MIGRATIONS, lambda connection: connection.execute(text("CREATE TABLE later (x TEXT)")))
    monkeypatch.setattr("snapshotter.store.catalog.MIGRATIONS", migrations)
    for _ in range(2):
        with Archive.open(tmp_path) as archive:
            assert archive.stats().captures == 2
            assert archive.catalog.rows(text("SELECT count(*) FROM later"))[0][0] == 0


def test_a_damaged_catalog_says_what_to_do(tmp_path):
    (tmp_path / "catalog.db").write_bytes(b"this is no database, " * 100)
    for opening in (Archive.open, ArchiveReader.open):
        with pytest.raises(ArchiveError, match="rebuild"):
            opening(tmp_path)


def test_a_place_that_can_not_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(CannotWrite, match="Not a directory"):
        Archive.open(tmp_path / "file" / "archive")


def test_nothing_of_a_failed_batch_is_kept(archive, tmp_path, monkeypatch):
    archive.add(captures(1))
    (path,) = (tmp_path / "warc").iterdir()
    before = path.read_bytes()

    def full(_):
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", full)
        with pytest.raises(CannotWrite, match="No space left on device"):
            archive.add(captures(3, minute=1))
    assert path.read_bytes() == before
    assert archive.stats().captures == 1
    assert len(archive.add(captures(3, minute=1))) == 3
    archive.close()
    assert list(verify(tmp_path)) == []
