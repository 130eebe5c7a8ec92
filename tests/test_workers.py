"""Worker processes: what they compute, and what they cost when they die."""

import asyncio
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from snapshotter.errors import BadDate, WorkerLost
from snapshotter.workers.pool import WorkerPool


def double(number: int) -> int:
    print("a library prints")  # must not get between the results
    return 2 * number


def die(number: int) -> int:
    os.kill(os.getpid(), number)
    return number


def leave(code: int) -> None:
    os._exit(code)


def hang() -> None:
    time.sleep(600)


def refuse() -> None:
    raise BadDate("31 February")


def blunder() -> None:
    raise ZeroDivisionError("of the page's making")


def devour() -> int:
    return len(bytearray(4 << 30))


def pid() -> int:
    return os.getpid()


def run(*calls, size=1, timeout_s=20.0):
    """The results (or exceptions) of calls made one after the other on one pool."""

    async def main():
        pool = WorkerPool(size, timeout_s=timeout_s)
        try:
            results = []
            for function, *args in calls:
                try:
                    results.append(await pool.run(function, *args))
                except Exception as error:
                    results.append(error)
            return results
        finally:
            await pool.close()

    return asyncio.run(main())


def test_a_worker_computes_and_is_used_again():
    first, result, second = run((pid,), (double, 21), (pid,))
    assert (result, first) == (42, second)
    assert first != os.getpid()


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        ((die, signal.SIGKILL), WorkerLost, "SIGKILL"),
        ((die, signal.SIGSEGV), WorkerLost, "SIGSEGV"),
        ((leave, 3), WorkerLost, "exited with 3"),
        ((devour,), WorkerLost, "MemoryError"),
        ((blunder,), WorkerLost, "ZeroDivisionError: of the page's making"),
        ((refuse,), BadDate, "31 February"),
    ],
)
def test_what_goes_wrong_costs_one_call(call, error, says):
    failed, after = run(call, (double, 1))
    assert type(failed) is error
    assert says in str(failed)
    assert after == 2


def test_a_hanging_worker_is_replaced():
    failed, after = run((hang,), (double, 1), timeout_s=3)
    assert isinstance(failed, WorkerLost)
    assert "3 s" in str(failed)
    assert after == 2


def test_large_pages_pass_both_ways():
    assert run((bytes, 5 << 20)) == [bytes(5 << 20)]


def test_calls_run_side_by_side():
    async def main():
        pool = WorkerPool(2)
        pids = await asyncio.gather(*(pool.run(pid) for _ in range(6)))
        await pool.close()
        return set(pids)

    assert len(asyncio.run(main())) == 2


def test_a_worker_that_cannot_be_started_costs_the_call(monkeypatch):
    monkeypatch.setattr("snapshotter.workers.pool.sys.executable", "/nowhere/python")
    (error,) = run((double, 1))
    assert isinstance(error, WorkerLost)
    assert "started" in str(error)


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
