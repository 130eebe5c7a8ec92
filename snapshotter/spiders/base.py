"""What both spiders do: ask for an article's page, and make a Page of what comes back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from scrapy import Request, Spider

from snapshotter.errors import UsageError
from snapshotter.extensions.runreport import SITE, RunReporter
from snapshotter.handler import AS_SENT, EXCHANGES
from snapshotter.items import Discovery, Page
from snapshotter.middlewares import RIGHTS
from snapshotter.pipelines import ArchivePipeline
from snapshotter.sites import default_folder, load_sites

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from snapshotter.report.run import RunReport
    from snapshotter.store import Archive
    from snapshotter.workers.pool import WorkerPool

DISCOVERY = "discovery"
"""Key in a request's meta: its Discovery."""


class ArchiveSpider(Spider):
    """Hands on Pages; knows the sites, the run's report and the archive."""

    reporter: RunReporter
    arguments: ClassVar[str]
    """The spider arguments there are, for who misspells one."""

    def __init__(self, **kwargs: Any) -> None:
        """Raises UsageError for arguments that nobody takes: a misspelt ``site`` would crawl all of them."""
        _refuse(type(self), kwargs)
        super().__init__()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Load the site rules. Raises SiteRuleError for one that can't be read, UsageError for ``-a sites=``."""
        _refuse(cls, [name for name in kwargs if name == "sites"])
        folder = crawler.settings["SNAPSHOTTER_SITES"]
        kwargs["sites"] = load_sites(Path(folder) if folder else default_folder())
        spider: Self = super().from_crawler(crawler, *args, **kwargs)
        return spider

    @property
    def report(self) -> RunReport:
        """The run's report."""
        return RunReporter.of(self.crawler).report

    @property
    def archive(self) -> Archive:
        """The archive of the run."""
        pipeline = self.crawler.get_item_pipeline(ArchivePipeline)
        assert pipeline is not None
        return pipeline.archive

    @property
    def workers(self) -> WorkerPool:
        """The run's worker processes."""
        pipeline = self.crawler.get_item_pipeline(ArchivePipeline)
        assert pipeline is not None
        return pipeline.workers

    def page_request(self, url: str, callback: Callable[..., Any], discovery: Discovery, site: str) -> Request:
        """A request for an article's page; its response goes to a worker as it came."""
        return Request(
            url,
            callback=callback,
            errback=self.failed,
            meta={AS_SENT: True, SITE: site, DISCOVERY: discovery},
        )

    def claims(self, url: str, source: str) -> bool:
        """Whether nobody in this run has asked for an article at that URL; from then on somebody has."""
        return True

    def failed(self, failure: Any) -> None:
        """A request brought nothing: tell the report."""
        RunReporter.of(self.crawler).request_failed(failure)


def _refuse(spider: type[ArchiveSpider], names: Collection[str]) -> None:
    if names:
        raise UsageError(f"{spider.name} takes no -a {', -a '.join(sorted(names))}; it takes {spider.arguments}")


def asked_for(response: Response) -> str:
    """The URL that was asked for, before redirects."""
    assert response.request is not None
    return next(iter(response.meta.get("redirect_urls", ())), response.request.url)


def page_of(response: Response, discovery: Discovery | None = None) -> Page:
    """The Page that came back for a request, redirects included; ``discovery``: what is known better by now."""
    *redirects, exchange = response.meta[EXCHANGES]
    return Page(
        exchange=exchange,
        requested_url=asked_for(response),
        redirects=tuple(redirects),
        discovery=discovery or response.meta.get(DISCOVERY, Discovery()),
        site=response.meta.get(SITE, ""),
        rights=response.meta.get(RIGHTS, ()),
    )
