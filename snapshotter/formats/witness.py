"""Records in an order in which readers that guess types from the first lines guess right.

Polars guesses from 100 lines, and fails when a list that was empty in all of them has an object in it later. DuckDB
guesses from 20,480, and fails when a column that held nothing but times (or UUIDs) until then is empty or a word
later; ``published_raw`` is such a column. A record that shows what a column can hold is its witness; where the first
one comes late, it is moved to the front.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import BinaryIO

from snapshotter.formats import jsonl
from snapshotter.formats.schema import KINDS
from snapshotter.items import Snapshot

EARLY = 50
"""A witness among so many first records stays in its place."""

_GUESSABLE = re.compile(r"[0-9TZ:./+ -]{8,}|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}", re.ASCII)


def write_witnessed(snapshots: Iterable[Snapshot], file: BinaryIO) -> list[bytes]:
    """Writes the records as JSON Lines, but for the late witnesses, whose lines it returns: they belong before them.

    There are no more of those than a record has fields.
    """
    early: list[bytes] = []
    unseen = {name for name, kind in KINDS.items() if kind.item is not int}
    for index, snapshot in enumerate(snapshots):
        shown = {name for name in unseen if _shows(getattr(snapshot, name))}
        unseen -= shown
        line = jsonl.dumps(snapshot).encode() + b"\n"
        if shown and index >= EARLY:
            early.append(line)
        else:
            file.write(line)
    return early


def _shows(value: str | tuple[object, ...]) -> bool:
    """Whether the value shows its column's type: a filled list, a string that nobody takes for a time."""
    return not _GUESSABLE.fullmatch(value) if isinstance(value, str) else bool(value)
