"""An export: a folder of records and the papers that say what is in it.

::

    records.jsonl           or records.jsonl.gz, records.jsonl.zst; or snapshots/, a .txt or .html file a snapshot
    manifest.json           each file's name, bytes, SHA-256 and records; span of captured_at, schema, run
    snapshot.schema.json    JSON Schema 2020-12 of a record
    datapackage.json        Frictionless Data Package 2

Every file is written whole and then renamed into place, the manifest last. A re-export takes the place of the one
before; a failed one leaves it as it was. Other files in the folder are let be. Records come in the order given, but
for those that ``witness`` moves to the front of a JSON Lines file.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from zoneinfo import ZoneInfo

from snapshotter.errors import BadRecord, CannotWrite, DigestMismatch, FormatError, UsageError
from snapshotter.formats import html, jsonl, text
from snapshotter.formats.compression import compressed, opened
from snapshotter.formats.edition import SHANGHAI, Edition
from snapshotter.formats.files import part_of, put_in_place, remove
from snapshotter.formats.schema import json_schema, table_schema
from snapshotter.formats.witness import write_witnessed
from snapshotter.items import SCHEMA, Snapshot

FORMS = ("jsonl", "jsonl.gz", "jsonl.zst", "text", "html")
MANIFEST = "manifest.json"
PAPERS = ("snapshot.schema.json", "datapackage.json", MANIFEST)

_FOLDER = "snapshots"
_SUFFIXES = {"text": ".txt", "html": ".html"}
_FILE_ID = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
_FILE_NAME = re.compile(rf"records\.[a-z.]+|{_FOLDER}/{_FILE_ID.pattern}\.(txt|html)", re.ASCII)


@dataclass(frozen=True, slots=True)
class File:
    """A file of an export."""

    name: str
    """Its path in the folder."""
    bytes: int
    sha256: str
    records: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export holds. As JSON: ``manifest.json``."""

    schema: str
    run: str
    """The run that made it."""
    form: str
    """One of FORMS."""
    records: int
    captured_from: str
    """The earliest ``captured_at`` in it; empty when it holds no record."""
    captured_to: str
    """The latest."""
    files: tuple[File, ...]
    """The files that hold records."""


class _Span:
    """Passes snapshots on, and keeps their number and their first and last capture."""

    def __init__(self, snapshots: Iterable[Snapshot]) -> None:
        self._snapshots = snapshots
        self.records, self.first, self.last = 0, "", ""

    def __iter__(self) -> Iterator[Snapshot]:
        for snapshot in self._snapshots:
            self.records += 1
            self.first = min(self.first or snapshot.captured_at, snapshot.captured_at)
            self.last = max(self.last, snapshot.captured_at)
            yield snapshot


def export(snapshots: Iterable[Snapshot], out: Path, *, form: str, edition: Edition, run: str) -> Manifest:
    """Publishes the snapshots in the folder ``out``, made if need be, in place of an earlier export there.

    Raises UsageError for a form there isn't, or when another export is writing there; CannotWrite when the disk
    is full or the folder not ours to write; BadRecord for a snapshot that the form can't hold.
    """
    if form not in FORMS:
        raise UsageError(f"no form {form!r}; there are {', '.join(FORMS)}")
    try:
        out.mkdir(parents=True, exist_ok=True)
        with _alone(out):
            return _publish(_Span(snapshots), out, (form, edition, run))
    except OSError as error:
        raise CannotWrite(f"the export to {out} could not be written: {error}") from error


