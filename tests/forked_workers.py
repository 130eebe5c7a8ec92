"""Workers that are forks of this process. Run by test_workers.py, in a process of its own."""

import asyncio
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from test_workers import blunder, devour, die, double, hang, leave

from snapshotter.errors import WorkerLost
from snapshotter.workers.pool import WorkerPool

PREPARED = []


def prepared() -> list[str]:
    return PREPARED


def forked(*calls, prepare=bool, timeout_s=20.0):
    """The results (or exceptions) of calls on a pool whose first worker is a fork of this process."""

    async def main():
        pool = WorkerPool(1, timeout_s=timeout_s)
        await pool.fork(prepare)
        try:
            return await asyncio.gather(*(pool.run(*call) for call in calls), return_exceptions=True)
        finally:
            await pool.close()

    return asyncio.run(main())


@pytest.fixture
def alone():
    """Earlier tests' threads have ended: their servers', and asyncio's that waited for their workers."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(5)
    assert threading.active_count() == 1, threading.enumerate()


@pytest.mark.usefixtures("alone")
def test_a_fork_has_what_this_process_has_and_gets_ready_before_the_first_call():
    results = forked((prepared,), (double, 21), (bytes, 5 << 20), prepare=lambda: PREPARED.append("ready"))
    assert results == [["ready"], 42, bytes(5 << 20)]
    assert PREPARED == []


@pytest.mark.usefixtures("alone")
def test_what_getting_ready_raises_costs_nothing():
    assert forked((double, 1), prepare=blunder) == [2]


@pytest.mark.parametrize(
    ("call", "says"), [((die, signal.SIGKILL), "SIGKILL"), ((leave, 3), "exited with 3"), ((devour,), "MemoryError")]
)
@pytest.mark.usefixtures("alone")
def test_a_fork_that_dies_is_replaced_by_a_fresh_interpreter(call, says):
    failed, after, has_left = forked(call, (double, 1), (prepared,), prepare=lambda: PREPARED.append("ready"))
    assert isinstance(failed, WorkerLost)
    assert says in str(failed)
    assert after == 2
    assert has_left == ([] if says != "MemoryError" else ["ready"])


@pytest.mark.usefixtures("alone")
def test_a_hanging_fork_is_replaced():
    failed, after = forked((hang,), (double, 1), timeout_s=5)
    assert isinstance(failed, WorkerLost)
    assert after == 2


def open_files() -> list[str]:
    paths = [Path(f"/proc/self/fd/{number}") for number in range(3, 1000)]
    return [str(path.readlink()) for path in paths if path.is_symlink()]


@pytest.mark.usefixtures("alone")
def test_a_fork_holds_none_of_its_parents_files(tmp_path):
    with (tmp_path / "lock").open("w"):
        (found,) = forked((open_files,))
    assert [name.partition(":")[0] for name in found] == ["pipe", "pipe"]


def test_beside_other_threads_nothing_is_forked():
    with ThreadPoolExecutor(1) as threads:
        threads.submit(int).result()
        assert forked((prepared,), prepare=lambda: PREPARED.append("ready")) == [[]]
