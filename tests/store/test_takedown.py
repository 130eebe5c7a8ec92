"""Taking down, restoring, erasing: what is hidden, what stays, what is gone."""

import contextlib
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace

import foreign
import pytest
from captures import answer, capture, captures, page
from sqlalchemy import select
from takedowns import PAGE, REVISED, SECRET, A, B, article, do, fill, holding, story

from snapshotter.errors import ArchiveError, SnapshotNotFound, UsageError, Withheld
from snapshotter.formats import jsonl, warc
from snapshotter.items import Article
from snapshotter.rebuild import rebuild
from snapshotter.store import Archive, ArchiveReader, Selection
from snapshotter.store.catalog import Catalog
from snapshotter.store.tables import takedowns
from snapshotter.store.takedownlog import append, log_path, read_log
from snapshotter.store.takedowns import sync
from snapshotter.store.withdraw import Subject, decision, restore, take_down
from snapshotter.verify import verify


@pytest.fixture
def filled(tmp_path):
    with Archive.open(tmp_path) as archive:
        fill(archive)
    return tmp_path


def test_hidden_from_every_way_out_at_once(filled):
    with ArchiveReader.open(filled) as beside:
        before = beside.stats()
        other = beside.get("https://news.example/2024/07/0.html")
        assert "The quarry affair" in {one.title for one in beside.related(other)}
        held = beside.get(A)
        outcome = do(filled, take_down, A)
        assert (outcome.captures, outcome.articles, outcome.waiting) == (3, 1, 0)
        with pytest.raises(Withheld):
            beside.response_block(held)
        for name in (A, f"{A}?utm_source=x", "https://m.news.example/2024/07/a.html"):
            with pytest.raises(Withheld, match="at the request of her lawyer: names a private person"):
                beside.get(name)
        assert beside.history(A) == []
        assert not [one for one in beside.snapshots() if one.url == A]
        assert "The quarry affair" not in {one.title for one in beside.related(other)}
        assert (beside.stats().captures, beside.stats().articles) == (before.captures - 3, before.articles - 1)
        assert beside.stats().by_change.get("withdrawn", 0) == 0
    index = b"".join(path.read_bytes() for path in (filled / "index").iterdir())
    assert index.count(b'"url": "https://news.example/2024/07/a.html"') == 0
    assert index.count(b'"url": "https://news.example/2024/07/0.html"') == 2
    assert list(verify(filled)) == []


def test_the_tombstone_says_what_when_why_and_by_whom(filled):
    with ArchiveReader.open(filled) as archive:
        snapshot = archive.get(A)
    do(filled, take_down, A)
    with ArchiveReader.open(filled) as archive, pytest.raises(Withheld) as caught:
        archive.get(snapshot.id)
    left = jsonl.loads(caught.value.tombstone)
    assert (left.id, left.url, left.change, left.captured_at) == (snapshot.id, A, "withdrawn", snapshot.captured_at)
    assert left.warnings == (str(caught.value).partition(": ")[2],)
    emptied = (
        left.title,
        left.body_text,
        left.body_html,
        left.category,
        left.raw_sha256,
        left.text_sha256,
        left.simhash,
    )
    assert set(emptied) == {""}


def test_exports_carry_withdrawn_records(filled):
    do(filled, take_down, A)
    with ArchiveReader.open(filled) as archive:
        gone = list(archive.withdrawn())
        today = next(entry.at for entry in read_log(filled))
        counts = [
            len(list(archive.withdrawn(selection)))
            for selection in (
                Selection(since=today),
                Selection(until="2024-07-01T12:01:00Z"),
                Selection(since="2024-07-02T00:00:00Z", until="2024-07-03T00:00:00Z"),
                Selection(site="news.example", category="whatever", verdict="paywall"),
                Selection(site="other.example"),
            )
        ]
    assert [(one.change, one.url, one.body_text) for one in gone] == [("withdrawn", A, "")] * 3
    assert counts == [3, 1, 0, 3, 0]


