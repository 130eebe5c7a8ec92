"""How fast a host may be asked: floors under AutoThrottle, from robots.txt and site rules."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Self

from scrapy import signals

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.core.downloader import Downloader
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser


class Politeness:
    """Keeps each host's delay at or above what robots.txt (Crawl-delay) or a site rule asks for.

    AutoThrottle, which comes first, may make it longer. Leans on the downloader's slots:
    tests/test_scrapy_canary.py.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._floors_s: dict[str, float] = {}
        self._sitemaps: dict[str, tuple[str, ...]] = {}
        self._max_s = crawler.settings.getfloat("AUTOTHROTTLE_MAX_DELAY")
        self._user_agent = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Called by Scrapy."""
        politeness = cls(crawler)
        crawler.signals.connect(politeness.robots_parsed, signal=signals.robots_parsed)
        crawler.signals.connect(politeness.response_downloaded, signal=signals.response_downloaded)
        return politeness

    def at_least(self, host: str, delay_s: float) -> None:
        """Leave at least ``delay_s`` between two requests to ``host``, up to AUTOTHROTTLE_MAX_DELAY."""
        floor = max(min(delay_s, self._max_s), self._floors_s.get(host, 0.0))
        self._floors_s[host] = floor
        # the downloader forgets slots that were idle for a minute; a new one starts from these settings
        self._downloader.per_slot_settings.setdefault(host, {})["delay"] = floor
        if slot := self._downloader.slots.get(host):
            slot.delay = max(slot.delay, floor)

    def floor_s(self, host: str) -> float:
        """The least delay that robots.txt or a site rule asks for; 0: none does."""
        return self._floors_s.get(host, 0.0)

    def hold(self, request: Request, wait_s: float) -> None:
        """Ask the request's host nothing for ``wait_s`` seconds."""
        if slot := self._downloader.slots.get(self._downloader.get_slot_key(request)):
            slot.delay = max(slot.delay, 0.01)  # a slot without delay doesn't look when it was last used
            slot.lastseen = monotonic() + wait_s

    def sitemaps(self, host: str) -> tuple[str, ...]:
        """The sitemaps that the host's robots.txt names; empty until that has been read, too."""
        return self._sitemaps.get(host, ())

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Take the delay and the sitemaps from a robots.txt."""
        host = self._downloader.get_slot_key(request)
        self._sitemaps[host] = tuple(robotparser.rp.sitemaps)  # type: ignore[attr-defined]  # Protego's
        if delay_s := robotparser.crawl_delay(self._user_agent):
            self.at_least(host, delay_s)

    def response_downloaded(self, request: Request) -> None:
        """Undo what AutoThrottle took off too much."""
        host = self._downloader.get_slot_key(request)
        if (floor := self._floors_s.get(host)) and (slot := self._downloader.slots.get(host)):
            slot.delay = max(slot.delay, floor)

    @property
    def _downloader(self) -> Downloader:
        return self._crawler.engine.downloader
