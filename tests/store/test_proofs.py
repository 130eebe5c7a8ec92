"""An archive's proof log and signed list of files, as runs, crashes and rebuilds leave them."""

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from captures import answer, capture, captures, page

from snapshotter.errors import ArchiveError, BadProof, CannotWrite, SnapshotNotFound
from snapshotter.proof.bundle import checked
from snapshotter.proof.heads import Heads
from snapshotter.proof.keys import signing_key
from snapshotter.proof.log import Log
from snapshotter.proof.manifest import Manifest
from snapshotter.proof.notes import SigningKey
from snapshotter.rebuild import rebuild
from snapshotter.store import Archive, ArchiveReader
from snapshotter.store.closing import close_manifest, written_into
from snapshotter.store.proofs import committed, forget
from snapshotter.store.proving import check_since, last_head, prove
from snapshotter.store.tampering import check_manifest, unchecked
from snapshotter.verify import verify

KILLS = int(os.environ.get("SNAPSHOTTER_KILLS", "3"))
"""How often a writer is killed; SNAPSHOTTER_KILLS=20 takes two minutes."""

WRITER = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[1] / "lib")!r})
from captures import captures
from snapshotter.store import Archive

folder, minute = Path(sys.argv[1]), int(sys.argv[2])
made = [captures(2, minute + step) for step in range(6)]
print("ready", flush=True)
for turn in range(3):
    with Archive.open(folder) as archive:
        for batch in made[2 * turn : 2 * turn + 2]:
            print(*(snapshot.id for snapshot in archive.add(batch)), flush=True)
print("done", flush=True)
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    """Two runs: three captures, then two of them again."""
    for minute, count in ((0, 3), (1, 2)):
        with Archive.open(tmp_path, archive_name="news.example") as archive:
            archive.add(captures(count, minute))
    return tmp_path


def ids(folder: Path) -> list[str]:
    with ArchiveReader.open(folder) as archive:
        return [snapshot.id for snapshot in archive.snapshots()]


def proven(folder: Path, name: str):
    with ArchiveReader.open(folder) as archive:
        return checked(prove(archive, name), signing_key(folder).public)


def leaves(folder: Path) -> list[str]:
    if not (folder / "proof" / "hashes").exists():
        return []
    with ArchiveReader.open(folder) as archive, Log(folder / "proof") as log:
        return [name for name, _ in log.entries(committed(folder, archive.catalog))]


def sql(folder: Path, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(folder / "catalog.db")) as catalog, catalog:
        catalog.execute(statement)


def test_every_capture_has_a_leaf_and_every_run_ends_with_a_head(folder):
    assert sorted(leaves(folder)) == sorted(ids(folder))
    assert [int(path.name[:12]) for path in Heads(folder / "proof" / "heads").paths()] == [3, 5]
    assert list(verify(folder)) == []
    assert unchecked(folder) == ""


def test_every_capture_is_proven_by_the_first_head_that_covers_it(folder):
    found = [proven(folder, name) for name in leaves(folder)]
    assert [(one.parts.index, one.head.size) for one in found] == [(0, 3), (1, 3), (2, 3), (3, 5), (4, 5)]
    assert {one.head.origin for one in found} == {"news.example"}
    assert all(one.has_payload and one.parts.members["request"] for one in found)


def test_a_redirected_page_and_an_empty_one_are_proven(tmp_path):
    pages = [
        page("https://news.example/a", answer(b"<p>same"), final_url="https://news.example/b"),
        page("https://news.example/empty", answer(b"")),
        page("https://news.example/b", answer(b"<p>same"), minute=1),  # comes back the same
    ]
    with Archive.open(tmp_path) as archive:
        names = [archive.add([capture(one)])[0].id for one in pages]
    assert [proven(tmp_path, name).parts.leaf.url[-5:] for name in names] == ["ple/b", "empty", "ple/b"]
    assert proven(tmp_path, names[2]).parts.members["original"]


def test_a_run_that_adds_nothing_signs_no_head_unless_the_last_is_a_day_old(folder, monkeypatch):
    heads = Heads(folder / "proof" / "heads")
    Archive.open(folder).close()
    assert len(heads.paths()) == 2
    monkeypatch.setenv("SNAPSHOTTER_NOW", "2099-01-01T00:00:00Z")
    Archive.open(folder).close()
    assert [path.name for path in heads.paths()][2:] == ["000000000005-20990101000000.head"]


def test_a_long_run_signs_a_head_a_day(tmp_path, monkeypatch):
    with Archive.open(tmp_path) as archive:
        for day in (1, 2, 4):
            monkeypatch.setenv("SNAPSHOTTER_NOW", f"2099-01-0{day}T00:00:00Z")
            archive.add(captures(1, day))
        assert Heads(tmp_path / "proof" / "heads").last_size() == 2


