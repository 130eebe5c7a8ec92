"""When the page says it appeared and was changed: all that states a time is weighed, and what agrees wins.

A day gets the weight of what states it, counted once for each kind of place: what the page says for machines, what it
shows, its scripts, its address. Within the day that wins, a time with a clock is taken before a mere date.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from snapshotter.clock import rfc3339
from snapshotter.errors import BadDate
from snapshotter.extract.times.dates import Clock, Moment, in_utc
from snapshotter.extract.times.sightings import Reader, Shown, Sighting, declared, in_url, sightings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from snapshotter.extract.evidence import Evidence

__all__ = ["Published", "Shown", "declared_day", "find_published"]

_KINDS = {
    "rule": "rule", "json-ld": "declared", "json-ld page": "declared", "meta": "declared", "microdata": "declared",
    "time": "shown", "header": "shown", "opening": "shown", "behind": "shown", "page": "shown", "script": "script",
    "url": "url",
}  # fmt: skip
_SECOND = 0.5
"""What further places of one kind add, beside the heaviest."""
_ALSO_CHANGE = 3.0
"""What a day shown loses if it is that of a change."""
_SAME_CHANGE = 2.0
"""What a time declared loses if the page was changed within the hour: a system that only knows its last build."""
_BUILT = 3.0
"""What such a time loses besides if the page shows an earlier day for its own."""
_CLEAR = 4.0
"""What a time shown near the title weighs at least that is meant for the page's own."""
_CHANGE = {"declared": 0.1, "shown": 0.6}
"""By what a change's weight is multiplied where nothing else tells the day."""
_ENOUGH = 3.0
"""A day of less weight is doubted: changes count as well."""
_EARLIER = 1.0
"""What a day shown gains, or loses, for lying before, or after, the one declared: what changes is the later."""
_EAST, _WEST = timedelta(hours=14), timedelta(hours=-12)

Scores = dict[date, float]


class Published(NamedTuple):
    """The record's fields about time."""

    published_at: str = ""
    modified_at: str = ""
    raw: str = ""
    precision: str = ""
    zone_source: str = ""
    warnings: tuple[str, ...] = ()
    candidates: tuple[Sighting, ...] = ()
    """All that was weighed, the heaviest first."""


def find_published(evidence: Evidence, shown: Shown, clock: Clock) -> Published:
    """Read the times off the page; what is stated as a time and is none is a warning."""
    reader = Reader(clock)
    found = sightings(evidence, shown, reader)
    found.sort(key=lambda one: -one.weight)
    doubts = reader.doubts
    modified_at, *_ = _utc(_modified(found), found, clock, doubts)
    best = _best(found)
    published_at, zone_source = _utc(best, found, clock, doubts)
    if best is None:
        return Published("", modified_at, warnings=tuple(doubts), candidates=tuple(found))
    precision = _precision(best, found)
    return Published(
        published_at, modified_at, best.raw, precision, zone_source, tuple(dict.fromkeys(doubts)), tuple(found)
    )


def declared_day(evidence: Evidence, url: str, clock: Clock) -> date | None:
    """The day of publication by what is declared for machines, else by the address; None: neither says."""
    reader = Reader(clock)
    found = [one for one in (*declared(evidence, reader), *in_url(url, reader)) if not one.is_change]
    return max(found, key=lambda one: one.weight).moment.local.date() if found else None


def _best(found: Sequence[Sighting]) -> Moment | None:
    """The moment believed: of the heaviest day, the one with a clock, then the heaviest."""
    scores = weigh([one for one in found if not one.is_change], found)
    if max(scores.values(), default=0.0) < _ENOUGH:
        scores = weigh(found, found)
    if not scores:
        return None
    day = max(scores, key=lambda day: (scores[day], -day.toordinal()))
    of_day = [one for one in found if one.moment.local.date() == day]
    if of_day:
        return max(of_day, key=lambda one: (not one.is_change, _has_clock(one.moment), one.weight)).moment
    swapped = next(one.moment for one in found if one.moment.swapped and one.moment.swapped.date() == day)
    return replace(swapped, local=swapped.swapped or swapped.local, swapped=swapped.local)


