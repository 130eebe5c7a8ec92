"""The coverage ledger's hooks: figures are written as the run goes on, alarms are looked for when it ends."""

from __future__ import annotations

import asyncio
import logging
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from snapshotter.database import DATABASE_ERRORS
from snapshotter.errors import ArchiveError
from snapshotter.extensions.runreport import RunReporter
from snapshotter.notify import Notifier, notifier
from snapshotter.report.metrics import write_metrics
from snapshotter.report.watch import Watch
from snapshotter.state import State
from snapshotter.store.space import free_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.crawler import Crawler

    from snapshotter.ledger.figures import Figures
    from snapshotter.report.run import RunReport

logger = logging.getLogger(__name__)

INTERVAL_S = 30.0
"""What a run that is killed loses at most."""
BY_HAND = ("capture",)
"""Spiders whose URLs somebody gave: what they bring says nothing of a source."""


class LedgerKeeper:
    """Keeps the ledger of one run. What goes wrong with it is in the report; the crawl goes on."""

    def __init__(self, crawler: Crawler, folder: Path, notify: Notifier | None) -> None:
        self._crawler, self._folder, self._notify = crawler, folder, notify
        self._watch: Watch | None = None
        self._metrics: str = crawler.settings["SNAPSHOTTER_METRICS_DIR"] or ""
        self._totals: dict[str, Figures] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises NotConfigured where nothing is archived, or by hand; UsageError for SNAPSHOTTER_NOTIFY."""
        folder = crawler.settings["SNAPSHOTTER_ARCHIVE"]
        if not folder or crawler.spidercls.name in BY_HAND:
            raise NotConfigured
        keeper = cls(crawler, Path(folder), notifier(crawler.settings["SNAPSHOTTER_NOTIFY"]))
        crawler.signals.connect(keeper.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(keeper.spider_closed, signal=signals.spider_closed)
        crawler.signals.connect(keeper.engine_stopped, signal=signals.engine_stopped)
        return keeper

    @property
    def _report(self) -> RunReport:
        return RunReporter.of(self._crawler).report

    def spider_opened(self) -> None:
        """Begin to write."""
        with self._minding():
            least_bytes = self._crawler.settings.getint("SNAPSHOTTER_DISK_FREE_BYTES")
            self._watch = Watch(State(self._folder), self._report, least_bytes)
            self._task = create_looping_call(self._write)
            self._task.start(INTERVAL_S)

    async def spider_closed(self) -> None:
        """All that was fetched is counted: look for alarms, tell somebody, let go of state.db.

        The list of the archive's files, which is signed when the engine has stopped, names only what nobody has open.
        """
        if self._watch is None:
            return
        if self._task.running:
            self._task.stop()
        with closing(self._watch), self._minding():
            raised, cleared = self._watch.settle(free_bytes(self._folder))
            self._totals = self._watch.ledger.totals() if self._metrics else None
            for alarm in raised:
                logger.warning("ALARM %s", alarm)
            for alarm in cleared:
                logger.warning("alarm over: %s", alarm)
            if self._notify is not None and not await asyncio.to_thread(self._watch.tell, self._notify.send):
                logger.warning("SNAPSHOTTER_NOTIFY: nobody could be told of an alarm; the next run tries again")

    def engine_stopped(self) -> None:
        """The run's exit status is known."""
        if self._totals is None:
            return
        with self._minding():
            write_metrics(Path(self._metrics), self._report, self._totals, free_bytes(self._folder))

    def _write(self) -> None:
        assert self._watch is not None
        with self._minding():
            self._watch.write()

    @contextmanager
    def _minding(self) -> Iterator[None]:
        try:
            yield
        except (ArchiveError, OSError, *DATABASE_ERRORS) as error:
            what = str(getattr(error, "orig", None) or error)
            text = what if isinstance(error, ArchiveError) else f"the ledger of {self._folder}: {what}. {State.remedy}"
            logger.error("%s", text)  # noqa: TRY400  (the text says it all)
            self._report.cannot_write(text)
