"""What became of articles, in the order in which the catalog heard of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import func, or_, select

from snapshotter.clock import rfc3339, utc_now
from snapshotter.desk import Desk
from snapshotter.desk.followers import Followers
from snapshotter.errors import SnapshotNotFound, Withheld
from snapshotter.items import Snapshot
from snapshotter.store import ArchiveReader
from snapshotter.store.arrivals import is_gone
from snapshotter.store.tables import GONE, GOOD, arrivals, snapshots

LOOK_BACK_DAYS = 7
"""What was captured longer ago is no news: nobody is told of an import of old pages."""
MOST_EVENTS = 50_000
"""The latest of them; some 300 bytes each."""
_PLACE = "told"

_c = snapshots.c


@dataclass(frozen=True, slots=True)
class Event:
    """Something became of an article."""

    seq: int
    """Its arrival's number."""
    snapshot_id: str
    """The article's last good revision, as of then."""
    article_id: str
    state: str
    """``new``, ``revised`` or ``gone``."""
    channel: str
    source: str


@dataclass(frozen=True, slots=True)
class Place:
    """How far the arrivals were read."""

    seq: int = 0
    id: str = ""
    """The snapshot with that number: where it has another, the catalog was made anew."""
    captured_at: str = ""
    """The latest that was read of; of an import, the last one to arrive isn't that."""
    since: str = ""
    """What was captured up to then was told of before the catalog was made anew; empty: it never was."""


def latest(reader: ArchiveReader) -> Place:
    """The last arrival. Raises ArchiveError."""
    past = select(func.max(_c.captured_at)).where(_c.captured_at <= rfc3339(utc_now())).scalar_subquery()
    last = select(arrivals.c.seq, arrivals.c.snapshot_id, func.coalesce(past, ""))
    rows = reader.catalog.rows(last.order_by(arrivals.c.seq.desc()).limit(1))
    return Place(*rows[0]) if rows else Place()


def next_place(desk: Desk, reader: ArchiveReader) -> Place:
    """Up to where to read now; ``keep`` it when that is done. Raises ArchiveError, CannotWrite.

    Where the catalog was made anew, all followers' cursors are put where it begins to have what is new to them.
    """
    now, said = latest(reader), desk.fact(_PLACE)
    if not said:
        return now
    before = Place(**json.loads(said))
    captured_at, since = max(before.captured_at, now.captured_at), before.since
    same = select(arrivals.c.seq).where(arrivals.c.seq == before.seq, arrivals.c.snapshot_id == before.id)
    if before.seq and not reader.catalog.rows(same):
        since = before.captured_at
        first = select(func.min(arrivals.c.seq)).join(snapshots, _c.id == arrivals.c.snapshot_id)
        rows = reader.catalog.rows(first.where(_c.captured_at > since))
        Followers(desk).restart(rows[0][0] - 1 if rows[0][0] else now.seq)
        keep(desk, Place(now.seq, now.id, since, since))  # killed while it tells, the next round must go on from there
    return Place(now.seq, now.id, captured_at, since)


def keep(desk: Desk, place: Place) -> None:
    """Notes how far the arrivals were read. Raises CannotWrite."""
    said = json.dumps(asdict(place))
    if desk.fact(_PLACE) != said:
        desk.put_fact(_PLACE, said)


def events(reader: ArchiveReader, after: int, until: Place) -> list[Event]:
    """What arrived behind number ``after`` and may be shown, now; oldest first, the last MOST_EVENTS.

    Raises ArchiveError.
    """
    oldest = max(until.since, rfc3339(utc_now() - timedelta(days=LOOK_BACK_DAYS)))
    query = (
        select(arrivals.c.seq, _c.id, _c.article_id, _c.change, _c.category, _c.source_name)
        .join(snapshots, _c.id == arrivals.c.snapshot_id)
        .where(arrivals.c.seq > after, arrivals.c.seq <= until.seq, _c.captured_at > oldest)
        .where(or_(GOOD, GONE), reader.shown())
        .order_by(arrivals.c.seq.desc()).limit(MOST_EVENTS)
    )  # fmt: skip
    found = [Event(*row) for row in reversed(reader.catalog.rows(query))]
    return [one for event in found if (one := _gone(reader, event) if event.state == "gone" else event)]


def _gone(reader: ArchiveReader, event: Event) -> Event | None:
    """The same, of the article as it was; None: it is back, or there is nothing to show of it."""
    if not is_gone(reader, event.article_id):
        return None
    try:
        last: Snapshot = reader.get(event.article_id)
    except (SnapshotNotFound, Withheld):
        return None
    if last.verdict != "ok":
        return None
    return Event(event.seq, last.id, event.article_id, "gone", last.category, last.source_name)
