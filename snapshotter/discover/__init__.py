"""Discovery: feeds, sitemaps and section pages → candidates. Plain functions; nothing here fetches.

The way of a spider: ``seeds(site)`` or ``start(url)`` and ``from_robots(…)`` give the first candidates; for each reply
to one that isn't an article, ``links(classify(…), …)`` gives the next; a ``Frontier`` says which of them to follow.
"""

from __future__ import annotations

from snapshotter.discover.candidate import Candidate, Reply
from snapshotter.discover.frontier import Budget, Frontier
from snapshotter.discover.kinds import Kind, classify
from snapshotter.discover.links import from_robots, links, seeds, start
from snapshotter.discover.reading import Listing, read_listing

__all__ = [
    "Budget",
    "Candidate",
    "Frontier",
    "Kind",
    "Listing",
    "Reply",
    "classify",
    "from_robots",
    "links",
    "read_listing",
    "seeds",
    "start",
]
