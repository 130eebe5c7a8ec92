"""HTTP/1 messages as bytes: a tolerant reader of what servers really send.

Nothing here changes a byte: the functions say where head, body and chunks lie (RFC 9112), and undo the
transfer coding on copies. Browsers' tolerance is the measure: lines may end in a bare LF, header lines
without a colon are passed over, folded lines are joined.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from snapshotter.errors import BadHttp

MAX_HEAD_BYTES = 256 * 1024
MAX_INTERIM_HEADS = 100
MAX_CHUNKS = 1 << 18
"""Of one body: where each lies takes some 130 bytes of memory."""

_STATUS = re.compile(rb"HTTP/(\d\.\d)[ \t]+(\d{3})(?:[ \t]+(.*))?$")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?$", re.DOTALL)
_BLANK = re.compile(rb"[\r\n]*")
_HEAD_END = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a response, interim (1xx) heads before it included in ``size``."""

    version: bytes
    """``1.1`` or ``1.0``."""
    status: int
    reason: bytes
    """As sent; empty when the line has none."""
    headers: tuple[tuple[bytes, bytes], ...]
    """In order, repeats kept; values without surrounding white space."""
    size: int
    """Bytes from the block's start to the body's."""

    def get(self, name: str) -> str:
        """The first value of a header, read as latin-1; empty if absent."""
        wanted = name.lower().encode("latin-1")
        return next((value.decode("latin-1") for key, value in self.headers if key.lower() == wanted), "")

    def get_all(self, name: str) -> list[str]:
        """Every value of a header, in order, read as latin-1."""
        wanted = name.lower().encode("latin-1")
        return [value.decode("latin-1") for key, value in self.headers if key.lower() == wanted]

    @property
    def is_interim(self) -> bool:
        """Whether another head follows (RFC 9110, section 15.2); 101 is final: it changes the protocol."""
        return 100 <= self.status < 200 and self.status != 101

    @property
    def is_chunked(self) -> bool:
        """Whether the last transfer coding is ``chunked`` (RFC 9112, section 6.1)."""
        codings = ",".join(self.get_all("transfer-encoding")).lower()
        return codings.rpartition(",")[2].strip() == "chunked"

    @property
    def content_length(self) -> int | None:
        """The body's length in bytes as announced; None if it isn't, or is no number."""
        values = {value.strip() for line in self.get_all("content-length") for value in line.split(",")}
        value = values.pop() if len(values) == 1 else ""
        return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None

    @property
    def has_body(self) -> bool:
        """False for the statuses that never have one (RFC 9110, section 6.4.1)."""
        return self.status not in {204, 304}


def may_end_head(block: bytes | bytearray, new_bytes: int) -> bool:
    """Whether a head may end in the last ``new_bytes`` of a block: for heads that come in byte by byte."""
    return _HEAD_END.search(block, max(0, len(block) - new_bytes - 3)) is not None


def complete_head(block: bytes | bytearray) -> Head | None:
    """The final response's head once all of it is there, interim ones passed by; None: more must come.

    Raises BadHttp where there is no HTTP/1 status line, or interim ones go on and on.
    """
    start = 0
    for _ in range(MAX_INTERIM_HEADS):
        end = _head_end(block, start)
        if end < 0:
            return None
        head = _parse(bytes(block[start:end]), end)
        if not head.is_interim:
            return head
        start = end
    raise BadHttp(f"more than {MAX_INTERIM_HEADS} interim responses: this isn't a web server's answer")


def read_head(block: bytes | bytearray) -> Head:
    """The final response's head. A head that was cut short is read as far as it goes.

    Raises BadHttp where there is no HTTP/1 status line.
    """
    return complete_head(block) or _parse(bytes(block), len(block))


def _head_end(block: bytes | bytearray, start: int) -> int:
    """Where the head at ``start`` ends, its blank line included; -1: not yet.

    Blank lines before it are passed over (RFC 9112, section 2.2).
    """
    blank = _BLANK.match(block, start)
    found = _HEAD_END.search(block, blank.end() if blank else start)
    return found.end() if found else -1


def _parse(raw: bytes, size: int) -> Head:
    first, *lines = [line.removesuffix(b"\r") for line in raw.lstrip(b"\r\n").split(b"\n")]
    match = _STATUS.match(first)
    if not match:
        raise BadHttp(f"no HTTP/1 status line in {first[:60]!r}: this isn't a web server's answer")
    headers: list[tuple[bytes, bytes]] = []
    for line in lines:
        if line[:1] in {b" ", b"\t"} and headers:
            name, value = headers[-1]
            headers[-1] = (name, value + b" " + line.strip())
        elif b":" in line:
            name, _, value = line.partition(b":")
            headers.append((name.strip(), value.strip()))
    return Head(match[1], int(match[2]), (match[3] or b"").strip(), tuple(headers), size)


@dataclass(slots=True)
class Chunks:
    """Where the chunks of a chunked body lie (RFC 9112, section 7.1), found as the bytes come in."""

    position: int
    """Offset in the block of the next byte to look at."""
    spans: list[tuple[int, int]] = field(default_factory=list)
    """Start and end of each chunk's data so far."""
    done: bool = False
    broken: bool = False
    _expected: int = 0
    _in_trailer: bool = False

    def scan(self, block: bytes | bytearray) -> None:
        """Take notice of what has been added to ``block``."""
        while not self.done and not self.broken:
            if self._expected and not self._take_data(block):
                return
            line_end = block.find(b"\n", self.position)
            if line_end < 0:
                self.broken = len(block) - self.position > MAX_HEAD_BYTES
                return
            line = bytes(block[self.position : line_end]).removesuffix(b"\r")
            self.position = line_end + 1
            self._take_line(line)

    def _take_data(self, block: bytes | bytearray) -> bool:
        end = min(self.position + self._expected, len(block))
        if end > self.position:
            self.spans.append((self.position, end))
        self._expected -= end - self.position
        self.position = end
        return self._expected == 0

    def _take_line(self, line: bytes) -> None:
        if self._in_trailer:
            self.done = not line
        elif line or not self.spans:  # the empty line after a chunk's data isn't a size
            size = _CHUNK_SIZE.match(line)
            self.broken = size is None or len(self.spans) >= MAX_CHUNKS
            self._expected = int(size[1], 16) if size else 0
            self._in_trailer = size is not None and self._expected == 0


def payload(block: bytes, head: Head | None = None) -> bytes:
    """The entity body: transfer coding undone, content coding kept; as much as there is of it.

    This is what WARC-Payload-Digest and ``raw_sha256`` cover. Raises BadHttp as read_head does.
    """
    head = head or read_head(block)
    if not head.has_body:
        return b""
    if head.is_chunked:
        chunks = Chunks(head.size)
        chunks.scan(block)
        if chunks.spans or chunks.done:
            return b"".join(block[start:end] for start, end in chunks.spans)
    length = None if head.is_chunked else head.content_length
    return block[head.size :] if length is None else block[head.size : head.size + length]
