"""Subscriptions without accounts: whoever knows the token has it, and may change or end it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Self

from sqlalchemy import delete, func, insert, select, update

from snapshotter.clock import rfc3339, utc_now
from snapshotter.desk.book import Desk
from snapshotter.desk.followers import end_all
from snapshotter.desk.tables import subscriptions
from snapshotter.desk.tokens import digest, new_token
from snapshotter.errors import ArchiveError

MOST = 100_000
MOST_NAMES, MOST_SEARCHES = 40, 10
"""Of a subscription: channels, sources; searches."""

_c = subscriptions.c


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a subscription is of: articles of any of these."""

    channels: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.channels or self.sources or self.searches)

    def bounded(self) -> Self:
        """The first of each, each once: as many as a subscription may have."""
        bounds = (MOST_NAMES, MOST_NAMES, MOST_SEARCHES)
        given = (self.channels, self.sources, self.searches)
        return type(self)(*(tuple(dict.fromkeys(names))[:most] for names, most in zip(given, bounds, strict=True)))

    def dumps(self) -> str:
        """As the database has it."""
        return json.dumps(asdict(self), ensure_ascii=True)

    @classmethod
    def loads(cls, text: str) -> Self:
        """What ``dumps`` made."""
        return cls(**{name: tuple(values) for name, values in json.loads(text).items()})


class Subscriptions:
    """The subscriptions in an open ``site.db``."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def begin(self, wishes: Wishes) -> str:
        """A new one's token. Raises ArchiveError where there are too many."""
        token = new_token()
        row = {"token_sha256": digest(token), "made_at": rfc3339(utc_now()), "wishes": wishes.bounded().dumps()}
        with self._desk.put() as connection:
            if connection.execute(select(func.count()).select_from(subscriptions)).scalar_one() >= MOST:
                raise ArchiveError(f"there are {MOST} subscriptions, and no room for more")
            connection.execute(insert(subscriptions).values(row))
        return token

    def of(self, token: str) -> Wishes | None:
        """What a token is for; None: nothing, or no longer."""
        return self.of_digest(digest(token))

    def of_digest(self, token_sha256: str) -> Wishes | None:
        """The same, by what is kept of the token."""
        rows = self._desk.rows(select(_c.wishes).where(_c.token_sha256 == token_sha256))
        return Wishes.loads(rows[0][0]) if rows else None

    def change(self, token: str, wishes: Wishes) -> bool:
        """Wishes something else; False: there is no such subscription."""
        mine = update(subscriptions).where(_c.token_sha256 == digest(token))
        with self._desk.put() as connection:
            return bool(connection.execute(mine.values(wishes=wishes.bounded().dumps())).rowcount)

    def end(self, token: str) -> None:
        """From now on the token is for nothing, and nobody is told."""
        with self._desk.put() as connection:
            end_all(connection, digest(token))
            connection.execute(delete(subscriptions).where(_c.token_sha256 == digest(token)))
