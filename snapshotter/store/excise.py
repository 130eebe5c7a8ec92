"""Members of a WARC file put out of the world: the file is written anew beside itself, tombstones in their place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from snapshotter.formats import warc
from snapshotter.store.scan import Problem, scan
from snapshotter.store.segments import sync_folder

_COPY_BYTES = 1 << 20


def excise(path: Path, chosen: Iterable[tuple[warc.Record, bytes]], before: Callable[[Path], None]) -> bool:
    """Replaces records of a sealed file by tombstones of the same length; False: none was left to replace.

    ``chosen``: (record, what is to stand in its block), in the order of the file. ``before`` is called with the
    path when the new file is about to take the old one's place. Killed at any moment, the file is the old or the new
    one; a part that was left is overwritten by the next try. Raises OSError; BadWarc for a record that is too short
    for a tombstone.
    """
    replaced = iter(chosen)
    first = next(replaced, None)
    if first is None:
        return False
    part = path.with_name(f"{path.name.removesuffix('.gz')}.part")  # a name that no WARC file has
    try:
        with path.open("rb") as old, part.open("wb") as new:
            shutil.copymode(path, part)
            for record, block in chain([first], replaced):
                _copy(old, new, record.offset - old.tell())
                new.write(warc.tombstone(record, block))
                old.seek(record.end)
            shutil.copyfileobj(old, new, _COPY_BYTES)
            new.flush()
            os.fsync(new.fileno())
        before(path)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return True


def of_events(path: Path, lines: Mapping[str, bytes]) -> Iterator[tuple[warc.Record, bytes]]:
    """The records of captures in a file of ours: redirects, request, answer, and the conversion at their end.

    ``lines``: the conversion's WARC-Record-ID → what is left of its snapshot record. Tombstones are passed over.
    """
    before: list[warc.Record] = []
    for record in scan(path):
        if isinstance(record, Problem) or record.type == "warcinfo":
            before.clear()
        elif record.type != "conversion":
            before.append(replace(record, block=b""))
        else:
            if record.id in lines and not record.get(warc.ERASED):
                yield from ((one, b"") for one in before if not one.get(warc.ERASED))
                yield replace(record, block=b""), lines[record.id]
            before.clear()


def of_answers(path: Path, answers: Set[str]) -> Iterator[tuple[warc.Record, bytes]]:
    """The records with these ids in a file that was imported, and those that say they belong to them, both ways."""
    named = set(answers)
    for record in _sound(path):
        if record.id in answers:
            named.update(record.get_all("WARC-Concurrent-To"))
    for record in _sound(path):
        ties = {record.id, *record.get_all("WARC-Concurrent-To"), *record.get_all("WARC-Refers-To")}
        is_revisit = record.type == "revisit" and record.id not in answers
        if ties & named and not is_revisit and record.type != "warcinfo" and not record.get(warc.ERASED):
            yield replace(record, block=b""), b""


def _sound(path: Path) -> Iterator[warc.Record]:
    return (record for record in scan(path) if not isinstance(record, Problem))


def _copy(old: BinaryIO, new: BinaryIO, count: int) -> None:
    while count:
        data = old.read(min(count, _COPY_BYTES))
        if not data:
            raise OSError("the file has become shorter meanwhile")
        new.write(data)
        count -= len(data)
