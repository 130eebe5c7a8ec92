"""Damaged inputs: for each reader, a table of what was done to a sound file.

Every case: name → (bytes, what the reader gives: how many records are read before the end, and the error's words;
no words: there is no error).
"""

from __future__ import annotations

import gzip
import io
import json
import zlib

import zstandard
from captures import answer
from targets import CHUNKED, EDITION, segment, snapshot

from snapshotter.formats import jsonl, text
from snapshotter.formats.warc.member import pack

Case = tuple[bytes, int, str]

LINE = jsonl.dumps(snapshot(1)).encode()
RECORD = json.loads(LINE)
TEXT = text.write(snapshot(1), edition=EDITION)
SEGMENT = segment()
RESPONSE = [("WARC-Type", "response"), ("WARC-Record-ID", "<urn:uuid:1>"), ("WARC-Date", "2024-07-01T12:00:00Z")]
MEMBER = pack(RESPONSE, answer(b"<p>text</p>" * 50))
PLAIN = gzip.decompress(MEMBER)


def packed(record: bytes) -> bytes:
    return gzip.compress(record, mtime=0)


def flipped(data: bytes, place: int, bit: int = 0) -> bytes:
    return data[:place] + bytes([data[place] ^ (1 << bit)]) + data[place + 1 :]


def with_head(**fields: str) -> bytes:
    """A record whose head has these fields besides, or instead of, its own."""
    head, _, block = PLAIN.partition(b"\r\n\r\n")
    lines = [line for line in head.decode().split("\r\n") if line.partition(":")[0].replace("-", "_") not in fields]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return packed("\r\n".join(lines).encode() + b"\r\n\r\n" + block)


NOT_SOUND, NO_HEAD, LENGTH = "no sound gzip member", "doesn't start with the head", "isn't as long as Content-Length"

