"""How long a source has brought nothing new, and how long would be usual."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from snapshotter.ledger.figures import Figures

LEAST_HOURS = 24.0
USUAL_GAPS = 7
LONGEST = 1.5
MIN_VISITS = 3
"""So many visits with new articles, after the first of all, tell a source's pace."""
PAST = timedelta(days=28)
WEEKEND_SHARE = 0.2
_HOUR = timedelta(hours=1)
_NOON = 12


@dataclass(frozen=True, slots=True)
class Silence:
    """In hours; where a source rests at weekends, those don't count."""

    hours: float
    """From the last new article to the last visit."""
    limit_hours: float
    """What is more than this isn't usual: 24 hours, 7 times the usual gap between two articles, 1.5 times the
    longest pause but one of the last four weeks (the longest may have been a silence, too)."""


def silence(visits: Sequence[Figures]) -> Silence | None:
    """How quiet a source is. ``visits``: newest first; the oldest brought all there was, and tells no pace.

    None: it isn't known well enough.
    """
    last_new = max((visit.last_new_at for visit in visits), default="")
    if not last_new:
        return None
    ended = _moment(last_new)
    past = [v for v in visits[:-1] if v.last_new_at and _moment(v.last_new_at) >= ended - PAST]
    if len(past) < MIN_VISITS:
        return None
    rests = _rests_at_weekends(past)
    oldest_first = sorted(past, key=lambda visit: visit.first_new_at)
    pauses = sorted(
        _hours(_moment(one.last_new_at), _moment(other.first_new_at), rests=rests)
        for one, other in pairwise(oldest_first)
    )
    began = _moment(oldest_first[0].first_new_at)
    count = sum(visit.captured["new"] for visit in past)
    usual = (ended - began) / _HOUR / max(1.0, count - math.sqrt(count))  # few may have come together by chance
    longest = pauses[-2]
    last_visit = max(_moment(visit.last_at) for visit in visits if visit.last_at)
    limit = max(LEAST_HOURS, USUAL_GAPS * usual, LONGEST * longest)
    return Silence(_hours(ended, last_visit, rests=rests), limit)


def _rests_at_weekends(past: Sequence[Figures]) -> bool:
    """Whether it publishes much less, if anything, on a Saturday or a Sunday than on other days.

    Not on both: in UTC, either has some hours of a Friday or a Monday somewhere on Earth.
    """
    new = [0] * 7
    for visit in past:
        new[_moment(visit.last_new_at).weekday()] += visit.captured["new"]
    return min(new[5:]) < WEEKEND_SHARE * sum(new[:5]) / 5


def _hours(start: datetime, end: datetime, *, rests: bool) -> float:
    """Hours from ``start`` to ``end``; where a source ``rests``, without those from Friday to Monday, noon UTC.

    That is a weekend anywhere on Earth.
    """
    whole = (end - start) / _HOUR
    return whole - sum(_overlap(start, end, weekend) for weekend in _weekends(start, end)) if rests else whole


def _weekends(start: datetime, end: datetime) -> Iterator[datetime]:
    """The Friday noons from the last one before ``start`` to ``end``."""
    noon = datetime(start.year, start.month, start.day, _NOON, tzinfo=UTC)
    friday = noon - timedelta(days=(start.weekday() - 4) % 7)
    while friday < end:
        yield friday
        friday += timedelta(days=7)


def _overlap(start: datetime, end: datetime, friday: datetime) -> float:
    monday = friday + timedelta(days=3)
    return max(timedelta(), min(end, monday) - max(start, friday)) / _HOUR


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
