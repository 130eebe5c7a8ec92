"""What a run counts for the ledger, while it runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from snapshotter.clock import rfc3339, utc_now
from snapshotter.items import Snapshot
from snapshotter.ledger.figures import Figures

MAX_SOURCES = 20_000


class Tally:
    """Figures by source and UTC day. Memory is bounded: beyond MAX_SOURCES a source isn't noted."""

    def __init__(self) -> None:
        self.watched_since: Mapping[str, datetime] = {}
        """When each source was first crawled; left out: by this run."""
        self.started_at = utc_now()
        self._rows: dict[tuple[str, str], Figures] = {}
        self._changed: set[tuple[str, str]] = set()

    def listed(self, source: str, via: str, count: int) -> None:
        """Candidates were found by way of ``via``."""
        self._today(source)[0].listed[via] += count

    def read(self, source: str, kind: str, *, names_articles: bool) -> None:
        """A feed or section of the source's own was read."""
        figures = self._today(source)[0]
        (figures.naming if names_articles else figures.bare)[kind] += 1

    def skipped(self, source: str, why: str) -> None:
        """A candidate wasn't asked for, on purpose."""
        self._today(source)[0].skipped[why] += 1

    def failed(self, source: str, reason: str) -> None:
        """A URL brought nothing."""
        figures, now = self._today(source)
        figures.failure(reason, now)

    def answered(self, source: str, status: int, size: int) -> None:
        """A response came, of ``size`` bytes."""
        figures, now = self._today(source)
        figures.answered(status, size, now)

    def kept(self, snapshot: Snapshot) -> None:
        """A capture was stored."""
        figures, _ = self._today(snapshot.site)
        figures.kept(snapshot, self.watched_since.get(snapshot.site, self.started_at))

    def sources(self) -> set[str]:
        """Those that were crawled: of others there are answers at most, as of the hosts of redirects and robots.txt."""
        return {source for (source, _), figures in self._rows.items() if _is_source(figures)}

    def changes(self) -> dict[tuple[str, str], Figures]:
        """By (source, day), each from the run's beginning: what has changed and isn't ``written`` yet."""
        return {key: self._rows[key] for key in self._changed if _is_source(self._rows[key])}

    def written(self, changes: Iterable[tuple[str, str]]) -> None:
        """These need not be written again; days that have passed are forgotten."""
        today = rfc3339(utc_now())[:10]
        for key in changes:
            self._changed.discard(key)
            if key[1] < today:
                self._rows.pop(key, None)

    def _today(self, source: str) -> tuple[Figures, str]:
        """The source's figures, and what time it is."""
        now = rfc3339(utc_now())
        key = (source, now[:10])
        figures = self._rows.get(key)
        if figures is None:
            figures = Figures()
            if len(self._rows) >= MAX_SOURCES:
                return figures, now
            self._rows[key] = figures
        self._changed.add(key)
        return figures, now


def _is_source(figures: Figures) -> bool:
    return any((figures.listed, figures.naming, figures.bare, figures.verdicts, figures.skipped, figures.failed))
