"""Running a spider from a command, in this process."""

from __future__ import annotations

import argparse
import gc
import logging
import math
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, cast

from snapshotter.commands.base import Settings
from snapshotter.commands.output import edition_of
from snapshotter.commands.plain import PlainSettings
from snapshotter.durations import several
from snapshotter.errors import CannotWrite, UsageError

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.settings import Settings as ScrapySettings

    from snapshotter.report.run import RunReport


LEAST = {
    "SNAPSHOTTER_WORKERS": 1,
    "SNAPSHOTTER_SEGMENT_BYTES": 1,
    "SNAPSHOTTER_EXTRACT_TIMEOUT_S": 0,
    "SNAPSHOTTER_REVISIT_AFTER_S": 0,
    "SNAPSHOTTER_DUE_LEAST_S": 1,
    "SNAPSHOTTER_DUE_MOST_S": 1,
    "SNAPSHOTTER_DUE_START_S": 1,
    "SNAPSHOTTER_DUE_SEED_MOST_S": 1,
    "SNAPSHOTTER_DUE_ASKED_MOST_S": 0,
    "SNAPSHOTTER_DUE_ARTICLES": 1,
    "SNAPSHOTTER_REVISIT_SKIPS": 0,
    "SNAPSHOTTER_REVISIONS_A_DAY": 1,
    "SNAPSHOTTER_RETRY_AFTER_MAX_S": 0,
    "SNAPSHOTTER_ARTICLE_PAGES": 1,
    "SNAPSHOTTER_RENDER_TIMEOUT_S": 1,
    "SNAPSHOTTER_RENDER_REQUESTS": 0,
    "SNAPSHOTTER_MAX_LISTINGS": 0,
    "SNAPSHOTTER_MAX_ARTICLES": 0,
    "SNAPSHOTTER_DISK_FREE_BYTES": 0,
    "SNAPSHOTTER_DISK_WAIT_S": 0,
}
"""Our settings that are numbers, and the smallest that makes sense: without a worker, a crawl never ends."""


def add_log_options(parser: argparse.ArgumentParser) -> None:
    """Scrapy's logging options."""
    parser.add_argument("-L", "--loglevel", metavar="LEVEL", help="DEBUG, INFO, WARNING or ERROR")
    parser.add_argument("--logfile", metavar="FILE", help="log to FILE (stderr)")
    parser.add_argument("--nolog", action="store_true", help="log nothing")


def add_render_options(parser: argparse.ArgumentParser) -> None:
    """What a browser is to do."""
    parser.add_argument(
        "--render", action="store_true", help="keep the page's DOM as a browser shows it, too (Chromium)"
    )
    parser.add_argument("--screenshot", action="store_true", help="and a picture of it")


def apply_render_options(settings: Settings, opts: argparse.Namespace) -> None:
    """Put them into the settings; what isn't asked for stays as the settings say."""
    for name in ("render", "screenshot"):
        if getattr(opts, name):
            settings.set(f"SNAPSHOTTER_{name.upper()}", True, priority="cmdline")  # noqa: FBT003


def apply_log_options(settings: Settings, opts: argparse.Namespace, level: str | None) -> None:
    """Put them into the settings; ``level`` where none is asked for (None: as the settings say)."""
    settings.set("LOG_ENABLED", not opts.nolog, priority="cmdline")
    if opts.logfile:
        settings.set("LOG_FILE", opts.logfile, priority="cmdline")
    elif level and not opts.loglevel:
        settings.set("LOG_LEVEL", level, priority="cmdline")
    if opts.loglevel:
        settings.set("LOG_LEVEL", opts.loglevel, priority="cmdline")


def scrapy_settings(settings: Settings) -> ScrapySettings:
    """The same settings as Scrapy's own kind. Loads Scrapy, which takes a third of a second."""
    gc.disable()  # nothing that loading Scrapy makes is garbage; run_spider switches it on again
    from scrapy.settings import Settings as ScrapySettings  # noqa: PLC0415

    if not isinstance(settings, PlainSettings):
        return cast("ScrapySettings", settings)
    built = ScrapySettings()
    built.setmodule("snapshotter.settings", priority="project")
    built.setdict(settings.given, priority="cmdline")
    return built


