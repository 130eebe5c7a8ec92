"""A further page of an article, fetched by the crawl's own downloader: its robots.txt, pace and retries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.exceptions import DownloadFailedError, IgnoreRequest

from snapshotter.extensions.reasons import reason_of
from snapshotter.extensions.runreport import SITE
from snapshotter.handler import AS_SENT, EXCHANGES, TRUNCATED
from snapshotter.items import Part
from snapshotter.urls import host

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from snapshotter.sites import Site

_FOR_GOOD = {"robots", "redirect", "ignored"}
_FOR_NOW = {408, 425, 429}


async def fetch_part(crawler: Crawler, url: str, source: str, site: Site | None) -> Part:
    """What came of asking for a further page. ``source``: whom the report counts it for."""
    if site and site.kind(url) == "skip":
        return Part(url, trouble="the site's rules skip it")
    assert crawler.engine is not None
    try:
        request = Request(url, meta={AS_SENT: True, SITE: source})
        response = await crawler.engine.download_async(request)
    except (DownloadFailedError, IgnoreRequest, OSError, ValueError, RuntimeError) as error:  # RuntimeError: it closes
        reason, _ = reason_of(error)
        return Part(url, trouble=reason, may_come=reason not in _FOR_GOOD)
    trouble, may_come = _trouble(response, url)
    return Part(url, response.meta[EXCHANGES], trouble, may_come)


def _trouble(response: Response, url: str) -> tuple[str, bool]:
    """Why a response can't be joined, and whether it may be otherwise at another time."""
    if response.status >= 300:
        return f"http-{response.status}", response.status >= 500 or response.status in _FOR_NOW
    if cut := [flag for flag in response.flags if flag.startswith(TRUNCATED)]:
        return f"cut off ({cut[0].removeprefix(TRUNCATED)})", True
    return ("", False) if host(response.url) == host(url) else (f"leads to {host(response.url)}", False)
