"""The archive in figures, for the statistics page. Slow on a large archive: for a thread, and kept a while."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from snapshotter.items import Snapshot
from snapshotter.store import ArchiveReader
from snapshotter.store.figures import ArchiveStats
from snapshotter.web.queries import Queries, Selected

DAYS = 60
SAMPLE = 1_000
DELAYS = ((600, "10"), (3600, "60"), (6 * 3600, "360"), (86_400, "1440"), (7 * 86_400, "10080"))
"""Upper bounds in seconds, and the names of their columns: minutes."""
FIELDS = ("title", "published_at", "category", "source_name", "authors", "body_text")


@dataclass(frozen=True, slots=True)
class Figures:
    """The archive at a moment."""

    stats: ArchiveStats
    days: dict[str, int]
    """Captures a day."""
    sources: dict[str, int]
    channels: dict[str, int]
    delays: dict[str, int]
    """Of the latest articles that state a time to the minute: how long after it they were captured, by DELAYS."""
    delay_s: int
    """Their median; -1: none states one."""
    coverage: dict[str, int]
    """Of the latest articles: how many have each of FIELDS."""
    sampled: int


def figures(reader: ArchiveReader, queries: Queries) -> Figures:
    """Counts everything, and looks closer at the SAMPLE latest articles."""
    latest = queries.latest(Selected(), SAMPLE).found
    seconds = [delay for one in latest if (delay := _delay(one)) is not None]
    counted = Counter(_column(delay) for delay in seconds)
    return Figures(
        stats=reader.stats(),
        days=queries.days(DAYS),
        sources=queries.names("source_name"),
        channels=queries.names("category"),
        delays={name: counted[name] for name in [*(name for _, name in DELAYS), ""]} if seconds else {},
        delay_s=round(median(seconds)) if seconds else -1,
        coverage={name: sum(1 for one in latest if getattr(one, name)) for name in FIELDS},
        sampled=len(latest),
    )


def _delay(one: Snapshot) -> float | None:
    """Seconds from publishing to capture; None where the page states no time of day, or a later one."""
    if not one.published_at or one.published_precision == "day":
        return None
    delay = (datetime.fromisoformat(one.captured_at) - datetime.fromisoformat(one.published_at)).total_seconds()
    return delay if delay >= 0 else None


def _column(delay: float) -> str:
    return next((name for bound, name in DELAYS if delay <= bound), "")
