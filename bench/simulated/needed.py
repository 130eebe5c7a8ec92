"""The requests of a crawler that knows everything, for the same promises.

It starts as often as the crawler under test, and keeps to the same plan of visits. Of a site it asks for

- robots.txt once a day (RFC 9309, 2.4: a copy is kept no longer than 24 hours);
- one listing at each start at which something is listed that wasn't before;
- each article once;
- an article again only at a planned visit at which something about it is another than at the last one.

It never meets an error, nor asks at a moment when the site is down. ``planned`` counts, beside that, the planned visits
at which nothing has changed: who can't know that must ask, if each revision is to be seen at the next visit.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from simulated.pages import ZONE, listed
from snapshotter import settings
from snapshotter.schedule.visits import History, Plan, Seen, next_visit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulated.world import Article, Site, World

PLAN = Plan(skips=settings.SNAPSHOTTER_REVISIT_SKIPS)
"""The plan of visits by the defaults: simulated sites have none of their own."""


@dataclass(frozen=True, slots=True)
class Needed:
    """Numbers of requests."""

    robots: int = 0
    listings: int = 0
    articles: int = 0
    changes: int = 0
    planned: int = 0
    """Planned visits at which nothing has changed."""

    @property
    def least(self) -> int:
        """What it needs in all."""
        return self.robots + self.listings + self.articles + self.changes


def needed(world: World, starts: Sequence[datetime]) -> Needed:
    """Over the whole time; ``starts``: the moments at which the crawler is started, in order."""
    listings = changes = planned = articles = 0
    for site in world.sites:
        own = [one for one in world.articles if one.site is site]
        seen = _first_seen(site, own, starts)
        articles += len(seen)
        listings += len(set(seen.values()))
        for article in own:
            if article.number in seen:
                changed, same = _visits(article, seen[article.number], starts)
                changes, planned = changes + changed, planned + same
    days = (world.end - world.start) / timedelta(days=1)
    return Needed(len(world.sites) * max(1, round(days)), listings, articles, changes, planned)


def _first_seen(site: Site, own: Sequence[Article], starts: Sequence[datetime]) -> dict[int, datetime]:
    """By number, the start at which each article can be captured first."""
    seen: dict[int, datetime] = {}
    for now in starts:
        if site.is_down(now):
            continue
        recent = [one for one in own if one.published <= now]
        for place in site.places:
            for article in listed(recent, place, now):
                if not article.is_gone(now):
                    seen.setdefault(article.number, now)
    return seen


def _visits(article: Article, first: datetime, starts: Sequence[datetime]) -> tuple[int, int]:
    """(Planned visits at which something has changed, those at which nothing has.)"""
    state, changed, same = _state(article, first), 0, 0
    seen = [Seen(first, "ok", "new")]
    up = [one for one in starts if one > first and not article.site.is_down(one)]
    while due := next_visit(History(first, counted_from(article, first), seen), PLAN):
        place = bisect_left(up, due)
        if place == len(up):
            break
        now = _state(article, up[place])
        changed, same = changed + (now != state), same + (now == state)
        change = "gone" if now[0] < 0 else "revised" if now[0] > state[0] >= 0 else "unchanged"
        seen.append(Seen(up[place], "http-status" if change == "gone" else "ok", change))
        state = now
    return changed, same


def counted_from(article: Article, first: datetime) -> datetime:
    """From when on the visits of an article captured ``first`` then are counted, as ``visits.published`` has it."""
    if "no-dates" not in article.site.traits:
        return min(article.published, first)
    local = article.published.astimezone(ZONE[article.site.language])
    return min(local.replace(hour=0, minute=0, second=0) + timedelta(days=1), first)


def _state(article: Article, now: datetime) -> tuple[int, str]:
    fate = article.fate(now)
    return (-1, "gone") if article.is_gone(now) else (article.edition(now), fate)
