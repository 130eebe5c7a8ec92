"""Related articles and reprints as a page prints them: found aside, once in a while; those that may be shown by now."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from anyio import CapacityLimiter, to_thread

from snapshotter.errors import ArchiveError
from snapshotter.formats.edition import Edition
from snapshotter.formats.excerpt import excerpt
from snapshotter.formats.text import carried
from snapshotter.items import Related, Snapshot
from snapshotter.store import ArchiveReader
from snapshotter.web.queries import Queries
from snapshotter.web.searching import Hit, Search

MOST_KEPT = 2_000
ENOUGH = 10
KEPT_S, KEPT_IF_FEW_S = 600.0, 30.0
"""Fewer than ENOUGH were found in an archive that is just beginning: there may soon be more."""
FINDERS = 2
MOST_REPRINTS = 8

log = logging.getLogger(__name__)


class Neighbour(NamedTuple):
    """A related article."""

    id: str
    language: str
    printed: Related
    """As the text format carries it."""


class Reprint(NamedTuple):
    """A copy of the article elsewhere."""

    id: str
    language: str
    source: str
    captured_at: str


class Around(NamedTuple):
    """What else the archive has around a snapshot."""

    related: list[Neighbour]
    reprints: list[Reprint]
    """Copies of its article elsewhere, the earliest first."""

    @property
    def ids(self) -> list[str]:
        """Of all of them."""
        return [*(one.id for one in self.related), *(one.id for one in self.reprints)]


NOTHING = Around([], [])


class Neighbours:
    """Of each snapshot, kept a while. For one event loop."""

    def __init__(self, reader: ArchiveReader, queries: Queries, search: Search | None, edition: Edition) -> None:
        """``edition``: whose zone the times are printed in."""
        self._reader = reader
        self._queries = queries
        self._search = search
        self._edition = edition
        self._found: OrderedDict[str, tuple[float, Around]] = OrderedDict()
        self._limiter = CapacityLimiter(FINDERS)

    async def find(self, name: str) -> None:
        """Finds those of a snapshot, aside, unless that was done a moment ago. Raises SnapshotNotFound, Withheld."""
        since, known = self._found.get(name, (0.0, NOTHING))
        if since and time.monotonic() - since <= (KEPT_S if len(known.related) >= ENOUGH else KEPT_IF_FEW_S):
            return
        found = await to_thread.run_sync(self._find, self._reader.get(name), limiter=self._limiter)
        self._found[name] = (time.monotonic(), found)
        self._found.move_to_end(name)
        if len(self._found) > MOST_KEPT:
            self._found.popitem(last=False)

    def of(self, name: str) -> Around:
        """What ``find`` found and may be shown, now: ten related articles at most, as the text format prints them."""
        _, found = self._found.get(name, (0.0, NOTHING))
        shown = self._queries.among(found.ids) if found.ids else set()
        related = [one for one in found.related if one.id in shown]
        return Around(related, [one for one in found.reprints if one.id in shown])

    def _find(self, snapshot: Snapshot) -> Around:
        related = [found for one, words in self._alike(snapshot) for found in self._printed(one, words)]
        return Around(related, list(self._reprints(snapshot)))

    def _reprints(self, snapshot: Snapshot) -> Iterator[Reprint]:
        """Copies elsewhere, where the archive looks for them."""
        find: Callable[[Snapshot], list[Snapshot]] = getattr(self._reader, "reprints", lambda _: [])
        elsewhere = (one for one in find(snapshot) if one.article_id != snapshot.article_id)
        for one in islice(elsewhere, MOST_REPRINTS):
            yield Reprint(one.id, one.language, one.source_name or one.site_name or one.site, one.captured_at)

    def _alike(self, snapshot: Snapshot) -> Iterator[tuple[Snapshot, str]]:
        """Related articles with the words of them to print."""
        if hits := self._hits(snapshot):
            yield from ((hit.snapshot, "".join(piece.text for piece in hit.excerpt)) for hit in hits)
            return
        ids = self._reader.neighbours(snapshot)
        records = self._reader.several(ids)
        yield from ((records[name], excerpt(records[name].body_text)) for name in ids if name in records)

    def _hits(self, snapshot: Snapshot) -> Sequence[Hit]:
        """What the index knows; nothing where it takes too long."""
        try:
            return self._search.related(snapshot, self._reader) if self._search else ()
        except ArchiveError as error:
            log.warning("no related articles of %s from the index: %s", snapshot.id, error)
            return ()

    def _printed(self, one: Snapshot, words: str) -> Iterator[Neighbour]:
        """One, or none where the text format prints none."""
        alone = Snapshot(related=(Related(one.title, words, one.published_at),))
        for printed in carried(alone, edition=self._edition).related:
            yield Neighbour(one.id, one.language, printed)
