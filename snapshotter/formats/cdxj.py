"""CDXJ: where a WARC file's records lie, one a line: ``org,example)/path 20240701120000 {"url": …}``.

As ``cdxj-indexer`` writes it: responses, revisits, resources and metadata; sorted by byte (C locale).
"""

from __future__ import annotations

import base64
import hashlib
import heapq
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from snapshotter.errors import BadCdxj, BadWarc
from snapshotter.formats import warc
from snapshotter.urls import surt

MAX_LINE_BYTES = 1 << 20
SORT_BYTES = 64 << 20
"""How much ``in_order`` holds in memory."""

_INDEXED = {"response", "revisit", "resource", "metadata"}
_NO_PAYLOAD = {"revisit"}
_MAX_HTTP_HEAD_BYTES = 1 << 18
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)")
_TIMESTAMP = re.compile(r"\d{14}", re.ASCII)
_END_OF_MIME = re.compile(r"[;\s]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an index."""

    key: str
    """The URL's SURT."""
    timestamp: str
    """YYYYMMDDhhmmss, UTC."""
    fields: dict[str, str]
    """``url``, ``mime``, ``status``, ``digest``, ``length``, ``offset``, ``filename``; what isn't known is left out."""

    @property
    def offset(self) -> int:
        """Of the record's gzip member in its file."""
        return int(self.fields["offset"])

    @property
    def length(self) -> int:
        """Of that member."""
        return int(self.fields["length"])


def line_of(record: warc.Record, filename: str) -> Line | None:
    """The line of a record; None for one that an index leaves out.

    A missing payload digest is computed as ``cdxj-indexer`` does it (SHA-1 of the block behind the HTTP head), save
    for a block that wasn't kept whole. Raises BadWarc for a record without a readable date.
    """
    kind, content_type = record.type, record.get("Content-Type")
    if kind not in _INDEXED or (kind in {"resource", "metadata"} and content_type == "application/warc-fields"):
        return None
    url = target(record)
    head = _HttpHead(record.block if kind in {"response", "revisit"} and url.startswith(("http:", "https:")) else b"")
    mime = {"revisit": "warc/revisit", "response": head.content_type}.get(kind, content_type or None)
    digest = record.get("WARC-Payload-Digest")
    if not digest and kind not in _NO_PAYLOAD and record.is_whole:
        digest = "sha1:" + base64.b32encode(hashlib.sha1(record.block[head.size :]).digest()).decode()  # noqa: S324
    known = {
        "url": url or None,
        "mime": None if mime is None else _END_OF_MIME.split(mime, maxsplit=1)[0].strip(),
        "status": head.status,
        "digest": digest or None,
        "length": str(record.length),
        "offset": str(record.offset),
        "filename": filename,
    }
    return Line(surt(url), timestamp(record), {name: value for name, value in known.items() if value is not None})


def target(record: warc.Record) -> str:
    """WARC-Target-URI without what old writers put around and into it: angle brackets, spaces."""
    url = record.get("WARC-Target-URI")
    if url.startswith("<") and url.endswith(">"):
        url = url[1:-1]
    return url.replace(" ", "%20")


def timestamp(record: warc.Record) -> str:
    """WARC-Date as 14 digits. Raises BadWarc if it can't be read."""
    found = _DATE.match(record.get("WARC-Date"))
    if not found:
        raise BadWarc(f"the record at {record.offset} has no readable WARC-Date: {record.get('WARC-Date')[:80]!r}")
    return "".join(found.groups())


def dumps(line: Line) -> str:
    """The line, without its end."""
    return f"{line.key} {line.timestamp} {json.dumps(line.fields)}"


def loads(text: str) -> Line:
    """A line again; numbers among its values become texts. Raises BadCdxj."""
    key, _, rest = text.rstrip("\r\n").partition(" ")
    stamp, _, block = rest.partition(" ")
    try:
        fields = json.loads(block)
    except (ValueError, RecursionError) as error:
        raise BadCdxj(f"no line of a CDXJ index: {text[:80]!r}") from error
    if not key or not _TIMESTAMP.fullmatch(stamp) or not isinstance(fields, dict):
        raise BadCdxj(f"no line of a CDXJ index: {text[:80]!r}")
    for name in ("offset", "length"):
        value = str(fields.get(name, ""))
        if not (value.isascii() and value.isdigit() and len(value) < 16):
            raise BadCdxj(f"{name}: no number of bytes in {text[:80]!r}")
    return Line(key, stamp, {name: value if isinstance(value, str) else str(value) for name, value in fields.items()})


def read(stream: BinaryIO) -> Iterator[Line]:
    """The lines of an index, header lines (``!meta``) passed over. Raises BadCdxj. Memory: a line."""
    while raw := stream.readline(MAX_LINE_BYTES):
        if len(raw) == MAX_LINE_BYTES:
            raise BadCdxj(f"a line of the index is longer than {MAX_LINE_BYTES} bytes")
        if not raw.startswith(b"!") and raw.strip():
            try:
                yield loads(raw.decode())
            except UnicodeDecodeError as error:
                raise BadCdxj(f"no UTF-8 in the index: {raw[:80]!r}") from error


def in_order(lines: Iterable[Line], folder: Path) -> Iterator[bytes]:
    """The lines as bytes, ends included, sorted by byte, equal ones once.

    Memory: SORT_BYTES; what is more goes into temporary files in ``folder``. Raises OSError.
    """
    with ExitStack() as files:
        runs: list[Iterable[bytes]] = []
        held: list[bytes] = []
        size = 0
        for line in lines:
            held.append(dumps(line).encode() + b"\n")
            size += len(held[-1]) + 64
            if size > SORT_BYTES:
                run = files.enter_context(TemporaryFile(dir=folder))
                run.writelines(sorted(held))
                run.seek(0)
                runs.append(run)
                held, size = [], 0
        last = b""
        for one in heapq.merge(*runs, sorted(held)):
            if one != last:
                yield one
            last = one


class _HttpHead:
    """What an index takes of an HTTP head, read as leniently as ``cdxj-indexer`` does."""

    def __init__(self, block: bytes) -> None:
        self.status: str | None = None
        self.content_type: str | None = None
        self.size = 0
        """Of the head, its blank line included."""
        first = self._line(block)
        if not first:
            return
        self.status = first.partition(" ")[2].strip().partition(" ")[0]
        line = self._line(block)
        while line:
            name, colon, value = line.partition(":")
            following = self._line(block)
            while following.startswith((" ", "\t")):
                value, following = value + following, self._line(block)
            if colon and self.content_type is None and name.rstrip(" \t").lower() == "content-type":
                self.content_type = value.lstrip()
            line = following

    def _line(self, block: bytes) -> str:
        """The next line without its end and the white space before it; empty where the head is over."""
        if self.size >= min(len(block), _MAX_HTTP_HEAD_BYTES):
            return ""
        end = block.find(b"\n", self.size) + 1 or len(block)
        raw, self.size = block[self.size : end], end
        try:
            return raw.decode().rstrip()
        except UnicodeDecodeError:
            return raw.decode("latin-1").rstrip()
