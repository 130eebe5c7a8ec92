"""The search index's hooks: it follows a crawl, a second behind."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from snapshotter.access import access_file, load_access
from snapshotter.errors import SnapshotterError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from snapshotter.search import Follower

logger = logging.getLogger(__name__)

INTERVAL_S = 1.0
SHARE_S = 0.2
"""Seconds of each second that it may take, where it has much to catch up with; the crawl has the rest."""
AT_END_S = 10.0


class Indexing:
    """Brings the index up to date, in a thread. A run of less than a second leaves that to whoever searches next."""

    def __init__(self, crawler: Crawler, folder: Path) -> None:
        self._settings = crawler.settings
        self._folder = folder
        self._follower: Follower | None = None
        self._following: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises NotConfigured where SNAPSHOTTER_SEARCH is off, or there is no archive."""
        folder = crawler.settings.get("SNAPSHOTTER_ARCHIVE")
        if not folder or not crawler.settings.getbool("SNAPSHOTTER_SEARCH"):
            raise NotConfigured
        indexing = cls(crawler, Path(folder))
        crawler.signals.connect(indexing.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(indexing.spider_closed, signal=signals.spider_closed)
        return indexing

    def spider_opened(self) -> None:
        """Begin to look."""
        self._task = create_looping_call(self.look)
        self._task.start(INTERVAL_S, now=False)

    def look(self) -> None:
        """Catch up for a while, unless that is going on."""
        if self._following is None or self._following.done():
            self._following = asyncio.create_task(self._follow(SHARE_S))

    async def spider_closed(self) -> None:
        """Catch up with what was stored last."""
        if self._task.running:
            self._task.stop()
        if self._following is not None:
            await self._following
            await self._follow(AT_END_S)
        if self._follower is not None:
            self._follower.close()

    async def _follow(self, seconds: float) -> None:
        try:
            if self._follower is None:
                self._follower = await asyncio.to_thread(self._open)
            await asyncio.to_thread(self._follower.follow, seconds)
        except SnapshotterError as error:
            logger.warning("the search index can't follow: %s", error)
            if self._task.running:
                self._task.stop()

    def _open(self) -> Follower:
        from snapshotter.search import Follower  # noqa: PLC0415  (a capture is done before it is needed)

        return Follower.open(self._folder, load_access(access_file(self._settings["SNAPSHOTTER_ACCESS"], self._folder)))
