"""The snapshot record as JSON Lines: one object a line, UTF-8 without escapes, a newline after every record."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Any, BinaryIO, NoReturn

from snapshotter.errors import BadRecord
from snapshotter.formats.schema import KINDS, check
from snapshotter.formats.utf8 import well_formed
from snapshotter.items import Snapshot

MAX_LINE_BYTES = 64 * 2**20

_NAMES = tuple(KINDS)
_values = attrgetter(*_NAMES)
_OBJECTS = tuple((name, attrgetter(name), kind.keys) for name, kind in KINDS.items() if kind.keys)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dumps(snapshot: Snapshot) -> str:
    """The record as one line, without its newline: the same record, the same characters.

    A lone surrogate, which UTF-8 can't hold, is written as U+FFFD.
    """
    record = dict(zip(_NAMES, _values(snapshot), strict=True))
    for name, value, keys in _OBJECTS:
        if items := value(snapshot):
            record[name] = [{key: getattr(item, key) for key in keys} for item in items]
    return well_formed(_encode(record))


def loads(line: str | bytes) -> Snapshot:
    """The snapshot of one line.

    Raises BadRecord, which names the key, for anything but a whole record: every key, no other, each of its type.
    """
    if len(line) > MAX_LINE_BYTES:
        raise BadRecord(f"longer than {MAX_LINE_BYTES} bytes")
    try:
        record = _decode(line if isinstance(line, str) else line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadRecord(f"not JSON: {error}") from error
    if type(record) is not dict:
        raise BadRecord("not a JSON object")
    return check(record)


def write_all(snapshots: Iterable[Snapshot], file: BinaryIO) -> int:
    """Writes records to a stream, a line each; how many."""
    count = 0
    for snapshot in snapshots:
        file.write(dumps(snapshot).encode() + b"\n")
        count += 1
    return count


def read_all(file: BinaryIO) -> Iterator[Snapshot]:
    """The records of a stream. Raises BadRecord, with the line's number, at the first line that isn't one."""
    for number, line in enumerate(iter(lambda: file.readline(MAX_LINE_BYTES + 1), b""), 1):
        try:
            yield loads(line)
        except BadRecord as error:
            torn = "" if line.endswith(b"\n") else " (its end is missing)"
            raise BadRecord(f"line {number}: {error}{torn}") from error


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key comes twice in one object")
    return found


def _not_json(name: str) -> NoReturn:
    raise ValueError(f"{name} isn't JSON")


_decode = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_not_json).decode
