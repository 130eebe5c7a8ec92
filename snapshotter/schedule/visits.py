"""Captures of an article → when to visit it next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from snapshotter.clock import rfc3339
from snapshotter.items import Snapshot

DAY = timedelta(days=1)
RETRY = timedelta(minutes=10)
"""After a bad capture, or none; twice as long after each further one, up to RETRY_MOST."""
RETRY_MOST = timedelta(hours=2)
LASTING_FAILURES = 12
"""From so many in a row on it is a day: until then it may be the site that was down for a while."""
TRIES = 6
"""How often a bad capture is tried again in that way."""
FEW_TRIES = {"paywall": 2, "not-article": 2, "soft-404": 2}
"""The same for what seldom gets better."""
LAST_TRIES = (DAY, 7 * DAY)
"""After them, where there never was a good copy: a wall may stand for a night, and what was pulled come back."""
GONE_AGAIN = (timedelta(hours=1), DAY, 7 * DAY, 30 * DAY)
"""After an article was found gone for the first, second… time in a row; then it is left."""

FARTHEST = timedelta(hours=20)
"""From the zone that is assumed at the most to the one that is meant."""
_TRUSTED_ZONES = ("stated", "site")


@dataclass(frozen=True, slots=True)
class Plan:
    """When a site's articles are visited."""

    after_s: tuple[int, ...] = (600, 3600, 6 * 3600, 86400, 3 * 86400, 7 * 86400, 30 * 86400)
    """Seconds after publication, each longer than the one before; empty: never."""
    revisions_a_day: int = 12
    """With so many changes within 24 hours, the next visit waits until the first of them is a day old."""
    skips: int = 0
    """After a capture that brought no change, the first one included, so many planned visits are left out; never the
    last. Where something has changed none is: what was edited is edited again."""


@dataclass(frozen=True, slots=True)
class Plans:
    """The plans of all sources."""

    default: Plan = Plan()
    by_source: Mapping[str, Plan] = field(default_factory=dict)
    """Where a site's rules have one of their own."""

    def of(self, source: str) -> Plan:
        """The plan of a source."""
        return self.by_source.get(source, self.default)


@dataclass(frozen=True, slots=True)
class Seen:
    """One capture of an article."""

    at: datetime
    verdict: str
    change: str


@dataclass(frozen=True, slots=True)
class History:
    """An article's captures, as far as they matter."""

    first_at: datetime
    """When it was captured first."""
    published_at: datetime
    """When it was published, as far as can be told; else ``first_at``."""
    seen: Sequence[Seen]
    """Oldest first, the last hundred or so; never empty."""


def published(snapshot: Snapshot) -> str:
    """When to count from: the latest that the stated publish time can mean, if that is before the capture.

    Of a day without a time, its end; of a time in a zone that is only assumed, that of the zone farthest west. Else
    the time of the capture. RFC 3339, UTC.
    """
    if not snapshot.published_at:
        return snapshot.captured_at
    precise = snapshot.published_precision in {"minute", "second"}
    vague = (timedelta() if precise else DAY) + (timedelta() if snapshot.zone_source in _TRUSTED_ZONES else FARTHEST)
    latest = rfc3339(datetime.fromisoformat(snapshot.published_at) + vague)
    return min(latest, snapshot.captured_at)


def next_visit(history: History, plan: Plan) -> datetime | None:
    """When an article is to be visited next; None: never again.

    A good copy: by the plan. A bad one: sooner, some tries with growing gaps; where there never was a good copy, only
    LAST_TRIES more. Gone: a few times more.
    """
    last = history.seen[-1]
    if not plan.after_s:
        return None
    if last.change == "gone":
        times = _in_a_row([one.change == "gone" for one in history.seen])
        return last.at + GONE_AGAIN[times - 1] if times <= len(GONE_AGAIN) else None
    planned = _planned(history, plan)
    if last.verdict == "ok":
        return _bounded(planned, history.seen, plan)
    tried = _in_a_row([one.verdict != "ok" and one.change != "gone" for one in history.seen])
    tries = FEW_TRIES.get(last.verdict, TRIES)
    again = last.at + retry_after(tried) if tried <= tries else None
    if any(one.verdict == "ok" for one in history.seen):
        return min((moment for moment in (again, planned) if moment), default=None)
    if again or tried > tries + len(LAST_TRIES):
        return again
    return last.at + LAST_TRIES[tried - tries - 1]


def retry_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row, the last one included."""
    return DAY if failures > LASTING_FAILURES else min(RETRY * int(2 ** (failures - 1)), RETRY_MOST)


def _planned(history: History, plan: Plan) -> datetime | None:
    """The plan's next time. One that follows a capture too closely, for the distance it is to keep, is left out."""
    last = history.seen[-1].at
    final = timedelta(seconds=plan.after_s[-1])
    apart = []
    for before_s, after_s in pairwise((0, *plan.after_s)):
        moment = history.published_at + timedelta(seconds=after_s)
        if moment - last >= timedelta(seconds=after_s - before_s) / 2:
            apart.append(moment)
    if apart:
        # what moved may be captured twice in one run: revised where it was, and unchanged where a listing has it now
        is_revised = any(one.change == "revised" and one.at > last - RETRY for one in history.seen)
        return apart[0 if is_revised else min(plan.skips, len(apart) - 1)]
    # found when all of that was over: one visit
    if history.published_at + final <= history.first_at and last - history.first_at < final / 2:
        return history.first_at + final
    return None


def _bounded(planned: datetime | None, seen: Sequence[Seen], plan: Plan) -> datetime | None:
    """Later than planned, where the article changes all the time."""
    changed = [one.at for one in seen if one.change in {"new", "revised"} and one.at > seen[-1].at - DAY]
    if planned is None or len(changed) < plan.revisions_a_day:
        return planned
    return max(planned, changed[-plan.revisions_a_day] + DAY)


def _in_a_row(holds: Sequence[bool]) -> int:
    """How many at the end."""
    return next((number for number, one in enumerate(reversed(holds)) if not one), len(holds))
