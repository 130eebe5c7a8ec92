"""The coverage ledger in figures, for the statistics page: all sources together, day by day."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from snapshotter.clock import utc_now
from snapshotter.errors import SnapshotterError
from snapshotter.ledger import Figures
from snapshotter.ledger.book import Ledger
from snapshotter.ledger.figures import FIELDS, total
from snapshotter.state import NAME, State

DAYS = 28
COUNTS = ("listed", "captured", "skipped", "failed")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CoverageDay:
    """What became of articles on a UTC day."""

    day: str
    listed: int
    captured: int
    skipped: int
    failed: int
    late: tuple[float | None, float | None]
    """Median and 95th percentile, in minutes from publication to capture; None: nothing to tell by."""

    @classmethod
    def of(cls, day: str, figures: Figures) -> CoverageDay:
        """The same, of a day's figures."""
        listed, captured, skipped, failed = (getattr(figures, name).total() for name in COUNTS)
        return cls(day, listed, captured, skipped, failed, _late(figures))


@dataclass(frozen=True, slots=True)
class Coverage:
    """The last DAYS days."""

    days: tuple[CoverageDay, ...]
    """Each of them, oldest first."""
    sources: int
    late: tuple[float | None, float | None]
    good: int
    """Pages that were good copies of articles."""
    fields: dict[str, int]
    """How many of them have each of ledger.figures.FIELDS."""

    def by_day(self, name: str) -> dict[str, int]:
        """One of COUNTS, by day."""
        return {one.day: getattr(one, name) for one in self.days}


def coverage(folder: Path) -> Coverage | None:
    """That of an archive; None: it has no ledger that can be read, or nothing was in it on these days."""
    if not (folder / NAME).is_file():
        return None
    names = [str(utc_now().date() - timedelta(days=back)) for back in range(DAYS - 1, -1, -1)]
    try:
        with closing(State(folder)) as state:
            rows = Ledger(state).days(since=names[0])
    except SnapshotterError as error:
        log.warning("no figures of the ledger: %s", error)
        return None
    if not rows:
        return None
    sums = {name: Figures() for name in names}
    for row in rows:
        sums.setdefault(row.day, Figures()).add(row.figures)
    whole = total(sums.values())
    return Coverage(
        days=tuple(CoverageDay.of(day, figures) for day, figures in sums.items()),
        sources=len({row.source for row in rows}),
        late=_late(whole),
        good=whole.good,
        fields={name: whole.fields[name] for name in FIELDS},
    )


def _late(figures: Figures) -> tuple[float | None, float | None]:
    return figures.late.quantile(0.5), figures.late.quantile(0.95)
