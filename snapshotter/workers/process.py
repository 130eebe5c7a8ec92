"""The worker's side: reads calls, writes results. Imports little: it is started for a single page, too."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import pickle
import resource
import struct
import sys
from fcntl import F_SETPIPE_SZ, fcntl
from signal import SIG_IGN, SIGINT, SIGKILL, SIGTERM, signal
from typing import BinaryIO

from snapshotter.errors import SnapshotterError, WorkerLost
from snapshotter.memory import return_large_buffers

MEMORY_BYTES = 2 << 30
"""Address space of a worker: what wants more dies there, and not the crawl."""
OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""A page makes tens of thousands of objects that die with it, none in cycles: to look for some costs a tenth."""
PIPE_BYTES = 1 << 20
"""A page fits into the pipe as a whole, so that neither side waits for the other."""
LENGTH = struct.Struct("!Q")
"""What stands before each pickle: its length in bytes."""
_PR_SET_PDEATHSIG = 1


def _serve(calls: BinaryIO, results: BinaryIO) -> None:
    while head := calls.read(LENGTH.size):
        (length,) = LENGTH.unpack(head)
        answer = pickle.dumps(_answer(calls.read(length)), pickle.HIGHEST_PROTOCOL)
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


def _main() -> None:
    die_with_the_parent()
    signal(SIGINT, SIG_IGN)  # Ctrl-C goes to the whole group; the parent lets us finish
    signal(SIGTERM, SIG_IGN)
    return_large_buffers()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, resource.RLIM_INFINITY))
    for pipe in (0, 1):
        with contextlib.suppress(OSError):  # beyond the user's share of pipe memory: slower, no worse
            fcntl(pipe, F_SETPIPE_SZ, PIPE_BYTES)
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the results
    _serve(sys.stdin.buffer, results)


if __name__ == "__main__":
    _main()
