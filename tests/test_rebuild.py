import contextlib
import shutil
import sqlite3

import pytest
from captures import answer, capture, captures, page
from takedowns import do, fill

from snapshotter.errors import ArchiveError, ArchiveNotFound, Withheld
from snapshotter.formats import warc
from snapshotter.items import Article
from snapshotter.mend import mend
from snapshotter.rebuild import rebuild
from snapshotter.store import Archive, ArchiveReader
from snapshotter.store.takedownlog import log_path
from snapshotter.store.withdraw import take_down
from snapshotter.verify import verify
from snapshotter.web.queries import Queries

A, B = "https://news.example/2024/07/a.html", "https://news.example/2024/07/b.html"


def dump(folder) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with contextlib.closing(sqlite3.connect(folder / "catalog.db")) as catalog:
        tables = [name for (name,) in catalog.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {table: sorted(catalog.execute(f"SELECT * FROM {table}")) for table in tables}
    # Which came first is about one catalog, not about the archive.
    return rows | {"arrivals": sorted(snapshot_id for _, snapshot_id in rows["arrivals"]), "sqlite_sequence": []}


@pytest.fixture
def folder(tmp_path):
    """Two runs at once, with all that may become of an article."""
    with Archive.open(tmp_path, segment_bytes=3000) as one, Archive.open(tmp_path, prefix="other") as other:
        one.add(captures(3))
        other.add(captures(3, minute=1))
        other.add([capture(page(B, answer(b"moved"), 2, final_url=A))])
        one.add([capture(page(A, answer(b"changed"), 3), Article(title="New"))])
        other.add([capture(page(A, answer(b"", "304 Not Modified"), 4))])
        one.add([capture(page(A, answer(b"", "404 Not Found"), 5)), capture(page(B, answer(b"b's own"), 6))])
        other.add([capture(page("https://news.example/", answer(b"pay"), 7), Article(verdict="paywall"))])
    return tmp_path


def test_the_catalog_comes_out_the_same(folder):
    before = dump(folder)
    assert len(before["snapshots"]) == 12
    assert rebuild(folder) == []
    assert dump(folder) == before
    assert list(verify(folder)) == []


def test_a_lost_catalog_comes_back(folder):
    before = dump(folder)
    for path in folder.glob("catalog.db*"):
        path.unlink()
    rebuild(folder)
    assert dump(folder) == before


def test_a_catalog_that_is_none_is_replaced(folder):
    before = dump(folder)
    (folder / "catalog.db").write_bytes(b"rubbish" * 1000)
    (folder / "catalog.db.new").write_bytes(b"from an earlier try that was killed")
    rebuild(folder)
    assert dump(folder) == before
    assert not list(folder.glob("*.new*"))


@pytest.mark.parametrize(("damaged", "lost"), [("request", 0), ("response", 0), ("conversion", 1)])
def test_damage_costs_only_what_is_damaged(folder, damaged, lost):
    path = sorted((folder / "warc").iterdir())[0]
    data = bytearray(path.read_bytes())
    with path.open("rb") as stream:
        place = next(record.offset for record in warc.read(stream) if record.type == damaged)
    data[place + 30] ^= 0xFF
    path.write_bytes(data)
    before = dump(folder)["snapshots"]
    (problem,) = rebuild(folder)
    assert (problem.file, problem.offset) == (path.name, place)
    assert len(dump(folder)["snapshots"]) == len(before) - lost
    assert place in {problem.offset for problem in verify(folder)}


def test_not_beside_a_run(folder):
    with Archive.open(folder):
        with pytest.raises(ArchiveError, match="a run is writing"):
            rebuild(folder)
        assert list(folder.glob("*.new*")) == []
    rebuild(folder)


def test_there_must_be_warc_files(tmp_path):
    with pytest.raises(ArchiveNotFound):
        rebuild(tmp_path)


@pytest.mark.parametrize("left", [None, b"", b'{"action": "hi'])
@pytest.mark.parametrize("again", [rebuild, lambda folder: list(mend(folder))])
@pytest.mark.parametrize("known_by", ["catalog", "list", "list of before"])
def test_without_the_log_of_takedowns_nothing_is_shown_again(tmp_path, left, again, known_by):
    with Archive.open(tmp_path) as archive:
        fill(archive)
    do(tmp_path, take_down, A)
    whole = log_path(tmp_path).read_bytes()
    log_path(tmp_path).unlink()
    if left is not None:
        log_path(tmp_path).write_bytes(left)
    proof = tmp_path / "proof"
    if known_by == "catalog":
        (proof / "manifest").unlink()
    else:
        (tmp_path / "catalog.db").write_bytes(b"rubbish" * 1000)
    if known_by == "list of before":
        (proof / "manifest").rename(proof / "manifest.open")
    before = (tmp_path / "catalog.db").read_bytes()
    with pytest.raises(ArchiveError, match=r"takedowns\.jsonl is missing or shorter than it was: restore it"):
        again(tmp_path)
    assert (tmp_path / "catalog.db").read_bytes() == before
    log_path(tmp_path).write_bytes(whole)
    again(tmp_path)
    with ArchiveReader.open(tmp_path) as archive, pytest.raises(Withheld):
        archive.get(A)


def test_a_catalog_that_alone_knows_captures_is_kept(folder):
    with ArchiveReader.open(folder):  # keeps SQLite's log of the last captures from being merged
        with Archive.open(folder) as archive:
            archive.add(captures(1, minute=9))
        _loses_a_file_and_finds_it(folder)


def _loses_a_file_and_finds_it(folder):
    before = dump(folder)["snapshots"]
    path = sorted((folder / "warc").iterdir())[0]
    whole = path.read_bytes()
    path.unlink()
    (problem,) = rebuild(folder)
    (kept,) = (folder / "quarantine").iterdir()
    assert problem.file == path.name
    assert "only the old catalog has the records of" in problem.what
    assert kept.name in problem.remedy
    assert len(dump(folder)["snapshots"]) < len(before)
    copy = shutil.copy(kept, folder / "copy.part")
    with contextlib.closing(sqlite3.connect(copy)) as catalog:
        assert sorted(catalog.execute("SELECT * FROM snapshots")) == before
    assert f"warc/{path.name}" in {one.file for one in verify(folder) if one.what == "is missing"}
    path.write_bytes(whole)
    assert rebuild(folder) == []
    assert dump(folder)["snapshots"] == before
    assert list(verify(folder)) == []


def test_a_reader_that_is_open_goes_on_with_the_new_catalog(folder):
    with ArchiveReader.open(folder) as reader:
        queries = Queries(reader)
        before, taken = queries.version(), reader.get(A)
        assert [one.id for one in queries.versions(taken.article_id)][0:1]
        rebuild(folder)
        assert reader.get(taken.id) == taken
        do(folder, take_down, A)  # in the new one: the old one never hears of it
        for name in (A, taken.id):
            with pytest.raises(Withheld):
                reader.get(name)
        assert reader.is_taken_down(A, "")
        assert queries.among([taken.id]) == set()
        assert queries.version() != before


def test_a_catalog_that_is_gone_for_a_moment_is_not_made_by_who_reads(folder):
    with ArchiveReader.open(folder) as reader:
        known = reader.known(A)
        (folder / "catalog.db").rename(folder / "aside")
        assert reader.known(A) == known
        with pytest.raises(ArchiveError, match="rebuild it"):
            reader.stats()  # by a connection of its own
        assert not (folder / "catalog.db").exists()


@pytest.mark.parametrize("name", ["what?", "50%25", "a#b", "ein Archiv"])
def test_an_archive_may_be_called_anything(tmp_path, name):
    with Archive.open(tmp_path / name) as archive:
        archive.add(captures(2))
    rebuild(tmp_path / name)
    with ArchiveReader.open(tmp_path / name) as reader:
        assert reader.stats().captures == 2
