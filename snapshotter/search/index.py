"""The search index of an archive: opened, kept up with the catalog, asked."""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from types import TracebackType
from typing import Self

from snapshotter.database import DATABASE_ERRORS
from snapshotter.errors import ArchiveError
from snapshotter.fulltext.documents import words_of
from snapshotter.fulltext.file import NAME, SearchFile, cannot_write, open_file
from snapshotter.items import Related, Snapshot
from snapshotter.search.catchup import catch_up, is_behind
from snapshotter.search.find import find, ids_of
from snapshotter.search.marks import Marker
from snapshotter.search.query import Query
from snapshotter.search.related import alike, phrases, rare_tokens, without_copies
from snapshotter.search.results import Hit, Results, text_of
from snapshotter.search.syntax import understood
from snapshotter.store import ArchiveReader

EVERYTHING = 2**62
MAX_RELATED = 50
_KEPT = 2000
_MARGIN = 2
"""Of so many times as many as are asked for some may be copies, or be hidden."""
_AT_ONCE = 12


@dataclass(frozen=True, slots=True)
class _Alike:
    """What was found to be like a snapshot."""

    last: int
    """The number of the last document then."""
    ids: tuple[str, ...]
    tokens: list[str]


class SearchIndex:
    """An open index. May be used from several threads, while others write."""

    def __init__(self, file: SearchFile, zone: tzinfo = UTC) -> None:
        """Takes over an open file; see ``open``."""
        self._file = file
        self._zone = zone
        self._related: OrderedDict[str, _Alike] = OrderedDict()
        self._counted = (0, 0)
        self._keeping = threading.Lock()

    @classmethod
    def open(cls, folder: Path, zone: tzinfo = UTC) -> Self:
        """Opens an archive's index, makes it if there is none; the days of queries begin in ``zone``.

        Empty at first: see ``catch_up``. A damaged one is made anew. Raises CannotWrite, CatalogTooNew.
        """
        try:
            return cls(open_file(folder), zone)
        except (OSError, *DATABASE_ERRORS) as error:
            raise cannot_write(folder / NAME, error) from error

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def catch_up(self, reader: ArchiveReader, *, limit: int = EVERYTHING, seconds: float = 1e9) -> int:
        """Takes in what came into the archive since, and what was hidden; how many captures it read.

        At most ``limit`` of them, and for about that long: call again. Cheap where nothing is new. Raises CannotWrite,
        ArchiveError.
        """
        return catch_up(self._file, reader, limit=limit, seconds=seconds) if self.is_behind(reader) else 0

    def is_behind(self, reader: ArchiveReader) -> bool:
        """Whether the archive has what the index hasn't. Raises ArchiveError."""
        with self._asking() as connection:
            return is_behind(connection, reader)

    def search(self, query: Query, reader: ArchiveReader) -> Results:
        """A page of what is found, with excerpts. All of it may be shown, by ``reader``'s rules, at this moment.

        Raises SearchTooLong, ArchiveError.
        """
        wanted = understood(query.text)
        with self._asking() as connection:
            found = find(connection, query, wanted, self._zone)
        records, marker = reader.several(found.ids), Marker(wanted.phrases)
        hits = tuple(_hit(records[one], marker) for one in found.ids if one in records)
        return Results(hits, found.total, found.is_capped, found.order)

    def related(self, snapshot: Snapshot, reader: ArchiveReader, limit: int = 10) -> tuple[Hit, ...]:
        """Other articles about the same, the likest first, with excerpts; empty: none has enough in common.

        Not the article itself, nor copies of it or of one another. What was found is kept for a while, and found anew
        when the archive has grown by a fiftieth. Raises SearchTooLong, ArchiveError.
        """
        ids, tokens = self._alike(snapshot)
        found, marker = without_copies(snapshot, _records(reader, ids)), Marker(phrases(tokens))
        return tuple(_hit(one, marker) for one, _ in zip(found, range(min(limit, MAX_RELATED)), strict=False))

    def with_related(self, snapshot: Snapshot, reader: ArchiveReader) -> tuple[Related, ...]:
        """The same as the text format prints it; where the index knows none, what ``reader`` says."""
        found = self.related(snapshot, reader)
        if not found:
            return reader.related(snapshot)
        return tuple(Related(hit.snapshot.title, text_of(hit.excerpt), hit.snapshot.published_at) for hit in found)

    def _alike(self, snapshot: Snapshot) -> tuple[tuple[str, ...], list[str]]:
        """Ids of what is like it, and the tokens that say so."""
        with self._asking() as connection:
            last = connection.execute("SELECT coalesce(max(seq), 0) FROM documents").fetchone()[0]
            with self._keeping:
                if (kept := self._related.get(snapshot.id)) and last - kept.last <= kept.last // 50:
                    return kept.ids, kept.tokens
            tokens = rare_tokens(connection, words_of(snapshot), self._total(connection, last))
            ids = ids_of(connection, alike(connection, tokens, MAX_RELATED * _MARGIN))
        with self._keeping:
            self._related[snapshot.id] = _Alike(last, ids, tokens)
            if len(self._related) > _KEPT:
                self._related.popitem(last=False)
        return ids, tokens

    def _total(self, connection: sqlite3.Connection, last: int) -> int:
        """How many documents there are, about: counted when there may be a fiftieth more."""
        at, total = self._counted
        if not total or abs(last - at) > at // 50:
            total = max(connection.execute("SELECT count(*) FROM documents").fetchone()[0], 1)
            self._counted = (last, total)
        return total

    @contextmanager
    def _asking(self) -> Iterator[sqlite3.Connection]:
        """A connection to read from. Raises ArchiveError for a file that can't be read."""
        try:
            with self._file.reading() as connection:
                yield connection
        except DATABASE_ERRORS as error:
            reason = getattr(error, "orig", error)
            raise ArchiveError(f"{self._file.path} can't be read: {reason}. {self._file.remedy}") from error


def _records(reader: ArchiveReader, ids: Sequence[str]) -> Iterator[Snapshot]:
    """The captures of these ids, in order, those that aren't shown left out; a few at a time."""
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        found = reader.several(some)
        yield from (found[one] for one in some if one in found)


def _hit(snapshot: Snapshot, marker: Marker) -> Hit:
    return Hit(snapshot, marker.pieces(snapshot.title), marker.excerpt(snapshot.body_text))
