"""``scrapy crawl capture``: these URLs, now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import signals

from snapshotter.errors import UsageError
from snapshotter.items import Discovery
from snapshotter.sites import Sites, match_site
from snapshotter.spiders.base import ArchiveSpider, page_of
from snapshotter.urls import clean, host, split_urls

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy import Request
    from scrapy.http import Response

    from snapshotter.items import Page


AT_ONCE = 500
"""How many requests wait in memory; the rest of a long list waits as URLs."""


class CaptureSpider(ArchiveSpider):
    """Keeps whatever comes back for each URL, errors too: ``-a url=URL[,URL]``, ``-a urls=FILE``."""

    name = "capture"
    arguments = "-a url=URL[,URL] and -a urls=FILE"

    def __init__(self, url: str = "", urls: str = "", sites: Sites | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sites = Sites() if sites is None else sites
        self.urls = split_urls(url) + (_lines_of(urls) if urls else [])
        if not self.urls:
            raise UsageError("nothing to capture: give -a url=URL[,URL] or -a urls=FILE")

    async def start(self) -> AsyncIterator[Request]:
        """A request for each URL, once; a fragment makes no other URL."""
        asked = set[str]()
        for url in self.urls:
            try:
                cleaned = clean(url)
            except UsageError as error:
                self.report.failed(url, "scheme", str(error))
                continue
            if cleaned in asked:
                continue
            asked.add(cleaned)
            if len(asked) % AT_ONCE == 0:
                await self.crawler.signals.wait_for(signals.scheduler_empty)
            if len(cleaned) > self.settings.getint("URLLENGTH_LIMIT"):
                self.report.failed(cleaned, "too-long", f"{len(cleaned):,} characters (URLLENGTH_LIMIT)")
                continue
            site = match_site(self.sites, cleaned)
            self.report.found(site.name if site else host(cleaned), "manual")
            yield self.page_request(cleaned, self.parse, Discovery(), site.name if site else "")

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Page]:
        """Whatever came."""
        yield page_of(response)


def _lines_of(path: str) -> list[str]:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        raise UsageError(f"urls={path}: can't be read ({error})") from error
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
