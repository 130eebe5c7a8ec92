"""Related articles as a page prints them: found once in a while, and each time only those that may still be shown."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import NamedTuple, TypeVar

from snapshotter.formats.edition import Edition
from snapshotter.formats.excerpt import excerpt
from snapshotter.formats.text import carried
from snapshotter.items import Related, Snapshot
from snapshotter.store import ArchiveReader
from snapshotter.web.queries import Queries

T = TypeVar("T")

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
        self._queries = queries
        self._edition = edition
        self._found: OrderedDict[str, tuple[float, list[str]]] = OrderedDict()
        self._printed: OrderedDict[str, Neighbour | None] = OrderedDict()

    def of(self, snapshot: Snapshot) -> list[Neighbour]:
        """Ten at most, as the text format prints those of ``ArchiveReader.related``."""
        since, ids = self._found.get(snapshot.id, (0.0, []))
        if not since or time.monotonic() - since > KEPT_S:
            ids = self._reader.neighbours(snapshot)
            _keep(self._found, snapshot.id, (time.monotonic(), ids))
        for one in self._reader.some([name for name in ids if name not in self._printed]):
            _keep(self._printed, one.id, self._neighbour(one))
        shown = self._queries.among(ids)
        return [found for name in ids if name in shown and (found := self._printed.get(name))]

    def _neighbour(self, one: Snapshot) -> Neighbour | None:
        """None where the text format prints none."""
        alone = Snapshot(related=(Related(one.title, excerpt(one.body_text), one.published_at),))
        printed = carried(alone, edition=self._edition).related
        return Neighbour(one.id, one.language, printed[0]) if printed else None


def _keep(kept: OrderedDict[str, T], name: str, value: T) -> None:
    kept[name] = value
    kept.move_to_end(name)
    if len(kept) > MOST_KEPT:
        kept.popitem(last=False)
