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

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from simulated.pages import listed
from snapshotter.schedule.visits import Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulated.world import Article, Site, World


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
    state, last = _state(article, first), first
    changed = same = before_s = 0
    for after_s in Plan().after_s:
        due = article.published + timedelta(seconds=after_s)
        is_apart = due - last >= timedelta(seconds=after_s - before_s) / 2
        before_s = after_s
        moment = next((one for one in starts if one >= due), None)
        if not is_apart or moment is None or article.site.is_down(moment):
            continue
        now, last = _state(article, moment), moment
        changed, same = changed + (now != state), same + (now == state)
        state = now
    return changed, same


def _state(article: Article, now: datetime) -> tuple[int, str]:
    fate = article.fate(now)
    return (-1, "gone") if article.is_gone(now) else (article.edition(now), fate)
