"""The operator's state, ``DIR/state.db``: what can't be derived from the WARC files. Each table is its owner's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from snapshotter.database import DATABASE_ERRORS, Database, Migration
from snapshotter.errors import ArchiveError, CannotWrite
from snapshotter.ledger.tables import add_ledger
from snapshotter.schedule.tables import add_schedule

NAME = "state.db"

MIGRATIONS: tuple[Migration, ...] = (add_ledger, add_schedule)
"""From version n to n + 1, in order."""


class State(Database):
    """An open state.db."""

    remedy = "restore it from a copy, or move it away: everything is then looked at anew"

    def __init__(self, folder: Path) -> None:
        """Opens that of an archive folder, makes it if there is none. Raises CatalogTooNew, ArchiveError."""
        try:
            super().__init__(folder / NAME, MIGRATIONS)
        except DATABASE_ERRORS as error:
            reason = getattr(error, "orig", error)
            raise ArchiveError(f"{folder / NAME} can't be used: {reason}: {self.remedy}") from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """As Database's. Raises CannotWrite where the disk is full, read-only or failing."""
        try:
            with super().transaction() as connection:
                yield connection
        except DATABASE_ERRORS as error:
            raise CannotWrite(f"{self.path} can't be written: {error}. Free some space, or check its rights") from error
