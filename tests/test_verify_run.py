"""``verify`` over many files: side by side, interrupted and resumed, watched."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from captures import captures
from takedowns import do

from snapshotter.errors import ArchiveError, CannotWrite, UsageError
from snapshotter.store import Archive, ArchiveReader
from snapshotter.store.takedownlog import log_path
from snapshotter.store.withdraw import take_down
from snapshotter.verify import Checked, processes, verify

SCRIPT = "from snapshotter.commands.main import main; main()"


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    """Six sealed files."""
    folder = tmp_path_factory.mktemp("sound")
    with Archive.open(folder, segment_bytes=1) as archive:
        for minute in range(6):
            archive.add(captures(2, minute))
    return folder


@pytest.fixture
def folder(sound, tmp_path) -> Path:
    return shutil.copytree(sound, tmp_path / "archive")


def files(folder: Path) -> list[Path]:
    return sorted((folder / "warc").iterdir())


def spoil(path: Path) -> None:
    """Damages its first record, which nothing can bring back."""
    data = bytearray(path.read_bytes())
    data[40] ^= 0xFF
    path.write_bytes(data)


@pytest.fixture
def eager(monkeypatch):
    """Processes for however little there is to read."""
    monkeypatch.setattr(processes, "PROCESS_BYTES", 1)


def test_side_by_side_finds_the_same_in_the_same_order(folder, eager):
    for path in (files(folder)[1], files(folder)[4]):
        spoil(path)
    alone = list(verify(folder, workers=1))
    assert {problem.file for problem in alone} >= {files(folder)[1].name, files(folder)[4].name}
    assert list(verify(folder, workers=3)) == alone


def test_a_process_that_dies_is_told(folder, eager, monkeypatch):
    monkeypatch.setattr(processes, "_start", _die)
    with pytest.raises(ArchiveError, match="a process died"):
        list(verify(folder, workers=2))


def _die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_counts_up_to_all_bytes(folder, eager, workers):
    told = []
    list(verify(folder, workers=workers, progress=lambda done, total: told.append((done, total))))
    total = sum(path.stat().st_size for path in files(folder))
    assert {whole for _, whole in told} == {total}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (total, total)


def test_what_was_checked_is_not_read_again(folder, tmp_path):
    state = tmp_path / "state"
    spoil(files(folder)[0])
    problems = list(verify(folder))
    interrupted = verify(folder, resume=Checked(state))
    assert next(interrupted) == problems[0]
    interrupted.close()
    spoil(files(folder)[0])  # back as it was, but its time of change is another: read again
    os.utime(files(folder)[0], ns=(0, 0))
    assert [one for one in verify(folder, resume=Checked(state)) if one.file == files(folder)[0].name] == []
    assert not state.exists()


def test_resumed_it_says_the_same(folder, tmp_path):
    state = tmp_path / "state"
    spoil(files(folder)[0])
    spoil(files(folder)[5])
    problems = list(verify(folder))
    for _ in verify(folder, resume=Checked(state)):
        break
    known = [json.loads(line)["key"][0] for line in state.read_text(encoding="utf-8").splitlines()]
    assert known == [files(folder)[0].name]
    with state.open("a", encoding="utf-8") as file:
        file.write('{"key": ["torn')
    assert list(verify(folder, resume=Checked(state))) == problems


def test_a_state_file_that_can_not_be_used(folder, tmp_path):
    with pytest.raises(UsageError, match="can't read"):
        Checked(tmp_path)
    with pytest.raises(CannotWrite, match="can't write"):
        list(verify(folder, resume=Checked(tmp_path / "no" / "state")))


def run(*args: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SCRIPT, "verify", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def test_the_command_repairs_and_lists_the_rest(folder, tmp_path):
    shutil.rmtree(folder / "index")
    spoil(files(folder)[2])
    done = run("--repair", "--archive", folder, "--resume", tmp_path / "state")
    assert done.returncode == 1
    assert "quarantine/" in done.stderr
    assert files(folder)[2].name in done.stdout
    assert "index" not in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("options", [["--workers", "0"], ["--workers", "x"]])
def test_the_command_refuses_what_it_can_not_do(folder, options):
    assert run("--archive", folder, *options).returncode == 2


@pytest.mark.parametrize("repair", [[], ["--repair"]])
@pytest.mark.parametrize("known", [False, True])
def test_a_log_of_takedowns_that_can_not_be_read_is_one_thing_wrong_among_others(folder, repair, known):
    """Whether its bytes are new to the catalog, or were altered after it had read them."""
    do(folder, take_down, "https://news.example/2024/07/0.html")
    whole = log_path(folder).read_bytes()
    log_path(folder).write_bytes(whole.replace(b"hide", b"hid3") if known else whole + b"{}\n")
    spoil(files(folder)[2])
    catalog = (folder / "catalog.db").stat().st_ino
    done = run("--archive", folder, *repair)
    assert done.returncode == 1
    named = [line.split("\t")[0] for line in done.stdout.splitlines()]
    assert {files(folder)[2].name, "log/takedowns.jsonl"} <= set(named)
    assert f"line {1 if known else 2}: " in done.stdout
    assert bool(list(folder.glob("quarantine/*"))) == bool(repair)
    assert (folder / "catalog.db").stat().st_ino == catalog
    if not known:
        with pytest.raises(ArchiveError, match="Restore the file"):
            ArchiveReader.open(folder)
