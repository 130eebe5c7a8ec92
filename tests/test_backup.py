"""A living archive copied as docs/backup.md says: file by file, while a writer is at it."""

import contextlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from captures import captures

from snapshotter.rebuild import rebuild
from snapshotter.store import Archive
from snapshotter.verify import verify

WRITER = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent / "lib")!r})
from captures import captures
from snapshotter.store import Archive

made = [captures(4, minute) for minute in range(150)]
with Archive.open(Path(sys.argv[1]), segment_bytes=15_000) as archive:
    for batch in made:
        print(*(snapshot.id for snapshot in archive.add(batch)), flush=True)
"""


def copied(source: Path, target: Path, left_out: tuple[str, ...] = ()) -> None:
    """As rsync does it: first the list of files, then one after the other; what vanished meanwhile is passed over."""
    listed = sorted(path for path in source.rglob("*") if path.is_file())
    for path in listed:
        name = path.relative_to(source)
        if name.as_posix().startswith(left_out):
            continue
        to = target / name
        to.parent.mkdir(parents=True, exist_ok=True)
        try:
            if not to.exists() or to.stat().st_size != path.stat().st_size:
                shutil.copyfile(path, to)
        except FileNotFoundError:
            continue


def copied_list(source: Path, target: Path) -> None:
    """The signed list of files, before all that it names."""
    (target / "proof").mkdir(parents=True, exist_ok=True)
    for path in (source / "proof").glob("manifest*"):
        with contextlib.suppress(FileNotFoundError):
            shutil.copy2(path, target / "proof")


def test_a_run_that_ends_while_the_folder_is_copied_leaves_nothing_that_the_copy_would_miss(tmp_path):
    live, backup = tmp_path / "live", tmp_path / "backup"
    for minute in range(2):
        with Archive.open(live) as archive:
            archive.add(captures(1, minute))
    copied_list(live, backup)
    copied(live, backup, left_out=("lock", "catalog.db", "warc", "proof/manifest"))
    with Archive.open(live) as archive:
        archive.add(captures(1, 2))
    copied(live / "warc", backup / "warc")
    assert rebuild(backup) == []
    assert list(verify(backup)) == []


@pytest.mark.parametrize("batches", [3, 40])
def test_a_copy_of_a_living_archive_has_all_that_was_acknowledged_before(tmp_path, batches):
    live, backup = tmp_path / "live", tmp_path / "backup"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(live)], stdout=subprocess.PIPE, text=True)
    with writer:
        before = {name for _ in range(batches) for name in writer.stdout.readline().split()}
        copied_list(live, backup)
        copied(live, backup, left_out=("lock", "catalog.db", "warc", "proof/manifest"))
        copied(live / "warc", backup / "warc")
        copied(live / "warc", backup / "warc")
        assert writer.poll() is None or batches > 3
        writer.communicate()
    assert rebuild(backup) == []
    with Archive.open(backup) as archive:
        assert before <= {snapshot.id for snapshot in archive.snapshots()}
    assert list(verify(backup)) == []
    assert list(verify(live)) == []
