import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from captures import captures

from snapshotter.store import Archive
from snapshotter.store.leases import Run
from snapshotter.verify import verify

HOLDER = """
import sys
from pathlib import Path
from snapshotter.store import Archive
archive = Archive.open(Path(sys.argv[1]))
print(sorted(archive.lease(["a", "b"])), flush=True)
sys.stdin.read()
"""


def test_a_source_is_leased_once(tmp_path):
    with Archive.open(tmp_path) as one, Archive.open(tmp_path) as other:
        assert one.lease(["a", "b"]) == {"a", "b"}
        assert other.lease(["b", "c"]) == {"c"}
        assert one.lease(["a", "c"]) == {"a"}


def test_leases_end_with_the_run(tmp_path):
    with Archive.open(tmp_path) as one:
        one.lease(["a"])
    with Archive.open(tmp_path) as other:
        assert other.lease(["a"]) == {"a"}
    assert [path.name for path in (tmp_path / "lock").iterdir()] == ["archive"]


def test_a_living_process_keeps_its_leases_and_a_killed_one_does_not(tmp_path):
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"['a', 'b']\n"
        with Archive.open(tmp_path) as other:
            assert other.lease(["a", "b", "c"]) == {"c"}
            holder.send_signal(signal.SIGKILL)
            holder.wait()
            assert other.lease(["a", "b", "c"]) == {"a", "b", "c"}


KILLED_AT_IT = f"""
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[1] / "lib")!r})
from captures import captures
from snapshotter.store import Archive
archive = Archive.open(Path(sys.argv[1]))
archive.lease(["a"])
archive.proofs.add = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # in the WARC file, not in the catalog yet
archive.add(captures(2))
"""


def test_who_takes_a_killed_runs_source_knows_what_that_has_captured(tmp_path):
    with Archive.open(tmp_path) as other:
        subprocess.run([sys.executable, "-c", KILLED_AT_IT, str(tmp_path)], check=False)
        assert list(other.snapshots()) == []
        assert other.lease(["b"]) == {"b"}
        assert list(other.snapshots()) == []
        assert other.lease(["a"]) == {"a"}
        assert [snapshot.change for snapshot in other.snapshots()] == ["new", "new"]
        other.add(captures(2, minute=30))
        assert len(list(other.snapshots())) == 4
    assert list(verify(tmp_path)) == []


def test_a_killed_run_leaves_no_lock_file_for_long(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline()
        holder.kill()
    assert len(list((tmp_path / "lock").glob("*.lock"))) == 1
    with Archive.open(tmp_path) as one, Archive.open(tmp_path):
        assert len(list((tmp_path / "lock").glob("*.lock"))) == 2
        assert one.lease(["a"]) == {"a"}


@pytest.fixture
def hasty_threads():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("hasty_threads")
def test_of_runs_that_start_at_once_each_has_its_lock_file(tmp_path):
    def begun(_):
        run = Run(tmp_path)
        is_there = run._path.exists()
        run._path.unlink(missing_ok=True)
        os.close(run._descriptor)
        return is_there

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(begun, range(2000)))


def test_1500_sources_at_once(tmp_path):
    sources = [f"https://site-{number}.example/" for number in range(1500)]
    with Archive.open(tmp_path) as one, Archive.open(tmp_path) as other:
        assert len(one.lease(sources)) == 1500
        assert other.lease(sources) == set()
