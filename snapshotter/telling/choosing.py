"""Which events are of what a subscription wishes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from snapshotter.desk.subscriptions import Wishes
from snapshotter.errors import SnapshotterError
from snapshotter.search import Query, SearchIndex
from snapshotter.search.query import GONE, MAX_LIMIT
from snapshotter.store import ArchiveReader
from snapshotter.telling.events import Event

MOST_PAGES = 5
"""Of what a search finds, newest first: MAX_LIMIT articles each."""
MOST_SEARCHES = 5_000
"""In one round; those of the followers that were told last wait for the next."""


class Choosing:
    """Chooses among the events of one round; a search is made once, whoever wishes it."""

    def __init__(self, found: Sequence[Event], index: SearchIndex | None, reader: ArchiveReader) -> None:
        """``index``: caught up with all of ``found``; None: searches find nothing."""
        self._events = found
        self._index = index
        self._reader = reader
        self._searched: dict[str, frozenset[str]] = {}
        self.unsearched: set[str] = set()
        """Searches that couldn't be made: there is no index, they take too long."""

    def chosen(self, wishes: Wishes, after: int) -> list[Event]:
        """What became of each article since number ``after``, once, the latest last."""
        if not self._events or self._events[-1].seq <= after:
            return []
        words = [self._articles(one) for one in wishes.searches]
        latest: dict[str, Event] = {}
        for event in self._events:
            if event.seq <= after:
                continue
            is_named = event.channel in wishes.channels or event.source in wishes.sources
            if is_named or any(event.article_id in articles for articles in words):
                before = latest.pop(event.article_id, event)
                latest[event.article_id] = _folded(before, event)
        return list(latest.values())

    @cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(event.article_id for event in self._events)

    @cached_property
    def _has_gone(self) -> bool:
        return any(event.state == "gone" for event in self._events)

    def _articles(self, words: str) -> frozenset[str]:
        """The articles of the events that a search finds."""
        if words not in self._searched:
            self._searched[words] = frozenset(self._search(words))
        return self._searched[words]

    def _search(self, words: str) -> set[str]:
        if self._index is None or len(self._searched) >= MOST_SEARCHES:
            self.unsearched.add(words)
            return set()
        found: set[str] = set()
        try:
            for state in ("", GONE) if self._has_gone else ("",):
                for page in range(MOST_PAGES):
                    query = Query(words, state=state, order="newest", limit=MAX_LIMIT, offset=page * MAX_LIMIT)
                    ids = {hit.snapshot.article_id for hit in self._index.search(query, self._reader).hits}
                    found |= ids & self._ids
                    if len(ids) < MAX_LIMIT or (not state and not ids & self._ids):
                        break
        except SnapshotterError:
            self.unsearched.add(words)
        return found


def _folded(before: Event, event: Event) -> Event:
    """Two events of an article as one: what was new and then revised is new to who heard of neither."""
    if event.state == "revised" and before.state == "new":
        return Event(event.seq, event.snapshot_id, event.article_id, "new", event.channel, event.source)
    return event
