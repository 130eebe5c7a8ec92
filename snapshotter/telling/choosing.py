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
"""In one round; who wishes others waits for the next."""

_Grouped = dict[str, dict[int, Event]]
"""Events by their numbers, by what they have in common."""


class Choosing:
    """Chooses among the events of one round; a search is made once, whoever wishes it."""

    def __init__(self, found: Sequence[Event], index: SearchIndex | None, reader: ArchiveReader) -> None:
        """``index``: caught up with all of ``found``; None: searches find nothing."""
        self._events = found
        self._index = index
        self._reader = reader
        self._searched: dict[str, frozenset[str]] = {}
        self.unsearched: set[str] = set()
        """Searches that couldn't be made: there is no index, there are too many, one takes too long."""

    def can_choose(self, wishes: Wishes) -> bool:
        """Whether its searches can be made in this round; else it waits for the next."""
        wanted = set(wishes.searches) - self._searched.keys()
        if wanted and self._events and (self._index is None or len(self._searched) + len(wanted) > MOST_SEARCHES):
            self.unsearched |= wanted
            return False
        return True

    def chosen(self, wishes: Wishes, after: int) -> list[Event]:
        """What became of each article since number ``after``, once, the latest last."""
        found: dict[int, Event] = {}
        for name in wishes.channels:
            found |= self._by_channel.get(name, {})
        for name in wishes.sources:
            found |= self._by_source.get(name, {})
        for article in {article for words in wishes.searches for article in self._articles(words)}:
            found |= self._by_article[article]
        latest: dict[str, Event] = {}
        for seq in sorted(seq for seq in found if seq > after):
            event = found[seq]
            latest[event.article_id] = _folded(latest.pop(event.article_id, event), event)
        return list(latest.values())

    @cached_property
    def _by_channel(self) -> _Grouped:
        return _grouped(self._events, "channel")

    @cached_property
    def _by_source(self) -> _Grouped:
        return _grouped(self._events, "source")

    @cached_property
    def _by_article(self) -> _Grouped:
        return _grouped(self._events, "article_id")

    @cached_property
    def _has_gone(self) -> bool:
        return any(event.state == "gone" for event in self._events)

    def _articles(self, words: str) -> frozenset[str]:
        """The articles of the events that a search finds."""
        if words not in self._searched:
            self._searched[words] = frozenset(self._search(words))
        return self._searched[words]

    def _search(self, words: str) -> set[str]:
        found: set[str] = set()
        if self._index is None or not self._events:
            return found
        try:
            for state in ("", GONE) if self._has_gone else ("",):
                for page in range(MOST_PAGES):
                    query = Query(words, state=state, order="newest", limit=MAX_LIMIT, offset=page * MAX_LIMIT)
                    ids = {hit.snapshot.article_id for hit in self._index.search(query, self._reader).hits}
                    found |= ids & self._by_article.keys()
                    if len(ids) < MAX_LIMIT or (not state and not ids & self._by_article.keys()):
                        break
        except SnapshotterError:
            self.unsearched.add(words)
        return found


def _grouped(found: Sequence[Event], name: str) -> _Grouped:
    groups: _Grouped = {}
    for event in found:
        groups.setdefault(getattr(event, name), {})[event.seq] = event
    return groups


def _folded(before: Event, event: Event) -> Event:
    """Two events of an article as one: what was new and then revised is new to who heard of neither."""
    if event.state == "revised" and before.state == "new":
        return Event(event.seq, event.snapshot_id, event.article_id, "new", event.channel, event.source)
    return event
