"""The search index as the pages use it; and what they do where there is none."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import tzinfo
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread
from typing import Any, NamedTuple, Protocol

from snapshotter.access import Access
from snapshotter.errors import CannotWrite, SnapshotterError
from snapshotter.formats.excerpt import excerpt
from snapshotter.items import Snapshot
from snapshotter.store import ArchiveReader
from snapshotter.web.queries import Queries, Selected

_INDEX = "snapshotter.search"
SCANNED = 300
PAUSE_S, STEP_S, PAUSE_AFTER_ERROR_S, GOODBYE_S = 1.0, 2.0, 30.0, 5.0

log = logging.getLogger(__name__)


class Piece(NamedTuple):
    """Part of a text, and whether it is what was looked for."""

    text: str
    is_match: bool


class Hit(NamedTuple):
    """An article found."""

    snapshot: Snapshot
    title: Sequence[Piece]
    excerpt: Sequence[Piece]


class Results(NamedTuple):
    """What a search found."""

    hits: Sequence[Hit]
    total: int
    is_capped: bool
    """Whether there are more than ``total`` says."""
    order: str


class Search(Protocol):
    """As much of a search index as the pages use."""

    def search(self, query: Any, reader: ArchiveReader, /) -> Any:
        """Results for a query of the index's own making. Raises SnapshotterError where it can't be answered."""

    def related(self, snapshot: Snapshot, reader: ArchiveReader, /) -> Sequence[Hit]:
        """Other articles about the same; empty: none has enough in common."""


def open_search(folder: Path, zone: tzinfo) -> Search | None:
    """The index of an archive; None where this installation has none, or it can't be written."""
    if find_spec(_INDEX) is None:
        return None
    try:
        index: Search = import_module(_INDEX).SearchIndex.open(folder, zone)
    except CannotWrite as error:
        log.warning("no search: %s", error)
        return None
    return index


def found(search: Search, reader: ArchiveReader, params: Mapping[str, str]) -> Any:
    """Results for what a form says. Anything is a query. Raises SnapshotterError where it takes too long."""
    return search.search(import_module(_INDEX).Query.from_params(params), reader)


@contextmanager
def following(folder: Path, access: Access) -> Iterator[None]:
    """Keeps the index up with the archive, aside, while the block runs."""
    if find_spec(_INDEX) is None:
        yield
        return
    ended = Event()
    follower = Thread(target=_follow, args=(folder, access, ended), daemon=True)
    follower.start()
    try:
        yield
    finally:
        ended.set()
        follower.join(GOODBYE_S)


def _follow(folder: Path, access: Access, ended: Event) -> None:
    try:
        follower = import_module(_INDEX).Follower.open(folder, access)
    except SnapshotterError as error:
        log.warning("the search index stays as it is: %s", error)
        return
    with closing(follower):
        while not ended.wait(PAUSE_S):
            try:
                follower.follow(STEP_S)
            except SnapshotterError as error:
                log.warning("the search index is behind: %s", error)
                ended.wait(PAUSE_AFTER_ERROR_S)


def scanned(queries: Queries, text: str, limit: int) -> Results:
    """Without an index: the latest articles whose title or text has the words, as they stand."""
    wanted = text.lower()
    among = queries.latest(Selected(), SCANNED).found if wanted.strip() else []
    hits = [_hit(one, wanted) for one in among if wanted in one.title.lower() or wanted in one.body_text.lower()]
    return Results(hits[:limit], len(hits), is_capped=False, order="newest")


def _hit(snapshot: Snapshot, wanted: str) -> Hit:
    place = snapshot.body_text.lower().find(wanted)
    shown = excerpt(snapshot.body_text, place - 25 if place > 28 else 0)
    return Hit(snapshot, pieces(snapshot.title, wanted), pieces(shown, wanted))


def pieces(text: str, wanted: str) -> list[Piece]:
    """A text cut where it has what is wanted (lower-case)."""
    cut, start, low = [], 0, text.lower()
    if len(low) != len(text):  # a few letters change their length
        return [Piece(text, is_match=False)]
    while wanted and (at := low.find(wanted, start)) >= 0:
        cut += [Piece(text[start:at], is_match=False), Piece(text[at : at + len(wanted)], is_match=True)]
        start = at + len(wanted)
    return [piece for piece in [*cut, Piece(text[start:], is_match=False)] if piece.text]