def run_spider(
    settings: ScrapySettings,
    spider: str | type[Spider],
    arguments: Mapping[str, str],
    started: Callable[[Crawler], None] | None = None,
) -> RunReport:
    """Run ``spider`` (its name or class) to its end and return the run's report.

    ``started`` is called with the crawler when the engine has started. Raises UsageError for a
    spider that isn't there and for a setting that can't be used, and whatever the spider raises
    before it is open.
    """
    _check(settings)
    from scrapy import signals  # noqa: PLC0415  (a command is loaded to show its help, too)
    from scrapy.crawler import AsyncCrawlerProcess  # noqa: PLC0415

    from snapshotter.extensions.runreport import RunReporter  # noqa: PLC0415

    process = AsyncCrawlerProcess(settings)
    # A robots.txt that doesn't come is a traceback there; the URL fails as well, and the report says why.
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
    crawler = _crawler(process, spider)

    def engine_started() -> None:
        gc.freeze()
        gc.enable()
        _note_signals(RunReporter.of(crawler).report)
        if started is not None:
            started(crawler)

    crawler.signals.connect(engine_started, signal=signals.engine_started)
    task = process.crawl(crawler, **arguments)
    process.start()
    if task.done() and not task.cancelled() and (error := task.exception()):
        raise error
    return RunReporter.of(crawler).report


def number(settings: Settings | ScrapySettings, name: str) -> float:
    """One of our settings that are numbers; a whole one unless it is in seconds. Raises UsageError."""
    read, kind = (float, "number") if name.endswith("_S") else (int, "whole number")
    try:
        value: float = read(settings.get(name))
    except (TypeError, ValueError, OverflowError):
        value = math.nan
    if not value >= LEAST[name]:
        raise UsageError(f"{name}={settings.get(name)!r}: give a {kind}, {LEAST[name]} or more")
    return value


def _check(settings: ScrapySettings) -> None:
    """Before anything is fetched: a text feed makes its edition when the first record comes, which is too late."""
    edition_of(settings)
    for name in LEAST:
        number(settings, name)
    for name in ("SNAPSHOTTER_EXTRACT", "SNAPSHOTTER_RENDER", "SNAPSHOTTER_SCREENSHOT"):
        try:
            settings.getbool(name)
        except ValueError:
            raise UsageError(f"{name}={settings[name]!r}: give true or false") from None
    try:
        several(settings["SNAPSHOTTER_REVISIT"])
    except ValueError as error:
        raise UsageError(f"SNAPSHOTTER_REVISIT={settings['SNAPSHOTTER_REVISIT']!r}: {error}") from None
    if settings.getbool("SNAPSHOTTER_RENDER") or settings.getbool("SNAPSHOTTER_SCREENSHOT"):
        from snapshotter.rendering import find_chromium  # noqa: PLC0415

        find_chromium(settings["SNAPSHOTTER_CHROMIUM"])
    _check_folder(Path(settings["SNAPSHOTTER_ARCHIVE"]))


def _check_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(f"the archive {folder} can't be written: {error.strerror}. Name another place") from error


def _crawler(process: Any, spider: str | type[Spider]) -> Crawler:
    try:
        crawler: Crawler = process.create_crawler(spider)
    except KeyError as error:
        raise UsageError(f"no spider {spider!r}; there are {', '.join(process.spider_loader.list())}") from error
    return crawler


def _note_signals(report: RunReport) -> None:
    """Have the report know of the signal that ends the run; Scrapy then shuts down as it does."""
    for number in (signal.SIGINT, signal.SIGTERM):
        previous = signal.getsignal(number)

        def note(signum: int, frame: FrameType | None, previous: Any = previous) -> None:
            report.interrupted(signum)
            if callable(previous):
                previous(signum, frame)

        signal.signal(number, note)
