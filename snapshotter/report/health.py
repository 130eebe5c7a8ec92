"""How the sources are: what ``status`` shows, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from snapshotter.clock import utc_now
from snapshotter.database import Database
from snapshotter.ledger import Day, Figures
from snapshotter.ledger.book import Ledger
from snapshotter.ledger.figures import FIELDS, total
from snapshotter.ledger.standing import Alarms, Raised
from snapshotter.schedule.places import next_due

DAYS = 28
LATE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Health:
    """One source. Times are RFC 3339 in UTC; empty: not yet, or not known."""

    source: str
    last_visit_at: str
    last_new_at: str
    next_due_at: str
    new_by_day: tuple[int, ...]
    """New articles on each of the last DAYS UTC days, today last."""
    late_minutes: tuple[float | None, float | None]
    """Median and 95th percentile from publication to capture, of the last LATE_DAYS days; None: nothing to tell by."""
    coverage: dict[str, float]
    """Share of the good pages of these days that have a field; empty where there were none."""
    recent: Figures
    """All figures of these days."""
    days: tuple[Day, ...]
    """Those of the last DAYS on which there was something, oldest first."""
    alarms: tuple[Raised, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        median, high = self.late_minutes
        return {
            "source": self.source,
            "alarms": [alarm_dict(raised) for raised in self.alarms],
            "last_visit_at": self.last_visit_at,
            "last_new_at": self.last_new_at,
            "next_due_at": self.next_due_at,
            "new_by_day": list(self.new_by_day),
            "late_minutes_p50": median,
            "late_minutes_p95": high,
            "coverage": self.coverage,
            "days": [{"day": day.day, **_counts(day.figures)} for day in self.days],
        }


def alarm_dict(raised: Raised) -> dict[str, str]:
    """An alarm that stands, as plain values."""
    alarm = raised.alarm
    return {
        "kind": alarm.kind,
        "source": alarm.source,
        "field": alarm.field,
        "text": alarm.text,
        "raised_at": raised.raised_at,
    }


def _counts(figures: Figures) -> dict[str, dict[str, int]]:
    return {name: dict(getattr(figures, name)) for name in ("listed", "captured", "skipped", "failed")}


def health(database: Database) -> tuple[list[Health], list[Raised]]:
    """All sources, those with alarms first, then by name; and all alarms that stand. Raises ArchiveError."""
    ledger, standing, due = Ledger(database), Alarms(database).standing(), next_due(database)
    days: dict[str, list[Day]] = {source: [] for source in {*ledger.sources(), *due}}
    for day in ledger.days(since=_past()[0]):
        days.setdefault(day.source, []).append(day)  # a crawl may have come to a source just now
    ever = ledger.totals()
    found = [_health(source, ever.get(source, Figures()), days[source], due.get(source, "")) for source in sorted(days)]
    found = [replace(one, alarms=tuple(a for a in standing if a.alarm.source == one.source)) for one in found]
    return sorted(found, key=lambda one: not one.alarms), standing


def _health(source: str, ever: Figures, days: Sequence[Day], due: str) -> Health:
    past = _past()
    new = {day.day: day.figures.captured["new"] for day in days}
    recent = total(day.figures for day in days if day.day in past[-LATE_DAYS:])
    return Health(
        source=source,
        last_visit_at=ever.last_at,
        last_new_at=ever.last_new_at,
        next_due_at=due,
        new_by_day=tuple(new.get(day, 0) for day in past),
        late_minutes=(recent.late.quantile(0.5), recent.late.quantile(0.95)),
        coverage={name: round(recent.fields[name] / recent.good, 3) for name in FIELDS if recent.good},
        recent=recent,
        days=tuple(days),
    )


def _past() -> list[str]:
    """The last DAYS days, today last."""
    today = utc_now().date()
    return [str(today - timedelta(days=back)) for back in range(DAYS - 1, -1, -1)]
