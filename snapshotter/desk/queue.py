"""Pages that readers asked to be captured: a queue that a kill doesn't lose."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, func, insert, select, update

from snapshotter.clock import rfc3339, utc_now
from snapshotter.desk.book import Desk
from snapshotter.desk.tables import saves
from snapshotter.desk.tokens import new_token
from snapshotter.errors import UsageError
from snapshotter.urls import host

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
REASONS = ("network", "robots", "http-status", "not-article", "withheld", "too-long", "fault")
"""Why there is no snapshot; no more than that is told: what our network looks like is nobody's business."""
MOST_WAITING, MOST_OF_CLIENT, MOST_OF_HOST = 200, 5, 10
MOST_TRIES = 3
KEPT_DAYS = 30

_c = saves.c
_OPEN = _c.state.in_((WAITING, RUNNING))
_SHOWN = (_c.id, _c.url, _c.asked_at, _c.state, _c.snapshot_id, _c.reason)


class QueueFull(UsageError):
    """So many pages wait already: in all, of one client, or of one host. Ask again later."""


@dataclass(frozen=True, slots=True)
class Save:
    """A page that a reader asked for."""

    id: str
    url: str
    asked_at: str
    state: str
    snapshot_id: str
    """Empty: not yet, or never."""
    reason: str
    """One of REASONS; empty unless it failed."""

    @property
    def is_open(self) -> bool:
        """Whether something will become of it yet."""
        return self.state in {WAITING, RUNNING}


class Queue:
    """The pages in an open ``site.db``."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def ask(self, url: str, client: str) -> str:
        """The id of the page's place in the queue; one that waits already keeps its own. Raises QueueFull."""
        who = hmac.new(self._desk.secret, f"client\0{client}".encode(), sha256).hexdigest()[:24]
        with self._desk.put() as connection:
            if row := connection.execute(select(_c.id).where(_OPEN, _c.url == url).limit(1)).first():
                return str(row.id)
            self._require_room(connection, host(url), who)
            told = {"id": new_token(), "url": url, "host": host(url), "client": who, "asked_at": rfc3339(utc_now())}
            empty = {"state": WAITING, "tries": 0, "ended_at": "", "snapshot_id": "", "reason": ""}
            connection.execute(insert(saves).values(told | empty))
        return told["id"]

    def of(self, save_id: str) -> Save | None:
        """A page by its id; None: there is none, or it is long ago."""
        rows = self._desk.rows(select(*_SHOWN).where(_c.id == save_id))
        return Save(*rows[0]) if rows else None

    def ahead(self, save: Save) -> int:
        """How many pages come before it."""
        count = select(func.count()).where(_OPEN, (_c.asked_at < save.asked_at) | (_c.state == RUNNING))
        return int(self._desk.rows(count.where(_c.id != save.id))[0][0])

    def recover(self) -> None:
        """Puts back what was being captured when a server was killed; what killed it thrice is given up.

        To be called by the one that captures, before it begins.
        """
        running = update(saves).where(_c.state == RUNNING)
        gone = {"state": FAILED, "reason": "fault", "client": "", "ended_at": rfc3339(utc_now())}
        with self._desk.put() as connection:
            connection.execute(running.where(_c.tries >= MOST_TRIES).values(gone))
            connection.execute(running.values(state=WAITING))

    def take(self) -> Save | None:
        """The next page to capture, from now on running; None: none waits."""
        waiting = select(*_SHOWN).where(_c.state == WAITING).order_by(_c.asked_at, _c.id).limit(1)
        if not self._desk.rows(waiting):
            return None
        with self._desk.put() as connection:
            row = connection.execute(waiting).first()
            if row is None:
                return None
            connection.execute(update(saves).where(_c.id == row.id).values(state=RUNNING, tries=_c.tries + 1))
        return Save(*row)

    def end(self, save_id: str, snapshot_id: str, reason: str = "") -> None:
        """Notes what came of it: a snapshot, or one of REASONS; forgets who asked."""
        told = {"state": FAILED if reason else DONE, "snapshot_id": snapshot_id, "reason": reason}
        with self._desk.put() as connection:
            ended = told | {"client": "", "ended_at": rfc3339(utc_now())}
            connection.execute(update(saves).where(_c.id == save_id).values(ended))

    def forget(self) -> None:
        """Drops what ended KEPT_DAYS ago."""
        before = rfc3339(utc_now() - timedelta(days=KEPT_DAYS))
        with self._desk.put() as connection:
            connection.execute(delete(saves).where(_c.ended_at != "", _c.ended_at <= before))

    def _require_room(self, connection: Connection, name: str, who: str) -> None:
        for condition, most in (
            (_OPEN, MOST_WAITING),
            (_c.client == who, MOST_OF_CLIENT),
            (_c.host == name, MOST_OF_HOST),
        ):
            count = connection.execute(select(func.count()).where(_OPEN, condition)).scalar_one()
            if count >= most:
                raise QueueFull(f"{count} pages wait already: ask again later")
