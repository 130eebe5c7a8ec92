"""Captures in the order in which they came into the catalog, for who reads on from where it stopped.

What is given here is not for showing: it holds what a takedown or a rule hides, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, literal, not_, or_, select

from snapshotter.clock import utc_now
from snapshotter.formats import jsonl
from snapshotter.items import Snapshot
from snapshotter.store.catalog import unpacked
from snapshotter.store.reader import ArchiveReader
from snapshotter.store.tables import arrivals, snapshots, takedowns
from snapshotter.store.takedowns import version

_ROWS = 5000
_REVISIONS = and_(snapshots.c.verdict == "ok", snapshots.c.change.in_(("new", "revised")))


@dataclass(frozen=True, slots=True)
class Arrival:
    """A capture that came into the catalog."""

    seq: int
    """Its number: later ones are higher."""
    id: str
    article_id: str
    change: str
    verdict: str
    is_shown: bool
    """Whether it may leave the store, now."""
    snapshot: Snapshot | None
    """The record of a good capture that brought a new revision; None for others."""


def arrived(reader: ArchiveReader, after: int, limit: int) -> list[Arrival]:
    """What came behind number ``after``, at most ``limit``. Raises ArchiveError."""
    columns = snapshots.c
    query = (
        select(
            arrivals.c.seq, columns.id, columns.article_id, columns.change, columns.verdict,
            case((reader.shown(), literal(1)), else_=literal(0)), case((_REVISIONS, columns.record)),
        )
        .join(snapshots, columns.id == arrivals.c.snapshot_id)
        .where(arrivals.c.seq > after).order_by(arrivals.c.seq).limit(limit)
    )  # fmt: skip
    return [
        Arrival(seq, one, article, change, verdict, bool(is_shown), jsonl.loads(unpacked(record)) if record else None)
        for seq, one, article, change, verdict, is_shown, record in reader.catalog.rows(query)
    ]


def ids_by_number(reader: ArchiveReader, until: int, after: int = 0) -> Iterator[tuple[int, str]]:
    """The number and id of every arrival behind ``after`` and up to ``until``, in order."""
    query = select(arrivals).order_by(arrivals.c.seq).limit(_ROWS)
    while rows := reader.catalog.rows(query.where(arrivals.c.seq > after, arrivals.c.seq <= until)):
        yield from ((row.seq, row.snapshot_id) for row in rows)
        after = rows[-1].seq


def hidden(reader: ArchiveReader, until: int) -> set[int]:
    """The numbers, up to ``until``, of revisions that may not be shown, now. Reads the whole catalog where there is
    a takedown or a rule.
    """
    if reader.access.is_open and not reader.catalog.rows(select(takedowns.c.scope).limit(1)):
        return set()
    query = select(arrivals.c.seq).join(snapshots, snapshots.c.id == arrivals.c.snapshot_id)
    meant: ColumnElement[bool] = and_(arrivals.c.seq <= until, or_(_REVISIONS, snapshots.c.change == "withdrawn"))
    return {seq for (seq,) in reader.catalog.rows(query.where(meant, not_(reader.shown())))}


def state_of_hiding(reader: ArchiveReader) -> str:
    """Changes whenever what ``hidden`` gives may change by anything but an arrival."""
    hour = "" if reader.access.is_open else f"{utc_now():%Y-%m-%dT%H}"
    return f"{version(reader.catalog)} {hour} {reader.access!r}"


def is_gone(reader: ArchiveReader, article_id: str) -> bool:
    """Whether the publisher has removed an article: of its good and gone captures, the last says so."""
    columns = snapshots.c
    telling = or_(columns.verdict == "ok", columns.change == "gone")
    query = select(columns.change).where(columns.article_id == article_id, telling)
    rows = reader.catalog.rows(query.order_by(columns.captured_at.desc(), columns.id.desc()).limit(1))
    return bool(rows) and rows[0][0] == "gone"
