"""Related articles as a page prints them: found once in a while, and each time only those that may still be shown."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import NamedTuple

from snapshotter.formats.excerpt import excerpt
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


class Neighbours:
    """Of each snapshot, kept for KEPT_S. For one thread."""

    def __init__(self, reader: ArchiveReader, queries: Queries) -> None:
        self._reader = reader
        self._queries = queries
        self._kept: OrderedDict[str, tuple[float, list[Neighbour]]] = OrderedDict()

    def of(self, snapshot: Snapshot) -> list[Neighbour]:
        """Ten at most, as ``ArchiveReader.related`` has them; those without a publish time can't be printed."""
        since, found = self._kept.get(snapshot.id, (0.0, []))
        if not since or time.monotonic() - since > KEPT_S:
            found = [_neighbour(one) for one in self._reader.neighbours(snapshot) if one.published_at]
            self._keep(snapshot.id, found)
            return found
        shown = self._queries.shown([one.id for one in found])
        return [one for one in found if one.id in shown]

    def _keep(self, name: str, found: list[Neighbour]) -> None:
        self._kept[name] = (time.monotonic(), found)
        self._kept.move_to_end(name)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


def _neighbour(one: Snapshot) -> Neighbour:
    return Neighbour(one.id, one.language, Related(one.title, excerpt(one.body_text), one.published_at))
