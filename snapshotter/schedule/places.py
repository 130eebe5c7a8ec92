"""Places, as state.db keeps them. Functions of a connection within a transaction of the caller's."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from operator import attrgetter

from sqlalchemy import and_, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from snapshotter.clock import rfc3339
from snapshotter.database import Database, Statement
from snapshotter.schedule.intervals import Bounds, Place
from snapshotter.schedule.tables import places, robots

MAX_PLACES = 1000
"""How many places of one source are kept."""

_NAMES = tuple(field.name for field in fields(Place))
_values = attrgetter(*_NAMES)
_c = places.c
_columns = [_c[name] for name in _NAMES]
_this = and_(_c.source == bindparam("of_source"), _c.url == bindparam("of_url"))
_GET = Statement(select(*_columns).where(_this))
_DUE = Statement(
    select(*_columns)
    .where(_c.source == bindparam("of_source"), _c.next_due_at <= bindparam("now"))
    .order_by(_c.next_due_at, _c.url)
)
_OF = Statement(select(*_columns).where(_c.source == bindparam("of_source")).order_by(_c.next_due_at, _c.url))
_COUNT = Statement(select(func.count()).where(_c.source == bindparam("of_source")))
_ADD = Statement(insert(places).on_conflict_do_nothing())
_PUT = insert(places)
_SAVE = Statement(
    _PUT.on_conflict_do_update(
        index_elements=[_c.source, _c.url],
        set_={name: _PUT.excluded[name] for name in _NAMES if name not in {"source", "url"}},
    )
)
_SEED = Statement(update(places).where(_this).values(is_seed=bindparam("new_is_seed"), kind=bindparam("new_kind")))
_DROP = Statement(delete(places).where(_this))
_HELD = Statement(select(func.max(_c.retry_at)).where(_c.source == bindparam("of_source")))
_OTHERS = Statement(
    select(func.max(_c.last_new_at)).where(_c.source == bindparam("of_source"), _c.url != bindparam("of_url"))
)
_ASK = Statement(
    update(places)
    .where(_c.source == bindparam("of_source"), or_(_c.retry_at == "", _c.retry_at < bindparam("new_retry_at")))
    .values(retry_at=bindparam("new_retry_at"))
)
_ROBOTS = Statement(
    select(robots.c.status, robots.c.body).where(
        robots.c.origin == bindparam("of_origin"), robots.c.fetched_at > bindparam("since")
    )
)
_PUT_ROBOTS = insert(robots)
_SAVE_ROBOTS = Statement(
    _PUT_ROBOTS.on_conflict_do_update(
        index_elements=[robots.c.origin],
        set_={name: _PUT_ROBOTS.excluded[name] for name in ("fetched_at", "status", "body")},
    )
)


def sync_seeds(
    connection: sqlite3.Connection, source: str, seeds: Mapping[str, str], now: datetime, bounds: Bounds
) -> None:
    """Has the source's seeds (kind by URL) among its places, due at once where they are new, and no other seeds."""
    for place in of_source(connection, source):
        if place.url in seeds:
            _SEED.run(connection, of_source=source, of_url=place.url, new_is_seed=1, new_kind=seeds[place.url])
        elif place.is_seed:
            _DROP.run(connection, of_source=source, of_url=place.url)
    for url, kind in seeds.items():
        add(connection, Place(source, url, kind, rfc3339(now), bounds.start_s, is_seed=True))


def add(connection: sqlite3.Connection, place: Place) -> bool:
    """Enters a place, unless it is known or its source has too many; whether it did."""
    if _COUNT.one(connection, of_source=place.source)[0] >= MAX_PLACES:
        return False
    return _ADD.run(connection, **_row(place)) > 0


def get(connection: sqlite3.Connection, source: str, url: str) -> Place | None:
    """A place; None: it isn't known."""
    row = _GET.one(connection, of_source=source, of_url=url)
    return _place(row) if row else None


def of_source(connection: sqlite3.Connection, source: str) -> list[Place]:
    """A source's places, the one that is due first before the others."""
    return [_place(row) for row in _OF.all(connection, of_source=source)]


def due(connection: sqlite3.Connection, source: str, now: datetime) -> list[Place]:
    """A source's places whose time has come, the longest due first."""
    return [_place(row) for row in _DUE.all(connection, of_source=source, now=rfc3339(now))]


def next_due(database: Database) -> dict[str, str]:
    """When each source is to be looked at next: RFC 3339, UTC. Raises ArchiveError."""
    query = select(_c.source, func.min(_c.next_due_at)).where(_c.next_due_at > "").group_by(_c.source)
    return dict(tuple(row) for row in database.rows(query))


def save(connection: sqlite3.Connection, place: Place) -> None:
    """Enters what became of a place."""
    _SAVE.run(connection, **_row(place))


def hold(connection: sqlite3.Connection, source: str, until: datetime) -> None:
    """A server of the source asked to be left alone until then: that holds for all of it."""
    _ASK.run(connection, of_source=source, new_retry_at=rfc3339(until))


def held_until(connection: sqlite3.Connection, source: str) -> str:
    """Until when the source is to be left alone; empty: it isn't."""
    return _HELD.one(connection, of_source=source)[0] or ""


def others_new_at(connection: sqlite3.Connection, source: str, url: str) -> str:
    """When a place of the source other than this one last listed what nobody knew before; empty: never."""
    return _OTHERS.one(connection, of_source=source, of_url=url)[0] or ""


def robots_of(connection: sqlite3.Connection, origin: str, since: datetime) -> tuple[int, bytes] | None:
    """A host's robots.txt, status and content, if it was read since then."""
    row: tuple[int, bytes] | None = _ROBOTS.one(connection, of_origin=origin, since=rfc3339(since))
    return row


def save_robots(connection: sqlite3.Connection, origin: str, now: datetime, answer: tuple[int, bytes]) -> None:
    """Keeps a host's robots.txt, status and content."""
    _SAVE_ROBOTS.run(connection, origin=origin, fetched_at=rfc3339(now), status=answer[0], body=answer[1])


def _row(place: Place) -> dict[str, object]:
    values = dict(zip(_NAMES, _values(place), strict=True))
    return values | {"is_seed": int(place.is_seed), "is_stale": int(place.is_stale)}


def _place(row: tuple[object, ...]) -> Place:
    values = dict(zip(_NAMES, row, strict=True))
    return Place(**values | {"is_seed": bool(values["is_seed"]), "is_stale": bool(values["is_stale"])})  # type: ignore[arg-type]
