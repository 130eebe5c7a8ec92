"""A WARC file read record by record, tolerant of its writer, bounded in time and memory."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from isal import isal_zlib

from snapshotter.errors import BadWarc

MAX_HEAD_BYTES = 1 << 18
MAX_BLOCK_BYTES = 64 << 20
"""How much of a block is kept; what is longer is still counted and digested."""

_READ_BYTES = 1 << 16
_STEP_BYTES = 1 << 18
_InflateError: type[Exception] = isal_zlib.error  # type: ignore[assignment]  # its stub says: an instance
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_VERSION = re.compile(rb"WARC/[01]\.\d+\r?\n")


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it stands in a file."""

    offset: int
    """Of its gzip member, in bytes from the file's start."""
    length: int
    """Of its gzip member, compressed."""
    type: str
    """WARC-Type in lower case."""
    id: str
    """WARC-Record-ID, with its angle brackets."""
    fields: tuple[tuple[str, str], ...]
    """Named fields in order, repeats kept."""
    named: Mapping[str, str]
    """The first value of each, by its name in lower case."""
    block: bytes
    """At most the bytes asked for: see ``size``."""
    size: int
    """The block's whole length."""
    sha256: str
    """Hex digest of the whole block."""

    def get(self, name: str) -> str:
        """A field's first value; empty if absent. Names are compared without case."""
        return self.named.get(name.lower(), "")

    def get_all(self, name: str) -> list[str]:
        """Every value of a field, in order."""
        wanted = name.lower()
        return [value for key, value in self.fields if key.lower() == wanted]

    @property
    def is_whole(self) -> bool:
        """Whether ``block`` holds all of the block."""
        return len(self.block) == self.size

    @property
    def end(self) -> int:
        """Where the next member starts."""
        return self.offset + self.length


def read(stream: BinaryIO, start: int = 0, *, max_block: int = MAX_BLOCK_BYTES) -> Iterator[Record]:
    """The records of a file from the member at ``start`` on: one gzip member a record (annex D.2).

    Raises BadWarc at the first member that isn't whole and sound; it starts where the record
    before it ends. Memory: ``max_block`` and what one record's head may take.
    """
    source = _Source(stream, start)
    while source.has_more():
        yield _record(source, max_block)


def next_member(stream: BinaryIO, start: int) -> int | None:
    """Where a sound record starts at or after ``start``; None: nowhere. For going on behind damage."""
    for candidate in _magic(stream, start):
        try:
            next(read(stream, candidate, max_block=0))
        except BadWarc:
            continue
        return candidate
    return None


def _magic(stream: BinaryIO, position: int) -> Iterator[int]:
    while True:
        stream.seek(position)
        data = stream.read(1 << 20)
        found = data.find(b"\x1f\x8b\x08")
        while found >= 0:
            yield position + found
            found = data.find(b"\x1f\x8b\x08", found + 1)
        if len(data) < 3:
            return
        position += len(data) - 2


class _Source:
    """A file's bytes, with those given back that belong to the next member."""

    def __init__(self, stream: BinaryIO, start: int) -> None:
        stream.seek(start)
        self._stream = stream
        self._held = b""
        self.position = start

    def has_more(self) -> bool:
        self._held = self._held or self._stream.read(_READ_BYTES)
        return bool(self._held)

    def take(self) -> bytes:
        data, self._held = (self._held or self._stream.read(_READ_BYTES)), b""
        self.position += len(data)
        return data

    def give_back(self, data: bytes) -> None:
        self._held = data
        self.position -= len(data)


def _inflated(source: _Source) -> Iterator[bytes]:
    """One member's content in steps. Raises BadWarc if the member isn't whole or its checksum is wrong."""
    offset = source.position
    stream = isal_zlib.decompressobj(31)
    while not stream.eof:
        data = stream.unconsumed_tail or source.take()
        if not data:
            raise BadWarc(f"the gzip member at {offset} is cut short")
        try:
            out = stream.decompress(data, _STEP_BYTES)
        except _InflateError as error:
            raise BadWarc(f"no sound gzip member at {offset}: {error}") from error
        if out:
            yield out
    source.give_back(stream.unused_data)


def _record(source: _Source, max_block: int) -> Record:
    offset = source.position
    content = _inflated(source)
    fields, rest = _head(content, offset)
    named = {name.lower(): value for name, value in reversed(fields)}
    block, size, sha256 = _block(content, rest, _content_length(named, offset), max_block)
    if size < 0:
        raise BadWarc(f"the block of the record at {offset} isn't as long as Content-Length says")
    return Record(
        offset=offset,
        length=source.position - offset,
        type=named.get("warc-type", "").lower(),
        id=named.get("warc-record-id", ""),
        fields=fields,
        named=named,
        block=block,
        size=size,
        sha256=sha256,
    )


def _head(content: Iterator[bytes], offset: int) -> tuple[tuple[tuple[str, str], ...], memoryview]:
    data = b""
    for piece in content:
        data += piece
        end = _HEAD_END.search(data, 0, MAX_HEAD_BYTES)
        if end and _VERSION.match(data):
            return _parsed(data[: end.start()].decode("utf-8", "replace")), memoryview(data)[end.end() :]
        if end or len(data) > MAX_HEAD_BYTES or not data.startswith(b"WARC/"[: len(data)]):
            break
    raise BadWarc(f"the member at {offset} doesn't start with the head of a WARC record")


def _parsed(head: str) -> tuple[tuple[str, str], ...]:
    fields: list[tuple[str, str]] = []
    for line in head.split("\n")[1:]:
        if line[:1] in {" ", "\t"} and fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {line.strip()}")
        elif ":" in line:
            name, _, value = line.partition(":")
            fields.append((name.strip(), value.strip()))
    return tuple(fields)


def _content_length(named: Mapping[str, str], offset: int) -> int:
    value = named.get("content-length", "")
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise BadWarc(f"the record at {offset} has no readable Content-Length")
    return int(value)


def _block(content: Iterator[bytes], rest: memoryview, length: int, max_block: int) -> tuple[bytes, int, str]:
    """(what is kept, the block's length or -1 where it isn't ``length``, its digest)."""
    kept: list[memoryview] = []
    size, hashed, tail = 0, hashlib.sha256(), bytearray()
    while True:
        piece = rest[: length - size]
        kept.append(piece[: max(max_block - size, 0)])
        size += len(piece)
        hashed.update(piece)
        tail += rest[len(piece) :]
        rest = memoryview(next(content, b"") if len(tail) <= 4 else b"")
        if not rest:
            break
    sound = size == length and tail.strip(b"\r\n") == b"" and len(tail) <= 4
    return b"".join(kept), size if sound else -1, hashed.hexdigest()
