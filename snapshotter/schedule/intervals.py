"""A place's answer → when it is due next.

A *place* is a feed, sitemap or section of a source. Its interval aims at AIM new articles a fetch: with more of them
it gets shorter, with none longer. (Field: news-crawl multiplies by a factor; miniflux divides a week by its entries;
Media Cloud counts fetches without news. Here the gap between new articles is smoothed exponentially.) A simulated
week of 40 sites with 2 to 30 articles a day, few of them at night, and one to three places each, looked after every 15
minutes: 1.8 fetches for each time that a site listed something new, half of the articles seen within 38 minutes, none
lost, though some are pulled after three hours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

SMOOTHING = 0.5
"""How much the newest gap counts."""
AIM = 1.0
"""New articles a fetch."""
NOTHING_NEW = 1.2
"""The factor of a fetch that brought nothing new."""
NEVER_NEW = 2.0
"""The same for a place that has brought nothing since it was first read, or that others have been faster than."""
MOST_GROWTH = 2.0
SPAN_GROWTH = 1.05
"""A fetch. How fast it is forgotten that a listing was busier once."""
ERROR_MOST_S = 7200
"""How long a failing place is left alone at most, in the beginning: a site that was down must not lose articles."""
LASTING_FAILURES = 12
"""From so many failures in a row on it is left alone for as long as any place may be."""
UNMODIFIED_IN_A_ROW = 3
"""After so many 304 answers the body is asked for: validators of feeds are often stale."""
LATELY = timedelta(days=1)
"""A place that was the first to list an article within that time can't be spared."""
BELIEVED_S = 2 * 3600
"""A 304 counts once more for each so many seconds until the next look: none is believed for long at a quiet place."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How often a place is looked at; seconds."""

    least_s: int = 300
    most_s: int = 86400
    start_s: int = 900
    """Before anything is known."""
    seed_most_s: int = 10800
    """The same as ``most_s`` for a seed that can't be spared: what is new may be pulled hours later."""
    asked_most_s: int = 3600
    """As long as an answer may ask to be left alone for (``hints``); Retry-After may ask for ``most_s``."""


