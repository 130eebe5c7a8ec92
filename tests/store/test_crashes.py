"""What a crash, a full disk or a second writer may do to an archive, done to it."""

import contextlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from captures import captures

from snapshotter.formats import warc
from snapshotter.rebuild import rebuild
from snapshotter.store import Archive
from snapshotter.store.catalog import Catalog
from snapshotter.verify import verify

WRITER = f"""
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[1] / "lib")!r})
from captures import captures
from snapshotter.errors import CannotWrite
from snapshotter.store import Archive
from snapshotter.store.catalog import Catalog

folder, first, batches, limit = Path(sys.argv[1]), *map(int, sys.argv[2:])
made = [captures(4, minute) for minute in range(first, first + batches)]
with Archive.open(folder, segment_bytes=20_000) as archive:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    print("ready", flush=True)
    for batch in made:
        try:
            added = archive.add(batch)
        except CannotWrite as error:
            print("refused", error, flush=True)
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            continue
        print(*(snapshot.id for snapshot in added), flush=True)
"""


def writer(folder: Path, first: int, batches: int, limit: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), str(first), str(batches), str(limit)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def acknowledged(output: str) -> list[str]:
    return [name for line in output.splitlines() if line.startswith("sn_") for name in line.split() if len(name) == 27]


def all_is_well(folder: Path, ids: list[str]) -> None:
    """Every capture that was acknowledged is there, in the WARC and in the catalog, each once."""
    with Archive.open(folder) as archive:
        found = [snapshot.id for snapshot in archive.snapshots()]
        assert len(set(found)) == len(found)
        assert set(ids) <= set(found)
    assert list(verify(folder)) == []
    assert not list((folder / "warc").glob("*.open"))


CAPTURED: list[str] = []


@pytest.fixture(scope="module")
def crashed(tmp_path_factory) -> Path:
    """A folder as a crash leaves it: a file open, the catalog's log not yet merged."""
    folder, copy = tmp_path_factory.mktemp("live"), tmp_path_factory.mktemp("crash") / "copy"
    with Archive.open(folder) as archive:
        CAPTURED[:] = [snapshot.id for minute in range(2) for snapshot in archive.add(captures(2, minute))]
        shutil.copytree(folder, copy)
    return copy


def cuts(folder: Path) -> list[int]:
    """Places to cut the open file at: every member's start, and a few bytes before and behind it."""
    (path,) = (folder / "warc").glob("*.open")
    with path.open("rb") as stream:
        ends = [record.end for record in warc.read(stream)]
    return sorted({max(end + step, 0) for end in [0, *ends] for step in (-1, 0, 11)})


def test_a_crash_loses_nothing_that_was_acknowledged(crashed, tmp_path):
    folder = shutil.copytree(crashed, tmp_path / "archive")
    all_is_well(folder, CAPTURED)


def test_an_event_is_whole_or_gone_wherever_the_file_is_cut(crashed, tmp_path):
    """Without its catalog, as when the power fails before anything of it is on the disk."""
    counts = []
    for place in cuts(crashed):
        folder = shutil.copytree(crashed, tmp_path / str(place))
        for name in folder.glob("catalog.db*"):
            name.unlink()
        (path,) = (folder / "warc").glob("*.open")
        data = path.read_bytes()
        path.write_bytes((data + b"\x1f\x8b\x08torn")[:place])
        with Archive.open(folder) as archive:
            counts.append(archive.stats().captures)
            archive.add(captures(1, 50))
        assert list(verify(folder)) == []
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (0, 4)


def test_events_the_catalog_missed_are_entered(crashed, tmp_path):
    """Killed between the WARC's sync and the catalog's commit."""
    folder = shutil.copytree(crashed, tmp_path / "archive")
    with Archive.open(folder) as archive:
        whole = list(archive.snapshots())
    behind = shutil.copytree(crashed, tmp_path / "behind")
    with contextlib.closing(sqlite3.connect(behind / "catalog.db")) as catalog, catalog:
        catalog.execute("DELETE FROM snapshots WHERE captured_at = '2024-07-01T12:01:00Z'")
        catalog.execute("DELETE FROM aliases")
        catalog.execute("UPDATE meta SET value = '2' WHERE name = 'proof_size'")
    problems = list(verify(behind))
    assert len(problems) == 2
    assert all(problem.remedy.startswith("nothing to do") for problem in problems)
    with Archive.open(behind) as archive:
        assert list(archive.snapshots()) == whole
    assert list(verify(behind)) == []


