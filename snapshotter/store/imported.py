"""WARC files that others wrote, kept as they came: ``DIR/imported/imported-{digest}-{name}.warc.gz``.

Beside each lies its paper, ``….json``: what it was called, its size and SHA-256, when it came. While its captures
are being entered the file is called ``….open``, as one of ours is while it is written. The records made from it stand
in our own files as conversions that say where the response lies.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from snapshotter.clock import rfc3339, utc_now
from snapshotter.database import Statement
from snapshotter.errors import ArchiveError, BadWarc
from snapshotter.formats import cdxj, warc
from snapshotter.formats.files import part_of, put_in_place
from snapshotter.store.catalog import Catalog
from snapshotter.store.index import check_index
from snapshotter.store.scan import FROM_A_COPY, Problem, scan
from snapshotter.store.segments import IMPORTED, OPEN_SUFFIX, lock, open_segment, seal, sealed_name, sync_folder
from snapshotter.store.tables import imported, snapshots

BATCH = 500

_COPY_BYTES = 1 << 20
_UNUSUAL = re.compile(r"[^A-Za-z0-9._-]+")
_ENDING = re.compile(r"(\.warc)?(\.gz)?$")
_MAX_PAPER_BYTES = 1 << 16
_ADD = Statement(insert(imported).on_conflict_do_nothing())
_DROP = Statement(
    delete(imported).where(imported.c.file == bindparam("its_file"), imported.c.offset == bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class Paper:
    """What is known of an imported file; as JSON beside it."""

    source: str
    """What it was called."""
    bytes: int
    sha256: str
    imported_at: str
    """RFC 3339, UTC."""


@contextmanager
def adopted(folder: Path, stream: BinaryIO, source: str) -> Iterator[Path]:
    """Copies a WARC file into the archive, where it isn't there yet; its path, to be entered by nobody else meanwhile.

    A file that was entered before keeps its name, another is ``….open`` until ``finish``. Raises ArchiveError where
    another run is entering the same file, OSError.
    """
    home = folder / IMPORTED
    home.mkdir(exist_ok=True)
    _clear(home)
    with _copied(home, stream) as (copy, descriptor, paper), _alone(home):
        name = f"{IMPORTED}-{paper.sha256[:16]}-{_stem(source)}.warc.gz"
        path = _known(home, paper) or home / (name + OPEN_SUFFIX)
        if not path.exists():
            _write_paper(path, Paper(source, paper.bytes, paper.sha256, rfc3339(utc_now())))
            copy.rename(path)
            sync_folder(home)
            held: int | None = os.dup(descriptor)  # its lock is the file's
        else:
            held = lock(path)
    if held is None:
        raise ArchiveError(f"another run is importing {source}: wait for it")
    try:
        yield path
    finally:
        os.close(held)


def finish(path: Path) -> None:
    """Gives an imported file its name for good, once all its captures are entered. Raises OSError."""
    if path.name.endswith(OPEN_SUFFIX):
        with _alone(path.parent):
            seal(path)


def enter_targets(path: Path, catalog: Catalog) -> None:
    """Enters what revisits may refer to: a file's responses; damaged stretches are passed over."""
    waiting: list[dict[str, object]] = []
    for record in scan(path):
        if not isinstance(record, Problem) and record.type == "response":
            waiting.append(_row(record, sealed_name(path)))
        if len(waiting) >= BATCH:
            _add(waiting, catalog)
            waiting.clear()
    _add(waiting, catalog)


def drop_targets(catalog: Catalog, name: str, offsets: Iterable[int]) -> None:
    """Has no revisit refer to these responses of a file."""
    with catalog.transaction() as connection:
        for offset in offsets:
            _DROP.run(connection, its_file=name, at=offset)


def original_of(catalog: Catalog, revisit: warc.Record) -> tuple[str, int] | None:
    """Where the response lies that a revisit repeats: (WARC file, offset); None: it isn't in the archive.

    By the record that it names, else by the URL and time that it names, else by its payload digest; a page that wasn't
    modified is its URL's last one before.
    """
    by_id, url = revisit.get("WARC-Refers-To"), revisit.get("WARC-Refers-To-Target-URI") or cdxj.target(revisit)
    date, digest = revisit.get("WARC-Refers-To-Date"), revisit.get("WARC-Payload-Digest")
    place, columns = select(imported.c.file, imported.c.offset), imported.c
    unmodified = "1" * ("not-modified" in revisit.get("WARC-Profile"))
    earlier = place.where(columns.url == cdxj.target(revisit), columns.date <= _digits(revisit.get("WARC-Date")))
    ours = select(snapshots.c.warc_file, snapshots.c.warc_offset).where(snapshots.c.is_revisit == 0)
    queries: list[tuple[str, Select[tuple[str, int]]]] = [
        (by_id, place.where(columns.record_id == by_id)),
        (by_id, ours.where(snapshots.c.warc_record_id == by_id)),
        (date, place.where(columns.url == url, columns.date == _digits(date))),
        (digest, place.where(columns.digest == digest, columns.url == url)),
        (digest, place.where(columns.digest == digest)),
        (unmodified, earlier.order_by(columns.date.desc())),
    ]
    for stated, query in queries:
        for file, offset in catalog.rows(query.limit(1)) if stated else ():
            return file, offset
    return None


