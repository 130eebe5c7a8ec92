"""Whether anything is due: a look at both databases that costs next to nothing, for who asks every minute.

Plain SQL on read-only connections: what opens the databases properly takes half a second to load.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from snapshotter.clock import rfc3339

_PLACES = "SELECT url, next_due_at FROM places WHERE source = ?"
_HELD = "SELECT max(retry_at) FROM places WHERE source = ?"
_WAITING = "SELECT count(*) FILTER (WHERE next_at <= ?), min(next_at) FROM waiting WHERE source = ? AND next_at > ''"
_VISITS = """
SELECT count(*), min(next_at) FROM visits WHERE source = ? AND next_at > '' AND next_at {} ? AND NOT EXISTS (
    SELECT 1 FROM takedowns WHERE scope = 'article' AND value = article_id OR scope = 'site' AND value = source)
"""
_HOLDER = "SELECT run FROM leases WHERE source = ?"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is due of a source, counted, and when the next of it is."""

    source: str
    places: int
    waiting: int
    """Articles that were listed and aren't captured yet."""
    visits: int
    next_at: str
    """The earliest of all, past or to come; RFC 3339, UTC; empty: nothing is planned."""
    held_until: str = ""
    """Its server asked to be left alone until then; empty: it didn't."""
    is_at_work: bool = False
    """A run is at it."""

    @property
    def due(self) -> int:
        """How much of it a crawl would begin with now."""
        return 0 if self.held_until else self.places + self.waiting + self.visits


def outlooks(folder: Path, seeds: Mapping[str, Collection[str]], now: datetime) -> list[Outlook]:
    """What is due of each source, the longest due first. ``seeds``: the URLs of each one's own places.

    A database that isn't there, or is of an earlier schema, plans nothing: the seeds are due.
    """
    with _reading(folder / "state.db") as state, _reading(folder / "catalog.db") as catalog:
        alive: dict[str, bool] = {}
        found = [_of_source(state, catalog, (source, urls), rfc3339(now)) for source, urls in seeds.items()]
        held = [_with_run(one, folder, catalog, alive) for one in found]
    return sorted(held, key=lambda one: (one.next_at or "9", one.source))


def _of_source(
    state: sqlite3.Connection | None, catalog: sqlite3.Connection | None, asked: tuple[str, Collection[str]], now: str
) -> Outlook:
    source, urls = asked
    places: dict[str, str] = dict(_rows(state, _PLACES, source))
    unseen = [url for url in urls if url not in places]
    (waiting, first_waiting), *_ = _rows(state, _WAITING, now, source) or [(0, None)]
    (visits, first_visit), *_ = _rows(catalog, _VISITS.format("<="), source, now) or [(0, None)]
    if not visits:
        (_, first_visit), *_ = _rows(catalog, _VISITS.format(">"), source, now) or [(0, None)]
    (held_until,), *_ = _rows(state, _HELD, source) or [("",)]
    moments = [*places.values(), *([now] if unseen else []), first_waiting or "", first_visit or ""]
    return Outlook(
        source,
        places=len(unseen) + sum(moment <= now for moment in places.values()),
        waiting=waiting,
        visits=visits,
        next_at=min((moment for moment in moments if moment), default=""),
        held_until=held_until if (held_until or "") > now else "",
    )


def _with_run(one: Outlook, folder: Path, catalog: sqlite3.Connection | None, alive: dict[str, bool]) -> Outlook:
    for (run,) in _rows(catalog, _HOLDER, one.source):
        if run not in alive:
            alive[run] = _is_alive(folder / "lock" / f"{run}.lock")
        if alive[run]:
            return Outlook(one.source, one.places, one.waiting, one.visits, one.next_at, one.held_until, True)  # noqa: FBT003
    return one


def _is_alive(path: Path) -> bool:
    """Whether a run's lock file is locked (``store.leases``)."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection | None]:
    if not path.is_file():
        yield None
        return
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
        yield connection


def _rows(connection: sqlite3.Connection | None, query: str, *values: str) -> list[tuple[Any, ...]]:
    if connection is None:
        return []
    try:
        return connection.execute(query, values).fetchall()
    except sqlite3.OperationalError as error:
        if "no such" in str(error):
            return []
        raise
