"""Content codings (RFC 9110, section 8.4): undone within bounds; and whether a client takes one."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from functools import lru_cache

MAX_CODINGS = 5
INFLATE_STEP_BYTES = 1 << 16
STEP_BYTES = 256
SALVAGE_STEP_BYTES = 8

_NOT_AT_ALL = re.compile(r"q\s*=\s*0(?:\.0*)?")


def content(payload: bytes, coding: str, max_bytes: int) -> tuple[bytes, bool]:
    """The content with its codings undone (``gzip``, ``deflate``, ``br``, ``zstd``), and whether it is whole.

    Never more than ``max_bytes``, nor much more memory than that. A broken or cut stream gives what
    could be read and False; so does a coding that isn't known, or MAX_CODINGS and more, whose bytes come
    back as they are.
    """
    whole = True
    names = [part.strip().lower() for part in coding.split(",") if part.strip()]
    if len(names) > MAX_CODINGS:
        return payload[:max_bytes], False
    for name in reversed(names):
        if name == "identity" or not payload:
            continue
        if name not in _DECODERS:
            return payload[:max_bytes], False
        payload, complete = _DECODERS[name](payload, max_bytes)
        whole = whole and complete
    return payload[:max_bytes], whole and len(payload) <= max_bytes


def _gunzip(data: bytes, limit: int) -> tuple[bytes, bool]:
    """Every member, one after the other (RFC 1952, section 2.2); what follows the last is passed over."""
    out, whole, end = _inflate(zlib.MAX_WBITS | 16, data, 0, limit)
    while whole and data.startswith(b"\x1f\x8b", end) and len(out) <= limit:
        more, whole, end = _inflate(zlib.MAX_WBITS | 16, data, end, limit - len(out))
        out += more
    return bytes(out), whole


def _deflate(data: bytes, limit: int) -> tuple[bytes, bool]:
    """With zlib's wrapper, as the standard says, or without it, as some servers send it."""
    wrapped = len(data) > 1 and data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0
    out, whole, _ = _inflate(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS, data, 0, limit)
    return bytes(out), whole


def _inflate(wbits: int, data: bytes, start: int, limit: int) -> tuple[bytearray, bool, int]:
    """(the content of the stream at ``start``, at most ``limit`` + 1 bytes; whether it is whole; where it ends).

    In steps: zlib copies what follows a stream's end, and that may be all the rest, once a member.
    """
    stream, out, end = zlib.decompressobj(wbits), bytearray(), start
    while end < len(data) and not stream.eof and len(out) <= limit:
        step = data[end : end + INFLATE_STEP_BYTES]
        try:
            out += stream.decompress(step, limit + 1 - len(out))
        except zlib.error:
            return _salvaged(zlib.decompressobj(wbits), data[start:], limit), False, len(data)
        end += len(step) - len(stream.unused_data)
    return out, stream.eof, end


def _salvaged(stream: zlib._Decompress, data: bytes, limit: int) -> bytearray:
    """What comes before the place where a stream is broken, give or take a step."""
    out = bytearray()
    for start in range(0, len(data), SALVAGE_STEP_BYTES):
        try:
            out += stream.decompress(data[start : start + SALVAGE_STEP_BYTES], limit - len(out) + 1)
        except zlib.error:
            break
        if len(out) > limit:
            break
    return out


def _unbrotli(data: bytes, limit: int) -> tuple[bytes, bool]:
    import brotli  # noqa: PLC0415  (few pages need it, and its import isn't free)

    stream = brotli.Decompressor()
    try:
        out = stream.process(data, output_buffer_limit=limit + 1)
        while len(out) <= limit and not stream.is_finished() and (more := stream.process(b"")):
            out += more
    except brotli.error:
        return b"", False
    return out[: limit + 1], stream.is_finished()


def _unzstd(data: bytes, limit: int) -> tuple[bytes, bool]:
    import zstandard  # noqa: PLC0415  (as above)

    # 8 MiB is the largest window a server may ask for (RFC 9659); a step of input gives 8 MB at the most
    stream = zstandard.ZstdDecompressor(max_window_size=8 << 20).decompressobj()
    out = bytearray()
    for start in range(0, len(data), STEP_BYTES):
        try:
            out += stream.decompress(data[start : start + STEP_BYTES])
        except zstandard.ZstdError:
            break
        if stream.eof or len(out) > limit:
            break
    return bytes(out[: limit + 1]), stream.eof and len(out) <= limit


_DECODERS: dict[str, Callable[[bytes, int], tuple[bytes, bool]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}


@lru_cache(maxsize=256)
def takes(coding: str, accepts: str) -> bool:
    """Whether an Accept-Encoding names a content coding, and not with q=0 (RFC 9110, section 12.5.3)."""
    for one in accepts.lower().split(","):
        name, _, weight = one.partition(";")
        if name.strip() == coding:
            return not _NOT_AT_ALL.fullmatch(weight.strip())
    return False
