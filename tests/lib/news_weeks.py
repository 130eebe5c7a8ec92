"""Weeks in the life of simulated sources, as the ledger has them: rows that a crawler's visits would have left."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from snapshotter.ledger import Day, Figures
from snapshotter.ledger.figures import FIELDS, total

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Source:
    """How a source behaves."""

    a_day: float
    """New articles."""
    weekend: float = 1.0
    """How many times as many at weekends."""
    night: float = 0.1
    """How many times as many from 22 to 6 o'clock."""
    only_on: int | None = None
    """The one weekday it publishes on."""
    visit_every_h: float = 1.0
    zone_h: int = 8
    share: float = 0.97
    """Of pages that have each field."""
    error: float = 0.03
    backlog: int = 60
    """What the first visit finds."""


def pace(source: Source, at: datetime) -> float:
    """Articles an hour at that time."""
    local = at + source.zone_h * HOUR
    if source.only_on is not None:
        return source.a_day / 8 if local.weekday() == source.only_on and 8 <= local.hour < 16 else 0.0
    per_hour = source.a_day / 24
    per_hour *= source.weekend if local.weekday() >= 5 else 1.0
    return per_hour * (source.night if local.hour < 6 or local.hour >= 22 else 1.3)


def visits(source: Source, days: float, seed: int, start: datetime = MONDAY) -> Iterator[tuple[datetime, Figures]]:
    """Each visit's time and figures; ``source`` may be changed meanwhile by who sends a new one."""
    dice = random.Random(seed)
    at, step = start, timedelta(hours=source.visit_every_h)
    new = source.backlog
    while at < start + timedelta(days=days):
        changed = yield at, _figures(source, dice, at, new)
        source = changed or source
        minutes = int(step.total_seconds() // 600)
        new = (
            sum(dice.random() < pace(source, at + n * HOUR / 6) / 6 for n in range(minutes))
            if source.a_day < 100
            else (round(sum(pace(source, at + n * HOUR / 6) / 6 for n in range(minutes))))
        )
        at += step


def _figures(source: Source, dice: random.Random, at: datetime, new: int) -> Figures:
    figures, now = Figures(), f"{at:%Y-%m-%dT%H:%M:%SZ}"
    figures.visited(now)
    for _ in range(new + 2):
        status = "200" if dice.random() >= source.error else dice.choice(["500", "404", "403"])
        figures.answers[status] += 1
        if status != "200":
            figures.failed[f"http-{status}"] += 1
    if new:
        figures.captured["new"] = new
        figures.first_new_at = figures.last_new_at = now
    figures.read = figures.good = new
    for _ in range(new):
        figures.fields.update(name for name in FIELDS if dice.random() < source.share)
        figures.lengths.note(dice.lognormvariate(6.5, 0.9))
    return figures


class Past:
    """Visits kept as the ledger keeps them: of two days run by run, before that by day."""

    def __init__(self, name: str = "a.example") -> None:
        self.name = name
        self.rows: list[Day] = []

    def add(self, at: datetime, figures: Figures) -> list[Day]:
        """A visit is over; all rows of the last 56 days, newest first."""
        self.rows.insert(0, Day(self.name, f"{at:%Y-%m-%d}", figures))
        fold, drop = f"{at - timedelta(days=2):%Y-%m-%d}", f"{at - timedelta(days=56):%Y-%m-%d}"
        recent = [row for row in self.rows if row.day >= fold]
        old = [row for row in self.rows if drop <= row.day < fold]
        days = {row.day: total(one.figures for one in old if one.day == row.day) for row in old}
        self.rows = recent + [Day(self.name, day, days[day]) for day in sorted(days, reverse=True)]
        return self.rows


__all__ = ["HOUR", "MONDAY", "Past", "Source", "replace", "visits"]
