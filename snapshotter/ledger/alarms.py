"""When a source needs a person: pure rules over its figures.

Each looks at the source's latest visits, as many as it needs to be sure, and holds them against its own past. What
lasts for three of the four weeks that are looked at becomes the new past, and its alarm ends; a silence doesn't.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby, takewhile
from operator import attrgetter

from snapshotter.ledger.figures import FIELDS, REFUSALS, Day, Figures, Histogram, total
from snapshotter.ledger.silence import silence

LOOK_BACK_DAYS = 56
"""How many days of a source's past are to be handed in; a layout's past are the last 28 of them."""
LEAST = 6
"""Pages, or requests, that a verdict rests on: all of so few must be bad, for it not to be chance."""
MIN_REFUSED = 2
MIN_LISTED = 2
"""Visits at which its feeds or sections named articles, before one that finds them bare means anything."""
MAX_CHANCE = 2e-7
"""Of sources that do as they use to: so rare that it is raised once in a year of fifty sources' visits."""
RARELY = 10
"""One visit in so many, at most, has found them bare before."""
LEAST_USUAL, MOST_USUAL = 0.8, 0.95
"""A share below the one tells nothing when it falls; one above the other was luck."""
LAYOUT_PAST = timedelta(days=28)
_BY_NUMBERS_ALONE = 60
"""With that many pages no fall to the half is chance."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something a person should look at."""

    kind: str
    """``silent``, ``layout``, ``blocked``, ``errors`` or ``disk``."""
    source: str
    """Empty: the archive itself."""
    field: str
    """Of ``layout``: one of FIELDS, ``article`` or ``body``; else empty."""
    text: str
    """What is the matter, for people; without the source's name."""

    def __str__(self) -> str:
        """``silent people-cn: no new article for …``."""
        return f"{self.kind} {self.source}".rstrip() + f": {self.text}"


@dataclass(frozen=True, slots=True)
class Disk:
    """The archive's disk."""

    free_bytes: int
    least_bytes: int
    """With less a crawl pauses; 0: it never does."""
    daily_bytes: float
    """What comes in a day."""


def alarms(source: str, visits: Sequence[Day]) -> list[Alarm]:
    """What is the matter with a source. ``visits``: newest first, as ``Ledger.visits`` has them; empty: nothing."""
    if not visits:
        return []
    refused = _blocked(source, visits)
    found = [
        _silent(source, visits) or _bare(source, visits),
        refused or _errors(source, visits),
        *_layout(source, visits),
    ]
    return [alarm for alarm in found if alarm]


def disk_alarms(disk: Disk) -> list[Alarm]:
    """Whether room gets short: less than twice what a crawl pauses at, or than three days will bring."""
    needed = max(2 * disk.least_bytes, 3 * disk.daily_bytes)
    if disk.free_bytes >= needed:
        return []
    days = disk.free_bytes / disk.daily_bytes if disk.daily_bytes else math.inf
    lasts = f", at this pace for {days:.1f} days" if days < 100 else ""
    return [Alarm("disk", "", "", f"{disk.free_bytes / 1e9:.1f} GB free{lasts}")]


def _silent(source: str, visits: Sequence[Day]) -> Alarm | None:
    """No new article for much longer than usual."""
    quiet = silence([visit.figures for visit in visits])
    if quiet is None or quiet.hours <= quiet.limit_hours:
        return None
    text = f"no new article for {quiet.hours:.0f} h; {quiet.limit_hours:.0f} h would be usual at most"
    return Alarm("silent", source, "", text)


def _bare(source: str, visits: Sequence[Day]) -> Alarm | None:
    """Its feeds, or its sections, that used to name articles name none."""
    oldest = str(date.fromisoformat(visits[0].day) - LAYOUT_PAST)
    for kind, called in (("feed", "feeds"), ("listing", "sections")):
        found = [(visit.figures.naming[kind], visit.figures.bare[kind]) for visit in visits if visit.day >= oldest]
        telling = [pair for pair in found if any(pair)]  # what is unchanged tells nothing
        now = list(takewhile(lambda pair: not pair[0], telling))
        past = telling[len(now) :]
        if now and len(past) >= MIN_LISTED and RARELY * sum(bare > 0 for _, bare in past) <= len(past):
            return Alarm("silent", source, "", f"its {called} name no article any more")
    return None


def _blocked(source: str, visits: Sequence[Day]) -> Alarm | None:
    """Nearly all of the latest answers keep us out."""
    latest, _ = _latest([visit.figures for visit in visits], lambda figures: figures.answers.total(), MIN_REFUSED)
    if latest is None:
        return None
    answers = latest.answers.total()
    if latest.refused < MIN_REFUSED or latest.refused < 0.8 * answers:
        return None
    kinds = [*((latest.answers[status], status) for status in REFUSALS), (latest.verdicts["captcha"], "captcha")]
    said = ", ".join(f"{count} × {kind}" for count, kind in kinds if count)
    return Alarm("blocked", source, "", f"refused: {said} of {answers} answers")