@pytest.mark.parametrize("seed", range(2))
def test_kill_9_at_any_moment(tmp_path, seed):
    moment = random.Random(seed)
    known = []
    for start in range(0, 2000, 1000):
        process = writer(tmp_path, start, 120)
        assert process.stdout.readline() == "ready\n"
        lines = [process.stdout.readline() for _ in range(moment.randrange(1, 6))]
        time.sleep(moment.random() / 100)  # not a wait: the moment is the point
        process.send_signal(signal.SIGKILL)
        output = process.communicate()[0]
        known += acknowledged("".join(lines) + output.rpartition("\n")[0])
    assert len(known) >= 8
    all_is_well(tmp_path, known)


@pytest.mark.parametrize("limit", [100, 3_000, 7_000, 33_000, 70_000])
def test_a_full_disk_is_told_and_survived(tmp_path, limit):
    """Files may not grow beyond ``limit`` bytes until the first refusal, then they may."""
    process = writer(tmp_path, 0, 30, limit)
    output = process.communicate()[0]
    assert process.returncode == 0
    refusals = [line for line in output.splitlines() if line.startswith("refused")]
    assert len(refusals) == 1
    assert "can't be written" in refusals[0]
    known = acknowledged(output)
    assert len(known) == 4 * 29
    with Archive.open(tmp_path) as archive:
        assert archive.stats().captures == len(known)
    all_is_well(tmp_path, known)


def test_two_writers_at_once_are_right(tmp_path):
    both = [writer(tmp_path, start, 25) for start in (0, 1000)]
    outputs = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    known = acknowledged("".join(outputs))
    assert len(known) == 200
    all_is_well(tmp_path, known)
    with Archive.open(tmp_path) as archive:
        for number in range(4):
            history = archive.history(f"https://news.example/2024/07/{number}.html")
            assert len(history) == 50
            assert [one.change for one in history].count("new") == 1
            assert {one.revision for one in history} == {1}


def test_verify_beside_a_writer_sees_nothing_wrong(tmp_path):
    process = writer(tmp_path, 0, 60)
    assert process.stdout.readline() == "ready\n"
    assert process.stdout.readline().startswith("sn_")
    looks = 0
    while process.poll() is None:
        assert list(verify(tmp_path)) == []
        looks += 1
    assert looks
    process.communicate()


def test_a_living_writers_file_is_not_repaired(tmp_path):
    with Archive.open(tmp_path) as one:
        one.add(captures(1))
        with Archive.open(tmp_path) as other:
            assert len(list((tmp_path / "warc").glob("*.open"))) == 1
            other.add(captures(1, minute=1))
        one.add(captures(1, minute=2))
    all_is_well(tmp_path, [])


def test_damage_in_the_midst_of_an_open_file_costs_no_later_event(crashed, tmp_path):
    folder = shutil.copytree(crashed, tmp_path / "archive")
    (path,) = (folder / "warc").glob("*.open")
    with path.open("r+b") as stream:
        damaged = next(record for record in warc.read(stream) if record.type == "revisit")
        stream.seek(damaged.offset + 40)
        stream.write(b"\xff\x00\xff")
    for name in folder.glob("catalog.db*"):
        name.unlink()
    with Archive.open(folder) as archive:
        assert archive.stats().captures == 4
    (kept,) = (folder / "quarantine").iterdir()
    assert kept.name.startswith(path.name.removesuffix(".open"))
    problems = {(problem.offset, problem.what) for problem in verify(folder)}
    assert any(place == damaged.offset and "bytes were damaged here" in what for place, what in problems)
    assert {(problem.offset, problem.what) for problem in rebuild(folder)} <= problems
    for sealed in (folder / "warc").iterdir():  # other programs read it from end to end
        check = [sys.executable, "-m", "fastwarc.cli", "check", str(sealed)]
        assert subprocess.run(check, capture_output=True, check=False).returncode == 0


def test_a_lost_catalog_is_made_anew_even_if_that_is_killed(crashed, tmp_path):
    """The catalog has its tables, but not yet what is in the files that were sealed before."""
    folder = shutil.copytree(crashed, tmp_path / "archive")
    Archive.open(folder).close()
    for name in folder.glob("catalog.db*"):
        name.unlink()
    Catalog(folder / "catalog.db").close()
    all_is_well(folder, CAPTURED)


@pytest.mark.parametrize("is_other", [False, True])
def test_a_copy_that_caught_a_file_under_both_names(tmp_path, is_other):
    with Archive.open(tmp_path) as archive:
        added = archive.add(captures(3))
    (sealed,) = (tmp_path / "warc").iterdir()
    whole = sealed.read_bytes()
    sealed.with_name(f"{sealed.name}.open").write_bytes(b"other" if is_other else whole[: len(whole) // 2])
    all_is_well(tmp_path, [snapshot.id for snapshot in added])
    assert sealed.read_bytes() == whole
    assert (tmp_path / "quarantine").exists() == is_other
