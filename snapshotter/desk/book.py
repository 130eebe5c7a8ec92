"""``site.db``: opened, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from snapshotter.database import DATABASE_ERRORS, NOTE, Database, Migration, meta, told
from snapshotter.desk.tables import add_followers, add_requests, add_saves, add_subscriptions
from snapshotter.desk.tokens import digest
from snapshotter.errors import CannotWrite

NAME = "site.db"
MIGRATIONS: tuple[Migration, ...] = (add_requests, add_saves, add_subscriptions, add_followers)
"""From version n to n + 1, in order."""
_SECRET, _OPERATOR = "secret", "operator_token_sha256"


class Desk(Database):
    """The open file."""

    remedy = "Restore it from a copy, or move it away: a new one is begun"

    def __init__(self, folder: Path) -> None:
        """Opens that of the archive in ``folder``, makes it if there is none.

        Raises CatalogTooNew; CannotWrite where it can't be made or used.
        """
        path = folder / NAME
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            path.chmod(0o600)
            super().__init__(path, MIGRATIONS)
            with self.put() as connection:
                fresh = insert(meta).values(name=_SECRET, value=secrets.token_hex(32))
                connection.execute(fresh.on_conflict_do_nothing())
        except (OSError, *DATABASE_ERRORS) as error:
            raise CannotWrite(f"{path} can't be used: {told(error)}. {self.remedy}") from error
        self.secret = bytes.fromhex(self.fact(_SECRET))
        """Of this archive's site: what forms and clients' names are signed with."""

    @contextmanager
    def put(self) -> Iterator[Connection]:
        """A transaction that writes. Raises CannotWrite."""
        try:
            with self.writing() as connection:
                yield connection
        except DATABASE_ERRORS as error:
            raise CannotWrite(f"{self.path} can't be written: {getattr(error, 'orig', error)}") from error

    @property
    def operator_token_sha256(self) -> str:
        """Of the token that ``serve --new-operator-token`` printed last; empty: none was made."""
        return self.fact(_OPERATOR)

    def set_operator_token(self, token: str) -> None:
        """From now on this token is the operator's, and no other."""
        self.put_fact(_OPERATOR, digest(token))

    def fact(self, name: str) -> str:
        """What ``put_fact`` was told last; empty: nothing."""
        rows = self.rows(select(meta.c.value).where(meta.c.name == name))
        return str(rows[0][0]) if rows else ""

    def put_fact(self, name: str, value: str) -> None:
        """Keeps a fact of the whole file, in the place of the one of that name."""
        with self.put() as connection:
            connection.execute(NOTE, {"name": name, "value": value})
