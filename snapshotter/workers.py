"""Worker processes for what takes processor time, so that the event loop only fetches and appends.

A worker is a fresh interpreter with two pipes: calls go in, results come out, each as a pickle
behind its length. It answers one call at a time. One that dies or takes too long costs that one
call; another takes its place.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import resource
import struct
import sys
from collections.abc import Callable
from fcntl import F_SETPIPE_SZ, fcntl
from signal import SIG_IGN, SIGINT, SIGTERM, Signals, signal
from typing import BinaryIO, ParamSpec, TypeVar

from snapshotter.errors import SnapshotterError, WorkerLost
from snapshotter.memory import return_large_buffers

P = ParamSpec("P")
T = TypeVar("T")

MEMORY_BYTES = 2 << 30
"""Address space of a worker: what wants more dies there, and not the crawl."""
PIPE_BYTES = 1 << 20
"""A page fits into the pipe as a whole, so that neither side waits for the other."""
_LENGTH = struct.Struct("!Q")


class _Worker:
    """One worker process, seen from the parent."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process, self._calls, self._results = process, process.stdin, process.stdout

    @classmethod
    async def start(cls) -> _Worker:
        """A new one. Its pipes are its own: other workers don't inherit them, so it ends when we do."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", __name__),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=PIPE_BYTES,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        return cls(process)

    async def call(self, message: bytes) -> bytes:
        """Send a call, wait for its result. Raises EOFError or OSError where the worker died."""
        self._calls.write(_LENGTH.pack(len(message)))
        self._calls.write(message)
        await self._calls.drain()
        (length,) = _LENGTH.unpack(await self._results.readexactly(_LENGTH.size))
        return await self._results.readexactly(length)

    async def stop(self) -> str:
        """End it; returns how it ended."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        code = await self.process.wait()
        return f"killed by {Signals(-code).name}" if code < 0 else f"exited with {code}"


class WorkerPool:
    """Runs module-level functions in worker processes; belongs to one event loop."""

    def __init__(self, size: int, *, timeout_s: float = 60.0) -> None:
        self._timeout_s = timeout_s
        self._free = asyncio.Semaphore(size)
        self._idle: list[_Worker] = []

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The function's result, computed in a worker.

        Raises WorkerLost where the worker died, hung or ran out of memory on it, and where the
        function raised what isn't a SnapshotterError (those are raised here as they were there).
        """
        message = pickle.dumps((function, args, kwargs), pickle.HIGHEST_PROTOCOL)
        async with self._free:
            worker = self._idle.pop() if self._idle else await _Worker.start()
            try:
                async with asyncio.timeout(self._timeout_s):
                    answer = await worker.call(message)
            except TimeoutError as error:
                await worker.stop()
                raise WorkerLost(f"took longer than {self._timeout_s:g} s") from error
            except (EOFError, OSError) as error:
                raise WorkerLost(f"the worker died ({await _ended(worker)})") from error
            except asyncio.CancelledError:
                await worker.stop()
                raise
            self._idle.append(worker)
        result, failure = pickle.loads(answer)  # noqa: S301  (from our own worker, over our own pipe)
        if failure is not None:
            raise failure
        return result  # type: ignore[no-any-return]

    async def close(self) -> None:
        """End the workers."""
        while self._idle:
            await self._idle.pop().stop()


async def _ended(worker: _Worker) -> str:
    try:
        async with asyncio.timeout(1):
            code = await worker.process.wait()
    except TimeoutError:
        return await worker.stop()
    return f"killed by {Signals(-code).name}" if code < 0 else f"exited with {code}"


def _serve(calls: BinaryIO, results: BinaryIO) -> None:
    while head := calls.read(_LENGTH.size):
        (length,) = _LENGTH.unpack(head)
        answer = pickle.dumps(_answer(calls.read(length)), pickle.HIGHEST_PROTOCOL)
        results.write(_LENGTH.pack(len(answer)))
        results.write(answer)
        results.flush()


def _answer(message: bytes) -> tuple[object, SnapshotterError | None]:
    function, args, kwargs = pickle.loads(message)  # noqa: S301  (from our own parent)
    try:
        return function(*args, **kwargs), None
    except SnapshotterError as error:
        return None, error
    except Exception as error:  # noqa: BLE001  (whatever a page provokes is handed to the parent)
        return None, WorkerLost(f"{type(error).__name__}: {error}"[:300])


def _main() -> None:
    signal(SIGINT, SIG_IGN)  # Ctrl-C goes to the whole group; the parent lets us finish
    signal(SIGTERM, SIG_IGN)
    return_large_buffers()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, resource.RLIM_INFINITY))
    for pipe in (0, 1):
        with contextlib.suppress(OSError):  # beyond the user's share of pipe memory: slower, no worse
            fcntl(pipe, F_SETPIPE_SZ, PIPE_BYTES)
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the results
    _serve(sys.stdin.buffer, results)


if __name__ == "__main__":
    _main()
