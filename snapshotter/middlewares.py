"""Downloader middlewares: what Scrapy's own lack for an archive.

(``type: ignore[override]``: Scrapy's own methods still declare the ``spider`` argument that it deprecated.)
"""

from __future__ import annotations

import time
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Self, cast

from scrapy import signals
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.responsetypes import responsetypes
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler
from twisted.internet.defer import Deferred

from snapshotter.clock import utc_now
from snapshotter.codings import content
from snapshotter.errors import CannotWrite
from snapshotter.extensions.politeness import Politeness
from snapshotter.extensions.reasons import RobotsUnread, reason_of, without_traces
from snapshotter.extensions.runreport import RunReporter
from snapshotter.handler import AS_SENT, PUBLIC_ONLY, TRUNCATED, refuse_if_held
from snapshotter.rights import of_robots
from snapshotter.sites import Sites, match_site
from snapshotter.urls import host, intrudes

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser
    from scrapy.settings import BaseSettings

    from snapshotter.due import Round
    from snapshotter.items import Right


RIGHTS = "rights"
"""Key in a request's meta: what its host's robots.txt states about the use of its pages."""
ROBOTS_MAX_BYTES = 512_000
"""What is read of a robots.txt; at least 500 KiB must be (RFC 9309, section 2.5)."""
ROBOTS_AGE = timedelta(hours=24)
"""How long a robots.txt is good for; at most a day (RFC 9309, section 2.4)."""
ROBOTS_OLDEST = timedelta(days=30)
"""The same while its host gives out none: it may be used longer then, and a month is called reasonable there."""


class OpenWeb:
    """Lets the hosts that the operator names be anywhere, and all others on the open internet only.

    Named are the hosts of start URLs and of site rules. To any other host a page or a redirect led, and whoever wrote
    that can have its name resolve to an address of our own network. Comes before Robots, whose requests it sees, too.
    """

    def __init__(self) -> None:
        self._named: set[str] = set()
        self._sites = Sites()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises NotConfigured where SNAPSHOTTER_PUBLIC_ONLY is off."""
        if not crawler.settings.getbool("SNAPSHOTTER_PUBLIC_ONLY"):
            raise NotConfigured
        middleware = cls()
        crawler.signals.connect(middleware.spider_opened, signal=signals.spider_opened)
        return middleware

    def spider_opened(self, spider: Spider) -> None:
        """Learn the site rules."""
        self._sites = cast("Sites", getattr(spider, "sites", self._sites))

    def process_request(self, request: Request) -> None:
        """Mark what must stay on the open internet."""
        name = host(request.url)
        if request.meta.get("is_start_request") and not request.meta.get("redirect_times"):
            self._named.add(name)
        request.meta[PUBLIC_ONLY] = name not in self._named and match_site(self._sites, request.url) is None


class Codings:
    """Asks for the content codings that we know, and undoes them where the spider itself reads the page.

    Scrapy's own raises for a page that is too long, and what hangs on the exception (a decoded bomb) stays
    in memory for a while. Here such a page is read as far as DOWNLOAD_MAXSIZE goes.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Called by Scrapy."""
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        """Say what we can undo."""
        request.headers.setdefault("Accept-Encoding", "gzip, deflate, br, zstd")

    def process_response(self, request: Request, response: Response) -> Response:
        """The response, decoded unless it is only handed on."""
        if response.url.endswith("/robots.txt"):
            return self._decoded(response, ROBOTS_MAX_BYTES)
        return response if request.meta.get(AS_SENT) else self._decoded(response, self._max_bytes)

    @staticmethod
    def _decoded(response: Response, max_bytes: int) -> Response:
        coding = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        if not coding and len(response.body) <= max_bytes:
            return response
        body, _ = content(response.body, coding, max_bytes)
        headers = response.headers.copy()
        headers.pop("Content-Encoding", None)
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        return response.replace(body=body, headers=headers, cls=kind)


class Robots(RobotsTxtMiddleware):
    """Scrapy's robots.txt, for every request that waits for it.

    Scrapy 2.19 gives the rules to the first of several requests that wait for one robots.txt; the others
    get None, which is "all allowed" (a Deferred's second ``asFuture`` sees what the first one left of it).
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._rights: dict[str, tuple[Right, ...]] = {}
        self._again_s = crawler.settings.getfloat("SNAPSHOTTER_ROBOTS_AGAIN_S")
        self._unread: dict[str, tuple[Exception, float]] = {}
        """By host, why it gave out no robots.txt, and when (monotonic)."""

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The host's rules; None: it has none. What they state about use goes into RIGHTS.

        In a round, those that another round read a short while ago; or a month ago, where they can't be had now.
        Raises RobotsUnread where there are none and the server answers with an error (5xx) or not at all, from that:
        all is forbidden then (RFC 9309, section 2.3.1.4), until a later request has it asked for again.
        """
        netloc = urlparse_cached(request).netloc
        if netloc in self._unread and time.monotonic() - self._unread[netloc][1] > self._again_s:
            del self._unread[netloc], self._parsers[netloc]
        if netloc not in self._parsers:
            await self._recall(request, ROBOTS_AGE)
        await super().robot_parser(request)
        if netloc in self._unread:
            await self._recall(request, ROBOTS_OLDEST)
        if unread := self._unread.get(netloc):
            why = "robots.txt can't be had, so nothing may be fetched; it is asked for again later"
            raise RobotsUnread(why) from unread[0]
        request.meta[RIGHTS] = self._rights.get(netloc, ())
        parser = self._parsers[netloc]
        return None if isinstance(parser, Deferred) else parser

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            self._robots_error(HttpError(response), netloc)
            return
        if response.status >= 300:
            response = response.replace(body=b"")  # a page that says so has no rules
        self._rights[netloc] = of_robots(response.body)
        await super()._parse_robots(response, netloc, request)
        if round_ := self._round:
            try:
                round_.keep_robots(_origin(request), response.status, response.body)
            except CannotWrite as error:  # raised here, it would be taken for a robots.txt that didn't come
                RunReporter.of(self.crawler).report.cannot_write(str(error))

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        """What leads nowhere is no robots.txt (section 2.3.1.2); what we don't connect to is refused as such."""
        reason, _ = reason_of(exc)
        if isinstance(exc, HttpError) or (not isinstance(exc, IgnoreRequest) and reason != "not-public"):
            self._unread[netloc] = without_traces(exc), time.monotonic()
        super()._robots_error(exc, netloc)

    async def _recall(self, request: Request, at_most: timedelta) -> None:
        kept = self._round.robots(_origin(request), at_most) if self._round else None
        if kept is None:
            return
        netloc, content_ = urlparse_cached(request).netloc, kept[1] if kept[0] < 300 else b""
        self._unread.pop(netloc, None)
        self._rights[netloc] = of_robots(content_)
        self._parsers[netloc] = parser = build_from_crawler(self._parserimpl, self.crawler, content_)
        await self.crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=parser, request=request
        )

    @property
    def _round(self) -> Round | None:
        return getattr(self.crawler.spider, "round", None)


