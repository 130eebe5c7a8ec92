import signal
import subprocess
import sys

from snapshotter.store import Archive

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


def test_a_killed_run_leaves_no_lock_file_for_long(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline()
        holder.kill()
    assert len(list((tmp_path / "lock").glob("*.lock"))) == 1
    with Archive.open(tmp_path) as one, Archive.open(tmp_path):
        assert len(list((tmp_path / "lock").glob("*.lock"))) == 2
        assert one.lease(["a"]) == {"a"}


def test_1500_sources_at_once(tmp_path):
    sources = [f"https://site-{number}.example/" for number in range(1500)]
    with Archive.open(tmp_path) as one, Archive.open(tmp_path) as other:
        assert len(one.lease(sources)) == 1500
        assert other.lease(sources) == set()