def weigh(counted: Sequence[Sighting], found: Sequence[Sighting]) -> Scores:
    """The weight of each day that ``counted`` states, in the light of all that was ``found``."""
    days: dict[date, dict[str, dict[str, float]]] = {}

    def count(day: date, place: str, weight: float) -> None:
        if weight > 0:
            places = days.setdefault(day, {}).setdefault(_KINDS[place], {})
            places[place] = max(places.get(place, 0.0), weight)

    changes = sorted(one.moment.local for one in found if one.is_change)
    declared = next((one for one in counted if _is_declared(one) and not one.is_change), None)
    below_title = (one for one in counted if one.place == "header" and not one.is_change)
    clear = [one.moment.local for one in below_title if one.weight >= _CLEAR]
    for one in counted:
        weight = _adjusted(one, changes, declared, clear)
        count(one.moment.local.date(), one.place, weight)
        if one.moment.swapped:
            count(one.moment.swapped.date(), one.place, 0.95 * weight)
    shown = [one for one in counted if _KINDS[one.place] == "shown"]
    for one in counted:
        if _is_declared(one) and "shown" not in days.get(one.moment.local.date(), {}):
            for other in (other for other in shown if _is_same(one.moment, other.moment)):
                count(other.moment.local.date(), one.place, one.weight)
    return {day: sum(map(_together, kinds.values())) for day, kinds in days.items()}


def _together(places: dict[str, float]) -> float:
    heaviest = max(places.values())
    return heaviest + _SECOND * (sum(places.values()) - heaviest)


def _is_declared(one: Sighting) -> bool:
    return _KINDS[one.place] == "declared"


def _adjusted(
    one: Sighting, changes: Sequence[datetime], declared: Sighting | None, shown: Sequence[datetime]
) -> float:
    """A sighting's weight beside the changes stated, the heaviest time declared, and those clearly shown."""
    kind, local = _KINDS[one.place], one.moment.local
    if one.is_change:
        return one.weight * _CHANGE.get(kind, 0.0)
    weight = one.weight
    if kind == "declared":
        if any(abs(local - change) < timedelta(hours=1) for change in changes):
            weight -= _SAME_CHANGE + _BUILT * any((local - other).days > 2 for other in shown)
        return weight
    if kind != "shown":
        return weight
    weight -= _ALSO_CHANGE * any(local.date() == change.date() for change in changes[-1:])
    if declared is not None and one.place != "behind":
        days = (local - declared.moment.local).days
        weight += _EARLIER * ((days < -2) - (days > 2))
    return weight


def _has_clock(moment: Moment) -> bool:
    """Whether it states a clock time; midnight is what a system writes that knows the day only."""
    local = moment.local
    return moment.precision != "day" and bool(local.hour or local.minute or local.second)


def _is_same(declared: Moment, shown: Moment) -> bool:
    """Whether a time declared in UTC is the one shown, by the clock of a place where it is another day."""
    if declared.zone is None or declared.zone.utcoffset(declared.local) or declared.precision == "day":
        return False
    if shown.zone is not None:
        offset = shown.zone.utcoffset(shown.local) or timedelta()
        return abs(shown.local - offset - declared.local) < timedelta(minutes=2)
    gap = shown.local - declared.local
    if shown.precision == "day":
        return _WEST - timedelta(days=1) < gap <= _EAST
    part = gap % timedelta(minutes=15)
    return _WEST <= gap <= _EAST and min(part, timedelta(minutes=15) - part) <= timedelta(minutes=1)


def _modified(found: Sequence[Sighting]) -> Moment | None:
    """When it was last changed: as declared, else as shown."""
    changes = [one for one in found if one.is_change and one.place != "behind"]
    best = max(changes, key=lambda one: (_is_declared(one), one.weight), default=None)
    return best.moment if best else None


def _utc(moment: Moment | None, found: Sequence[Sighting], clock: Clock, doubts: list[str]) -> tuple[str, str]:
    """(RFC 3339, where its zone came from); empty: there is no moment, or no such zone as the site's."""
    if moment is None:
        return "", ""
    if moment.zone is None and (same := _same_instant(moment, found)):
        return rfc3339(same.local.replace(tzinfo=same.zone)), "stated"
    try:
        return in_utc(moment, clock)
    except BadDate as error:
        doubts.append(str(error))
        return "", ""


def _same_instant(moment: Moment, found: Sequence[Sighting]) -> Moment | None:
    """The same moment as the page declares it, with its zone."""
    others = (one.moment for one in found if _is_declared(one) and not one.is_change and one.moment.zone is not None)
    return next((other for other in others if _has_clock(other) and _is_same(other, moment)), None)


def _precision(moment: Moment, found: Sequence[Sighting]) -> str:
    if moment.zone is None and moment.precision == "day" and (same := _same_instant(moment, found)):
        return same.precision
    return moment.precision if _has_clock(moment) else "day"
