"""Disks that fill up at any moment, for real where a small one may be mounted, else by a limit on the files' size.

The number of moments can be raised: SNAPSHOTTER_FULL_DISKS=20 pytest tests/store/test_full_disk.py
"""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from small_disk import resize, small_disk

from snapshotter.store import Archive
from snapshotter.verify import verify

DISKS = int(os.environ.get("SNAPSHOTTER_FULL_DISKS", "3"))
WRITER = f"""
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[1] / "lib")!r})
from captures import captures
from snapshotter.errors import SnapshotterError
from snapshotter.store import Archive

folder, first, batches, limit = Path(sys.argv[1]), *map(int, sys.argv[2:])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
try:
    with Archive.open(folder, segment_bytes=60_000) as archive:
        for minute in range(first, first + batches):
            print(*(snapshot.id for snapshot in archive.add(captures(5, minute, size=3000))), flush=True)
except SnapshotterError as error:
    print("refused", type(error).__name__, error)
    sys.exit(7)
"""


def write(folder: Path, first: int, batches: int, limit: int = 0) -> tuple[int, str]:
    command = [sys.executable, "-c", WRITER, str(folder), str(first), str(batches), str(limit)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.stderr == "" or "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def acknowledged(output: str) -> set[str]:
    return {name for line in output.splitlines() if line.startswith("sn_") for name in line.split()}


def check(folder: Path, known: set[str], count: int) -> None:
    with Archive.open(folder) as archive:
        found = [snapshot.id for snapshot in archive.snapshots()]
    assert list(verify(folder)) == []
    assert len(found) == len(set(found)) == count
    assert known <= set(found)


@pytest.mark.parametrize("seed", range(DISKS))
def test_nothing_acknowledged_is_lost_and_the_next_run_goes_on(tmp_path, seed):
    size = random.Random(seed).randrange(150_000, 900_000)
    with small_disk(tmp_path / "disk", size) as disk:
        folder = (disk or tmp_path) / "archive"
        status, output = write(folder, 0, 100, 0 if disk else size // 2)
        assert status == 7, output
        assert "CannotWrite" in output
        if disk:
            resize(disk, 64 << 20)
        status, more = write(folder, 0, 100)
        assert status == 0, more
        check(folder, acknowledged(output) | acknowledged(more), 500)
