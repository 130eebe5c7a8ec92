"""Articles that a place listed and that aren't captured yet, as state.db keeps them.

They are entered in the transaction that notes that the place was read: a crawl that is killed then, or a page that
fails, costs nothing; the next round goes on with them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from snapshotter.clock import rfc3339
from snapshotter.database import Statement
from snapshotter.items import Discovery
from snapshotter.schedule.tables import waiting
from snapshotter.schedule.visits import retry_after

MAX_WAITING = 100_000
"""How many articles of one source may wait."""
MAX_TRIES = 16
"""After so many failures, some four days, an article is given up."""
TRIES_IF_NOT_THERE = 4
"""As so many failures counts a 404 or 410: a feed may be ahead of its pages, but not for long."""
KEPT = timedelta(days=30)
"""For so long it is known that an article was given up."""
AGAIN = timedelta(days=1)
"""One that was given up and is listed still is tried once more after so long: its page may be late."""

_c = waiting.c
_this = _c.key == bindparam("of_key")
_ADD = Statement(insert(waiting).on_conflict_do_nothing())
_HAS = Statement(select(_c.key).where(_this))
_COUNT = Statement(select(func.count()).where(_c.source == bindparam("of_source"), _c.next_at > ""))
_DUE = Statement(
    select(_c.key, _c.source, _c.url, _c.via, _c.found_at, _c.title, _c.published_at, _c.published_raw, _c.zone_source)
    .where(_c.source == bindparam("of_source"), _c.next_at > "", _c.next_at <= bindparam("now"))
    .order_by(_c.next_at, _c.key).limit(bindparam("most"))
)  # fmt: skip
_TRIES = Statement(select(_c.tries).where(_this))
_LATER = Statement(update(waiting).where(_this).values(tries=bindparam("times"), next_at=bindparam("then")))
_AGAIN = Statement(
    update(waiting).where(_this, _c.next_at == "").values(tries=MAX_TRIES - 1, next_at=bindparam("then"))
)
_DROP = Statement(delete(waiting).where(_this))
_FORGET = Statement(
    delete(waiting).where(_c.source == bindparam("of_source"), _c.next_at == "", _c.found_at < bindparam("before"))
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An article that waits."""

    key: str
    source: str
    url: str
    discovery: Discovery


def add(connection: sqlite3.Connection, articles: Iterable[Waiting], now: datetime) -> list[Waiting]:
    """Enters those that don't wait yet, due at once; which these are. One that was given up waits again, for a day."""
    entered, room = [], 0
    for number, one in enumerate(articles):
        if number % 1000 == 0:
            room = MAX_WAITING - _COUNT.one(connection, of_source=one.source)[0]
        if room > 0 and _ADD.run(connection, **_row(one, now)):
            entered.append(one)
            room -= 1
        else:
            _AGAIN.run(connection, of_key=one.key, then=rfc3339(now + AGAIN))
    return entered


def due(connection: sqlite3.Connection, source: str, now: datetime, most: int) -> list[Waiting]:
    """Those of a source whose time has come, the longest due first."""
    rows = _DUE.all(connection, of_source=source, now=rfc3339(now), most=most)
    return [Waiting(key, of, url, _discovery(*rest)) for key, of, url, *rest in rows]


def done(connection: sqlite3.Connection, key: str) -> None:
    """It is captured, or not wanted any more."""
    _DROP.run(connection, of_key=key)


def failed(
    connection: sqlite3.Connection, key: str, now: datetime, wait_s: float = 0, *, is_there: bool = True
) -> bool:
    """It brought nothing: later again, or given up; ``wait_s``: what its server asked for. False: it doesn't wait."""
    row = _TRIES.one(connection, of_key=key)
    if not row:
        return False
    weight = 1 if is_there else TRIES_IF_NOT_THERE
    tries = row[0] + weight
    wait = max(retry_after(tries // weight), timedelta(seconds=min(wait_s, 86400)))
    _LATER.run(connection, of_key=key, times=tries, then=rfc3339(now + wait) if tries < MAX_TRIES else "")
    return True


def forget(connection: sqlite3.Connection, source: str, now: datetime) -> None:
    """Removes those that were given up a long time ago."""
    _FORGET.run(connection, of_source=source, before=rfc3339(now - KEPT))


def has(connection: sqlite3.Connection, key: str) -> bool:
    """Whether it waits, or was given up."""
    return _HAS.one(connection, of_key=key) is not None


def _row(one: Waiting, now: datetime) -> dict[str, object]:
    found = one.discovery
    return {
        "key": one.key,
        "source": one.source,
        "url": one.url,
        "via": found.via,
        "found_at": rfc3339(found.at or now),
        "title": found.title,
        "published_at": found.published_at,
        "published_raw": found.published_raw,
        "zone_source": found.zone_source,
        "tries": 0,
        "next_at": rfc3339(now),
    }


def _discovery(*columns: str) -> Discovery:
    via, found_at, *rest = columns
    return Discovery(via, datetime.fromisoformat(found_at), *rest)
