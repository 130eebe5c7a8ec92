"""kill -9 at random moments of what changes an archive: the next start finds everything, each once, nothing half-done.

The number of kills of each can be raised: SNAPSHOTTER_KILLS=20 pytest tests/store/test_kills.py
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from captures import captures

from snapshotter.formats import warc
from snapshotter.store import Archive
from snapshotter.verify import verify

KILLS = int(os.environ.get("SNAPSHOTTER_KILLS", "2"))
WORKER = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[1] / "lib")!r})
from captures import captures
from snapshotter.mend import mend
from snapshotter.rebuild import rebuild
from snapshotter.store import Archive

def seal(folder):
    more = captures(20, 50)
    with Archive.open(folder, segment_bytes=1) as archive:
        for one in more:
            archive.add([one])

work = {{"rebuild": rebuild, "mend": lambda folder: list(mend(folder)), "seal": seal, "open": seal}}[sys.argv[2]]
print("ready", flush=True)
work(Path(sys.argv[1]))
"""


def start(folder: Path, work: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(folder), work], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout.readline() == b"ready\n"
    return process


def duration_s(folder: Path, work: str) -> float:
    """Of the work, done to its end."""
    process = start(folder, work)
    began = time.monotonic()
    process.communicate(timeout=60)
    assert process.returncode == 0
    return time.monotonic() - began


def damaged(folder: Path, work: str) -> None:
    """Something to do for each work."""
    if work == "mend":
        path = min((folder / "warc").glob("*.gz"))
        with path.open("r+b") as stream:
            (victim, *_) = [record for record in warc.read(stream) if record.type == "conversion"]
            stream.seek(victim.offset + 40)
            stream.write(b"\xff\x00\xff")
    if work == "open":
        for path in folder.glob("catalog.db*"):
            path.unlink()


@pytest.fixture(scope="module")
def archives(tmp_path_factory) -> Path:
    """A crashed archive of several files, the last one open."""
    live, copy = tmp_path_factory.mktemp("live"), tmp_path_factory.mktemp("crash") / "copy"
    with Archive.open(live, segment_bytes=20_000) as archive:
        for minute in range(6):
            archive.add(captures(20, minute))
        shutil.copytree(live, copy)
    return copy


@pytest.mark.parametrize("work", ["rebuild", "mend", "seal", "open"])
def test_killed_at_any_moment(archives, tmp_path, work):
    dice = random.Random(work)
    trial = shutil.copytree(archives, tmp_path / "trial")
    damaged(trial, work)
    whole_s = duration_s(trial, work)
    for kill in range(KILLS):
        folder = shutil.copytree(archives, tmp_path / str(kill))
        damaged(folder, work)
        for _ in range(2):
            process = start(folder, work)
            time.sleep(dice.uniform(0, whole_s))  # not a wait: the moment is the point
            process.send_signal(signal.SIGKILL)
            process.communicate()
        with Archive.open(folder) as archive:
            found = [snapshot.id for snapshot in archive.snapshots()]
        if work == "mend":
            duration_s(folder, work)
        assert list(verify(folder)) == [], kill
        assert len(found) == len(set(found)) >= 120
        assert not [path for path in (folder / "warc").iterdir() if path.suffix != ".gz"] or work == "mend"
        shutil.rmtree(folder)
