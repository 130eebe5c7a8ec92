"""Captures the pages that readers ask for, one at a time, each in a process of its own."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from snapshotter.desk.queue import Queue, Save
from snapshotter.errors import ArchiveError
from snapshotter.items import COPIES, FAILURES
from snapshotter.report.exits import Exit
from snapshotter.store.segments import lock

LONGEST_S, GRACE_S = 180.0, 10.0
"""What a capture may take, and to end when it is told to."""
PAUSE_S, PAUSE_AFTER_ERROR_S = 0.5, 30.0
KNOWN_FOR = "10m"
"""A page that was captured within that time isn't fetched again."""
MOST_BYTES = 64 << 20
BOUNDS = {
    "SNAPSHOTTER_OPEN_WEB_ONLY": "True",
    "ROBOTSTXT_OBEY": "True",
    "SNAPSHOTTER_RENDER": "False",
    "SNAPSHOTTER_SCREENSHOT": "False",
    "SNAPSHOTTER_ARTICLE_PAGES": "3",
    "SNAPSHOTTER_WORKERS": "1",
    "DOWNLOAD_MAXSIZE": str(10 << 20),
    "DOWNLOAD_TIMEOUT": "30",
    "REDIRECT_MAX_TIMES": "5",
    "RETRY_TIMES": "1",
    "CLOSESPIDER_TIMEOUT": "120",
}
"""Settings of every such capture."""

log = logging.getLogger(__name__)


class Saver:
    """Takes pages from the queue of an archive."""

    def __init__(self, folder: Path, queue: Queue, settings: Mapping[str, str]) -> None:
        """``settings``: of the captures, beside BOUNDS, which win."""
        self._folder = folder
        self._queue = queue
        self._settings = {**settings, **BOUNDS}
        self._ended = Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Captures, aside, while the block runs; a second server over the same archive waits for the first to end."""
        thread = Thread(target=self._run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join(GRACE_S + 1)

    def _run(self) -> None:
        while (held := self._lock()) is None:
            if self._ended.wait(PAUSE_S):
                return
        try:
            self._queue_run()
        finally:
            os.close(held)

    def _lock(self) -> int | None:
        try:
            (self._folder / "lock").mkdir(exist_ok=True)
            return lock(self._folder / "lock" / "saver", os.O_RDWR | os.O_CREAT)
        except OSError as error:
            log.warning("no page can be saved: %s", error)
            self._ended.wait(PAUSE_AFTER_ERROR_S)
            return None

    def _queue_run(self) -> None:
        is_begun = False
        while not self._ended.is_set():
            try:
                if not is_begun:
                    self._queue.recover()
                    self._queue.forget()
                    is_begun = True
                save = self._queue.take()
                if save is None:
                    self._ended.wait(PAUSE_S)
                    continue
                snapshot_id, reason = self._capture(save)
                if reason != _STOPPED:
                    self._queue.end(save.id, snapshot_id, reason)
            except (ArchiveError, OSError) as error:
                log.warning("saving pages pauses: %s", error)
                self._ended.wait(PAUSE_AFTER_ERROR_S)
                is_begun = False

    def _capture(self, save: Save) -> tuple[str, str]:
        """The snapshot's id, or one of queue.REASONS."""
        with tempfile.TemporaryFile() as out:
            process = subprocess.Popen(  # noqa: S603  (the URL is one argument, behind --)
                self._command(save.url),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,
            )
            if reason := self._awaited(process):
                return "", reason
            out.seek(0)
            return outcome(out.read(MOST_BYTES), process.returncode)

    def _command(self, url: str) -> list[str]:
        code = "from snapshotter.commands.main import main; main()"
        options = [part for name, value in self._settings.items() for part in ("-s", f"{name}={value}")]
        base = [sys.executable, "-c", code, "capture", "--if-older", KNOWN_FOR, "--archive", str(self._folder)]
        return [*base, *options, "--nolog", url]

    def _awaited(self, process: subprocess.Popen[bytes]) -> str:
        """Waits for the end, as long as it may take; empty, or why it was ended."""
        waited = 0.0
        while process.poll() is None:
            if self._ended.wait(PAUSE_S):
                _end(process)
                return _STOPPED
            waited += PAUSE_S
            if waited >= LONGEST_S:
                _end(process)
                return "too-long"
        return ""


_STOPPED = "stopped"


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a capture with all its processes, politely first."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            return


def _environment() -> dict[str, str]:
    """Ours, without proxies: one would reach where a stranger mustn't."""
    return {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}


def outcome(printed: bytes, status: int) -> tuple[str, str]:
    """What ``capture`` came to: a snapshot's id, or one of queue.REASONS."""
    if status == Exit.WITHHELD:
        return "", "withheld"
    try:
        record = json.loads(printed)
        verdict, snapshot_id = str(record["verdict"]), str(record["id"])
    except (ValueError, KeyError, TypeError):
        return "", "fault"
    if verdict in COPIES:
        return snapshot_id, ""
    if verdict in FAILURES or verdict == "http-status":
        return "", verdict if verdict != "cannot-write" else "fault"
    return "", "not-article"
