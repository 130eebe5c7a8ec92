"""Killed in the midst of a takedown: before or after, never half; the next start does the rest.

More kills: SNAPSHOTTER_KILLS=20 pytest tests/store/test_takedown_killed.py
"""

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from captures import answer, capture, captures, page
from takedowns import REVISED, SECRET, A, fill, holding

from snapshotter.errors import Withheld
from snapshotter.formats import package
from snapshotter.formats.edition import Edition
from snapshotter.items import Article
from snapshotter.proof.log import NO_SALT, Log
from snapshotter.rebuild import rebuild
from snapshotter.store import Archive, ArchiveReader
from snapshotter.store.takedownlog import read_log
from snapshotter.verify import verify

KILLS = int(os.environ.get("SNAPSHOTTER_KILLS", "4"))

TAKER = """
import sys
from pathlib import Path
from snapshotter.store import Archive
from snapshotter.store.withdraw import Subject, decision, take_down, restore

folder, name, action = Path(sys.argv[1]), *sys.argv[2:]
print("loaded", flush=True)
with Archive.open(folder) as archive:
    deed = restore if action == "restore" else take_down
    deed(folder, archive.catalog, Subject(name), decision(action, "a reason"))
"""


def taker(folder: Path, action: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", TAKER, str(folder), A, action], stdout=subprocess.PIPE)
    process.stdout.readline()
    return process


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An archive of several files with the story in two of them, an export, and how long erasing takes there."""
    folder = tmp_path_factory.mktemp("whole")
    for minute in (0, 60):
        with Archive.open(folder) as archive:
            fill(archive) if not minute else archive.add([capture(page(A, answer(b"other"), 61), Article("T", SECRET))])
            archive.add(captures(60, minute=minute + 10, size=30_000))
            package.export(
                archive.snapshots(), folder / "exports" / str(minute), form="jsonl.gz",
                edition=Edition.of("en", "UTC", ""), run="r",
            )  # fmt: skip
    copy = shutil.copytree(folder, tmp_path_factory.mktemp("timed") / "copy")
    with taker(copy, "erase") as process:
        began = time.monotonic()
        assert process.wait(120) == 0
    assert holding(copy, SECRET, REVISED) == []
    return folder, time.monotonic() - began


def shown(folder) -> set[str]:
    with ArchiveReader.open(folder) as archive:
        return {one.id for one in archive.snapshots()}


def salts_of(folder, ids) -> set[bytes]:
    with Log(folder / "proof") as log:
        return {log.salt(log.find(one, log.whole())) for one in ids}


@pytest.mark.parametrize("seed", range(KILLS))
def test_an_erasure_that_is_killed_is_done_by_the_next_start(whole, tmp_path, seed):
    folder = shutil.copytree(whole[0], tmp_path / "archive")
    before = shown(folder)
    with taker(folder, "erase") as process:
        time.sleep(random.Random(seed).uniform(0, whole[1]))
        process.kill()
    decided = bool(list(read_log(folder)))
    if seed % 3 == 2:
        for path in folder.glob("catalog.db*"):
            path.unlink()
        rebuild(folder)
    elif decided:  # hidden from the moment it was decided, whatever is left of it
        with ArchiveReader.open(folder) as archive, pytest.raises(Withheld):
            archive.get(A)
    Archive.open(folder).close()
    assert list(verify(folder)) == []
    if decided:
        assert holding(folder, SECRET, REVISED) == []
        assert [entry.action for entry in read_log(folder)] == ["erase", "erased"]
        assert salts_of(folder, before - shown(folder)) == {NO_SALT}
        assert len(before - shown(folder)) == 4
    else:
        assert shown(folder) == before
    assert not list(folder.rglob("*.part"))
    with ArchiveReader.open(folder) as archive:
        assert all(archive.response_block(one) for one in archive.snapshots())


@pytest.mark.parametrize("seed", range(max(KILLS // 2, 1)))
def test_a_takedown_or_restoration_that_is_killed_is_decided_or_not(whole, tmp_path, seed):
    folder = shutil.copytree(whole[0], tmp_path / "archive")
    before = shown(folder)
    for action, after in (("hide", 4), ("restore", 0)):
        if action == "restore":
            with taker(folder, "hide") as process:
                assert process.wait(120) == 0
        count = len(list(read_log(folder)))
        with taker(folder, action) as process:
            time.sleep(random.Random(seed).uniform(0, whole[1] / 2))
            process.kill()
        decided = len(list(read_log(folder))) > count
        hidden = after if decided else 4 - after
        assert len(before - shown(folder)) == hidden
        Archive.open(folder).close()
        assert len(before - shown(folder)) == hidden
        assert list(verify(folder)) == []


def test_a_full_disk_ends_an_erasure_and_the_next_start_goes_on(whole, tmp_path):
    folder = shutil.copytree(whole[0], tmp_path / "archive")
    size = max(path.stat().st_size for path in (folder / "warc").iterdir())
    limited = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n" + TAKER.replace(
        'print("loaded", flush=True)', f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size - 10_000}, {size - 10_000}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, str(folder), A, "erase"], capture_output=True, text=True, check=False
    )
    assert "CannotWrite" in done.stderr
    assert not list(folder.glob("warc/*.part"))
    with ArchiveReader.open(folder) as archive, pytest.raises(Withheld):
        archive.get(A)
    Archive.open(folder).close()
    assert holding(folder, SECRET, REVISED) == []
    assert list(verify(folder)) == []
