"""A WACZ package read: what it holds, and whether it is what it says."""

from __future__ import annotations

import errno
import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from snapshotter.errors import BadWacz
from snapshotter.formats.wacz.signature import verify_signature

MAX_ENTRIES = 100_000
MAX_PAPER_BYTES = 64 << 20
"""The longest datapackage.json that is read."""

_STEP_BYTES = 1 << 20
_HASHES = {"sha256", "sha512", "sha1", "md5"}


@dataclass(frozen=True, slots=True)
class Warc:
    """A WARC file in a package."""

    name: str
    """Its path in the package."""
    bytes: int


def warcs(path: Path) -> list[Warc]:
    """The WARC files of a package, checked against its manifest. Raises BadWacz."""
    with _opened(path) as package:
        check(package)
        found = [
            entry
            for entry in package.infolist()
            if entry.filename.startswith("archive/") and entry.filename.endswith((".warc.gz", ".warc"))
        ]
        for entry in found:
            if entry.compress_type != zipfile.ZIP_STORED:
                raise BadWacz(f"{entry.filename} is compressed once more, as no WACZ has it: unzip it and import that")
        return [Warc(entry.filename, entry.file_size) for entry in found]


@contextmanager
def warc_of(path: Path, warc: Warc) -> Iterator[BinaryIO]:
    """One of them, to read and seek in. Raises BadWacz."""
    with _opened(path) as package, package.open(warc.name) as stream:
        try:
            yield stream  # type: ignore[misc]
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise BadWacz(f"{warc.name} in it is damaged: {error}") from error


def check(package: zipfile.ZipFile) -> None:
    """Raises BadWacz where a part isn't what datapackage.json says, or that isn't what was signed.

    A package without a digest, or without a signature, is taken as it is; so are parts that no manifest lists.
    """
    entries = {entry.filename: entry for entry in package.infolist()}
    if len(entries) > MAX_ENTRIES:
        raise BadWacz(f"more than {MAX_ENTRIES:,} files in it: no package of pages")
    paper = _json(package, entries, "datapackage.json")
    if paper is None:
        raise BadWacz("no datapackage.json in it: not a WACZ package")
    _check_digest(package, _json(package, entries, "datapackage-digest.json") or {})
    resources = paper.get("resources")
    for resource in resources if isinstance(resources, list) else []:
        if not isinstance(resource, dict):
            raise BadWacz("datapackage.json lists what is no file")
        _check_resource(package, entries, str(resource.get("path")), str(resource.get("hash", "")))


def _check_digest(package: zipfile.ZipFile, digest: dict[str, Any]) -> None:
    stated, signed = str(digest.get("hash", "")), digest.get("signedData")
    if stated and not _has_digest(package, "datapackage.json", stated):
        raise BadWacz("datapackage.json isn't what datapackage-digest.json says: the package was altered")
    if isinstance(signed, dict):
        if signed.get("hash") != stated:
            raise BadWacz("the signature is of another datapackage.json: the package was altered")
        verify_signature(signed)


def _check_resource(package: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], name: str, digest: str) -> None:
    entry = entries.get(name)
    if entry is None:
        raise BadWacz(f"{name} is listed, but isn't in the package")
    if digest and name.startswith("archive/") and not _has_digest(package, name, digest):
        raise BadWacz(f"{name} isn't what datapackage.json says: the package was altered")


def _has_digest(package: zipfile.ZipFile, name: str, stated: str) -> bool:
    algorithm, _, value = stated.partition(":")
    if algorithm not in _HASHES:
        raise BadWacz(f"{name}: an unknown kind of digest: {stated[:40]!r}")
    hashed = hashlib.new(algorithm)
    with package.open(name) as stream:
        for data in _pieces(stream):
            hashed.update(data)
    return hashed.hexdigest() == value.lower()


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while data := stream.read(_STEP_BYTES):
        yield data


def _json(package: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], name: str) -> dict[str, Any] | None:
    entry = entries.get(name)
    if entry is None:
        return None
    if entry.file_size > MAX_PAPER_BYTES:
        raise BadWacz(f"{name} is longer than {MAX_PAPER_BYTES:,} bytes")
    try:
        with package.open(entry) as stream:
            found = json.loads(stream.read(MAX_PAPER_BYTES))
    except (ValueError, RecursionError) as error:
        raise BadWacz(f"{name} can't be read: {error}") from error
    if not isinstance(found, dict):
        raise BadWacz(f"{name} isn't a JSON object")
    return found


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as package:
            yield package
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadWacz(f"{path}: not a ZIP file that can be read: {error}") from error
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        raise BadWacz(f"{path}: its directory of files leads out of it: the ZIP file is damaged") from error
