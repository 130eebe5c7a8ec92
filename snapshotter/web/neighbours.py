"""Related articles as a page prints them: found once in a while, and each time only those that may still be shown."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

from snapshotter.formats.edition import Edition
from snapshotter.formats.excerpt import excerpt
from snapshotter.formats.text import carried
from snapshotter.items import Related, Snapshot
from snapshotter.store import ArchiveReader
from snapshotter.web.queries import Queries

MOST_KEPT = 5_000
KEPT_S = 60.0


class Neighbour(NamedTuple):
    """A related article."""

    id: str
    language: str
    printed: Related
    """As the text format carries it."""


class Neighbours:
    """Of each snapshot, kept for KEPT_S. For one thread."""

    def __init__(self, reader: ArchiveReader, queries: Queries, edition: Edition) -> None:
        """``edition``: whose zone the times are printed in."""
        self._reader = reader
        self._edition = edition
        self._queries = queries
        self._kept: OrderedDict[str, tuple[float, list[Neighbour]]] = OrderedDict()

    def of(self, snapshot: Snapshot) -> list[Neighbour]:
        """Ten at most, as the text format prints those of ``ArchiveReader.related``."""
        since, found = self._kept.get(snapshot.id, (0.0, []))
        if not since or time.monotonic() - since > KEPT_S:
            found = [one for other in self._reader.neighbours(snapshot) for one in self._printed(other)]
            self._keep(snapshot.id, found)
            return found
        shown = self._queries.among([one.id for one in found])
        return [one for one in found if one.id in shown]

    def _keep(self, name: str, found: list[Neighbour]) -> None:
        self._kept[name] = (time.monotonic(), found)
        self._kept.move_to_end(name)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    def _printed(self, one: Snapshot) -> Iterator[Neighbour]:
        """One, or none where the text format prints none."""
        alone = Snapshot(related=(Related(one.title, excerpt(one.body_text), one.published_at),))
        for printed in carried(alone, edition=self._edition).related:
            yield Neighbour(one.id, one.language, printed)
