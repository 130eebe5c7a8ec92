"""Feed files that appear whole or not at all.

Scrapy's own storage opens the target itself: a crawl that fails has by then emptied yesterday's file, and one that is
killed leaves half a record. Here a feed is written to ``x.jsonl.part`` and takes its place when the feed closes.
"""

from __future__ import annotations

import fcntl
import io
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Self

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import run_in_thread
from w3lib.url import file_uri_to_path

from snapshotter.errors import CannotWrite, FetchError
from snapshotter.exporters.endings import whole_part
from snapshotter.extensions.runreport import FEED_ERRORS
from snapshotter.formats.files import part_of, put_in_place

logger = logging.getLogger(__name__)


class WholeFileStorage:
    """Scrapy's feed storage for files: the feed takes the target's place in one step, when it closes well.

    - ``-o`` starts from a copy of what stands there; a torn record at its end is left out, with a warning.
    - A write error is logged once, counted under ``snapshotter/feed_errors``, and makes ``store`` raise CannotWrite;
      the crawl goes on, as the archive is elsewhere, and the target stays as it was.
    - A crawl that failed and exported nothing doesn't replace the target by an empty file.
    - What isn't a regular file (``/dev/stdout``, a pipe) is written to as it is.
    """

    def __init__(self, uri: str, crawler: Crawler, *, feed_options: dict[str, Any] | None = None) -> None:
        path = Path(file_uri_to_path(uri) if uri.startswith("file:") else uri)
        options = feed_options or {}
        self.crawler = crawler
        self.direct = path.exists() and not path.is_file()
        self.target = path if self.direct else path.resolve()
        self.append = not (options.get("overwrite", False) or self.direct)
        # Behind a post-processing plugin the bytes are no longer the format's.
        self.form = "" if "postprocessing" in options else str(options.get("format", ""))
        self.failure: Exception | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, uri: str, *, feed_options: dict[str, Any] | None = None) -> Self:
        """Made by Scrapy's FeedExporter, once a feed (and once more to see that it can be)."""
        return cls(uri, crawler, feed_options=feed_options)

    def open(self, spider: Spider) -> IO[bytes]:
        """Where the exporter writes. Never raises: a failure waits for ``store``."""
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            sink = _Sink(self.target, self.fail) if self.direct else _claimed(part_of(self.target), self.fail)
        except (OSError, CannotWrite) as error:
            self.fail(error)
            return Path(os.devnull).open("wb")
        file = io.BufferedWriter(sink, 2**16)
        if self.append and self.target.exists():
            try:
                self._copy_into(file)
            except OSError as error:
                self.fail(error)
        return file

    async def store(self, file: IO[bytes]) -> None:
        """Publishes the feed. Raises CannotWrite where not all of it was written, FetchError where nothing came."""
        await run_in_thread(self._store, file)

    def fail(self, error: Exception) -> None:
        """Keeps the first thing that went wrong, and says so."""
        if self.failure is None:
            self.failure = error
            self.crawler.stats.inc_value(FEED_ERRORS)
            logger.error("The feed %s can't be written, and stays as it was: %s", self.target, error)

    def _store(self, file: IO[bytes]) -> None:
        with file:
            try:
                file.flush()
                if self.failure is None and not self.direct:
                    self._publish()
            except OSError as error:
                self.fail(error)
            if self.failure is not None:
                self._discard(file)
        if self.failure is not None:
            raise CannotWrite(f"the feed {self.target} could not be written: {self.failure}") from self.failure

    def _publish(self) -> None:
        part = part_of(self.target)
        if self._came_to_nothing():
            part.unlink()
            raise FetchError(f"the crawl failed and exported nothing; {self.target} stays as it was")
        if self.target.exists():
            shutil.copymode(self.target, part)
        put_in_place(part, self.target)

    def _came_to_nothing(self) -> bool:
        value = self.crawler.stats.get_value
        if value("item_scraped_count", 0):
            return False
        failed = (
            value("log_count/ERROR", 0) or value("log_count/CRITICAL", 0) or not value("response_received_count", 0)
        )
        return bool(failed) or value("finish_reason", "finished") != "finished"

    def _discard(self, file: IO[bytes]) -> None:
        """Removes the part, if we have one, while its lock is still ours."""
        part = part_of(self.target)
        if _is_at(file.fileno(), part):
            part.unlink()

    def _copy_into(self, file: IO[bytes]) -> None:
        length, glue = whole_part(self.target, self.form)
        torn = self.target.stat().st_size - length
        if torn:
            logger.warning("The last record of %s is torn: its %d bytes are left out", self.target, torn)
        with self.target.open("rb") as before:
            while chunk := before.read(min(length, 2**20)):
                length -= file.write(chunk)
        file.write(glue)


class _Sink(io.FileIO):
    """A file whose first write error is handed on; from then on it takes everything and keeps nothing.

    So one full disk is one line in the log, not one an item.
    """

    def __init__(self, path: Path, on_error: Callable[[Exception], None]) -> None:
        # Not truncated on opening: it may be another crawl's.
        super().__init__(path, "w", opener=lambda name, flags: os.open(name, flags & ~os.O_TRUNC, 0o666))
        self._on_error = on_error
        self._broken = False

    def write(self, data: Any, /) -> int:
        if not self._broken:
            try:
                return super().write(data)
            except OSError as error:
                self._broken = True
                self._on_error(error)
        return memoryview(data).nbytes


def _claimed(part: Path, on_error: Callable[[Exception], None]) -> _Sink:
    """The part, empty, and locked against other crawls. Raises CannotWrite if one has it."""
    while True:
        sink = _Sink(part, on_error)
        try:
            fcntl.flock(sink, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            sink.close()
            raise CannotWrite(f"another crawl is writing {part}; wait for it, or name another file") from error
        if _is_at(sink.fileno(), part):
            sink.truncate(0)
            return sink
        sink.close()  # the other crawl published it between our two calls


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except (FileNotFoundError, NotADirectoryError):
        return False
