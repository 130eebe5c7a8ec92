"""A WACZ package written, in one pass over the captures."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO

from snapshotter.clock import rfc3339, utc_now
from snapshotter.errors import CannotWrite
from snapshotter.formats import cdxj, warc
from snapshotter.formats.files import part_of, put_in_place
from snapshotter.formats.wacz.signature import Signer
from snapshotter.items import Snapshot

VERSION = "1.1.1"
WARC_NAME = "data.warc.gz"
INDEX_LINES = 300
"""In each member of the index: what a reader fetches to look one URL up."""

_DIGEST_BYTES = 8


@dataclass(frozen=True, slots=True)
class Capture:
    """A snapshot, and what a replay of it needs."""

    snapshot: Snapshot
    members: tuple[bytes, ...]
    """Its records' gzip members, and those of the response that it repeats."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a package holds."""

    captures: int = 0
    captured_from: str = ""
    """The earliest ``captured_at``; empty when there is none."""
    captured_to: str = ""
    """The latest."""


def write(captures: Iterable[Capture], target: Path, *, title: str, about: dict[str, str], signer: Signer) -> Written:
    """Writes the package whole, and then gives it its name; a record that several captures share is in it once.

    ``about`` goes into the WARC file's warcinfo. Memory: some 100 bytes a record, and SORT_BYTES for the index.
    Raises CannotWrite.
    """
    part = part_of(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file, zipfile.ZipFile(file, "w") as package:
            written = _Package(package, target.parent).fill(captures, title, about, signer)
        put_in_place(part, target)
    except OSError as error:
        raise CannotWrite(f"the package {target} could not be written: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return written


@dataclass(slots=True)
class _Package:
    """A package in the making."""

    package: zipfile.ZipFile
    folder: Path
    """For temporary files."""
    created: datetime = field(default_factory=utc_now)
    resources: list[dict[str, Any]] = field(default_factory=list)

    def fill(self, captures: Iterable[Capture], title: str, about: dict[str, str], signer: Signer) -> Written:
        """All parts, in the order that they become known."""
        with ExitStack() as files:
            pages = files.enter_context(TemporaryFile(dir=self.folder))
            index = files.enter_context(TemporaryFile(dir=self.folder))
            with self._part(f"archive/{WARC_NAME}", zipfile.ZIP_STORED) as data:
                warc_file = _WarcFile(data, warc.warcinfo(WARC_NAME, rfc3339(self.created), about))
                span = _Span(_paged(captures, pages))
                index.writelines(cdxj.in_order(warc_file.indexed(span), self.folder))
            index.seek(0)
            self._write_index(index)
            pages.seek(0)
            with self._part("pages/pages.jsonl") as out:
                shutil.copyfileobj(pages, out, 1 << 20)
        self._write_papers(title, span, signer)
        return span.written

    def _write_index(self, lines: BinaryIO) -> None:
        places = [b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n']
        offset = 0
        with self._part("indexes/index.cdx.gz", zipfile.ZIP_STORED) as out:
            while block := list(islice(lines, INDEX_LINES)):
                member = zlib.compress(b"".join(block), wbits=31)
                out.write(member)
                digest = f"sha256:{hashlib.sha256(member).hexdigest()}"
                place = json.dumps({"offset": offset, "length": len(member), "digest": digest})
                places.append(block[0].partition(b"{")[0] + place.encode() + b"\n")
                offset += len(member)
        with self._part("indexes/index.idx") as out:
            out.writelines(places)

    def _write_papers(self, title: str, span: _Span, signer: Signer) -> None:
        created = rfc3339(self.created)
        paper = {
            "profile": "data-package",
            "title": title,
            "wacz_version": VERSION,
            "software": f"{signer.software} {signer.version}",
            "created": created,
            **(
                {"mainPageUrl": span.url, "mainPageDate": span.written.captured_to}
                if span.written.captures == 1
                else {}
            ),
            **({"signingKeyNote": signer.note} if signer.note else {}),
            "resources": self.resources,
        }
        raw = json.dumps(paper, ensure_ascii=False, indent=2).encode()
        digest = f"sha256:{hashlib.sha256(raw).hexdigest()}"
        with self._part("datapackage.json") as out:
            out.write(raw)
        signed = {"path": "datapackage.json", "hash": digest, "signedData": signer.signed(digest, created)}
        with self._part("datapackage-digest.json") as out:
            out.write(json.dumps(signed, indent=2).encode())

    @contextmanager
    def _part(self, name: str, compression: int = zipfile.ZIP_DEFLATED) -> Iterator[_Hashed]:
        """A file of the package to write; it is listed once it is whole."""
        entry = zipfile.ZipInfo(name, self.created.timetuple()[:6])
        entry.compress_type = compression
        entry.external_attr = 0o644 << 16
        # the time, in full. wabac.js takes an entry without an extra field in the directory to have none before its
        # data either; zipfile puts a ZIP64 field there only
        entry.extra = struct.pack("<2sHBL", b"UT", 5, 1, int(self.created.timestamp()) & 0xFFFFFFFF)
        with self.package.open(entry, "w", force_zip64=True) as stream:
            out = _Hashed(stream)
            yield out
        listed = {"name": os.path.basename(name), "path": name, "hash": f"sha256:{out.digest}", "bytes": out.size}  # noqa: PTH119
        self.resources.append(listed)


class _Hashed:
    """A stream that is counted and digested on its way."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self.size = 0

    @property
    def digest(self) -> str:
        """Hex SHA-256 of what was written."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> int:
        """As a file's."""
        self._hash.update(data)
        self.size += len(data)
        return self._stream.write(data)

    def writelines(self, lines: Iterable[bytes]) -> None:
        """As a file's."""
        for line in lines:
            self.write(line)


class _WarcFile:
    """The package's WARC file while members are put into it."""

    def __init__(self, out: _Hashed, warcinfo: bytes) -> None:
        self._out = out
        self._seen: set[bytes] = set()
        out.write(warcinfo)

    def indexed(self, captures: Iterable[Capture]) -> Iterator[cdxj.Line]:
        """Writes the captures' members, each once; the lines of their index."""
        for capture in captures:
            for member in capture.members:
                key = hashlib.sha256(member).digest()[:_DIGEST_BYTES]
                if key not in self._seen:
                    self._seen.add(key)
                    yield from self._added(member)

    def _added(self, member: bytes) -> Iterator[cdxj.Line]:
        offset = self._out.size
        self._out.write(member)
        for record in warc.read(io.BytesIO(member)):
            if line := cdxj.line_of(record, WARC_NAME):
                yield cdxj.Line(line.key, line.timestamp, line.fields | {"offset": str(offset)})


class _Span:
    """Passes captures on, and keeps their number, their first and last time, and the last one's URL."""

    def __init__(self, captures: Iterable[Capture]) -> None:
        self._captures = captures
        self.written = Written()
        self.url = ""

    def __iter__(self) -> Iterator[Capture]:
        for capture in self._captures:
            at, before = capture.snapshot.captured_at, self.written
            first = min(before.captured_from or at, at)
            self.written = Written(before.captures + 1, first, max(before.captured_to, at))
            self.url = capture.snapshot.final_url
            yield capture


def _paged(captures: Iterable[Capture], pages: IO[bytes]) -> Iterator[Capture]:
    """The captures again, each with a line in ``pages``."""
    head = {"format": "json-pages-1.0", "id": "pages", "title": "Pages", "hasText": True}
    pages.write(json.dumps(head).encode() + b"\n")
    for capture in captures:
        it = capture.snapshot
        page = {"id": it.id, "url": it.final_url, "ts": it.captured_at, "title": it.title, "text": it.body_text}
        pages.write(json.dumps(page, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        yield capture
