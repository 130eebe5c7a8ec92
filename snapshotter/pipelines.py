"""extract → record → store: a Page goes in, the Snapshot that was kept comes out."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import DropItem

from snapshotter.access import access_file, load_access
from snapshotter.batches import Batches
from snapshotter.errors import CannotWrite, WorkerLost
from snapshotter.items import Page, Snapshot
from snapshotter.memory import return_large_buffers
from snapshotter.preserve import Preserved, preserve
from snapshotter.store import Archive
from snapshotter.workers.pool import WorkerPool

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from snapshotter.sites import Site

logger = logging.getLogger(__name__)


class Unseen(DropItem):
    """A snapshot was stored that the access rules hide: it goes no further."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__(f"{snapshot.id} is stored; an access rule hides it", log_level="DEBUG")
        self.snapshot = snapshot


class ArchivePipeline:
    """Has a page read and packed by a worker, stores it in a batch with others, and hands its record on."""

    def __init__(self, crawler: Crawler) -> None:
        return_large_buffers()
        settings = crawler.settings
        self._crawler = crawler
        self._unread = "" if settings.getbool("SNAPSHOTTER_EXTRACT") else "SNAPSHOTTER_EXTRACT is off"
        self._batches: Batches[Preserved, Snapshot] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._workers = WorkerPool(
            settings.getint("SNAPSHOTTER_WORKERS"), timeout_s=settings.getfloat("SNAPSHOTTER_EXTRACT_TIMEOUT_S")
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Called by Scrapy."""
        return cls(crawler)

    @property
    def workers(self) -> WorkerPool:
        """The run's worker processes, for who else has to read what a site sent."""
        return self._workers

    def open_spider(self) -> None:
        """Open the archive, and mend what a crash may have left. Raises CannotWrite, UsageError."""
        settings = self._crawler.settings
        folder = Path(settings["SNAPSHOTTER_ARCHIVE"])
        self.archive = Archive.open(
            folder,
            load_access(access_file(settings["SNAPSHOTTER_ACCESS"], folder)),
            archive_name=settings["SNAPSHOTTER_HOST"],
            segment_bytes=settings.getint("SNAPSHOTTER_SEGMENT_BYTES"),
            about={
                "operator": settings["SNAPSHOTTER_CONTACT"],
                "robots": "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
                "http-header-user-agent": settings["USER_AGENT"],
            },
        )
        self._batches = Batches(self.archive.add)

    async def process_item(self, page: Page) -> Snapshot:
        """The snapshot that was stored. Raises BadHttp for an answer that isn't HTTP, CannotWrite, Unseen."""
        site: Site | None = getattr(self._crawler.spider, "sites", {}).get(page.site)
        try:
            preserved = await self._workers.run(preserve, page, site, unread=self._unread)
        except WorkerLost as error:
            logger.warning("%s is archived unread: %s", page.final_url, error)
            preserved = await asyncio.to_thread(preserve, page, site, unread=str(error))
        assert self._batches is not None
        try:
            snapshot = await self._batches.add(preserved)
        except CannotWrite:
            # not awaited: the engine's closing waits for this very item
            self._closing = self._closing or asyncio.create_task(
                self._crawler.engine.close_spider_async(reason="cannot_write")
            )
            raise
        if not await asyncio.to_thread(self.archive.shows, snapshot):
            raise Unseen(snapshot)
        return snapshot

    async def close_spider(self) -> None:
        """Store what is waiting, seal the archive, end the workers."""
        try:
            if self._batches is not None:  # None: the archive couldn't be opened
                await self._batches.close()
                self.archive.close()
        finally:
            await self._workers.close()
