"""Where subscriptions' news are sent, and how far each was told.

A webhook is told from the start; an e-mail address once its owner has said so, by a link that is sent there. One that
has ended keeps nothing of where it was.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update

from snapshotter.clock import rfc3339, utc_now
from snapshotter.desk.book import Desk
from snapshotter.desk.tables import followers, subscriptions
from snapshotter.desk.tokens import derived, digest, new_token
from snapshotter.errors import UsageError

WEBHOOK, MAIL = "webhook", "mail"
WAITING, ASKED, ON, GIVEN_UP, ENDED = "waiting", "asked", "on", "given-up", "ended"
STATES = (WAITING, ASKED, ON, GIVEN_UP, ENDED)
"""To be asked whether they want it; asked; told; not reached for too long; to be forgotten."""
MOST, MOST_OF_SUBSCRIPTION, MOST_OF_ADDRESS, MOST_UNCONFIRMED = 10_000, 5, 20, 3
"""In all; of a subscription; of them with one address; of those, with nobody having said yes."""
CONFIRM_DAYS, GIVE_UP_DAYS, GIVE_UP_NEW_DAYS = 2, 5, 1
"""How long an answer to the question is waited for; an address that doesn't answer is tried; one that never did.

Shorter than events.LOOK_BACK_DAYS, so that nothing is lost between."""
GIVEN_UP_KEPT_DAYS = 30
"""Since it failed first: its owner can see so long why nothing came, then its address is erased."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=12)
"""Between two tries: it doubles."""

_c = followers.c
_UNCONFIRMED = _c.state.in_((WAITING, ASKED))


class KnownAlready(UsageError):
    """The subscription has a follower of that address."""


class TooMany(UsageError):
    """There are as many as may be: in all, of one subscription, or with one address."""


@dataclass(frozen=True, slots=True)
class Follower:
    """A place that is told."""

    id: str
    subscription: str
    kind: str
    """``webhook`` or ``mail``."""
    address: str
    """The URL, or the e-mail address."""
    locale: str
    state: str
    """One of STATES."""
    cursor: int
    told_at: str
    """When it was reached last; empty: never."""
    failing_since: str
    """Empty: it isn't."""
    tries: int
    made_at: str


_SHOWN = tuple(_c[name] for name in Follower.__dataclass_fields__)


