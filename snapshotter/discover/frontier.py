"""What keeps a crawl finite: every URL once, and so many of each kind a source."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from snapshotter.discover.candidate import Candidate
from snapshotter.urls import trap, url_key


@dataclass(frozen=True, slots=True)
class Budget:
    """How much of one source is followed in one run."""

    articles: int = 20_000
    listings: int = 100
    """Section pages, turned pages included."""
    feeds: int = 20
    sitemaps: int = 50
    depth: int = 3
    """How many listings, feeds or sitemaps may lie between an article or listing and the seed."""
    turns: int = 20
    """How many pages of one listing are turned after its first."""

    def of(self, kind: str) -> int:
        """How many candidates of a kind."""
        return {"article": self.articles, "listing": self.listings, "feed": self.feeds}.get(kind, self.sitemaps)


class Frontier:
    """Decides which candidates are followed; one for a whole run, whatever its sources."""

    def __init__(self, budget: Budget = Budget()) -> None:
        self._budget = budget
        self._seen: set[tuple[bool, str]] = set()
        self._admitted: Counter[tuple[str, str]] = Counter()

    def refuse(self, candidate: Candidate, source: str, budget: Budget | None = None) -> str:
        """Why not to follow a candidate: ``seen``, ``budget``, ``depth``, ``turns`` or a trap's name.

        Empty: follow it; it is counted, and will be ``seen`` from now on. A place to look at and an article may
        share a URL. ``budget`` is the source's own, where it has one.
        """
        reason = self._refusal(candidate, source, budget or self._budget)
        if not reason:
            self._seen.add(_identity(candidate))
            self._admitted[source, candidate.kind] += 1
        return reason

    def knows(self, candidate: Candidate) -> bool:
        """Whether the candidate, or its like, was admitted."""
        return _identity(candidate) in self._seen

    def _refusal(self, candidate: Candidate, source: str, budget: Budget) -> str:
        if _identity(candidate) in self._seen:
            return "seen"
        if candidate.depth > budget.depth:
            return "depth"
        if candidate.turn > budget.turns:
            return "turns"
        if self._admitted[source, candidate.kind] >= budget.of(candidate.kind):
            return "budget"
        return trap(candidate.url)


def _identity(candidate: Candidate) -> tuple[bool, str]:
    """An article is what its key says; two places to look at are two unless their URLs are one but for the scheme."""
    if candidate.kind == "article":
        return True, url_key(candidate.url)
    return False, candidate.url.partition("://")[2]