def test_leaves_and_heads_of_two_writers_are_in_one_log(tmp_path):
    with Archive.open(tmp_path) as one, Archive.open(tmp_path) as other:
        for minute in range(4):
            (one, other)[minute % 2].add(captures(1, minute))
        assert not Manifest(tmp_path).is_closed
    assert len(leaves(tmp_path)) == 4
    assert Manifest(tmp_path).is_closed
    assert list(verify(tmp_path)) == []


def test_a_rebuilt_catalog_has_the_same_log(folder):
    before = [prove_of(folder, name) for name in ids(folder)]
    assert rebuild(folder) == []
    assert [prove_of(folder, name) for name in ids(folder)] == before
    with Archive.open(folder) as archive:
        archive.add(captures(1, 7))
    assert len(leaves(folder)) == 6
    assert list(verify(folder)) == []


def prove_of(folder: Path, name: str) -> bytes:
    with ArchiveReader.open(folder) as archive:
        return prove(archive, name)


def test_captures_that_came_without_a_leaf_get_one(folder):
    """As of an archive from before there was a log, or of a crash between the WARC and the log."""
    shutil.rmtree(folder / "proof")
    sql(folder, "DELETE FROM meta WHERE name LIKE 'proof%'")
    Archive.open(folder).close()
    assert sorted(leaves(folder)) == sorted(ids(folder))
    assert list(verify(folder)) == []


def test_captures_get_their_leaves_a_few_at_a_time_in_their_order(folder, monkeypatch):
    with Archive.open(folder) as archive:
        archive.add(captures(9, 3))
    with ArchiveReader.open(folder) as archive:
        found = sorted((snapshot.captured_at, snapshot.id) for snapshot in archive.snapshots())
    shutil.rmtree(folder / "proof")
    sql(folder, "DELETE FROM meta WHERE name LIKE 'proof%'")
    monkeypatch.setattr("snapshotter.store.proofs.BATCH", 2)
    Archive.open(folder).close()
    Archive.open(folder).close()
    assert leaves(folder) == [name for _, name in found]
    assert list(verify(folder)) == []


def test_a_lost_log_is_told_and_none_is_begun_in_its_place(folder):
    shutil.move(folder / "proof", folder / "elsewhere")
    with pytest.raises(ArchiveError, match="restore its folder proof from a copy"):
        Archive.open(folder)
    shutil.move(folder / "elsewhere", folder / "proof")
    Archive.open(folder).close()


def test_what_no_head_covers_yet_isnt_proven(tmp_path):
    with Archive.open(tmp_path) as archive:
        (added,) = archive.add(captures(1))
        with pytest.raises(ArchiveError, match="no signed head covers leaf 0"):
            prove(archive, added.id)
        with pytest.raises(ArchiveError, match="no head"):
            last_head(tmp_path)


def test_a_forgotten_leaf_leaves_every_other_proof_as_it_was(folder):
    first, *others = leaves(folder)
    before = [prove_of(folder, name) for name in others]
    with Archive.open(folder):
        assert forget(folder, first)
        assert not forget(folder, "sn_" + "0" * 24)
    assert [prove_of(folder, name) for name in others] == before
    with pytest.raises(SnapshotNotFound, match="salt was destroyed"):
        prove_of(folder, first)
    assert list(verify(folder)) == []


def test_the_log_is_compared_with_a_head_kept_elsewhere(folder):
    kept = Heads(folder / "proof" / "heads").paths()[0].read_bytes()
    with ArchiveReader.open(folder) as archive:
        head, size = check_since(archive, kept)
        assert (head.size, size) == (3, 5)
        stranger = SigningKey.generate("news.example")
        with pytest.raises(BadProof, match="isn't known"):
            check_since(archive, kept, [stranger.public])


def test_a_log_that_was_begun_anew_isnt_the_one_of_a_kept_head(folder):
    kept = last_head(folder)
    shutil.rmtree(folder / "proof")
    sql(folder, "DELETE FROM meta WHERE name LIKE 'proof%'")
    Archive.open(folder).close()
    with ArchiveReader.open(folder) as archive, pytest.raises(BadProof, match="the log was rewritten"):
        check_since(archive, kept)


