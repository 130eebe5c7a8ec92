import contextlib
import sqlite3
import tracemalloc
from pathlib import Path

import pytest
from captures import answer, capture, captures, page

from snapshotter.errors import ArchiveNotFound
from snapshotter.formats import warc
from snapshotter.rebuild import rebuild
from snapshotter.store import Archive
from snapshotter.verify import Problem, verify


@pytest.fixture
def folder(tmp_path) -> Path:
    """Two sealed files: four captures, then two of them again."""
    for minute, count in ((0, 4), (1, 2)):
        with Archive.open(tmp_path, prefix=f"part{minute}") as archive:
            archive.add(captures(count, minute))
    return tmp_path


def first_file(folder: Path) -> Path:
    return sorted((folder / "warc").iterdir())[0]


def rewrite(path: Path, change) -> None:
    """The file with every record handed to ``change`` (record → fields, block; None leaves it out)."""
    with path.open("rb") as stream:
        records = list(warc.read(stream))
    kept = [change(record) for record in records]
    path.write_bytes(b"".join(warc.pack(fields[:-1], block) for fields, block in filter(None, kept)))


def sql(folder: Path, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(folder / "catalog.db")) as catalog, catalog:
        catalog.execute(statement)


def whats(folder: Path) -> str:
    return "\n".join(problem.what for problem in verify(folder))


def test_a_whole_archive_has_no_problems(folder):
    assert list(verify(folder)) == []


def test_there_must_be_an_archive(tmp_path):
    with pytest.raises(ArchiveNotFound):
        list(verify(tmp_path))


def test_a_flipped_byte_is_found_wherever_it_is(folder):
    path = first_file(folder)
    whole = path.read_bytes()
    with path.open("rb") as stream:
        unread = {record.offset + byte for record in warc.read(stream) for byte in range(4, 10)}  # time, system
    for place in set(range(12, len(whole), 97)) - unread:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        problems = list(verify(folder))
        assert problems, place
        assert problems[0].file == path.name
        assert "copy" in problems[0].remedy


def test_a_changed_block_is_found(folder):
    rewrite(first_file(folder), lambda one: (one.fields, one.block.replace(b"Host", b"Hosf")))
    assert "the request's block isn't what its digest says" in whats(folder)


def test_a_changed_payload_with_a_fitting_block_digest_is_found(folder):
    def forged(one):
        if one.type != "response":
            return one.fields, one.block
        block = one.block[:-1] + b"\x01"
        return [
            (name, warc.digest(block) if name == "WARC-Block-Digest" else value) for name, value in one.fields
        ], block

    rewrite(first_file(folder), forged)
    assert "the response's payload isn't what its digest says" in whats(folder)


@pytest.mark.parametrize(
    ("left_out", "what"),
    [
        ("warcinfo", "a file has one warcinfo record, and it comes first"),
        ("request", "a response without its request before it"),
        ("response", "a request without its response behind it"),
        ("conversion", "is in the catalog, but not whole in the file"),
    ],
)
def test_a_missing_record_is_found(folder, left_out, what):
    rewrite(first_file(folder), lambda one: None if one.type == left_out else (one.fields, one.block))
    assert what in whats(folder)


def test_a_record_that_comes_twice_is_found(folder):
    path = first_file(folder)
    with path.open("rb") as stream:
        *_, last = warc.read(stream)
    data = path.read_bytes()
    path.write_bytes(data + data[last.offset :])
    assert "comes twice" in whats(folder)


def test_a_snapshot_that_names_another_payload_is_found(folder):
    def forged(one):
        fields = [(name, "sha256:0" if name == "WARC-Payload-Digest" else value) for name, value in one.fields]
        return (fields, one.block) if one.type == "response" else (one.fields, one.block)

    rewrite(first_file(folder), forged)
    assert "names another payload" in whats(folder) or "lies elsewhere" in whats(folder)


def test_an_unreadable_snapshot_record_is_found(folder):
    rewrite(first_file(folder), lambda one: (one.fields, b"{}" if one.type == "conversion" else one.block))
    assert "its snapshot record can't be read" in whats(folder)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("DELETE FROM snapshots WHERE change = 'unchanged'", "isn't in the catalog"),
        ("UPDATE snapshots SET site = 'elsewhere'", "isn't what the WARC says"),
        ("UPDATE snapshots SET record = x'00'", "isn't what the WARC says"),
        ("UPDATE aliases SET snapshot_id = 'sn_0'", "leads to a snapshot that isn't there"),
        ("UPDATE snapshots SET record = (SELECT max(record) FROM snapshots)", "isn't what the WARC says"),
    ],
)
def test_a_catalog_that_differs_is_found_and_rebuilt(folder, statement, what):
    sql(folder, statement)
    problems = list(verify(folder))
    assert {problem.remedy for problem in problems if what in problem.what} == {"rebuild the catalog"}
    assert rebuild(folder) == []
    assert list(verify(folder)) == []


def test_a_lost_file_is_found_and_what_leaned_on_it(folder):
    path = first_file(folder)
    path.unlink()
    assert Problem(
        path.name,
        0,
        "can't be read: No such file or directory; each of 4 captures is in the catalog, but not whole in the file",
        "restore the file from a copy, then verify again",
    ) in list(verify(folder))
    rebuild(folder)
    assert whats(folder).count("repeats a response that isn't there") == 2


def test_an_empty_file_is_found(folder):
    first_file(folder).write_bytes(b"")
    assert "not whole in the file" in whats(folder)


def test_memory_is_bounded(tmp_path):
    with Archive.open(tmp_path) as archive:
        archive.add([capture(page("https://news.example/big", answer(b" " * 150_000_000)))])
    tracemalloc.start()
    try:
        problems = list(verify(tmp_path))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 250_000_000
    assert ["longer than" in problem.what for problem in problems] == [True]


def test_an_operators_database_that_the_disk_does_not_give_back_is_found(folder):
    (folder / "state.db").symlink_to("/proc/self/mem")  # every read of its beginning is an I/O error
    (found, *_) = verify(folder)
    assert (found.file, found.what) == ("state.db", "can't be read: disk I/O error")


@pytest.mark.parametrize("name", ["state.db", "site.db"])
def test_an_operators_database_that_is_no_database_is_found_be_it_listed_or_not(folder, name):
    (folder / name).write_bytes(b"not a database" * 1000)
    (found,) = verify(folder)
    assert (found.file, found.what) == (name, "can't be read: file is not a database")
    with contextlib.closing(sqlite3.connect(":memory:")) as empty:
        empty.execute("create table a (b)")
        (folder / name).write_bytes(empty.serialize())
    assert list(verify(folder)) == []