def test_restored_it_is_as_it_was(filled):
    with ArchiveReader.open(filled) as archive:
        before, stats = list(archive.snapshots()), archive.stats()
    index = {path.name: path.read_bytes() for path in (filled / "index").iterdir()}
    do(filled, take_down, A)
    assert do(filled, restore, A, "restore").captures == 3
    with ArchiveReader.open(filled) as archive:
        assert list(archive.snapshots()) == before
        assert (archive.stats(), list(archive.withdrawn())) == (stats, [])
    assert {path.name: path.read_bytes() for path in (filled / "index").iterdir()} == index
    assert [entry.action for entry in read_log(filled)] == ["hide", "restore"]
    with pytest.raises(SnapshotNotFound, match="isn't taken down"):
        do(filled, restore, A, "restore")


def test_restored_says_what_another_takedown_still_hides(filled):
    with ArchiveReader.open(filled) as archive:
        first = archive.history(A)[0]
    do(filled, take_down, A)
    do(filled, take_down, first.id)
    outcome = do(filled, restore, A, "restore")
    assert (outcome.captures, outcome.articles, outcome.hidden) == (1, 1, 2)
    do(filled, take_down, "news.example", is_site=True)
    outcome = do(filled, restore, first.id, "restore")
    assert (outcome.captures, outcome.articles, outcome.hidden) == (0, 0, 2)


def test_one_capture_takes_those_that_repeat_it(filled):
    with ArchiveReader.open(filled) as archive:
        first, again, revised = archive.history(A)
    outcome = do(filled, take_down, first.id)
    assert (outcome.captures, outcome.others) == (2, 1)
    with Archive.open(filled) as archive:
        assert archive.history(A) == [revised]
        assert archive.get(A) == revised
        for gone in (first, again):
            with pytest.raises(Withheld):
                archive.get(gone.id)
        (later,) = archive.add([story(30)])
        assert (later.change, later.body_text, later.warc_file) == ("withdrawn", "", "")
        assert archive.history(A) == [revised]


def test_a_site_and_whatever_comes_of_it_later(filled):
    assert do(filled, take_down, "news.example", is_site=True).captures == 9
    with Archive.open(filled) as archive:
        (later,) = archive.add(captures(1, minute=40))
        assert (later.change, list(archive.snapshots())) == ("withdrawn", [])
        assert archive.is_taken_down("https://news.example/new.html", "news.example")
    do(filled, restore, "news.example", "restore", is_site=True)
    with ArchiveReader.open(filled) as archive:
        assert archive.stats().captures == 9


def test_a_later_capture_of_it_is_not_stored(filled):
    do(filled, take_down, A)
    with ArchiveReader.open(filled) as archive:
        assert archive.is_taken_down(f"{A}#top", "any")
        assert not archive.is_taken_down(B, "any")
    sizes = [path.stat().st_size for path in (filled / "warc").iterdir()]
    with Archive.open(filled) as archive:
        (again, moved) = archive.add([story(50), capture(page(B, answer(PAGE), 51, final_url=A), article(SECRET))])
        assert {again.change, moved.change} == {"withdrawn"}
        assert again.warnings[0].startswith("withdrawn 20")
    assert sorted(path.stat().st_size for path in (filled / "warc").iterdir())[-len(sizes) :] == sorted(sizes)


@pytest.mark.parametrize(
    ("name", "reason", "error"),
    [
        ("https://news.example/none", "x", SnapshotNotFound),
        ("sn_0", "x", SnapshotNotFound),
        (A, " ", UsageError),
        (A, "x" * 3000, UsageError),
    ],
)
def test_what_can_not_be_taken_down(filled, name, reason, error):
    with Archive.open(filled) as archive, pytest.raises(error):
        take_down(filled, archive.catalog, Subject(name), decision("hide", reason))
    assert not log_path(filled).exists()


def test_a_rebuilt_catalog_knows_what_was_taken_down(filled):
    do(filled, take_down, A)
    with ArchiveReader.open(filled) as archive:
        before = list(archive.withdrawn())
    for path in filled.glob("catalog.db*"):
        path.unlink()
    rebuild(filled)
    with ArchiveReader.open(filled) as archive:
        assert list(archive.withdrawn()) == before
        with pytest.raises(Withheld):
            archive.get(A)


def test_a_torn_line_of_the_log_was_not_acknowledged(filled):
    do(filled, take_down, A)
    with log_path(filled).open("ab") as log:
        log.write(b'{"action": "hide", "at": "20')
    assert len(list(read_log(filled))) == 1
    do(filled, restore, A, "restore")
    assert [entry.action for entry in read_log(filled)] == ["hide", "restore"]


