"""The run report's hooks: it listens to the crawl's signals and writes the report when the engine has stopped.

Spiders and pipelines reach it with ``RunReporter.of(crawler)``, from ``Spider.start()`` or a pipeline's
``from_crawler`` on. Told by signals, so that nobody else counts them: responses and their bytes, items
(each a Snapshot), exceptions of callbacks, ``start()`` and pipelines. Told by spiders: what was found,
skipped, and failed.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.python.failure import Failure

from snapshotter.clock import utc_now
from snapshotter.errors import ArchiveError, CannotWrite, SnapshotterError
from snapshotter.extensions.reasons import reason_of
from snapshotter.items import Snapshot
from snapshotter.proof.manifest import Manifest
from snapshotter.report.run import RunReport
from snapshotter.store.closing import close_manifest, stamp_last_head

logger = logging.getLogger(__name__)

SITE = "site"
"""The key of ``request.meta`` that holds the name of the URL's site; left out: its host."""

FEED_ERRORS = "snapshotter/feed_errors"
"""The stat in which the feeds count what they could not take."""

SECRET = ("SNAPSHOTTER_NOTIFY", "SNAPSHOTTER_MAIL")
"""Settings of ours that hold passwords."""

SETTINGS = (
    "USER_AGENT",
    "ROBOTSTXT_OBEY",
    "CONCURRENT_REQUESTS",
    "CONCURRENT_REQUESTS_PER_DOMAIN",
    "DOWNLOAD_DELAY",
    "AUTOTHROTTLE_ENABLED",
    "DOWNLOAD_TIMEOUT",
    "DOWNLOAD_MAXSIZE",
    "DOWNLOAD_VERIFY_CERTIFICATES",
    "RETRY_TIMES",
)