WARC: dict[str, Case] = {
    "empty": (b"", 0, ""),
    "one byte": (b"\x1f", 0, "cut short"),
    "zeros": (bytes(5000), 0, NOT_SOUND),
    "text": (b"WARC/1.1\r\n" * 20, 0, NOT_SOUND),
    "cut in the gzip head": (MEMBER[:7], 0, "cut short"),
    "cut in the middle": (MEMBER + MEMBER[: len(MEMBER) // 2], 1, "cut short"),
    "cut in the checksum": (MEMBER + MEMBER[:-3], 1, "cut short"),
    "cut between members": (MEMBER * 2, 2, ""),
    "a flipped bit in the data": (MEMBER + flipped(MEMBER, 60), 1, NOT_SOUND),
    "a flipped bit in the checksum": (MEMBER + flipped(MEMBER, len(MEMBER) - 6), 1, NOT_SOUND),
    "a flipped bit in the length": (MEMBER + flipped(MEMBER, len(MEMBER) - 2), 1, NOT_SOUND),
    "a flipped bit in the magic": (flipped(MEMBER, 1), 0, NOT_SOUND),
    "junk between members": (MEMBER + b"junk" * 9 + MEMBER, 1, NOT_SOUND),
    "zeros at the end": (MEMBER + bytes(512), 1, NOT_SOUND),
    "not a record": (packed(b"hello"), 0, NO_HEAD),
    "an empty member": (packed(b""), 0, NO_HEAD),
    "a head without an end": (packed(b"WARC/1.1\r\nWARC-Type: response\r\n"), 0, NO_HEAD),
    "a head of a megabyte": (packed(b"WARC/1.1\r\nX: " + b"a" * (1 << 20)), 0, NO_HEAD),
    "a bomb of a head": (packed(b"WARC/1.1\r\n" + b"X: y\r\n" * 4_000_000), 0, NO_HEAD),
    "a bomb of a block": (
        packed(b"WARC/1.1\r\nContent-Length: 5\r\n\r\n" + bytes(50_000_000)),
        0,
        LENGTH,
    ),
    "a block of 100 MB": (
        packed(b"WARC/1.1\r\nContent-Length: 100000000\r\n\r\n" + bytes(100_000_000) + b"\r\n\r\n"),
        1,
        "",
    ),
    "two records in a member": (packed(PLAIN + PLAIN), 0, LENGTH),
    "gzip in gzip": (packed(MEMBER), 0, NO_HEAD),
    "gzip in gzip in gzip": (packed(packed(MEMBER)), 0, NO_HEAD),
    "no length": (packed(PLAIN.replace(b"Content-Length", b"Content-Size")), 0, "no readable Content-Length"),
    "a length too short": (with_head(Content_Length="5"), 0, LENGTH),
    "a length too long": (with_head(Content_Length="50000"), 0, LENGTH),
    "a negative length": (with_head(Content_Length="-1"), 0, "no readable Content-Length"),
    "a length of 40 digits": (with_head(Content_Length="9" * 40), 0, "no readable Content-Length"),
    "a length in Arabic digits": (with_head(Content_Length="٣"), 0, "no readable Content-Length"),
    "a length with a sign": (with_head(Content_Length="+99"), 0, "no readable Content-Length"),
    "a version of the future": (packed(PLAIN.replace(b"WARC/1.1", b"WARC/9.9")), 0, NO_HEAD),
    "a head in latin-1": (packed(PLAIN.replace(b"WARC-Type: response", b"WARC-Type: respons\xe9")), 1, ""),
    "a head in UTF-16": (packed(PLAIN.decode("latin-1").encode("utf-16")), 0, NO_HEAD),
    "bare line feeds": (packed(b"WARC/1.1\nContent-Length: 1\n\nx\n\n"), 1, ""),
    "no line break at the end": (packed(PLAIN[:-4]), 1, ""),
    "a hundred thousand fields": (packed(b"WARC/1.1\r\n" + b"a:\r\n" * 60_000 + PLAIN[10:]), 1, ""),
    "a zlib stream": (zlib.compress(PLAIN), 0, NOT_SOUND),
    "a zstd stream": (zstandard.compress(PLAIN), 0, NOT_SOUND),
    "a reserved gzip flag": (MEMBER[:3] + b"\xe0" + MEMBER[4:], 1, ""),
    "an unknown method": (MEMBER[:2] + b"\x07" + MEMBER[3:], 0, NOT_SOUND),
}


def record(**changes: object) -> bytes:
    return json.dumps(RECORD | changes, ensure_ascii=False).encode() + b"\n"


def lines(*more: bytes) -> bytes:
    return LINE + b"\n" + b"".join(more)


NOT_JSON, JSON_STRING = "not JSON", "should be a string"

JSONL: dict[str, Case] = {
    "empty": (b"", 0, ""),
    "a blank line": (lines(b"\n"), 1, "line 2: not JSON"),
    "a torn last line": (lines(LINE[:300]), 1, "its end is missing"),
    "no last newline": (LINE, 1, ""),
    "a null": (record(title=None), 0, "title: should be a string, is null"),
    "a number for a string": (record(id=7), 0, JSON_STRING),
    "a boolean for a number": (record(revision=True), 0, "revision: should be an integer"),
    "a fraction": (record(revision=1.5), 0, "is a fraction"),
    "a number too large": (record(revision=2**63), 0, "is out of it"),
    "a number of 5,000 digits": (LINE.replace(b'"revision":1', b'"revision":' + b"9" * 5000) + b"\n", 0, NOT_JSON),
    "a string for a list": (record(tags="a"), 0, "tags: should be a list"),
    "a list in a list": (record(tags=[["a"]]), 0, "should be a string"),
    "an unknown key": (record(extra=""), 0, "unknown: extra"),
    "a missing key": (json.dumps({"id": "sn_1"}).encode(), 0, "missing: schema"),
    "a key twice": (LINE.replace(b'"title":', b'"title":"x","title":', 1), 0, "a key comes twice"),
    "another schema": (record(schema="snapshotter/9"), 0, "schema: should be one of snapshotter/1"),
    "an unknown verdict": (record(verdict="fine"), 0, "verdict: should be one of"),
    "a time that isn't one": (record(captured_at="yesterday"), 0, "captured_at: should be empty or like"),
    "a lone surrogate": (LINE.replace(b'"title":"', b'"title":"\\ud800', 1), 0, "lone surrogate"),
    "NaN": (LINE.replace(b'"revision":1', b'"revision":NaN'), 0, "NaN isn't JSON"),
    "latin-1": (record(title="x").replace(b'"x"', b'"\xe9"'), 0, NOT_JSON),
    "UTF-16": (LINE.decode().encode("utf-16"), 0, NOT_JSON),
    "a byte order mark": (b"\xef\xbb\xbf" + LINE, 0, NOT_JSON),
    "a list": (b"[1,2]\n", 0, "not a JSON object"),
    "nested a million deep": (b"[" * 1_000_000 + b"\n", 0, NOT_JSON),
    "objects nested a million deep": (b'{"a":' * 1_000_000 + b"\n", 0, NOT_JSON),
    "a bit flipped": (lines(flipped(LINE, 20, 6) + b"\n"), 1, "line 2"),
    "zeros": (lines(bytes(200)), 1, NOT_JSON),
    "two records in a line": (LINE + LINE, 0, NOT_JSON),
    "carriage returns": (LINE + b"\r\n" + LINE + b"\r\n", 2, ""),
    "a line of 70 MB": (b'"' + b"a" * (70 << 20) + b'"\n', 0, "longer than"),
}

PACKED: dict[str, Case] = {
    "gz, cut": (gzip.compress(lines() * 50)[:-9], 50, "the compressed stream is damaged"),
    "gz, a bit flipped": (flipped(gzip.compress(lines() * 50), 40), 0, "damaged|line"),
    "gz, no gzip": (lines(), 0, "damaged"),
    "gz, junk at the end": (gzip.compress(lines()) + b"junk", 1, "damaged"),
    "gz, nested": (gzip.compress(gzip.compress(lines())), 0, NOT_JSON),
    "gz, a bomb": (gzip.compress(bytes(100_000_000)), 0, "longer than"),
    "zst, cut": (zstandard.compress(lines() * 50)[:-9], 0, "damaged: it ends in the middle"),
    "zst, a bit flipped": (flipped(zstandard.compress(lines() * 50), 30), 0, "damaged|line"),
    "zst, no zstd": (lines(), 0, "damaged"),
    "zst, a bomb": (zstandard.compress(bytes(100_000_000)), 0, "longer than"),
}
"""By the suffix that the file has."""

INDEX = b'org,example)/a 20240701120000 {"url": "https://example.org/a", "offset": "5", "length": "7"}\n'
NO_LINE = "no line of a CDXJ index"

CDXJ: dict[str, Case] = {
    "empty": (b"", 0, ""),
    "a header line": (b"!meta 0 {}\n" + INDEX, 1, ""),
    "no newline at the end": (INDEX[:-1], 1, ""),
    "a torn last line": (INDEX + INDEX[:50], 1, NO_LINE),
    "no JSON": (INDEX.replace(b"{", b"["), 0, NO_LINE),
    "a time of 13 digits": (INDEX.replace(b"20240701120000", b"2024070112000"), 0, NO_LINE),
    "a time in Arabic digits": (INDEX.replace(b"20240701120000", "\u0662".encode() * 14), 0, NO_LINE),
    "a list": (INDEX.partition(b"{")[0] + b"[]\n", 0, NO_LINE),
    "nested a million deep": (INDEX.partition(b"{")[0] + b"[" * 900_000 + b"\n", 0, NO_LINE),
    "a negative offset": (INDEX.replace(b'"5"', b'"-5"'), 0, "offset: no number of bytes"),
    "no offset": (INDEX.replace(b"offset", b"offsets"), 0, "offset: no number of bytes"),
    "a length of 40 digits": (INDEX.replace(b'"7"', b'"' + b"7" * 40 + b'"'), 0, "length: no number of bytes"),
    "latin-1": (INDEX.replace(b"/a", b"/\xe9"), 0, "no UTF-8"),
    "zeros": (bytes(300), 0, NO_LINE),
    "a line of 2 MB": (b"a" * (2 << 20), 0, "is longer than"),
}

PARTS = TEXT.split("\n")

TEXTS: dict[str, Case] = {
    "empty": (b"", 0, ""),
    "one line": (PARTS[0].encode(), 0, "the text ends in its head"),
    "another first line": (TEXT.replace("我的订阅", "Mine").encode(), 0, "line 1: a snapshot text begins with"),
    "cut in the head": ("\n".join(PARTS[:6]).encode(), 0, "the text ends in its head"),
    "cut in the body": ("\n".join(PARTS[:8]).encode(), 0, "the text ends in the middle"),
    "cut in a character": (TEXT.encode()[:101], 0, "isn't UTF-8"),
    "cut in the foot": (TEXT[:-6].encode(), 0, "the last line should be"),
    "GB 18030": (TEXT.encode("gb18030"), 0, "isn't UTF-8"),
    "UTF-16": (TEXT.encode("utf-16"), 0, "isn't UTF-8"),
    "a byte order mark": (b"\xef\xbb\xbf" + TEXT.encode(), 1, ""),
    "CRLF": (TEXT.replace("\n", "\r\n").encode(), 1, ""),
    "bare carriage returns": (TEXT.replace("\n", "\r").encode(), 0, "carriage return"),
    "a line between": (TEXT.replace("\n\n", "\nx\n", 1).encode(), 0, "line 3: should be blank"),
    "no blank before the source": (TEXT.replace("\u00a0", " ").encode(), 0, "line 6: should begin with"),
    "a day that isn't one": (TEXT.replace("2024-07-01 08", "2024-13-41 08", 1).encode(), 0, "line 6"),
    "another title at the end": (
        TEXT.replace("\n标题 1\n\n以上", "\n标题 2\n\n以上").encode(),
        0,
        "should be the title again",
    ),
    "no disclaimer": (TEXT.replace("以上内容", "以下内容").encode(), 0, "should begin with"),
    "no notice": (TEXT.replace("非营利", "营利").encode(), 0, "should be"),
    "a related article without a time": (TEXT.replace("2024-06-30 08:00:00\n", "").encode(), 0, "has no time"),
    "eleven related articles": (
        TEXT.replace("别的\n", "别的\n别的\n2024-06-30 08:00:00\n" * 10 + "别的\n").encode(),
        0,
        "ten of them",
    ),
    "the second is damaged": ((TEXT + "\n\f\n" + TEXT[5:]).encode(), 1, "in the text from line"),
    "separators only": (b"\f\n\f\n", 0, "line 1"),
    "zeros": (bytes(1000), 0, "line 1"),
    "a line of 70 MB": (b"a" * (70 << 20), 0, "bytes long"),
}

HTTP: dict[str, Case] = {
    "empty": (b"", 0, "no HTTP/1 status line"),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0, "no HTTP/1 status line"),
    "HTML without a head": (b"<!doctype html><p>hello", 0, "no HTTP/1 status line"),
    "a status of two digits": (b"HTTP/1.1 20 OK\r\n\r\n", 0, "no HTTP/1 status line"),
    "a head without an end": (b"HTTP/1.1 200 OK\r\nA: b", 0, ""),
    "a thousand interim heads": (b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, 0, "interim responses"),
    "a chunk size that isn't one": (CHUNKED.replace(b"5;x", b"zz;x"), 32, ""),
    "a chunk of 4 GB": (CHUNKED.replace(b"5;x", b"ffffffff;x"), 24, ""),
    "a million chunks": (CHUNKED.split(b"5;")[0] + b"1\r\na\r\n" * 1_000_000, 1 << 18, ""),
    "a negative length": (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello", 5, ""),
    "two lengths": (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 3\r\n\r\nhello", 5, ""),
    "a length of 400 digits": (b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 400 + b"\r\n\r\nhello", 5, ""),
}
"""What is counted: the payload's bytes."""


def stream(data: bytes) -> io.BytesIO:
    return io.BytesIO(data)