def reseal(path: Path) -> None:
    """Writes an imported file's paper anew, after bytes of it were erased. Raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        paper = _paper(path)
        _write_paper(path, Paper(paper.source, file.tell(), digest, paper.imported_at))


def check_imported(folder: Path, catalog: Catalog) -> Iterator[Problem]:
    """What is wrong with the imported files: their bytes, and the catalog's captures in them. Raises ArchiveError."""
    for path in sorted((folder / IMPORTED).glob("*.warc.gz*")):
        name = sealed_name(path)
        if path.name.endswith(OPEN_SUFFIX):
            yield Problem(name, 0, "its import didn't come to an end", f"import {IMPORTED}/{path.name} again")
        try:
            yield from _of_bytes(path)
            yield from check_index(path, catalog)
            yield from _of_captures(path, catalog)
        except (OSError, ValueError, TypeError) as error:
            yield Problem(name, 0, f"the file or its paper can't be read: {error}", FROM_A_COPY)


def _of_bytes(path: Path) -> Iterator[Problem]:
    paper = _paper(path)
    with path.open("rb") as file:
        if (hashlib.file_digest(file, "sha256").hexdigest(), file.tell()) != (paper.sha256, paper.bytes):
            yield Problem(sealed_name(path), 0, "the imported file isn't what it was", FROM_A_COPY)


def _of_captures(path: Path, catalog: Catalog) -> Iterator[Problem]:
    name, columns = sealed_name(path), snapshots.c
    query = select(columns.warc_offset, columns.warc_length, columns.warc_record_id, columns.id)
    with open_segment(path.parent.parent / "warc", name) as stream:
        for offset, length, record_id, snapshot_id in catalog.rows(query.where(columns.warc_file == name)):
            try:
                record = next(warc.read(stream, offset, max_block=0), None)
            except BadWarc as error:
                yield Problem(name, offset, str(error), FROM_A_COPY)
            else:
                if record is None or (record.length, record.id) != (length, record_id):
                    yield Problem(name, offset, f"the response of {snapshot_id} isn't there", FROM_A_COPY)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """While names in the folder change: no other import changes them."""
    descriptor = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _copied(home: Path, stream: BinaryIO) -> Iterator[tuple[Path, int, Paper]]:
    """A synced copy of the stream, its locked descriptor, and what is known of it; gone at the end unless renamed."""
    copy = home / f"{os.getpid()}-{id(stream):x}.part"
    descriptor = lock(copy, os.O_RDWR | os.O_CREAT | os.O_EXCL)
    assert descriptor is not None
    try:
        hashed, size = hashlib.sha256(), 0
        while data := stream.read(_COPY_BYTES):
            hashed.update(data)
            size += len(data)
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
        yield copy, descriptor, Paper("", size, hashed.hexdigest(), "")
    finally:
        copy.unlink(missing_ok=True)
        os.close(descriptor)


def _clear(home: Path) -> None:
    """Removes copies that a killed import left half made."""
    for path in home.glob("[0-9]*.part"):
        try:
            descriptor = lock(path)
        except FileNotFoundError:
            continue
        if descriptor is not None:
            path.unlink(missing_ok=True)
            os.close(descriptor)


def _known(home: Path, copy: Paper) -> Path | None:
    """The file of these bytes that is there already, under whatever name it came; also where some were erased."""
    first = copy.sha256[:16]
    for path in home.glob(f"{IMPORTED}-{first}-*.warc.gz*"):
        if (stated := _paper(path).sha256) == copy.sha256 or not stated.startswith(first):
            return path
    return None


def _stem(source: str) -> str:
    name = _ENDING.sub("", Path(source).name)
    return _UNUSUAL.sub("-", name).strip("-.")[:80] or "warc"


def _paper_of(path: Path) -> Path:
    return path.with_name(f"{sealed_name(path).removesuffix('.warc.gz')}.json")


def _paper(path: Path) -> Paper:
    """Raises OSError, ValueError, TypeError."""
    with _paper_of(path).open("rb") as file:
        return Paper(**json.loads(file.read(_MAX_PAPER_BYTES)))


def _write_paper(path: Path, paper: Paper) -> None:
    part = part_of(_paper_of(path))
    part.write_text(json.dumps(asdict(paper), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    put_in_place(part, _paper_of(path))


def _row(record: warc.Record, name: str) -> dict[str, object]:
    return {
        "file": name,
        "offset": record.offset,
        "record_id": record.id,
        "url": cdxj.target(record),
        "date": _digits(record.get("WARC-Date")),
        "digest": record.get("WARC-Payload-Digest"),
    }


def _add(rows: Iterable[dict[str, object]], catalog: Catalog) -> None:
    with catalog.transaction() as connection:
        for row in rows:
            _ADD.run(connection, **row)


def _digits(date: str) -> str:
    """The 14 digits of a WARC-Date; fewer where it has fewer."""
    return re.sub(r"\D", "", date)[:14]