class RunReporter:
    """Keeps the report of one run; ``report`` is the RunReport itself."""

    def __init__(self, crawler: Crawler, folder: Path | None) -> None:
        self.crawler = crawler
        self.folder = folder
        self._overheard = _HookErrors(self)
        logging.getLogger("scrapy").addHandler(self._overheard)
        self.report = RunReport(
            f"{utc_now():%Y%m%dT%H%M%SZ}-{os.getpid()}",
            spider=crawler.spidercls.name,
            settings=_settings(crawler),
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Write to the archive's ``log`` folder; nowhere where ``SNAPSHOTTER_ARCHIVE`` is empty."""
        archive = crawler.settings.get("SNAPSHOTTER_ARCHIVE")
        reporter = cls(crawler, Path(archive, "log") if archive else None)
        for hook, signal in (
            (reporter.response_downloaded, signals.response_downloaded),
            (reporter.item_scraped, signals.item_scraped),
            (reporter.item_dropped, signals.item_dropped),
            (reporter.item_error, signals.item_error),
            (reporter.spider_error, signals.spider_error),
            (reporter.spider_closed, signals.spider_closed),
            (reporter.engine_stopped, signals.engine_stopped),
        ):
            crawler.signals.connect(hook, signal=signal)
        return reporter

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """The reporter of this run. Raises LookupError where the extension isn't switched on."""
        reporter: Self | None = crawler.get_extension(cls)
        if reporter is None:
            raise LookupError(f"{cls.__module__}.{cls.__name__} isn't in EXTENSIONS; put it there")
        return reporter

    def request_failed(self, failure: Failure) -> None:
        """For errbacks: the request brought nothing. Its URL is the one first asked for, before redirects."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        url = next(iter(request.meta.get("redirect_urls", ())), request.url)
        reason, detail = _why(failure)
        self.report.failed(url, reason, detail, site=request.meta.get(SITE, ""))

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Count a response, content coding kept."""
        self.report.fetched(request.meta.get(SITE) or _host(request), len(response.body), response.status)

    def item_scraped(self, item: object) -> None:
        """Count a stored snapshot."""
        if isinstance(item, Snapshot):
            self.report.kept(item)

    def item_dropped(self, exception: Exception) -> None:
        """Count a snapshot that is stored and goes no further."""
        self.item_scraped(getattr(exception, "snapshot", None))
        if page := getattr(exception, "page", None):
            self.report.skipped(page.requested_url, "a page of another article", site=page.site)

    def item_error(self, item: object, failure: Failure) -> None:
        """A pipeline could not take a page. An error that isn't one of ours is a fault of the program's."""
        reason, detail = _why(failure)
        self.report.failed(getattr(item, "requested_url", ""), reason, detail, site=getattr(item, "site", ""))
        if isinstance(failure.value, CannotWrite):
            self.report.cannot_write(detail)
        elif not isinstance(failure.value, SnapshotterError):
            self.report.error("pipeline", f"{type(failure.value).__name__}: {detail}")

    def spider_error(self, failure: Failure, response: Response | None) -> None:
        """A callback, or ``start()``, raised. An error that isn't one of ours is a fault of the program's."""
        if isinstance(failure.value, CannotWrite):
            self.report.cannot_write(str(failure.value))
            return
        if response is not None and isinstance(failure.value, SnapshotterError):
            self.report.failed(response.url, *_why(failure))
            return
        where = f"callback, {response.url}" if response is not None else "start"
        self.report.error(where, f"{type(failure.value).__name__}: {failure.value}")

    def spider_closed(self, reason: str) -> None:
        """Stop the watch."""
        self.report.finished(reason)

    def hook_failed(self, error: BaseException) -> None:
        """A pipeline's closing, a feed or an extension raised; Scrapy only logs that."""
        if isinstance(error, CannotWrite | OSError):
            self.report.cannot_write(str(error))
        else:
            self.report.error("hook", f"{type(error).__name__}: {error}")

    def engine_stopped(self) -> None:
        """Everything is closed, feeds too: add what only the stats know, and write."""
        logging.getLogger("scrapy").removeHandler(self._overheard)
        if self.crawler.stats.get_value(FEED_ERRORS):
            self.report.cannot_write("a feed; the log says which, and why")
        if self.folder is None:
            return
        for leave in (self.report.write, self._sign):
            try:
                leave(self.folder)
            except (ArchiveError, OSError) as error:
                logger.error("%s", error)  # noqa: TRY400  (the text says it all)
                self.report.cannot_write(str(error))

    def _sign(self, folder: Path) -> None:
        """The list of the archive's files, this run's report among them."""
        if (folder.parent / "warc").is_dir():
            if self.report.path:
                Manifest(folder.parent).announce(self.report.path)
            self._stamp(folder.parent)
            close_manifest(folder.parent, self.crawler.settings["SNAPSHOTTER_HOST"])

    def _stamp(self, archive: Path) -> None:
        """Have the run's head timestamped, where an authority is named; without one's answer it goes on as well."""
        url = self.crawler.settings["SNAPSHOTTER_TIMESTAMP_URL"]
        try:
            if url:
                stamp_last_head(archive, url)
        except SnapshotterError as error:
            logger.warning("The run's head has no timestamp: %s", error)


def _why(failure: Failure) -> tuple[str, str]:
    assert failure.value is not None
    return reason_of(failure.value)


class _HookErrors(logging.Handler):
    """Hears of what Scrapy catches, logs and forgets: exceptions of signal handlers and at closing."""

    def __init__(self, reporter: RunReporter) -> None:
        super().__init__(logging.ERROR)
        self.reporter = reporter

    def emit(self, record: logging.LogRecord) -> None:
        """Pass an exception on."""
        closing = record.name == "scrapy.core.engine" and record.getMessage().endswith("close failure")
        error = record.exc_info[1] if record.exc_info else None
        if error and (closing or record.name == "scrapy.utils.signal"):
            self.reporter.hook_failed(error)


def _settings(crawler: Crawler) -> dict[str, object]:
    """The settings that a run's outcome hangs on."""
    names = [*SETTINGS, *(name for name in crawler.settings if name.startswith("SNAPSHOTTER_") and name not in SECRET)]
    values = {name: crawler.settings[name] for name in names}
    return {
        name: value if isinstance(value, str | int | float | bool | None) else str(value)
        for name, value in values.items()
    }


def _host(request: Request) -> str:
    return urlparse_cached(request).hostname or ""
