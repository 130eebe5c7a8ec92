"""What reads bytes from strangers: each takes any bytes, and may raise a FormatError, nothing else."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import zstandard
from captures import REQUEST, answer, capture, captures, page

from snapshotter.codings import content
from snapshotter.errors import BadWarc
from snapshotter.formats import cdxj, jsonl, text, warc
from snapshotter.formats.compression import opened
from snapshotter.formats.edition import Edition
from snapshotter.formats.wacz import read as wacz
from snapshotter.formats.warc import loose
from snapshotter.formats.warc.member import pack
from snapshotter.http1 import complete_head, payload, read_head
from snapshotter.items import Article, Related
from snapshotter.record import record
from snapshotter.store.scan import events, scan

Read = Callable[[bytes], object]
EDITION = Edition.of("zh-CN", "Asia/Shanghai", "td.example")


def snapshot(number: int = 0):
    said = Article(
        title=f"标题 {number}", body_text="第一段。\n\nTwo.", category="社会", category_source="page",
        published_at="2024-07-01T00:00:00Z", authors=("王小明",), source_name="新华社",
    )  # fmt: skip
    made = capture(page(f"https://news.example/{number}.html"), said)
    return replace(record(made.capture, said, None), related=(Related("别的", "别的新闻" * 5, "2024-06-30T00:00:00Z"),))


def read_warc(data: bytes) -> int:
    """All records, or what can be read in front of the first bad one; then where the next sound one is."""
    stream, end, count = io.BytesIO(data), 0, 0
    try:
        for found in warc.read(stream):
            end, count = found.end, count + 1
    except BadWarc:
        assert end <= len(data)
        assert (following := warc.next_member(stream, end + 1)) is None or following > end
    return count


def read_segment(data: bytes) -> list[object]:
    """The events and problems of a file of the archive."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "x.warc.gz")
        path.write_bytes(data)
        return list(events(scan(path), path.name))


def read_unpacked_warc(data: bytes) -> int:
    """The record behind a sound gzip member: the checksum hides nothing."""
    return read_warc(gzip.compress(data, 1, mtime=0))


def read_jsonl(data: bytes) -> int:
    return sum(1 for _ in jsonl.read_all(io.BytesIO(data)))


def read_text(data: bytes) -> int:
    return sum(1 for _ in text.read_all(io.BytesIO(data)))


def read_http(data: bytes) -> bytes:
    complete_head(data)
    return payload(data, read_head(data))


def read_packed(suffix: str) -> Read:
    def read(data: bytes) -> int:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name, f"records.jsonl{suffix}")
            path.write_bytes(data)
            with opened(path) as stream:
                return sum(1 for _ in jsonl.read_all(stream))

    return read


def read_coding(coding: str) -> Read:
    def read(data: bytes) -> bytes:
        found, _ = content(data, coding, 1 << 20)
        assert len(found) <= 1 << 20
        return found

    return read


def read_cdxj(data: bytes) -> int:
    """What can be read can be written, and is the same again."""
    found = list(cdxj.read(io.BytesIO(data)))
    assert [cdxj.loads(cdxj.dumps(line)) for line in found] == found
    return sum(line.offset + line.length for line in found)


def index_warc(data: bytes) -> int:
    """The index lines of whatever records there are."""
    return sum(1 for record in warc.read(io.BytesIO(data)) if cdxj.line_of(record, "x.warc.gz"))


def read_loose(data: bytes) -> int:
    """A WARC file of any shape, repacked where it must be: what comes out can be read."""
    stream, target = io.BytesIO(data), io.BytesIO()
    if loose.shape(stream) == loose.MEMBERS:
        return 0
    count = loose.repack(stream, target)
    assert sum(1 for _ in warc.read(target)) == count
    return count


def read_wacz(data: bytes) -> int:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "x.wacz")
        path.write_bytes(data)
        size = 0
        for found in wacz.warcs(path):
            with wacz.warc_of(path, found) as stream:
                size += sum(record.size for record in warc.read(stream))
        return size


def segment() -> bytes:
    """A file of the archive: warcinfo, a capture behind a redirect, one that came compressed."""
    info = warc.warcinfo("x.warc.gz", "2024-07-01T12:00:00Z", {"software": "test"})
    moved = capture(page("https://news.example/a", answer(b"x" * 300), final_url="https://news.example/b"))
    parts = [info]
    for made in (moved, *captures(2)):
        line = jsonl.dumps(record(made.capture, made.article, None)).encode()
        parts += [made.hops, made.request, made.response, warc.conversion(made.traffic, "sn_0", line)]
    return b"".join(parts)


def _plain_record() -> bytes:
    fields = [("WARC-Type", "response"), ("WARC-Record-ID", "<urn:uuid:1>"), ("WARC-Date", "2024-07-01T12:00:00Z")]
    return gzip.decompress(pack(fields, answer(b"<p>text</p>")))


def _lines() -> bytes:
    return b"".join(jsonl.dumps(snapshot(number)).encode() + b"\n" for number in range(3))


def _index() -> bytes:
    return b"".join(
        f"{cdxj.dumps(line)}\n".encode() for one in warc.read(io.BytesIO(segment())) if (line := cdxj.line_of(one, "x"))
    )


def _wacz() -> bytes:
    packed = io.BytesIO()
    files = {"archive/x.warc.gz": segment(), "pages/pages.jsonl": b'{"format":"json-pages-1.0","id":"pages"}\n'}
    resources = [
        {"name": name, "path": name, "hash": warc.digest(data), "bytes": len(data)} for name, data in files.items()
    ]
    package = json.dumps({"profile": "data-package", "wacz_version": "1.1.1", "resources": resources}).encode()
    digest = json.dumps({"path": "datapackage.json", "hash": warc.digest(package)}).encode()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in {**files, "datapackage.json": package, "datapackage-digest.json": digest}.items():
            archive.writestr(name, data)
    return packed.getvalue()


def _texts() -> bytes:
    stream = io.BytesIO()
    text.write_all([snapshot(1), snapshot(2)], stream, edition=EDITION)
    return stream.getvalue()


CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\n"
    b"5;x=y\r\nhello\r\n0\r\nTrailer: z\r\n\r\n"
)
_PAGE = ("<p>正文 the council met</p>" * 40).encode()

TARGETS: dict[str, tuple[Read, tuple[bytes, ...]]] = {
    "warc": (read_warc, (segment(),)),
    "warc-unpacked": (read_unpacked_warc, (_plain_record(),)),
    "segment": (read_segment, (segment(),)),
    "cdxj": (read_cdxj, (_index(),)),
    "index": (index_warc, (segment(),)),
    "loose": (read_loose, (gzip.decompress(segment()), gzip.compress(gzip.decompress(segment()), mtime=0))),
    "wacz": (read_wacz, (_wacz(),)),
    "jsonl": (read_jsonl, (_lines(),)),
    "jsonl.gz": (read_packed(".gz"), (gzip.compress(_lines(), mtime=0),)),
    "jsonl.zst": (read_packed(".zst"), (zstandard.compress(_lines()),)),
    "text": (read_text, (_texts(),)),
    "http": (read_http, (answer(b"<p>text</p>"), CHUNKED, REQUEST)),
    "gzip": (read_coding("gzip"), (gzip.compress(_PAGE, mtime=0),)),
    "deflate": (read_coding("deflate"), (gzip.compress(_PAGE, mtime=0)[10:-8],)),
    "zstd": (read_coding("zstd"), (zstandard.compress(_PAGE),)),
    "br": (read_coding("br"), (bytes.fromhex("0b028068656c6c6f03"),)),
}
"""Name → (reader, sound examples)."""
