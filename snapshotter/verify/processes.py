"""WARC files checked side by side, each in a process of its own."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from snapshotter.errors import ArchiveError
from snapshotter.store.scan import Problem
from snapshotter.verify.beside import Beside
from snapshotter.verify.segment import REBUILD, Segment
from snapshotter.workers.process import die_with_the_parent

PROCESS_BYTES = 16 << 20
"""A process more must have that much to read, or its start costs more than it saves."""
TELL_BYTES = 1 << 20
MAX_PROBLEMS = 10_000
"""Of one file; what is wrong beyond that is only counted."""

_worker: Any = None


def check_file(path: Path, beside: Beside, advance: Callable[[int], None]) -> list[Problem]:
    """What is wrong with one WARC file; where catalog or proof log can't be read, that, and the rest without them."""
    try:
        return _bounded(Segment(path, beside, advance).problems())
    except ArchiveError as error:
        unreadable = Problem("catalog.db", 0, str(error), REBUILD)
        return [unreadable, *_bounded(Segment(path, Beside(beside.folder, with_catalog=False), advance).problems())]


def checked(
    paths: Sequence[Path], beside: Callable[[], Beside], workers: int, tell: Callable[[int], None]
) -> Iterator[tuple[Path, list[Problem]]]:
    """Each file with what is wrong with it, in the order they were given.

    ``beside`` opens what they are compared with, in each process; ``tell`` is told how many bytes have been
    checked. Raises ArchiveError where a process dies.
    """
    size = sum(_size(path) for path in paths)
    workers = min(workers, len(paths), size // PROCESS_BYTES + 1)
    if workers > 1:
        yield from _side_by_side(paths, beside, workers, tell)
        return
    done = 0

    def told(count: int) -> None:
        nonlocal done
        done += count
        tell(done)

    counter = _Counter(told)
    with closing(beside()) as known:
        for path in paths:
            problems = check_file(path, known, counter.add)
            counter.flush()
            yield path, problems


def _side_by_side(
    paths: Sequence[Path], beside: Callable[[], Beside], workers: int, tell: Callable[[int], None]
) -> Iterator[tuple[Path, list[Problem]]]:
    context = get_context("spawn")
    total = context.Value("Q", 0)
    pool = ProcessPoolExecutor(workers, context, _start, (beside, total))
    try:
        futures = {path: pool.submit(_check, path) for path in paths}
        for path, future in futures.items():
            yield path, _result(path, future, lambda: tell(total.value))
    finally:
        pool.shutdown(cancel_futures=True)


def _result(path: Path, future: Future[list[Problem]], tell: Callable[[], None]) -> list[Problem]:
    while not wait([future], 0.2, FIRST_COMPLETED).done:
        tell()
    tell()
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise ArchiveError(f"a process died while {path.name} was checked (out of memory?): verify again") from error


class _Counter:
    """Adds up bytes that were checked, and tells them on in lumps of TELL_BYTES and at a file's end."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self._tell, self._waiting = tell, 0

    def add(self, count: int) -> None:
        self._waiting += count
        if self._waiting >= TELL_BYTES:
            self.flush()

    def flush(self) -> None:
        self._tell(self._waiting)
        self._waiting = 0


class _Worker:
    """What a process keeps between two files."""

    def __init__(self, beside: Beside, total: Any) -> None:
        self.beside = beside
        self.counter = _Counter(self._tell)
        self._total = total

    def _tell(self, count: int) -> None:
        with self._total.get_lock():
            self._total.value += count


def _start(beside: Callable[[], Beside], total: Any) -> None:
    global _worker  # noqa: PLW0603  (an executor's processes have no other place for what they keep)
    die_with_the_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent ends us
    _worker = _Worker(beside(), total)


def _check(path: Path) -> list[Problem]:
    problems = check_file(path, _worker.beside, _worker.counter.add)
    _worker.counter.flush()
    return problems


def _bounded(problems: Iterator[Problem]) -> list[Problem]:
    found: list[Problem] = []
    for problem in problems:
        if len(found) < MAX_PROBLEMS:
            found.append(problem)
            continue
        more = 1 + sum(1 for _ in problems)
        found.append(Problem(problem.file, problem.offset, f"{more:,} things more, from here on", problem.remedy))
    return found


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # sealed meanwhile: its new name is in the list, or the next verification's
        return 0
