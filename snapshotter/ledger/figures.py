"""Figures of one source: counts and histograms that add up, over runs and over days."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from snapshotter.items import COPIES, Snapshot

FIELDS = ("title", "published_at", "source", "category")
"""What a page of an article is looked at for; ``source``: its source's name or its authors'."""
UNREACHED = ("bad-http", "connect", "disconnect", "dns", "network", "timeout", "tls")
"""Reasons of failures that had no answer, or none that is one."""
REFUSALS = ("401", "403", "429", "451")

_STEPS = 4
"""Bins of a histogram for each doubling: a quantile is within a tenth of the true value."""
_COUNTERS = ("listed", "naming", "bare", "captured", "verdicts", "skipped", "failed", "answers", "fields")
_SUMS = ("bytes", "read", "good")
_FIRST, _LAST = ("first_at", "first_new_at"), ("last_at", "last_new_at")


class Histogram:
    """How often values of 0 or more came, in bins that widen with the value."""

    def __init__(self, bins: Mapping[int, int] | None = None) -> None:
        self.bins = Counter(bins or {})

    def note(self, value: float) -> None:
        """Count one value in."""
        self.bins[round(_STEPS * math.log2(value + 1))] += 1

    def above(self, value: float) -> int:
        """How many came that were greater, give or take a tenth of the value."""
        least = _STEPS * math.log2(value + 1)
        return sum(count for number, count in self.bins.items() if number > least)

    def quantile(self, share: float) -> float | None:
        """The value that ``share`` of all don't exceed, give or take a tenth; None: there are none."""
        rest = share * self.bins.total()
        for number, count in sorted(self.bins.items()):
            rest -= count
            if rest <= 0:
                return float(2 ** (number / _STEPS) - 1)
        return None