def _errors(source: str, visits: Sequence[Day]) -> Alarm | None:
    """Half of the latest requests failed, or more where it uses to fail now and then."""
    latest, *past = _chunks(visits, lambda figures: figures.requests) or [Figures()]
    good = [1 - chunk.errors / chunk.requests for chunk in past]
    usual = max(LEAST_USUAL, _usual(good) if good else 1.0)
    done = latest.requests - latest.errors
    if not latest.requests or latest.errors * 2 < latest.requests or _chance(done, latest.requests, usual) > MAX_CHANCE:
        return None
    reasons = ", ".join(f"{count} × {reason}" for reason, count in latest.failed.most_common(3))
    return Alarm("errors", source, "", f"{latest.errors} of {latest.requests} requests failed ({reasons})")


def _layout(source: str, visits: Sequence[Day]) -> Iterator[Alarm]:
    """A field that most pages had is gone from the latest; or they no longer read as articles."""
    pages = _chunks(visits, lambda figures: figures.read)
    if alarm := _fell(source, "article", [(chunk.good, chunk.read) for chunk in pages]):
        yield alarm
        return
    good = _chunks(visits, lambda figures: figures.good)
    for name in FIELDS:
        if alarm := _fell(source, name, [(chunk.fields[name], chunk.good) for chunk in good]):
            yield alarm
    if alarm := _shrank(source, [chunk.lengths for chunk in good]):
        yield alarm


def _chunks(visits: Sequence[Day], weight: Callable[[Figures], int]) -> list[Figures]:
    """The latest visits added up, then those of the days before, newest first; each sum weighs LEAST at least."""
    latest, rest = _latest([visit.figures for visit in visits], weight, LEAST)
    if latest is None:
        return []
    oldest = str(date.fromisoformat(visits[0].day) - LAYOUT_PAST)
    past = [visit for visit in visits[len(visits) - len(rest) :] if visit.day >= oldest]
    days = [total(visit.figures for visit in day) for _, day in groupby(past, attrgetter("day"))]
    found = [latest]
    while (chunk := _latest(days, weight, LEAST))[0] is not None:
        found.append(chunk[0])
        days = chunk[1]
    return found


def _fell(source: str, field: str, shares: Sequence[tuple[int, int]]) -> Alarm | None:
    """``shares``: (pages that have it, pages), the latest first."""
    if len(shares) < 2:
        return None
    usual = _usual([having / pages for having, pages in shares[1:]])
    having, pages = shares[0]
    if usual < LEAST_USUAL or having > usual / 2 * pages or _chance(having, pages, usual) > MAX_CHANCE:
        return None
    what = "pages that read as articles" if field == "article" else f"pages with {field}"
    return Alarm("layout", source, field, f"{what}: {having} of the last {pages}; usual are {usual:.0%}")


def _usual(shares: list[float]) -> float:
    """What a quarter of the past reaches."""
    return sorted(shares)[3 * len(shares) // 4]


def _shrank(source: str, texts: Sequence[Histogram]) -> Alarm | None:
    """``texts``: the lengths of pages' texts, the latest first. Half of them have less than a quarter of the usual."""
    from statistics import median  # noqa: PLC0415  (every run loads this module, and few come here)

    usual = median([one.quantile(0.5) or 0.0 for one in texts[1:]] or [0.0])
    shares = [(one.above(usual / 4), one.bins.total()) for one in texts]
    if (alarm := _fell(source, "body", shares)) is None:
        return None
    return replace(alarm, text=f"texts of {texts[0].quantile(0.5) or 0:.0f} characters; usual are {usual:.0f}")


def _latest(
    figures: list[Figures], weight: Callable[[Figures], int], least: int
) -> tuple[Figures | None, list[Figures]]:
    """The first of ``figures`` added up until they weigh ``least``, and the rest; None: all of them don't."""
    weighed = 0
    for number, one in enumerate(figures, 1):
        weighed += weight(one)
        if weighed >= least:
            return total(figures[:number]), figures[number:]
    return None, []


def _chance(having: int, pages: int, usual: float) -> float:
    """How probable so few, or fewer, are by chance where the share is ``usual``."""
    if pages >= _BY_NUMBERS_ALONE:
        return 0.0
    share = min(usual, MOST_USUAL)
    return sum(math.comb(pages, n) * share**n * (1 - share) ** (pages - n) for n in range(having + 1))
