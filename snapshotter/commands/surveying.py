"""A look at a site from a command: the survey spider, run in this process, with nothing kept."""

from __future__ import annotations

import asyncio
import tempfile
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from snapshotter.commands.base import Settings
from snapshotter.commands.running import run_spider, scrapy_settings
from snapshotter.errors import ExtractError, FetchError, NetworkError, RobotsRefused, WorkerLost
from snapshotter.report.exits import reason_verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scrapy.crawler import Crawler

    from snapshotter.curation import Survey
    from snapshotter.report.run import RunReport

P = ParamSpec("P")
T = TypeVar("T")

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


def in_worker(timeout_s: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What a function that reads pages comes to, in a process of its own: nobody knows what a page may cost.

    Raises ExtractError where that takes longer, or kills the process.
    """
    from snapshotter.workers.pool import WorkerPool  # noqa: PLC0415  (other commands do without)

    async def run() -> T:
        pool = WorkerPool(1, timeout_s=timeout_s)
        try:
            return await pool.run(function, *args, **kwargs)
        finally:
            await pool.close()

    try:
        return asyncio.run(run())
    except WorkerLost as error:
        raise ExtractError(
            f"its pages can't be read ({error}): write its rules by hand, like those of data/sites, "
            "or give them longer with SNAPSHOTTER_EXTRACT_TIMEOUT_S"
        ) from error
