"""Sites and articles: everything that will happen in the simulated time, fixed beforehand by a seed."""

from __future__ import annotations

import random
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from simulated.texts import EDITS, Text, composed, edited

if TYPE_CHECKING:
    from collections.abc import Sequence

PLACES = (("feed",), ("sitemap",), ("section",), ("feed", "section"), ("feed", "sitemap", "section"))
TRAITS = (
    "stale-etag",  # the feed's ETag never changes, and what has it is answered with 304
    "fresh-etag",  # the feed's ETag is another at each look
    "clock",  # the feed says when it was built, and so is never twice the same
    "dates",  # the feed's times are eight hours off
    "no-dates",  # the feed and pages tell the day only
    "drops",  # listings leave out some articles for an hour
    "utm",  # the feed's links carry a campaign
    "slug",  # the feed's links have another slug than the section's
    "lag",  # the feed is ten minutes behind
    "noise",  # pages change at each look, and have no validators
    "weak",  # pages change at each look, and their validators with the text only
    "down",  # the site fails for hours
    "flaky",  # one answer in fifty is an error
    "keeps",  # listings go on naming what has been pulled
)
RATES = (2, 5, 8, 15, 30)
"""Articles a day."""
LEAST_LIFE = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Site:
    """One news site."""

    name: str
    host: str
    language: str
    places: tuple[str, ...]
    traits: frozenset[str]
    rate: float
    listed: int
    """How many articles its feed has; its section lists twice as many, its sitemap those of two days."""
    down: tuple[tuple[datetime, datetime], ...] = ()

    def is_down(self, now: datetime) -> bool:
        """Whether it answers nothing but errors."""
        return any(first <= now < last for first, last in self.down)


@dataclass(slots=True)
class Article:
    """One article, and its life."""

    number: int
    site: Site
    published: datetime
    editions: list[tuple[datetime, Text]] = field(default_factory=list)
    fates: list[tuple[datetime, str]] = field(default_factory=list)
    """From when on it is ``404``, ``410``, ``front`` (redirects there), ``there`` again, ``moved`` or ``canonical``
    (the old address stays, and names the new one)."""

    def edition(self, now: datetime) -> int:
        """Which edition is shown; -1: it isn't published yet."""
        return bisect_right([moment for moment, _ in self.editions], now) - 1

    def fate(self, now: datetime) -> str:
        """What has become of it."""
        return next((fate for moment, fate in reversed(self.fates) if moment <= now), "there")

    def is_gone(self, now: datetime) -> bool:
        """Whether it has been pulled."""
        return self.fate(now) in {"404", "410", "front"}

    @property
    def path(self) -> str:
        """Where it was published."""
        day = self.published
        if self.site.language == "zh":
            return f"/{day:%Y}/{day:%m%d}/c1002-{self.number}.html"
        return f"/{day:%Y/%m/%d}/{self._slug(slice(0, 5))}-{self.number}"

    @property
    def other_path(self) -> str:
        """The same page under another slug."""
        if self.site.language == "zh":
            return self.path.replace("/c1002-", "/c1007-")
        return f"/{self.published:%Y/%m/%d}/{self._slug(slice(1, 4))}-update-{self.number}"

    @property
    def new_path(self) -> str:
        """Where it moves to, if it does."""
        return "/world" + self.path if self.site.language == "en" else self.path.replace("/c1002-", "/c4001-")

    def home(self, now: datetime) -> str:
        """Its canonical path."""
        return self.new_path if self.fate(now) in {"moved", "canonical"} else self.path

    def _slug(self, part: slice) -> str:
        words = re.findall(r"[a-z]{3,}", self.editions[0][1].title.lower())[part]
        return "-".join(words) or "story"


@dataclass(frozen=True, slots=True)
class World:
    """All of it."""

    start: datetime
    end: datetime
    sites: tuple[Site, ...]
    articles: tuple[Article, ...]
    """By the time of publication."""


def made(texts: Sequence[Text], sites: int, days: float, seed: int, *, pace: float = 1.0) -> World:
    """A world of so many sites, from 09:00 UTC on 23 November 2026 on; ``pace`` multiplies their articles a day.

    Nothing is published in the last three hours, so that all can be captured.
    """
    dice = random.Random(seed)
    start = datetime(2026, 11, 23, 9, tzinfo=UTC)
    end = start + timedelta(days=days)
    made_sites = tuple(_site(number, (start, end), pace, dice) for number in range(sites))
    articles: list[Article] = []
    for site in made_sites:
        for moment in _moments(site, start, end - LEAST_LIFE, dice):
            articles.append(_article(400_000 + len(articles), site, moment, texts, dice))
    return World(start, end, made_sites, tuple(sorted(articles, key=lambda one: one.published)))


def _site(number: int, span: tuple[datetime, datetime], pace: float, dice: random.Random) -> Site:
    language = "zh" if number % 3 == 1 else "en"
    traits = {TRAITS[(number * 3 + turn * 5) % len(TRAITS)] for turn in range(3)}
    places = PLACES[number % len(PLACES)]
    down = []
    if "down" in traits:
        length = timedelta(hours=dice.uniform(1, min(6, (span[1] - span[0]) / timedelta(hours=5))))
        first = span[0] + (span[1] - span[0] - 2 * LEAST_LIFE - length) * dice.random()
        down.append((first, first + length))
    return Site(
        f"paper{number}", f"www.paper{number}.example", language, places, frozenset(traits),
        RATES[number % len(RATES)] * pace, dice.choice((20, 30, 40)), tuple(down),
    )  # fmt: skip


def _moments(site: Site, start: datetime, end: datetime, dice: random.Random) -> list[datetime]:
    """When something is published: a dozen articles before the beginning, then less at night than by day."""
    found = sorted(start - timedelta(hours=dice.uniform(0.2, 40)) for _ in range(12))
    moment = start
    while True:
        busy = 0.3 if 14 <= moment.hour < 22 else 1.35
        moment += timedelta(days=dice.expovariate(site.rate * busy))
        if moment > end:
            return found
        found.append(moment.replace(microsecond=0))


def _article(number: int, site: Site, published: datetime, texts: Sequence[Text], dice: random.Random) -> Article:
    article = Article(number, site, published.replace(microsecond=0))
    text = composed(texts, site.language, number, dice)
    article.editions.append((article.published, text))
    if dice.random() < 0.25:
        moment = article.published
        for turn in range(dice.choice((1, 1, 1, 2, 3))):
            moment += _wait(dice, 300, 2 * 86400)
            text = edited(text, dice.choice(EDITS), number + (turn + 1) * 1_000_000, dice)
            if all(text.says != before.says for _, before in article.editions):  # an edit may undo another
                article.editions.append((moment, text))
    if dice.random() < 0.08:
        fate = dice.choice(("404", "410", "front", "moved", "moved", "canonical"))
        moment = article.published + LEAST_LIFE + _wait(dice, 600, 3 * 86400)
        article.fates.append((moment, fate))
        if fate in {"404", "410", "front"} and dice.random() < 0.4:
            article.fates.append((moment + _wait(dice, 3600, 86400), "there"))
    return article


def _wait(dice: random.Random, least_s: float, most_s: float) -> timedelta:
    return timedelta(seconds=round(least_s * (most_s / least_s) ** dice.random()))
