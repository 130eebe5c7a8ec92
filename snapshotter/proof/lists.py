"""The parts of the signed list that are closed: the lines of files that no run looks at again.

``proof/lists/SHA256``: LINES lines, in the order in which the files came, never written to again. The signed list
names each part as it names any file, so that what it signs covers their lines too, and stays short. Of two lines
of one file the later one counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from snapshotter.errors import BadProof
from snapshotter.formats.files import part_of, put_in_place
from snapshotter.proof.listing import LISTS, Listed, read, written

LINES = 1000


def closed(folder: Path, lines: list[Listed]) -> tuple[list[Listed], list[Listed]]:
    """(new parts, made of the first of the lines; the lines left, LINES or more once there were as many).

    Raises OSError.
    """
    parts = []
    while len(lines) >= 2 * LINES:
        parts.append(_add(folder, lines[:LINES]))
        lines = lines[LINES:]
    return parts, lines


def lines_of(folder: Path, part: Listed) -> list[Listed] | None:
    """The lines of a part, in their order; None: it is lost, or isn't what it was closed with. Raises OSError."""
    try:
        with (folder / part.path).open("rb") as file:
            data = file.read(part.size + 1)
    except FileNotFoundError:
        return None
    if hashlib.sha256(data).hexdigest() != part.sha256:
        return None
    try:
        return read(data.decode("ascii"))
    except (BadProof, UnicodeDecodeError):
        return None


def latest(folder: Path, listed: Sequence[Listed]) -> Iterator[Listed]:
    """Of each file the line that counts; ``listed`` are the signed ones. What a damaged part says is left out."""
    seen = {one.path for one in listed}
    yield from (one for one in listed if not one.is_gone)
    for part in reversed([one for one in listed if one.is_list]):
        for one in lines_of(folder, part) or ():
            if one.path not in seen:
                seen.add(one.path)
                if not one.is_gone:
                    yield one


def _add(folder: Path, lines: list[Listed]) -> Listed:
    data = written(lines).encode("ascii")
    digest = hashlib.sha256(data).hexdigest()
    path = folder / LISTS / digest
    path.parent.mkdir(exist_ok=True)
    part_of(path).write_bytes(data)
    put_in_place(part_of(path), path)
    return Listed(f"{LISTS}/{digest}", digest, len(data), path.stat().st_mtime_ns)