class Followers:
    """The followers in an open ``site.db``."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add(self, token: str, kind: str, address: str, locale: str, cursor: int) -> Follower | None:
        """A new one, told of what arrives behind ``cursor``; None: there is no such subscription.

        Raises KnownAlready, TooMany.
        """
        name, subscription = new_token(), digest(token)
        row = {
            "id": name, "subscription": subscription, "kind": kind, "address": address, "locale": locale,
            "made_at": rfc3339(utc_now()), "state": WAITING if kind == MAIL else ON, "cursor": cursor,
            "confirm_sha256": digest(self.confirm_token(name)), "stop_sha256": digest(self.stop_token(name)),
            "told_at": "", "failing_since": "", "tries": 0, "next_try_at": "",
        }  # fmt: skip
        same = and_(_c.subscription == subscription, _c.kind == kind, _is(address), _c.state != GIVEN_UP)
        mine = subscriptions.c.token_sha256 == subscription
        with self._desk.put() as connection:
            if connection.execute(select(subscriptions.c.made_at).where(mine)).first() is None:
                return None
            if connection.execute(select(_c.id).where(same)).first():
                raise KnownAlready(f"{address} follows it already")
            _require_room(connection, subscription, address)
            connection.execute(insert(followers).values(row))
        return self._found(_c.id == name)[0]

    def of(self, token: str) -> list[Follower]:
        """Those of a subscription, oldest first."""
        found = self._found(and_(_c.subscription == digest(token), _c.state != ENDED))
        return sorted(found, key=lambda one: one.made_at)

    def end(self, token: str, name: str) -> None:
        """Tells the follower ``name`` of that subscription no more."""
        with self._desk.put() as connection:
            _end(connection, and_(_c.subscription == digest(token), _c.id == name))

    def to_confirm(self, confirm_token: str) -> Follower | None:
        """Whom a confirmation's link is for, confirmed or not; None: nobody, or it is too late."""
        kept = _c.state.in_((ASKED, ON, GIVEN_UP))
        return next(iter(self._found(and_(_c.confirm_sha256 == digest(confirm_token), kept))), None)

    def confirm(self, confirm_token: str) -> None:
        """Its owner wants it."""
        mine = and_(_c.confirm_sha256 == digest(confirm_token), _c.state == ASKED)
        with self._desk.put() as connection:
            connection.execute(update(followers).where(mine).values(state=ON))

    def to_stop(self, stop_token: str) -> Follower | None:
        """Whom an unsubscribe link is for; None: nobody any more."""
        return next(iter(self._found(and_(_c.stop_sha256 == digest(stop_token), _c.state != ENDED))), None)

    def stop(self, stop_token: str) -> None:
        """Tells it no more."""
        with self._desk.put() as connection:
            _end(connection, _c.stop_sha256 == digest(stop_token))

    def any(self) -> bool:
        """Whether there are any, or were."""
        return bool(self._desk.rows(select(_c.id).limit(1)))

    def due(self) -> list[Follower]:
        """Whom to tell now, and whom to ask: who is furthest behind first. Not those that failed a short while ago."""
        now = rfc3339(utc_now())
        return self._found(and_(_c.state.in_((WAITING, ON)), or_(_c.next_try_at == "", _c.next_try_at <= now)))

    def passed(self, names: Collection[str], cursor: int) -> None:
        """There was nothing for them up to ``cursor``."""
        chosen = sorted(names)
        with self._desk.put() as connection:
            for start in range(0, len(chosen), 500):
                these = _c.id.in_(chosen[start : start + 500])
                connection.execute(update(followers).where(these, _c.cursor < cursor).values(cursor=cursor))

    def reached(self, follower: Follower, cursor: int) -> None:
        """It was told of all up to ``cursor``, or asked."""
        told = {"told_at": rfc3339(utc_now()), "failing_since": "", "tries": 0, "next_try_at": "", "cursor": cursor}
        if follower.state == WAITING:
            told |= {"state": ASKED, "told_at": ""}
        self._note(follower, told)

    def failed(self, follower: Follower, *, for_good: bool = False) -> bool:
        """It couldn't be reached: tried again later and later; True: no more, given up."""
        now = utc_now()
        since = follower.failing_since or rfc3339(now)
        days = GIVE_UP_DAYS if follower.told_at or follower.kind == MAIL else GIVE_UP_NEW_DAYS
        given_up = for_good or since <= rfc3339(now - timedelta(days=days))
        wait = min(FIRST_WAIT * 2 ** min(follower.tries, 20), LONGEST_WAIT)
        row = {"failing_since": since, "tries": follower.tries + 1, "next_try_at": rfc3339(now + wait)}
        self._note(follower, row | ({"state": GIVEN_UP} if given_up else {}))
        return given_up

    def restart(self, cursor: int) -> None:
        """Has all of them read on behind ``cursor``: the catalog was made anew, with other numbers."""
        with self._desk.put() as connection:
            connection.execute(update(followers).values(cursor=cursor))

    def forget(self) -> int:
        """Drops those that ended, didn't answer within CONFIRM_DAYS, or were given up and GIVEN_UP_KEPT_DAYS are over.

        How many there were.
        """
        before, since = (rfc3339(utc_now() - timedelta(days=days)) for days in (CONFIRM_DAYS, GIVEN_UP_KEPT_DAYS))
        given_up = and_(_c.state == GIVEN_UP, _c.failing_since <= since)
        lapsed = or_(_c.state == ENDED, and_(_UNCONFIRMED, _c.made_at <= before), given_up)
        if not self._desk.rows(select(_c.id).where(lapsed).limit(1)):
            return 0
        with self._desk.put() as connection:
            count = connection.execute(delete(followers).where(lapsed)).rowcount
        self._desk.scrub()
        return count

    def confirm_token(self, name: str) -> str:
        """What the link has that a follower confirms with."""
        return derived(self._desk.secret, "confirm", name)

    def stop_token(self, name: str) -> str:
        """What the link has that a follower ends it with."""
        return derived(self._desk.secret, "stop", name)

    def signing_key(self, name: str) -> str:
        """What messages to a webhook are signed with; shown to its owner, once."""
        return derived(self._desk.secret, "sign", name)

    def _note(self, follower: Follower, row: dict[str, object]) -> None:
        """Not of one that has ended meanwhile."""
        same = and_(_c.id == follower.id, _c.state == follower.state)
        with self._desk.put() as connection:
            connection.execute(update(followers).where(same).values(row))

    def _found(self, condition: ColumnElement[bool]) -> list[Follower]:
        query = select(*_SHOWN).where(condition).order_by(_c.cursor, _c.made_at, _c.id)
        return [Follower(*row) for row in self._desk.rows(query)]


def end_all(connection: Connection, subscription: str) -> None:
    """Tells nobody of a subscription (its token's SHA-256) any more."""
    _end(connection, _c.subscription == subscription)


def _end(connection: Connection, condition: ColumnElement[bool]) -> None:
    connection.execute(update(followers).where(condition).values(state=ENDED, address="", subscription=""))


def _is(address: str) -> ColumnElement[bool]:
    """In whatever case it is written: one mailbox, most often."""
    return func.lower(_c.address) == func.lower(address)


def _require_room(connection: Connection, subscription: str, address: str) -> None:
    bounds: Sequence[tuple[ColumnElement[bool], int]] = (
        (_c.state != ENDED, MOST),
        (_c.subscription == subscription, MOST_OF_SUBSCRIPTION),
        (_is(address), MOST_OF_ADDRESS),
        (and_(_is(address), _UNCONFIRMED), MOST_UNCONFIRMED),
    )
    for condition, most in bounds:
        if connection.execute(select(func.count()).where(condition)).scalar_one() >= most:
            raise TooMany(f"{most} are told of this already, and no more may be: end one of them first")
