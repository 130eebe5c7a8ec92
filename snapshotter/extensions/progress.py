"""The progress line of a crawl that a person watches."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sized
from typing import Self, cast

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from snapshotter.extensions.runreport import RunReporter
from snapshotter.items import COPIES
from snapshotter.report.run import RunReport
from snapshotter.report.summary import duration, size
from snapshotter.report.terminal import ProgressLine

INTERVAL_S = 0.5


class Progress:
    """Rewrites one line on stderr while the spider runs. Off where stderr is no terminal, or without a run report."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.line = ProgressLine()
        self._aside = _Aside(self.line)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises NotConfigured where nobody is watching."""
        if not crawler.settings.getbool("SNAPSHOTTER_PROGRESS") or not sys.stderr.isatty():
            raise NotConfigured
        progress = cls(crawler)
        crawler.signals.connect(progress.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(progress.spider_closed, signal=signals.spider_closed)
        return progress

    def spider_opened(self) -> None:
        """Begin."""
        for handler in logging.root.handlers:
            handler.addFilter(self._aside)
        self.task = create_looping_call(self.tick)
        self.task.start(INTERVAL_S)

    def spider_closed(self) -> None:
        """Leave the terminal as it was."""
        self.task.stop()
        for handler in logging.root.handlers:
            handler.removeFilter(self._aside)
        self.line.clear()

    def tick(self) -> None:
        """Rewrite the line."""
        slot = self.crawler.engine._slot  # the queue's length has no public name
        waiting = len(cast("Sized", slot.scheduler)) if slot else 0
        self.line.show(progress_text(RunReporter.of(self.crawler).report, waiting))


class _Aside(logging.Filter):
    """Takes the progress line away before a log line is written where it stands."""

    def __init__(self, line: ProgressLine) -> None:
        super().__init__()
        self.line = line

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything pass."""
        self.line.clear()
        return True


def progress_text(report: RunReport, waiting: int) -> str:
    """``12.4 s · 3 sites · 80 responses (8.1 MB, 6.5/s) · 60 kept · 2 failed · 38 waiting``."""
    total = report.totals()
    kept = sum(total.verdicts[verdict] for verdict in COPIES)
    rate = total.fetched / max(report.seconds, 0.001)
    return " · ".join(
        [
            duration(report.seconds),
            f"{len(report.sites):,} site{'' if len(report.sites) == 1 else 's'}",
            f"{total.fetched:,} responses ({size(total.bytes)}, {rate:.1f}/s)",
            f"{kept:,} kept",
            f"{total.failed.total():,} failed",
            f"{waiting:,} waiting",
        ]
    )