def _publish(span: _Span, out: Path, how: tuple[str, Edition, str]) -> Manifest:
    form, edition, run = how
    name, before = _data_name(form), _data_before(out)
    with _parts(out, (name, *PAPERS)) as parts:
        if form in _SUFFIXES:
            files = tuple(_write_each(span, parts[0], form, edition))
        else:
            files = (_write_records(span, parts[0], name),)
        manifest = Manifest(SCHEMA, run, form, span.records, span.first, span.last, files)
        for part, paper in zip(parts[1:], (json_schema(), _datapackage(manifest), asdict(manifest)), strict=True):
            part.write_text(json.dumps(paper, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        for part in parts:
            put_in_place(part, part.with_suffix(""))
    if before not in {name, ""}:
        remove(out / before)
    return manifest


def settle(out: Path) -> None:
    """Ends an export that was killed: papers of records that are in place are put beside them, else they go.

    Raises OSError; UsageError when another export is writing there.
    """
    with _alone(out):
        _settle(out)


def manifest_of(out: Path, name: str = MANIFEST) -> Manifest:
    """The manifest of the export in a folder. Raises FormatError if there is none, or it can't be read."""
    try:
        found = json.loads((out / name).read_text(encoding="utf-8"))
        manifest = Manifest(**{**found, "files": tuple(File(**file) for file in found["files"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise FormatError(f"no export in {out}: {error}") from error
    if manifest.form not in FORMS or not all(_FILE_NAME.fullmatch(str(file.name)) for file in manifest.files):
        raise FormatError(f"{out / MANIFEST} names a form or a file that an export doesn't have")
    return manifest


def read(out: Path, *, zone: ZoneInfo = SHANGHAI) -> Iterator[Snapshot]:
    """The records of an export, as far as its form carries them; printed times are read in ``zone``.

    Each file is checked before its first record comes: raises DigestMismatch if it isn't what the manifest says, and
    FormatError as the form's reader does.
    """
    manifest = manifest_of(out)
    for file in manifest.files:
        path = out / file.name
        found = _file(path, file.name, file.records) if path.is_file() else None
        if found != file:
            raise DigestMismatch(f"{path} isn't the file that the manifest names; export again")
        with opened(path) as stream:
            if manifest.form == "text":
                yield from text.read_all(stream, zone=zone)
            elif manifest.form == "html":
                yield html.read(stream.read())
            else:
                yield from jsonl.read_all(stream)


def _settle(out: Path) -> None:
    parts = {name: part_of(out / name) for name in PAPERS}
    is_published = False
    with suppress(FormatError):
        manifest = manifest_of(out, parts[MANIFEST].name)
        paths = [(file, out / file.name) for file in manifest.files]
        is_published = all(path.is_file() and _file(path, file.name, file.records) == file for file, path in paths)
    for name, part in parts.items():
        if part.exists() and is_published:
            put_in_place(part, out / name)
        remove(part)
    for form in FORMS:
        remove(part_of(out / _data_name(form)))


def _write_records(span: _Span, part: Path, name: str) -> File:
    with TemporaryFile(dir=part.parent) as rest:
        witnesses = write_witnessed(span, rest)
        rest.seek(0)
        with part.open("wb") as file, compressed(file, Path(name).suffix) as stream:
            stream.write(b"".join(witnesses))
            shutil.copyfileobj(rest, stream, 2**20)
    return _file(part, name, span.records)


def _write_each(snapshots: Iterable[Snapshot], part: Path, form: str, edition: Edition) -> Iterator[File]:
    module = text if form == "text" else html
    part.mkdir()
    for snapshot in snapshots:
        if not _FILE_ID.fullmatch(snapshot.id):
            raise BadRecord(f"id: {snapshot.id[:80]!r} can't name a file; only records of an archive have one that can")
        path = part / f"{snapshot.id}{_SUFFIXES[form]}"
        if path.exists():
            raise BadRecord(f"id: {snapshot.id} comes twice")
        path.write_bytes(module.write(snapshot, edition=edition).encode())
        yield _file(path, f"{_FOLDER}/{path.name}", 1)


def _file(path: Path, name: str, records: int) -> File:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return File(name, file.tell(), digest, records)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds the folder against other exports."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise UsageError(f"another export is writing to {folder}; wait for it, or name another folder") from error
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _parts(out: Path, names: Iterable[str]) -> Iterator[list[Path]]:
    """The parts of these names, cleared of what a killed export left, and gone at the end."""
    parts = [part_of(out / name) for name in names]
    for part in parts:
        remove(part)
    try:
        yield parts
    finally:
        for part in parts:
            remove(part)


def _data_name(form: str) -> str:
    return _FOLDER if form in _SUFFIXES else f"records.{form}"


def _data_before(out: Path) -> str:
    """Where the export before has its data, by its manifest; empty where there is none to read."""
    try:
        return _data_name(manifest_of(out).form)
    except FormatError:
        return ""


def _datapackage(manifest: Manifest) -> dict[str, Any]:
    """Frictionless Data Package, version 2: one resource, a table of records or the files."""
    resource: dict[str, Any] = {"name": "records", "encoding": "utf-8"}
    if manifest.form in _SUFFIXES:
        kind = "html" if manifest.form == "html" else "plain"
        resource |= {"path": [file.name for file in manifest.files], "mediatype": f"text/{kind}"}
    else:
        (file,) = manifest.files
        _, _, compression = manifest.form.partition(".")
        resource |= {"path": file.name, "type": "table", "format": "jsonl", "mediatype": "application/jsonl"}
        resource |= {"bytes": file.bytes, "hash": f"sha256:{file.sha256}", "schema": table_schema()}
        resource |= {"compression": compression} if compression else {}
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "snapshots",
        "title": "Snapshots of news articles",
        "resources": [resource],
    }
