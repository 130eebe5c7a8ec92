"""How the last tests of sites' rules went: kept in ``state.db``, for the operator to see."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select

from snapshotter.clock import rfc3339, utc_now
from snapshotter.database import NOTE, Database, meta

FIXTURES, LIVE = "fixtures", "live"
KINDS = (FIXTURES, LIVE)
"""What the rules were tested on: dated pages, today's."""
MOST_LINES, LONGEST_LINE = 20, 300
_PREFIX = "checked"


@dataclass(frozen=True, slots=True)
class Checked:
    """A test of one site's rules."""

    site: str
    kind: str
    """One of KINDS."""
    at: str
    pages: int
    """How many it was made on."""
    lines: tuple[str, ...]
    """What was wrong; empty: it passed."""

    @classmethod
    def now(cls, site: str, kind: str, pages: int, lines: Sequence[str]) -> Checked:
        """One that was just made; of ``lines`` the first MOST_LINES."""
        kept = tuple(line[:LONGEST_LINE] for line in lines[:MOST_LINES])
        return cls(site, kind, rfc3339(utc_now()), pages, kept)


def note(database: Database, checked: Sequence[Checked]) -> None:
    """Keeps these in the place of the sites' earlier ones. Raises one of DATABASE_ERRORS."""
    rows = [{"name": f"{_PREFIX} {one.kind} {one.site}", "value": json.dumps(asdict(one))} for one in checked]
    if rows:
        with database.writing() as connection:
            connection.execute(NOTE, rows)


def last_checked(database: Database) -> dict[str, tuple[Checked, ...]]:
    """By site its last test of each kind, as far as there was one. Raises ArchiveError."""
    query = select(meta.c.value).where(meta.c.name.startswith(f"{_PREFIX} ")).order_by(meta.c.name)
    found: dict[str, tuple[Checked, ...]] = {}
    for (value,) in database.rows(query):
        plain = json.loads(value)
        one = Checked(**{**plain, "lines": tuple(plain["lines"])})
        found[one.site] = (*found.get(one.site, ()), one)
    return found
