"""The worker's side: reads calls, writes results. Imports little: it is started for a single page, too."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import logging
import os
import pickle
import resource
import struct
import sys
import time
from collections.abc import Callable
from fcntl import F_SETPIPE_SZ, fcntl
from signal import SIG_IGN, SIGINT, SIGKILL, SIGTERM, set_wakeup_fd, signal
from typing import BinaryIO, NoReturn

from snapshotter.errors import SnapshotterError, WorkerLost
from snapshotter.memory import return_large_buffers

MEMORY_BYTES = 2 << 30
"""Address space of a worker: what wants more dies there, and not the crawl."""
OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""A page makes tens of thousands of objects that die with it, none in cycles: to look for some costs a tenth."""
WORK_BETWEEN_COLLECTIONS_S = 0.2
"""One large page, or some dozens of small ones: then a full collection, for the sake of what that lets go of. Python
keeps freed tuples for later, strewn over all the memory that a large page took, and a megabyte that holds a single one
isn't given back to the system: each large page left some."""
PIPE_BYTES = 1 << 20
"""A page fits into the pipe as a whole, so that neither side waits for the other."""
LENGTH = struct.Struct("!Q")
"""What stands before each pickle: its length in bytes."""
_FILES = 4096
"""More than a run has open at its start. (The system's own limit may be a billion, closed one by one.)"""
_PR_SET_PDEATHSIG = 1
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
"""A page's matrices are small: numpy's threads would cost a worker 0.1 s at its start, and bring nothing."""


def _serve(calls: BinaryIO, results: BinaryIO) -> None:
    collected_at = 0.0
    while head := calls.read(LENGTH.size):
        (length,) = LENGTH.unpack(head)
        _send(results, pickle.dumps(_answer(calls.read(length)), pickle.HIGHEST_PROTOCOL))
        if time.process_time() - collected_at > WORK_BETWEEN_COLLECTIONS_S:
            gc.collect()
            gc.freeze()  # what is left stays (caches, what was loaded): to look through it each time would cost 10 ms
            collected_at = time.process_time()


def _send(results: BinaryIO, answer: bytes) -> None:
    results.write(LENGTH.pack(len(answer)))
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


def die_with_the_parent() -> None:
    """Have the system kill this process when its parent is gone, even in the middle of a page (prctl(2))."""
    if prctl := getattr(ctypes.CDLL(None), "prctl", None):
        prctl(_PR_SET_PDEATHSIG, SIGKILL)


def become(prepare: Callable[[], object]) -> NoReturn:
    """Make a fresh fork of the parent a worker: what the parent has loaded, it needn't load. Never returns.

    Its standard input and output are a worker's pipes. It runs ``prepare`` before it waits for the first call; what
    that raises, the call will raise again.
    """
    try:
        os.closerange(3, _FILES)  # the parent's, who waits until we have let go of them
        sys.stdout = sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
        logging.getLogger().handlers.clear()
        set_wakeup_fd(-1)
        gc.freeze()
        gc.enable()
        _main(prepare)
    finally:
        os._exit(1)


def _main(prepare: Callable[[], object] = bool) -> None:
    die_with_the_parent()
    signal(SIGINT, SIG_IGN)  # Ctrl-C goes to the whole group; the parent lets us finish
    signal(SIGTERM, SIG_IGN)
    return_large_buffers()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, resource.RLIM_INFINITY))
    os.environ.update(_ONE_THREAD)
    for pipe in (0, 1):
        with contextlib.suppress(OSError):  # beyond the user's share of pipe memory: slower, no worse
            fcntl(pipe, F_SETPIPE_SZ, PIPE_BYTES)
    calls, results = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the results
    with contextlib.suppress(Exception):
        prepare()
    _serve(calls, results)


if __name__ == "__main__":
    _main()