@pytest.mark.parametrize("line", [b"{}\n", b"[]\n", b"\xff\n", b'{"action": "burn"}\n', b"[" * 100_000 + b"\n"])
def test_a_log_that_is_none_says_what_to_do(filled, line):
    log_path(filled).parent.mkdir()
    log_path(filled).write_bytes(line)
    with pytest.raises(ArchiveError, match=r"takedowns.jsonl, line 1.*Restore the file"):
        ArchiveReader.open(filled)


def test_verify_compares_log_and_catalog(filled):
    do(filled, take_down, A)
    assert list(verify(filled)) == []
    with contextlib.closing(sqlite3.connect(filled / "catalog.db")) as catalog, catalog:
        catalog.execute("UPDATE takedowns SET reason = 'another'")
    assert "the catalog's takedowns aren't those of the log" in [problem.what for problem in verify(filled)]
    log_path(filled).write_bytes(b"")
    assert any("is shorter than" in problem.what for problem in verify(filled))
    with ArchiveReader.open(filled) as archive, pytest.raises(Withheld):  # what was taken down stays so
        archive.get(A)


# Erasing


def test_erased_no_sentence_is_left_in_the_folder(filled):
    with ArchiveReader.open(filled) as archive:
        blocks = {one.id: archive.response_block(one) for one in archive.snapshots() if one.url != A}
        places = {one.id: (one.warc_file, one.warc_offset, one.warc_length) for one in archive.snapshots()}
    sizes = {path.name: path.stat().st_size for path in (filled / "warc").iterdir()}
    assert len(holding(filled, SECRET, REVISED)) >= 2
    outcome = do(filled, take_down, A, "erase")
    assert (outcome.captures, outcome.waiting) == (3, 0)
    assert holding(filled, SECRET, REVISED, "The quarry affair") == []
    assert list(verify(filled)) == []
    with ArchiveReader.open(filled) as archive:
        assert {one.id: archive.response_block(one) for one in archive.snapshots()} == blocks
        assert len(list(archive.withdrawn())) == 3
        with pytest.raises(Withheld, match="names a private person"):
            archive.get(A)
        left = {one.id: (one.warc_file, one.warc_offset, one.warc_length) for one in archive.withdrawn()}
    assert left.items() <= places.items()
    assert {path.name: path.stat().st_size for path in (filled / "warc").iterdir()}.items() >= sizes.items()


def test_erased_records_are_tombstones_of_the_same_id_and_place(filled):
    (path,) = (filled / "warc").iterdir()
    with path.open("rb") as stream:
        before = [(one.id, one.offset, one.length, one.type) for one in warc.read(stream)]
    do(filled, take_down, A, "erase")
    with path.open("rb") as stream:
        after = [(one.id, one.offset, one.length, one.get(warc.ERASED) or one.type) for one in warc.read(stream)]
        stream.seek(0)
        types = [one.type for one in warc.read(stream) if one.get(warc.ERASED)]
    assert after == before
    assert types == ["metadata", "metadata", "conversion"] * 3


def test_erased_is_erased(filled):
    do(filled, take_down, A, "erase")
    with pytest.raises(ArchiveError, match="can't be restored"):
        do(filled, restore, A, "restore")
    do(filled, take_down, A)
    with pytest.raises(ArchiveError, match="can't be restored"):
        do(filled, restore, A, "restore")
    for path in filled.glob("catalog.db*"):
        path.unlink()
    rebuild(filled)
    assert list(verify(filled)) == []
    with ArchiveReader.open(filled) as archive, pytest.raises(Withheld, match="names a private person"):
        archive.get(A)


def test_erased_in_more_than_one_go(filled, monkeypatch):
    monkeypatch.setattr("snapshotter.store.erase.BATCH", 2)
    assert do(filled, take_down, "news.example", "erase", is_site=True).waiting == 0
    assert holding(filled, SECRET, REVISED, "redirected") == []
    assert list(verify(filled)) == []


def test_hidden_first_erased_later(filled):
    do(filled, take_down, A)
    assert holding(filled, SECRET)
    do(filled, take_down, A, "erase")
    assert holding(filled, SECRET, REVISED) == []


def test_what_a_killed_rebuild_left_goes_too(filled):
    shutil.copy(filled / "catalog.db", filled / "catalog.db.new")
    do(filled, take_down, A, "erase")
    assert holding(filled, SECRET) == []
    assert not (filled / "catalog.db.new").exists()


