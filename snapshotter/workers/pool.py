"""The parent's side: a pool of workers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from signal import Signals
from typing import NoReturn, ParamSpec, TypeVar

from snapshotter.errors import WorkerLost
from snapshotter.workers import process
from snapshotter.workers.process import LENGTH, PIPE_BYTES

P = ParamSpec("P")
T = TypeVar("T")


class _Worker:
    """One worker process, seen from the parent."""

    def __init__(self, child: asyncio.subprocess.Process) -> None:
        assert child.stdin is not None
        assert child.stdout is not None
        self.process, self._calls, self._results = child, child.stdin, child.stdout

    @classmethod
    async def start(cls, instead: Callable[[], NoReturn] | None = None) -> _Worker:
        """A new one. Its pipes are its own: other workers don't inherit them, so it ends when we do.

        ``instead``: what a fork of this process does in place of running a program.
        """
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", process.__name__),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=PIPE_BYTES,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            preexec_fn=instead,
        )
        return cls(child)

    async def call(self, message: bytes) -> bytes:
        """Send a call, wait for its result. Raises EOFError or OSError where the worker died."""
        self._calls.write(LENGTH.pack(len(message)))
        self._calls.write(message)
        await self._calls.drain()
        (length,) = LENGTH.unpack(await self._results.readexactly(LENGTH.size))
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

    async def fork(self, prepare: Callable[[], object]) -> None:
        """Have the first worker ready at once: a fork of this process, which does ``prepare`` while nobody calls.

        It needn't load what is loaded here. Where other threads run, which may hold locks that a fork would never see
        released, there is none: the first call starts a worker, as ever.
        """
        if threading.active_count() == 1:
            with contextlib.suppress(OSError, subprocess.SubprocessError):
                self._idle.append(await _Worker.start(partial(process.become, prepare)))

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The function's result, computed in a worker.

        Raises WorkerLost where no worker could be started, where it died, hung or ran out of memory on it, and
        where the function raised what isn't a SnapshotterError (those are raised here as they were there).
        """
        message = pickle.dumps((function, args, kwargs), pickle.HIGHEST_PROTOCOL)
        async with self._free:
            worker = self._idle.pop() if self._idle else await _started()
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


async def _started() -> _Worker:
    try:
        return await _Worker.start()
    except OSError as error:
        raise WorkerLost(f"no worker could be started ({error})") from error


async def _ended(worker: _Worker) -> str:
    try:
        async with asyncio.timeout(1):
            code = await worker.process.wait()
    except TimeoutError:
        return await worker.stop()
    return f"killed by {Signals(-code).name}" if code < 0 else f"exited with {code}"