@dataclass(frozen=True, slots=True)
class Place:
    """A feed, sitemap or section, and what is known of it. Times: RFC 3339, UTC; empty: never."""

    source: str
    """A site rule's name, or a host."""
    url: str
    kind: str
    """``feed``, ``sitemap`` or ``listing``: what it was announced as."""
    next_due_at: str
    interval_s: int
    is_seed: bool = False
    """Named by the site's rules, or by the caller."""
    depth: int = 0
    """How many places lie between it and a seed."""
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""
    """Hex digest of the last body; empty: there was none."""
    span_s: int = 0
    """From the oldest to the newest article that it listed; 0: not known."""
    last_fetched_at: str = ""
    last_new_at: str = ""
    """When it last listed what nobody knew before; what it listed when it was first read doesn't count."""
    failures: int = 0
    """In a row."""
    retry_at: str = ""
    """The server asked to be left alone until then."""
    unmodified: int = 0
    """304 answers in a row; one before a long wait counts as several."""
    is_stale: bool = False
    """Its validators stay when its content changes: they are sent no more."""

    @property
    def validators(self) -> tuple[str, str]:
        """The ETag and Last-Modified to send; empty where the body is wanted whatever they say."""
        if self.is_stale or self.unmodified >= UNMODIFIED_IN_A_ROW:
            return "", ""
        return self.etag, self.last_modified


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from a place."""

    status: int
    """200 or 304."""
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""
    """Of the body, content-decoded; empty: there was none."""
    new: int = 0
    """Articles that nobody knew before."""
    listed: int = 0
    span_s: int = 0
    asked_s: float = 0
    """How long the answer asks to be left alone for."""


def after_answer(
    place: Place, answer: Answer, now: datetime, bounds: Bounds, *, others_are_faster: bool = False
) -> Place:
    """The place after it answered, ``now``; ``others_are_faster``: as ``is_spare`` says of it before."""
    others_are_faster = others_are_faster and not answer.new
    if place.is_seed and not others_are_faster:
        bounds = replace(bounds, most_s=min(bounds.most_s, bounds.seed_most_s))
    span_s = _span(place, answer)
    aimed_s = _aimed(place, answer, now, bounds, NEVER_NEW if others_are_faster else NOTHING_NEW)
    if span_s:
        aimed_s = min(aimed_s, span_s / 3)  # well before what it lists has passed by
    interval_s = round(min(max(aimed_s, bounds.least_s), bounds.most_s))
    wait_s = max(interval_s, min(answer.asked_s, bounds.asked_most_s))
    unmodified = answer.status == 304
    stale = bool(answer.sha256) and place.sha256 not in {"", answer.sha256} and _same_validators(place, answer)
    return replace(
        place,
        next_due_at=_text(now + timedelta(seconds=wait_s)),
        interval_s=interval_s,
        etag=place.etag if unmodified else answer.etag,
        last_modified=place.last_modified if unmodified else answer.last_modified,
        sha256=answer.sha256 or place.sha256,
        span_s=span_s,
        last_fetched_at=_text(now),
        last_new_at=_text(now) if answer.new and place.last_fetched_at else place.last_new_at,
        failures=0,
        retry_at="",
        unmodified=place.unmodified + 1 + int(wait_s // BELIEVED_S) if unmodified else 0,
        is_stale=place.is_stale or stale,
    )


def is_spare(place: Place, others_new_at: str, now: datetime) -> bool:
    """Whether other places of its source have been faster of late; ``others_new_at``: their newest ``last_new_at``."""
    return place.last_new_at < _text(now - LATELY) <= others_new_at


def after_failure(place: Place, now: datetime, bounds: Bounds, retry_after_s: float = 0) -> Place:
    """The place after it failed, ``now``; ``retry_after_s``: what its server asked for, 0 if nothing."""
    failures = place.failures + 1
    most_s = bounds.most_s if failures > LASTING_FAILURES else min(max(place.interval_s, ERROR_MOST_S), bounds.most_s)
    wait_s = min(max(place.interval_s, bounds.least_s) * 2 ** min(failures - 1, 20), most_s)
    asked_s = min(retry_after_s, bounds.most_s)
    return replace(
        place,
        next_due_at=_text(now + timedelta(seconds=max(wait_s, asked_s))),
        last_fetched_at=_text(now),
        failures=failures,
        retry_at=_text(now + timedelta(seconds=asked_s)) if asked_s else "",
    )


def _aimed(place: Place, answer: Answer, now: datetime, bounds: Bounds, growth: float) -> float:
    if not place.last_fetched_at:
        known = answer.span_s and answer.listed > 2
        return min(answer.span_s / (answer.listed - 1), 4 * bounds.start_s) if known else float(bounds.start_s)
    if answer.new:
        elapsed_s = (now - datetime.fromisoformat(place.last_fetched_at)).total_seconds()
        gap_s = AIM * max(elapsed_s, 1) / answer.new
        smoothed_s = (1 - SMOOTHING) * place.interval_s + SMOOTHING * gap_s
        return min(smoothed_s, MOST_GROWTH * place.interval_s)
    return place.interval_s * (growth if place.last_new_at else NEVER_NEW)


def _span(place: Place, answer: Answer) -> int:
    """What the listing spans when it is busy: nights don't count for much."""
    if not answer.span_s or not place.span_s:
        return answer.span_s or place.span_s
    return min(answer.span_s, round(place.span_s * SPAN_GROWTH))


def _same_validators(place: Place, answer: Answer) -> bool:
    """Whether the answer has those that the body before had: an ETag says more than a date."""
    if place.etag or answer.etag:
        return place.etag == answer.etag
    return bool(answer.last_modified) and place.last_modified == answer.last_modified


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