def test_a_url_that_led_elsewhere_once_takes_both(tmp_path):
    first = capture(page(A, answer(b"<p>a wall</p>")), Article(verdict="consent"))
    moved = capture(page(A, answer(PAGE), 5, final_url=B), article(SECRET))
    with Archive.open(tmp_path) as archive:
        archive.add([capture(page(B, answer(b"b"), 1), article("Of its own."))])
        added = archive.add([first, moved])
        captures_of_a = {one.id for one in added} | {one.id for one in archive.history(A)}
    do(tmp_path, take_down, A)
    with ArchiveReader.open(tmp_path) as archive:
        assert not captures_of_a & {one.id for one in archive.snapshots()}


def test_redirects_that_led_to_it_go_too(filled):
    do(filled, take_down, B, "erase")
    assert holding(filled, "redirected", "Location: https://news.example/2024/07/moved.html") == []
    assert list(verify(filled)) == []


def test_what_a_living_run_writes_is_erased_when_it_ends(tmp_path):
    with Archive.open(tmp_path) as crawl:
        fill(crawl)
        assert do(tmp_path, take_down, A, "erase").waiting == 3
        with pytest.raises(Withheld):
            crawl.get(A)
        crawl.add(captures(2, minute=55))
    assert holding(tmp_path, SECRET, REVISED) == []
    assert list(verify(tmp_path)) == []
    assert [entry.action for entry in read_log(tmp_path)] == ["erase", "erased"]


def test_an_imported_capture_is_erased_from_its_file_and_from_ours(tmp_path):
    folder, theirs = tmp_path / "archive", tmp_path / "theirs.warc.gz"
    data = foreign.responses(range(3))
    asked = foreign.record(
        "request", 501, foreign.url_of(1), b"GET / HTTP/1.1\r\nX-Note: ship 1 has been repaired\r\n\r\n",
        ("WARC-Concurrent-To", "<urn:uuid:00000001>"),
    )  # fmt: skip
    theirs.write_bytes(data + asked)
    imported = [sys.executable, "-c", "from snapshotter.commands.main import main; main()", "import", str(theirs)]
    for _ in range(2):
        subprocess.run([*imported, "--archive", str(folder)], check=True, capture_output=True, timeout=100)
        if not log_path(folder).exists():
            outcome = do(folder, take_down, foreign.url_of(1), "erase")
            assert (outcome.captures, outcome.waiting) == (1, 0)
        assert holding(folder, "ship 1 has been repaired", "Ship 1 sails again") == []
        assert list(verify(folder)) == []
        (kept,) = (folder / "imported").glob("*.warc.gz")
        assert kept.stat().st_size == theirs.stat().st_size
        with ArchiveReader.open(folder) as archive:
            assert {one.url for one in archive.snapshots()} == {foreign.url_of(0), foreign.url_of(2)}
            assert all(archive.response_block(one) for one in archive.snapshots())
            assert [one.url for one in archive.withdrawn()] == [foreign.url_of(1)]


def test_nothing_is_decided_on_a_log_that_was_lost(filled):
    do(filled, take_down, A)
    log_path(filled).unlink()
    with pytest.raises(ArchiveError, match="missing or shorter"):
        do(filled, take_down, B)


def test_an_archive_without_log_and_catalog_is_not_opened(filled):
    do(filled, take_down, A)
    for path in (log_path(filled), *filled.glob("catalog.db*")):
        path.unlink()
    with pytest.raises(ArchiveError, match="missing or shorter"):
        Archive.open(filled)


def test_two_who_bring_the_catalog_up_to_the_log_at_once_leave_all_of_it(filled):
    class Late(Catalog):
        """Another takedown is decided and entered just before its transaction begins."""

        @contextlib.contextmanager
        def transaction(self):
            append(filled, replace(entry, scopes=(("site", "news.example"),)))
            with contextlib.closing(Catalog(self.path)) as other:
                sync(filled, other)
            with super().transaction() as connection:
                yield connection

    entry = replace(decision("hide", "why"), scopes=(("site", "other.example"),))
    append(filled, entry)
    with contextlib.closing(Late(filled / "catalog.db")) as late:
        sync(filled, late)
        assert {row.value for row in late.rows(select(takedowns))} == {"news.example", "other.example"}
    with ArchiveReader.open(filled) as archive, pytest.raises(Withheld):
        archive.get(A)
