"""Worker processes: what they compute, and what they cost when they die."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from snapshotter.errors import BadDate, WorkerLost
from snapshotter.workers.pool import WorkerPool
from snapshotter.workers.process import WORK_BETWEEN_COLLECTIONS_S


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


def work_long() -> None:
    until = time.process_time() + 2 * WORK_BETWEEN_COLLECTIONS_S
    while time.process_time() < until:
        many = [tuple(range(size)) for size in range(1, 20) for _ in range(3000)]
        del many


def blocks() -> int:
    return sys.getallocatedblocks()


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


def test_a_long_call_leaves_nothing_strewn_over_the_memory_it_took():
    """Each of Python's freed tuples that is kept holds a megabyte of a large page's memory."""
    before, _, after = run((blocks,), (work_long,), (blocks,))
    assert after - before < 10_000  # uncollected: 36,000


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


def test_forks_of_a_process_with_one_thread():
    """The tests of forked_workers.py; this process has the threads that other tests' servers live in."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, str(Path(__file__).with_name("forked_workers.py"))],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]
