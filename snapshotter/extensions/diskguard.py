"""The free-disk guard's hooks: a crawl pauses when room gets short, and ends in order where nobody makes any."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from snapshotter.extensions.runreport import RunReporter
from snapshotter.report.summary import size
from snapshotter.store.space import Room, Space, free_bytes

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

INTERVAL_S = 1.0


class DiskGuard:
    """Looks once a second. What is on its way is kept either way; a paused crawl goes on when there is room again."""

    def __init__(self, crawler: Crawler, folder: Path, least_bytes: int) -> None:
        wait_s = crawler.settings.getfloat("SNAPSHOTTER_DISK_WAIT_S")
        self._crawler = crawler
        self._folder, self._least_bytes = folder, least_bytes
        self._space = Space(partial(free_bytes, folder), least_bytes, wait_s)
        self._is_paused = False
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises NotConfigured where SNAPSHOTTER_DISK_FREE_BYTES is 0, or there is no archive."""
        folder = crawler.settings.get("SNAPSHOTTER_ARCHIVE")
        least_bytes = crawler.settings.getint("SNAPSHOTTER_DISK_FREE_BYTES")
        if not folder or not least_bytes:
            raise NotConfigured
        guard = cls(crawler, Path(folder), least_bytes)
        crawler.signals.connect(guard.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(guard.spider_closed, signal=signals.spider_closed)
        return guard

    def spider_opened(self) -> None:
        """Begin to look."""
        self._task = create_looping_call(self.look)
        self._task.start(INTERVAL_S)

    def spider_closed(self) -> None:
        """Look no more."""
        if self._task.running:
            self._task.stop()

    def look(self) -> None:
        """Pause, go on, or end."""
        try:
            room = self._space.look()
        except OSError as error:
            logger.warning("can't see how much room %s has: %s", self._folder, error.strerror)
            return
        if room is Room.OUT:
            self._end()
        elif (room is Room.LOW) != self._is_paused:
            self._turn()

    def _turn(self) -> None:
        self._is_paused = not self._is_paused
        if self._is_paused:
            logger.warning("%s: the crawl pauses until there is more", self._said())
            self._crawler.engine.pause()
        else:
            logger.warning("there is room on the disk of %s again: the crawl goes on", self._folder)
            self._crawler.engine.unpause()

    def _end(self) -> None:
        self._task.stop()
        RunReporter.of(self._crawler).report.cannot_write(self._said())
        logger.error("%s: the crawl ends here; run it again when there is room", self._said())
        self._closing = asyncio.create_task(self._crawler.engine.close_spider_async(reason="disk_full"))

    def _said(self) -> str:
        free, least = size(self._space.free_bytes), size(self._least_bytes)
        return f"the disk of {self._folder} has {free} free, less than {least} (SNAPSHOTTER_DISK_FREE_BYTES)"
