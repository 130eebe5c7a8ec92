"""The operator's state of an archive, ``state.db``: what can't be derived from its WARC files."""

from __future__ import annotations

from pathlib import Path

from snapshotter.database import Database, Migration
from snapshotter.ledger.tables import add_ledger

NAME = "state.db"

MIGRATIONS: tuple[Migration, ...] = (add_ledger,)
"""From version n to n + 1, in order."""


class State(Database):
    """The open file."""

    remedy = "Restore it from a copy, or move it away: a new one is begun"

    def __init__(self, folder: Path) -> None:
        """Opens that of the archive in ``folder``, makes it if there is none. Raises as Database does."""
        super().__init__(folder / NAME, MIGRATIONS)
