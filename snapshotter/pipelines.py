"""extract → record → store: a Page goes in, the Snapshot that was kept comes out."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import DropItem

from snapshotter.access import access_file, load_access
from snapshotter.batches import Batches
from snapshotter.durations import several
from snapshotter.errors import CannotWrite, WorkerLost
from snapshotter.fetching import fetch_part
from snapshotter.items import Page, Pager, Snapshot
from snapshotter.memory import return_large_buffers
from snapshotter.preserve import NOTHING, Preserved, preserve
from snapshotter.reading import get_ready, look
from snapshotter.recheck import recheck
from snapshotter.rendering import Renderer, RenderRules
from snapshotter.schedule.visits import Plan, Plans
from snapshotter.store import Archive, revised_by
from snapshotter.store.parts import pages_before
from snapshotter.store.visits import plan
from snapshotter.turning import Turner
from snapshotter.workers.pool import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from snapshotter.formats import warc
    from snapshotter.sites import Site

logger = logging.getLogger(__name__)


def plans_of(settings: BaseSettings, sites: Mapping[str, Site]) -> Plans:
    """When articles are visited again: by the sites' rules, to the letter; else by the settings."""
    after_s = several(settings["SNAPSHOTTER_REVISIT"])
    most = settings.getint("SNAPSHOTTER_REVISIONS_A_DAY")
    own = {name: Plan(site.revisit, most) for name, site in sites.items() if site.revisit is not None}
    return Plans(Plan(after_s, most, settings.getint("SNAPSHOTTER_REVISIT_SKIPS")), own)


class Unseen(DropItem):
    """A snapshot was stored that the access rules hide: it goes no further."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__(f"{snapshot.id} is stored; an access rule hides it", log_level="DEBUG")
        self.snapshot = snapshot


class PartOfAnother(DropItem):
    """What was listed as an article is a further page of one that is asked for itself."""

    def __init__(self, page: Page, first: str) -> None:
        super().__init__(f"{page.final_url} is a page of the article at {first}", log_level="DEBUG")
        self.page = page


class ArchivePipeline:
    """Has a page read and packed by a worker, stores it in a batch with others, and hands its record on."""

    def __init__(self, crawler: Crawler) -> None:
        return_large_buffers()
        settings = crawler.settings
        self._crawler = crawler
        self._unread = "" if settings.getbool("SNAPSHOTTER_EXTRACT") else "SNAPSHOTTER_EXTRACT is off"
        self._most_pages = settings.getint("SNAPSHOTTER_ARTICLE_PAGES")
        self._renders = settings.getbool("SNAPSHOTTER_RENDER") or settings.getbool("SNAPSHOTTER_SCREENSHOT")
        self._renderer = Renderer(
            RenderRules(
                settings["SNAPSHOTTER_CHROMIUM"],
                screenshot=settings.getbool("SNAPSHOTTER_SCREENSHOT"),
                user_agent=settings["USER_AGENT"],
                verify_certificates=settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES"),
                timeout_s=settings.getfloat("SNAPSHOTTER_RENDER_TIMEOUT_S"),
                max_requests=settings.getint("SNAPSHOTTER_RENDER_REQUESTS"),
            )
        )
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

    async def open_spider(self) -> None:
        """Have a worker get ready; open the archive, and mend what a crash left. Raises CannotWrite, UsageError."""
        # many a round brings nothing to read: what reading takes is loaded when a page comes
        await self._workers.fork(bool if getattr(self._crawler.spider, "is_due", False) else get_ready)
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
        plan(self.archive.catalog, plans_of(settings, getattr(self._crawler.spider, "sites", {})))

    async def process_item(self, page: Page) -> Snapshot:
        """The snapshot that was stored, of all the article's pages.

        Raises BadHttp for an answer that isn't HTTP, FetchError where a further page's first doesn't come,
        CannotWrite, Unseen, PartOfAnother.
        """
        site: Site | None = getattr(self._crawler.spider, "sites", {}).get(page.site)
        if self._renders or (site and site.render):
            page = await self._renderer.rendered(page)
        preserved = await self._preserved(page, site)
        if preserved.pager.urls and self._most_pages > 1:
            page = await self._with_all_pages(page, preserved.pager, site)
            stored = await asyncio.to_thread(pages_before, self.archive, preserved)
            preserved = await self._preserved(page, site, stored)
        preserved = await self._rechecked(page, preserved)
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

    async def _preserved(
        self, page: Page, site: Site | None, stored: Mapping[str, warc.Original] = NOTHING
    ) -> Preserved:
        try:
            return await self._workers.run(preserve, page, site, unread=self._unread, stored=dict(stored))
        except WorkerLost as error:
            logger.warning("%s is archived unread: %s", page.final_url, error)
            return await asyncio.to_thread(preserve, page, site, unread=str(error), stored=stored)

    async def _with_all_pages(self, page: Page, pager: Pager, site: Site | None) -> Page:
        """The article, begun at its first page. Raises PartOfAnother where that is asked for itself, FetchError."""
        claims = getattr(self._crawler.spider, "claims", lambda *_: True)
        turner = Turner(
            fetch=lambda url: fetch_part(self._crawler, url, page.site, site),
            look=lambda exchange, first: self._workers.run(look, exchange, first, site),
            most=self._most_pages,
        )
        if pager.first:
            if not claims(pager.first, page.site):
                raise PartOfAnother(page, pager.first)
            page = await turner.to_first(page, pager.first)
            page = await self._renderer.rendered(page) if page.rendered else page
        page = await turner.complete(page)
        for part in page.parts:
            claims(part.url, page.site)
        return page

    async def _rechecked(self, page: Page, preserved: Preserved) -> Preserved:
        """A text that would be a revision is looked at twice, beside the page that it revises."""
        revised = await asyncio.to_thread(revised_by, self.archive, preserved)
        if revised is None:
            return preserved
        try:
            joined = (part.exchanges[-1] for part in page.parts if not part.trouble)
            blocks = [exchange.response_block for exchange in (page.exchange, *joined)]
            return await self._workers.run(recheck, preserved, blocks, *revised)
        except WorkerLost as error:
            logger.warning("%s is compared by its text alone: %s", page.final_url, error)
            return preserved

    async def close_spider(self) -> None:
        """Store what is waiting, seal the archive, end the workers; each of it, whatever becomes of the others."""
        async with AsyncExitStack() as ending:  # the last one named is the first
            ending.push_async_callback(self._workers.close)
            ending.push_async_callback(self._renderer.close)
            if self._batches is not None:  # None: the archive couldn't be opened
                ending.callback(self.archive.close, lists_files=False)  # RunReporter does, when its report is written
                if round_ := getattr(self._crawler.spider, "round", None):
                    ending.callback(round_.end)
                ending.push_async_callback(self._batches.close)
