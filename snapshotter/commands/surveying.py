"""A look at a site from a command: the survey spider, run in this process, with nothing kept."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from snapshotter.commands.base import Settings
from snapshotter.commands.running import run_spider, scrapy_settings
from snapshotter.errors import FetchError, NetworkError, RobotsRefused
from snapshotter.report.exits import reason_verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.crawler import Crawler

    from snapshotter.curation import Survey
    from snapshotter.report.run import RunReport

BRIEF = {
    "ITEM_PIPELINES": {},
    "CLOSESPIDER_TIMEOUT": 45,  # seconds: what came by then must do
    "DOWNLOAD_TIMEOUT": 20,
    "RETRY_TIMES": 1,
    "SNAPSHOTTER_RETRY_AFTER_MAX_S": 10,
    "SNAPSHOTTER_PROGRESS": True,
}
"""A person waits for it."""


def survey(settings: Settings, arguments: Mapping[str, str]) -> Survey:
    """What the survey spider brought, given these arguments.

    Raises NetworkError, RobotsRefused or FetchError where nothing came, KeyboardInterrupt where it was stopped.
    """
    built = scrapy_settings(settings).copy()
    from snapshotter.spiders.survey import SurveySpider  # noqa: PLC0415  (knows Scrapy)

    started: list[Crawler] = []
    with tempfile.TemporaryDirectory(prefix="snapshotter-") as folder:
        built.setdict({**BRIEF, "SNAPSHOTTER_ARCHIVE": folder}, priority="cmdline")
        report = run_spider(built, SurveySpider, arguments, started.append)
    spider = started[0].spider if started else None
    found = spider.survey if isinstance(spider, SurveySpider) else None
    if report.signal:
        raise KeyboardInterrupt
    if found is None:
        raise _nothing(report)
    return found


def _nothing(report: RunReport) -> FetchError:
    """Why nothing came, as an error with its exit status."""
    first = next(iter(report.failures), None)
    if first is None:
        return FetchError("nothing came: no article is listed there; name the site's front page")
    kind = {"robots": RobotsRefused, "network": NetworkError}.get(reason_verdict(first.reason), FetchError)
    return kind(f"{first.url}: {first.reason}{f' ({first.detail})' if first.detail else ''}; name another page of it")
