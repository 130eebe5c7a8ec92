"""Requests to take something down: sent, decided, forgotten as far as they are personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, func, insert, select, update

from snapshotter.clock import rfc3339, utc_now
from snapshotter.desk.book import Desk
from snapshotter.desk.tables import takedown_requests
from snapshotter.desk.tokens import digest, new_token
from snapshotter.errors import ArchiveError

WAITING, HIDDEN, ERASED, DECLINED = "waiting", "hidden", "erased", "declined"
DECISIONS = (HIDDEN, ERASED, DECLINED)
MOST_WAITING = 1000
MOST_LISTED = 100

_c = takedown_requests.c
_SHOWN = (_c.number, _c.sent_at, _c.subject, _c.who, _c.why, _c.contact, _c.state, _c.decided_at, _c.reason)


@dataclass(frozen=True, slots=True)
class Ask:
    """What someone asks for."""

    subject: str
    """A snapshot's id, an article's, or a URL."""
    who: str
    why: str
    contact: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it stands."""

    number: int
    sent_at: str
    subject: str
    who: str
    """Empty once personal data was erased, as are ``why`` and ``contact``."""
    why: str
    contact: str
    state: str
    decided_at: str
    reason: str


class Requests:
    """The requests in an open ``site.db``."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def send(self, ask: Ask) -> str:
        """The token that the request can be followed with. Raises ArchiveError where too many wait already."""
        token = new_token()
        row = {"subject": ask.subject, "who": ask.who, "why": ask.why, "contact": ask.contact}
        told = {"token_sha256": digest(token), "sent_at": rfc3339(utc_now()), "state": WAITING}
        with self._desk.put() as connection:
            count = select(func.count()).where(_c.state == WAITING)
            if connection.execute(count).scalar_one() >= MOST_WAITING:
                raise ArchiveError(f"{MOST_WAITING} requests wait for the operator: send yours by e-mail, or later")
            connection.execute(insert(takedown_requests).values(row | told | {"decided_at": "", "reason": ""}))
        return token

    def of(self, token: str) -> Request | None:
        """The request that a token is for; None: there is none."""
        return self._first(_c.token_sha256 == digest(token))

    def numbered(self, number: int) -> Request | None:
        """A request by its number; None: there is none."""
        return self._first(_c.number == number)

    def waiting(self) -> list[Request]:
        """Those that no one decided on, oldest first, at most MOST_LISTED."""
        return self._found(_c.state == WAITING, by=_c.number.asc())

    def decided(self) -> list[Request]:
        """The last that were decided on, latest first, at most MOST_LISTED."""
        return self._found(_c.state.in_(DECISIONS), by=_c.decided_at.desc())

    def decide(self, number: int, state: str, reason: str) -> bool:
        """Notes a decision; False: there was one already, or there is no such request."""
        told = {"state": state, "reason": reason, "decided_at": rfc3339(utc_now())}
        with self._desk.put() as connection:
            row = update(takedown_requests).where(_c.number == number, _c.state == WAITING).values(told)
            return bool(connection.execute(row).rowcount)

    def forget(self, after_days: int) -> int:
        """Erases who asked, why and how to reach them, of what was decided that many days ago; how many there were."""
        before = rfc3339(utc_now() - timedelta(days=after_days))
        due = (_c.decided_at != "", _c.decided_at <= before, (_c.who + _c.why + _c.contact) != "")
        if not self._desk.rows(select(_c.number).where(*due).limit(1)):
            return 0
        with self._desk.put() as connection:
            row = update(takedown_requests).where(*due).values(who="", why="", contact="")
            count = connection.execute(row).rowcount
        self._desk.scrub()
        return count

    def _first(self, condition: ColumnElement[bool]) -> Request | None:
        rows = self._desk.rows(select(*_SHOWN).where(condition))
        return Request(*rows[0]) if rows else None

    def _found(self, condition: ColumnElement[bool], by: ColumnElement[object]) -> list[Request]:
        return [
            Request(*row) for row in self._desk.rows(select(*_SHOWN).where(condition).order_by(by).limit(MOST_LISTED))
        ]