def _origin(request: Request) -> str:
    parts = urlparse_cached(request)
    return f"{parts.scheme}://{parts.netloc}"


class Held:
    """In a round, leaves alone what belongs to a source whose server asked for that (``Retry-After``).

    Requests that have come as far as the downloader are refused by its handler.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Called by Scrapy."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raises IgnoreRequest."""
        refuse_if_held(self._crawler, request)


class Redirects(RedirectMiddleware):
    """Scrapy's redirects, for a crawler that sends no Referer."""

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self._longest_url = settings.getint("URLLENGTH_LIMIT")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Called by Scrapy. Its own looks for the Referer middleware, and warns that there is none."""
        redirects = cls(crawler.settings)
        redirects.crawler = crawler
        return redirects

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The response, or the request that it redirects to. Raises IgnoreRequest where that can't be followed."""
        try:
            return super().process_response(request, response)
        except ValueError as error:
            where = (response.headers.get("Location") or b"").decode("latin-1")[:200]
            raise IgnoreRequest(f"redirect to {where!r}, which is no URL ({error})") from error

    def handle_referer(self, request: Request, response: Response) -> None:
        """Called with each redirected request: send no Referer, nor validators, which are another URL's.

        Raises IgnoreRequest for a redirect from the open web into the local network, or to a URL without end.
        """
        if len(request.url) > self._longest_url:
            raise IgnoreRequest(f"redirect to a URL of {len(request.url):,} characters (URLLENGTH_LIMIT)")
        for name in ("Referer", "If-None-Match", "If-Modified-Since"):
            request.headers.pop(name, None)
        if intrudes(request.url, response.url):
            raise IgnoreRequest(f"redirect into the local network: {request.url}")


class Retries(RetryMiddleware):
    """Scrapy's retries, which here also wait as long as Retry-After says (RFC 9110, section 10.2.3).

    A wait longer than ``SNAPSHOTTER_RETRY_AFTER_MAX_S`` is too long for this run: the URL fails. A
    response that was cut off on the way is tried again as well; what the last try brought is kept.
    """

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The response, or the request to send once more."""
        if request.meta.get("dont_retry"):
            return response
        if TRUNCATED + "disconnect" in response.flags:
            return self._retry(request, "cut off on the way") or response
        wait_s = retry_after_s(response)
        if response.status in self.retry_http_codes and wait_s:
            if wait_s > self.crawler.settings.getfloat("SNAPSHOTTER_RETRY_AFTER_MAX_S"):
                return response
            if politeness := self.crawler.get_extension(Politeness):
                politeness.hold(request, wait_s)
        return super().process_response(request, response)


def retry_after_s(response: Response) -> float:
    """The seconds that a response asks to be left alone for; 0 where it doesn't say, or says it unreadably."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return 0.0
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - utc_now()).total_seconds())
