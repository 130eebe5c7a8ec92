"""The captures of a URL as Memento counts them, and the nearest of them to a time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, select

from snapshotter.errors import SnapshotNotFound
from snapshotter.store import ArchiveReader
from snapshotter.store.tables import snapshots
from snapshotter.store.withheld import named

MOST = 20_000
"""Of one URL: the last of them."""

_c = snapshots.c
_GOOD = and_(_c.verdict == "ok", _c.change.in_(("new", "revised", "unchanged")))


class Memento(NamedTuple):
    """One capture, as much as an address needs."""

    captured_at: str
    id: str


def mementos(reader: ArchiveReader, url: str) -> list[Memento]:
    """The good captures of a URL's article, where there are none all of them; oldest first, one a second.

    Raises SnapshotNotFound; Withheld where none of them may be shown.
    """
    query = select(_c.captured_at, _c.id).where(named(url), reader.shown())
    order = (_c.captured_at.desc(), _c.id.desc())
    rows = reader.catalog.rows(query.where(_GOOD).order_by(*order).limit(MOST))
    rows = rows or reader.catalog.rows(query.order_by(*order).limit(MOST))
    if not rows:
        found = reader.get(url)
        return [Memento(found.captured_at, found.id)]
    by_second = {moment: Memento(moment, name) for moment, name in reversed(rows)}
    return [by_second[moment] for moment in sorted(by_second)]


def exactly(reader: ArchiveReader, url: str, moment: str) -> str | None:
    """The id of the capture of that second, good or not; None: there is none, or none is to be known of.

    Of an article with several addresses, two of which were captured in one second, it is that of the URL asked for.

    Raises Withheld where it may not be shown.
    """
    by_url = (_c.final_url == url).desc()
    query = select(_c.id).where(named(url), _c.captured_at == moment).order_by(by_url, _c.id.desc()).limit(1)
    for (name,) in reader.catalog.rows(query.where(reader.shown())):
        return str(name)
    with suppress(SnapshotNotFound):
        for (name,) in reader.catalog.rows(query):
            return reader.get(name).id
    return None


def nearest(found: Sequence[Memento], moment: str) -> int:
    """The place of the one nearest to a time, the earlier of two as near."""
    place = bisect_left(found, Memento(moment, ""))
    around = [index for index in (place - 1, place) if 0 <= index < len(found)]
    wanted = _seconds(moment)
    return min(around, key=lambda index: (abs(_seconds(found[index].captured_at) - wanted), index))


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
