"""Which events are of what a subscription wishes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from snapshotter.desk.subscriptions import Wishes
from snapshotter.errors import ArchiveError, SearchTooLong
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

    def __init__(self, found: Sequence[Event], index: SearchIndex | ArchiveError, reader: ArchiveReader) -> None:
        """``index``: caught up with all of ``found``; or why there is none to be had."""
        self._events = found
        self._index = index
        self._reader = reader
        self._searched: dict[str, frozenset[str] | None] = {}
        self.unsearched: dict[str, str] = {}
        """Why searches couldn't be made: there is no index, or it fails, there are too many, one takes too long."""

    def chosen(self, wishes: Wishes, after: int) -> list[Event] | None:
        """What became of each article since number ``after``, once, the latest last.

        None: one of its searches can't be made now; who wishes it waits for the next round.
        """
        if not self._events:
            return []
        if not self._have_searched(wishes):
            return None
        found: dict[int, Event] = {}
        for name in wishes.channels:
            found |= self._by_channel.get(name, {})
        for name in wishes.sources:
            found |= self._by_source.get(name, {})
        for article in {article for words in wishes.searches for article in self._searched[words] or ()}:
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

    def _have_searched(self, wishes: Wishes) -> bool:
        wanted = set(wishes.searches) - self._searched.keys()
        if len(self._searched) + len(wanted) > MOST_SEARCHES:
            self.unsearched |= dict.fromkeys(wanted, f"more than {MOST_SEARCHES:,} are wished for; the rest waits")
            return False
        for words in wanted:
            self._searched[words] = self._search(words)
        return all(self._searched[words] is not None for words in wishes.searches)

    def _search(self, words: str) -> frozenset[str] | None:
        """The articles of the events that a search finds, as far as it gets in its time; None: it can't be made."""
        found: set[str] = set()
        try:
            for state in ("", GONE) if self._has_gone else ("",):
                for page in self._pages(words, state):
                    found |= page & self._by_article.keys()
                    if not state and page.isdisjoint(self._by_article):
                        break
        except SearchTooLong as error:  # nor will it be faster the next time
            self.unsearched[words] = str(error)
        except ArchiveError as error:
            self.unsearched[words] = str(error)
            return None
        return frozenset(found)

    def _pages(self, words: str, state: str) -> Iterator[set[str]]:
        """The ids of articles that a search finds, newest first. Raises SearchTooLong, ArchiveError."""
        if isinstance(self._index, ArchiveError):
            raise self._index
        for page in range(MOST_PAGES):
            query = Query(words, state=state, order="newest", limit=MAX_LIMIT, offset=page * MAX_LIMIT)
            ids = {hit.snapshot.article_id for hit in self._index.search(query, self._reader).hits}
            yield ids
            if len(ids) < MAX_LIMIT:
                break


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