@pytest.mark.parametrize(
    ("path", "place", "what"),
    [
        ("proof/hashes", 40, "hash of 2 leaves"),
        ("proof/entries", 3, "which the archive doesn't have"),
        ("proof/entries", 20, "isn't what its leaf"),
        ("proof/heads/000000000003-*", 15, "signature"),
        ("proof/manifest", 40, "signature"),
        ("keys/proof.pub", 30, "not a public key"),
        ("keys/proof.key", 30, "not a private key"),
        ("catalog.db", -1, "isn't what it was closed with"),
        ("log/run.json", 2, "isn't what it was closed with"),
        ("warc/*", 5, "isn't what it was closed with"),  # the time in a gzip header: no digest covers it
    ],
)
def test_a_flipped_byte_is_told_with_its_files_name(folder, path, place, what):
    (folder / "log").mkdir()
    (folder / "log" / "run.json").write_text("{}\n")
    Manifest(folder).announce(folder / "log" / "run.json")
    close_manifest(folder)
    target = min(folder.glob(path))
    data = bytearray(target.read_bytes())
    data[place] ^= 0x20
    times = target.stat()
    target.write_bytes(data)
    os.utime(target, ns=(times.st_atime_ns, times.st_mtime_ns))
    problems = list(verify(folder))
    assert what in "\n".join(problem.what for problem in problems)
    named = {problem.file for problem in problems}
    assert named & {str(target.relative_to(folder)), target.name} or what == "isn't what its leaf"


def test_a_missing_and_a_longer_file_are_told(folder):
    for name in ("a.txt", "b 例.txt"):
        (folder / name).write_text("text")
    close_manifest(folder)
    (folder / "a.txt").unlink()
    (folder / "b 例.txt").write_text("text!")
    assert [(problem.file, problem.what) for problem in check_manifest(folder)] == [
        ("a.txt", "is missing"),
        ("b 例.txt", "has 5 bytes, not the 4 it was closed with"),
    ]


def test_what_came_later_isnt_wrong_but_cant_be_checked(folder):
    (folder / "later.txt").write_text("text")
    assert list(verify(folder)) == []
    assert "later.txt" in unchecked(folder)
    with written_into(folder, folder / "exports"):
        (folder / "exports").mkdir()
        assert "a run is on" in unchecked(folder)
    assert unchecked(folder) == ""
    with written_into(folder, folder.parent / "elsewhere"):
        assert unchecked(folder) == ""


def test_what_was_altered_before_a_run_is_still_told_after_it(folder):
    """A new list doesn't bless what nobody was to touch."""
    path = min((folder / "warc").iterdir())
    data = bytearray(path.read_bytes())
    data[5] ^= 1
    path.write_bytes(data)
    with Archive.open(folder) as archive:
        archive.add(captures(1, 30))
        assert [problem.file for problem in check_manifest(folder)] == [f"warc/{path.name}"]
    assert [problem.file for problem in check_manifest(folder)] == [f"warc/{path.name}"]


def test_what_was_rewritten_on_purpose_isnt_told(folder):
    path = min((folder / "warc").iterdir())
    with Archive.open(folder):
        Manifest(folder).announce(path)
        data = bytearray(path.read_bytes())
        data[5] ^= 1
        path.write_bytes(data)
        assert list(check_manifest(folder)) == []
    assert list(check_manifest(folder)) == []


def test_a_log_that_cant_be_written_keeps_the_batch_out(tmp_path):
    (tmp_path / "proof").mkdir()
    (tmp_path / "proof" / "hashes").symlink_to("/dev/full")
    with contextlib.suppress(CannotWrite), Archive.open(tmp_path) as archive:
        with pytest.raises(CannotWrite):
            archive.add(captures(2))
        assert archive.stats().captures == 0
        (tmp_path / "proof" / "hashes").unlink()
    with Archive.open(tmp_path) as archive:
        archive.add(captures(2))
    assert len(leaves(tmp_path)) == 2
    assert list(verify(tmp_path)) == []


@pytest.mark.parametrize("kill", range(KILLS))
def test_a_killed_writer_leaves_a_log_that_the_next_run_mends(tmp_path, kill):
    moment, known, heads = random.Random(kill), set(), set()
    for minute in (0, 100):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, tmp_path, str(minute)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout.readline() == "ready\n"
        time.sleep(moment.random() * 0.7)  # not a wait: the moment is the point
        process.send_signal(signal.SIGKILL)
        output = process.communicate()[0]
        known |= {name for line in output.split("\n")[:-1] for name in line.split() if len(name) == 27}
        heads |= {path.read_bytes() for path in Heads(tmp_path / "proof" / "heads").paths()}
    with Archive.open(tmp_path) as archive:
        for head in heads:
            check_since(archive, head)
    assert known <= set(leaves(tmp_path))
    assert sorted(leaves(tmp_path)) == sorted(ids(tmp_path))
    assert list(verify(tmp_path)) == []
    for name in ids(tmp_path):
        proven(tmp_path, name)


def test_a_list_of_files_that_is_gone_is_told(folder):
    (folder / "proof" / "manifest").unlink()
    assert [(one.file, one.what) for one in verify(folder)] == [("proof/manifest", "is missing")]
    assert unchecked(folder) == ""
    with Archive.open(folder):
        assert list(verify(folder)) == []  # as beside a first run that takes days
    assert list(verify(folder)) == []


def test_before_the_first_run_has_ended_no_list_is_missed(tmp_path):
    with Archive.open(tmp_path) as archive:
        archive.add(captures(1))
        assert list(verify(tmp_path)) == []
