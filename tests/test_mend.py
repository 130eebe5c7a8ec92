"""What of a damaged archive can be mended, and what is said of the rest."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from captures import captures

from snapshotter.errors import ArchiveError, ArchiveNotFound
from snapshotter.formats import warc
from snapshotter.mend import mend
from snapshotter.store import Archive
from snapshotter.verify import verify


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    """Two sealed files: four captures, then two of them again."""
    folder = tmp_path_factory.mktemp("sound")
    for minute, count in ((0, 4), (1, 2)):
        with Archive.open(folder, prefix=f"part{minute}") as archive:
            archive.add(captures(count, minute))
    return folder


@pytest.fixture
def folder(sound, tmp_path) -> Path:
    return shutil.copytree(sound, tmp_path / "archive")


def first_file(folder: Path) -> Path:
    return min((folder / "warc").iterdir())


def record_of(path: Path, kind: str, number: int = 0) -> warc.Record:
    with path.open("rb") as stream:
        return [record for record in warc.read(stream) if record.type == kind][number]


def overwrite(path: Path, place: int, data: bytes = b"\xff\x00\xff") -> None:
    with path.open("r+b") as stream:
        stream.seek(place)
        stream.write(data)


def ids(folder: Path) -> list[str]:
    with Archive.open(folder) as archive:
        return sorted(snapshot.id for snapshot in archive.snapshots())


def reads_from_end_to_end(path: Path) -> bool:
    check = subprocess.run([sys.executable, "-m", "fastwarc.cli", "check", str(path)], capture_output=True, check=False)
    with path.open("rb") as stream:
        return check.returncode == 0 and len(list(warc.read(stream))) > 1


def test_a_sound_archive_is_left_alone(folder):
    before = {path: path.stat().st_ino for path in (folder / "warc").iterdir()}
    assert list(mend(folder)) == []
    assert list(verify(folder)) == []
    assert {path: path.stat().st_ino for path in (folder / "warc").iterdir()} == before


def test_a_damaged_snapshot_record_is_written_anew_to_the_byte(folder):
    path = first_file(folder)
    whole = path.read_bytes()
    overwrite(path, record_of(path, "conversion", 1).offset + 50)
    assert list(verify(folder))
    first, *_ = mend(folder)
    assert "from the catalog" in first.remedy
    assert path.read_bytes() == whole
    assert list(verify(folder)) == []


@pytest.mark.parametrize("kind", ["response", "request", "warcinfo"])
def test_what_can_not_be_mended_stays_told_and_the_rest_stays_readable(folder, kind):
    path, before = first_file(folder), ids(folder)
    damaged = record_of(path, kind)
    whole = path.read_bytes()
    overwrite(path, damaged.offset + 50)
    as_found = path.read_bytes()
    done = list(mend(folder))
    assert done[0].offset == damaged.offset
    assert [kept.read_bytes() for kept in (folder / "quarantine").iterdir()] == [as_found]
    assert reads_from_end_to_end(path)
    assert path.read_bytes()[damaged.end :] == whole[damaged.end :]
    left = list(verify(folder))
    assert any("bytes were damaged here, and are lost" in problem.what for problem in left)
    assert ids(folder) == before
    path.write_bytes(whole)  # a copy is found
    assert {done.file for done in mend(folder)} <= {"index"}
    assert list(verify(folder)) == []


def test_what_was_damaged_before_the_files_were_listed_is_mended_for_good(folder):
    """A crash, then damage, then a run that signs the list of files as they are."""
    path = first_file(folder)
    overwrite(path, record_of(path, "conversion", 1).offset + 50)
    for name in (folder / "proof").glob("manifest*"):
        name.unlink()
    Archive.open(folder).close()
    list(mend(folder))
    assert list(verify(folder)) == []


def test_a_torn_end_is_cut_and_its_captures_stay_in_the_catalog(folder):
    path, before = first_file(folder), ids(folder)
    os.truncate(path, record_of(path, "response", 3).offset + 60)
    sql(folder, "UPDATE snapshots SET site = 'elsewhere' WHERE revision = 1")
    done = {problem.file: problem for problem in mend(folder)}
    assert "left as it is: only there is the record of 1 captures" in done["catalog.db"].remedy
    assert reads_from_end_to_end(path)
    assert ids(folder) == before
    assert any("not whole in the file" in problem.what for problem in verify(folder))


def sql(folder: Path, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(folder / "catalog.db")) as catalog, catalog:
        catalog.execute(statement)


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "catalog.db").unlink(),
        lambda folder: (folder / "catalog.db").write_bytes(b"no database " * 500),
        lambda folder: overwrite(folder / "catalog.db", 5000, os.urandom(3000)),
        lambda folder: sql(folder, "DELETE FROM snapshots WHERE change = 'new'"),
        lambda folder: shutil.rmtree(folder / "index"),
        lambda folder: [path.write_bytes(b"x") for path in (folder / "index").iterdir()],
    ],
    ids=["no catalog", "no database", "overwritten pages", "lost rows", "no indexes", "wrong indexes"],
)
def test_what_is_derived_is_made_anew(folder, damage):
    before = ids(folder)
    damage(folder)
    list(mend(folder))
    assert list(verify(folder)) == []
    assert ids(folder) == before


def test_a_damaged_catalog_is_kept_aside(folder):
    (folder / "catalog.db").write_bytes(b"no database " * 500)
    assert "quarantine/catalog.db." in next(iter(mend(folder))).remedy


def test_a_crash_is_mended(tmp_path):
    with Archive.open(tmp_path / "live") as archive:
        archive.add(captures(3))
        folder = shutil.copytree(tmp_path / "live", tmp_path / "crashed")
    (path,) = (folder / "warc").iterdir()
    path.write_bytes(path.read_bytes() + b"\x1f\x8b\x08torn")
    list(mend(folder))
    assert list(verify(folder)) == []
    assert len(ids(folder)) == 3


def test_nothing_is_mended_under_a_writers_hands(folder):
    with Archive.open(folder), pytest.raises(ArchiveError, match="a run is writing"):
        list(mend(folder))


def test_there_must_be_an_archive(tmp_path):
    with pytest.raises(ArchiveNotFound):
        list(mend(tmp_path))
