"""Group commit: single things come in, batches go out, everyone gets their own answer back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Batches(Generic[T, R]):
    """Hands what ``add`` is given on to ``store``, many at a time, in one thread of its own.

    A batch goes out when it holds ``size`` things, or ``delay_s`` after its first one came.
    """

    def __init__(self, store: Callable[[Sequence[T]], Sequence[R]], *, size: int = 64, delay_s: float = 0.2) -> None:
        self._store, self._size, self._delay_s = store, size, delay_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._out: set[asyncio.Task[None]] = set()

    async def add(self, thing: T) -> R:
        """What the store made of it, once its batch is stored. Raises what the store raised for the batch."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[R] = loop.create_future()
        self._waiting.append((thing, answer))
        if len(self._waiting) >= self._size:
            self.flush()
        elif self._timer is None:
            self._timer = loop.call_later(self._delay_s, self.flush)
        return await answer

    def flush(self) -> None:
        """Send out what is waiting, now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        batch, self._waiting = self._waiting, []
        if batch:
            task = asyncio.get_running_loop().create_task(self._send(batch))
            self._out.add(task)
            task.add_done_callback(self._out.discard)

    async def close(self) -> None:
        """Send out the rest and wait until it is stored."""
        self.flush()
        while self._out:
            await asyncio.wait(self._out)
        self._thread.shutdown()

    async def _send(self, batch: list[tuple[T, asyncio.Future[R]]]) -> None:
        things = [thing for thing, _ in batch]
        try:
            answers = await asyncio.get_running_loop().run_in_executor(self._thread, self._store, things)
        except Exception as error:  # noqa: BLE001  (each of those who wait is told)
            for _, answer in batch:
                if not answer.done():
                    answer.set_exception(error)
            return
        for (_, answer), made in zip(batch, answers, strict=True):
            if not answer.done():
                answer.set_result(made)