@dataclass(slots=True)
class Figures:
    """What became of a source's articles. All times are RFC 3339 in UTC; empty: it didn't happen."""

    listed: Counter[str] = field(default_factory=Counter)
    """Candidates, by the way they were found: ``feed``, ``sitemap``, ``section``, ``link``."""
    naming: Counter[str] = field(default_factory=Counter)
    """The source's own feeds and sections that named articles, by their kind; one that is unchanged isn't read."""
    bare: Counter[str] = field(default_factory=Counter)
    """Those that named none, or are gone."""
    captured: Counter[str] = field(default_factory=Counter)
    """Copies of articles, and articles gone, by change."""
    verdicts: Counter[str] = field(default_factory=Counter)
    """Captures, by verdict."""
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    """Responses, by HTTP status; listings, redirects and what is tried again among them."""
    fields: Counter[str] = field(default_factory=Counter)
    """Of the ``good`` pages: how many have each of FIELDS."""
    bytes: int = 0
    """Of the responses, as they came."""
    read: int = 0
    """Pages that were read: answered in full, with no error."""
    good: int = 0
    """Those of them that are good copies of an article."""
    lengths: Histogram = field(default_factory=Histogram)
    """Characters of the good pages' texts."""
    late: Histogram = field(default_factory=Histogram)
    """Minutes from publication to capture, of new articles that were published while the source was watched."""
    first_at: str = ""
    """When the source first answered, or didn't."""
    last_at: str = ""
    first_new_at: str = ""
    """When the first new article was captured."""
    last_new_at: str = ""

    def visited(self, at: str) -> None:
        """The source was asked for something."""
        self.first_at = self.first_at or at
        self.last_at = at

    def answered(self, status: int, size: int, at: str) -> None:
        """A response came."""
        self.visited(at)
        self.answers[str(status)] += 1
        self.bytes += size

    def failure(self, reason: str, at: str) -> None:
        """A URL brought nothing."""
        self.failed[reason] += 1
        if reason in UNREACHED:
            self.visited(at)

    def kept(self, snapshot: Snapshot, watched_since: datetime) -> None:
        """A capture was stored. ``watched_since``: when the source was crawled for the first time."""
        self.verdicts[snapshot.verdict] += 1
        is_copy = snapshot.verdict in COPIES
        if is_copy or snapshot.change in ("gone", "withdrawn"):
            self.captured[snapshot.change] += 1
        if is_copy and snapshot.change == "new":
            self._new(snapshot, watched_since)
        if 200 <= snapshot.http_status < 300:
            self._read(snapshot)

    def add(self, other: Figures) -> None:
        """Count ``other`` in."""
        for name in _COUNTERS:
            getattr(self, name).update(getattr(other, name))
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.lengths.bins.update(other.lengths.bins)
        self.late.bins.update(other.late.bins)
        for names, choose in ((_FIRST, min), (_LAST, max)):
            for name in names:
                known = [at for at in (getattr(self, name), getattr(other, name)) if at]
                setattr(self, name, choose(known, default=""))

    def dumps(self) -> str:
        """As JSON; what is empty is left out."""
        plain: dict[str, Any] = {name: getattr(self, name) for name in (*_COUNTERS, *_SUMS, *_FIRST, *_LAST)}
        plain |= {"lengths": self.lengths.bins, "late": self.late.bins}
        return json.dumps({name: value for name, value in plain.items() if value}, separators=(",", ":"))

    @classmethod
    def loads(cls, text: str) -> Self:
        """What ``dumps`` made. Raises ValueError for anything that isn't JSON."""
        plain = json.loads(text)
        values: dict[str, Any] = {name: Counter(plain.get(name, {})) for name in _COUNTERS}
        values |= {name: plain[name] for name in (*_SUMS, *_FIRST, *_LAST) if name in plain}
        for name in ("lengths", "late"):
            values[name] = Histogram({int(number): count for number, count in plain.get(name, {}).items()})
        return cls(**values)

    @property
    def refused(self) -> int:
        """Answers that keep crawlers out: those of REFUSALS, and captchas."""
        return sum(self.answers[status] for status in REFUSALS) + self.verdicts["captcha"]

    @property
    def requests(self) -> int:
        """Requests, tried again ones among them as far as they were answered."""
        return self.answers.total() + self._unreached

    @property
    def errors(self) -> int:
        """Those that brought an error or nothing; that an article is gone is none."""
        bad = sum(count for status, count in self.answers.items() if status >= "400")
        return max(0, bad - self.captured["gone"]) + self._unreached

    @property
    def _unreached(self) -> int:
        return sum(self.failed[reason] for reason in UNREACHED)

    def _new(self, snapshot: Snapshot, watched_since: datetime) -> None:
        self.first_new_at = min(self.first_new_at or snapshot.captured_at, snapshot.captured_at)
        self.last_new_at = max(self.last_new_at, snapshot.captured_at)
        if not snapshot.published_at or snapshot.published_precision == "day":
            return
        published = datetime.fromisoformat(snapshot.published_at)
        late = datetime.fromisoformat(snapshot.captured_at) - published
        if published >= watched_since and late.total_seconds() >= 0:  # else nobody could have known, or it is wrong
            self.late.note(late.total_seconds() / 60)

    def _read(self, snapshot: Snapshot) -> None:
        self.read += 1
        if snapshot.verdict != "ok":
            return
        self.good += 1
        self.lengths.note(len(snapshot.body_text))
        found = (snapshot.title, snapshot.published_at, snapshot.source_name or snapshot.authors, snapshot.category)
        self.fields.update(name for name, value in zip(FIELDS, found, strict=True) if value)


@dataclass(frozen=True, slots=True)
class Day:
    """What became of a source's articles on one UTC day, or in one run of it."""

    source: str
    day: str
    """``2026-11-22``."""
    figures: Figures


def total(figures: Iterable[Figures]) -> Figures:
    """All of them, added up."""
    result = Figures()
    for one in figures:
        result.add(one)
    return result
