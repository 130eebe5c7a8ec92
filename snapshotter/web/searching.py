"""The search index beside a site that runs; and what its pages do where there is none."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import tzinfo
from pathlib import Path
from threading import Event, Thread

from snapshotter.access import Access
from snapshotter.errors import CannotWrite, SnapshotterError
from snapshotter.formats.excerpt import excerpt
from snapshotter.items import Snapshot
from snapshotter.search import Follower, Hit, Piece, Results, SearchIndex
from snapshotter.web.queries import Queries, Selected

SCANNED = 300
PAUSE_S, STEP_S, PAUSE_AFTER_ERROR_S, GOODBYE_S = 1.0, 2.0, 30.0, 5.0

log = logging.getLogger(__name__)


def open_search(folder: Path, zone: tzinfo) -> SearchIndex | None:
    """The index of an archive; None where it can't be written."""
    try:
        return SearchIndex.open(folder, zone)
    except CannotWrite as error:
        log.warning("no search: %s", error)
        return None


@contextmanager
def following(folder: Path, access: Access) -> Iterator[None]:
    """Keeps the index up with the archive, aside, while the block runs."""
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
        follower = Follower.open(folder, access)
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
    return Results(tuple(hits[:limit]), len(hits), is_capped=False, order="newest")


def _hit(snapshot: Snapshot, wanted: str) -> Hit:
    place = snapshot.body_text.lower().find(wanted)
    shown = excerpt(snapshot.body_text, place - 25 if place > 28 else 0)
    return Hit(snapshot, pieces(snapshot.title, wanted), pieces(shown, wanted))


def pieces(text: str, wanted: str) -> tuple[Piece, ...]:
    """A text cut where it has what is wanted (lower-case)."""
    cut, start, low = [], 0, text.lower()
    if len(low) != len(text):  # a few letters change their length
        return (Piece(text, is_match=False),)
    while wanted and (at := low.find(wanted, start)) >= 0:
        cut += [Piece(text[start:at], is_match=False), Piece(text[at : at + len(wanted)], is_match=True)]
        start = at + len(wanted)
    return tuple(piece for piece in [*cut, Piece(text[start:], is_match=False)] if piece.text)
