"""CDXJ line by line as cdxj-indexer writes it, over records of every kind; written, read, sorted."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from captures import REQUEST, answer, exchange
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from snapshotter.errors import BadCdxj, BadWarc
from snapshotter.formats import cdxj, warc

URL = "https://www.news.example/2024/07/标题?b=2&a=1"


def indexed_by_us(path: Path) -> list[str]:
    with path.open("rb") as stream:
        lines = [line for record in warc.read(stream) if (line := cdxj.line_of(record, path.name))]
    return [line.decode() for line in cdxj.in_order(lines, path.parent)]


def indexed_by_them(path: Path) -> list[str]:
    program = [sys.executable, "-c", "from cdxj_indexer.main import main; main()", "--sort", str(path)]
    done = subprocess.run(program, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.splitlines(keepends=True)


def ours() -> bytes:
    """A file of all record kinds that we write."""
    found = [warc.warcinfo("x.warc.gz", "2024-07-01T12:00:00Z", {"software": "test"})]
    blocks = [
        answer(b"<p>text</p>"),
        answer(b"", "302 Found", "Location: /there"),
        answer(b"x", "404"),
        b"HTTP/1.0 200 OK\nContent-Type:text/html\n\n<p>bare line feeds</p>",
        b"HTTP/1.1 200\r\ncontent-type : text/plain;charset=x\r\nX-Latin: \xe9\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n ;charset=folded\r\nno colon\r\n\r\nx",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: \r\n\r\nno type",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Cut: he",
        b"",
        b"\r\nHTTP/1.1 200 OK\r\n\r\nlate",
    ]
    for number, block in enumerate(blocks):
        about = warc.traffic(exchange(f"{URL}&{number}", block, number), warc.digest(block), event=str(number))
        head = block.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        original = warc.Original(about.response_id, about.url, about.date)
        found += [warc.request(about, REQUEST), warc.response(about, block), warc.conversion(about, "sn_1", b"{}")]
        found.append(warc.revisit(about, head, original, profile=warc.IDENTICAL))
    return b"".join(found)


def foreign() -> bytes:
    """What other programs write: resources of odd URLs, metadata, no payload digests, dates with fractions."""
    kinds = [
        ("response", "https://a.example/one two", b"HTTP/1.1 200 OK\r\nContent-Type: text/css\r\n\r\np{}", "a/http"),
        ("response", "<https://a.example/brackets>", b"HTTP/1.1 200 OK\r\n\r\np", "application/http"),
        ("response", "dns:a.example", b"20240701120000\na.example. 1 IN A 192.0.2.1\n", "text/dns"),
        ("resource", "urn:text:https://a.example/", "全文".encode(), "text/plain"),
        ("resource", "https://a.example/page.html", b"<p>no head</p>", "text/html; charset=utf-8"),
        ("resource", "metadata://gnu.org/wget.log", b"log", "application/warc-fields"),
        ("metadata", "https://a.example/", b'{"a": 1}', "application/json"),
        ("metadata", "https://a.example/", b"via: x", "application/warc-fields"),
        ("metadata", "", b"without a URL", "text/plain"),
        ("revisit", "https://a.example/", b"", ""),
        ("continuation", "https://a.example/", b"part", ""),
    ]  # fmt: skip
    return b"".join(
        warc.pack(
            [("WARC-Type", kind), ("WARC-Record-ID", f"<urn:uuid:{n}>"), ("WARC-Target-URI", url),
             ("WARC-Date", f"2024-07-01T12:00:{n:02}.123456Z"), ("Content-Type", content_type)], block
        )
        for n, (kind, url, block, content_type) in enumerate(kinds)
    )  # fmt: skip


def by_warcio() -> bytes:
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=True)
    stream.write(b"")
    writer.write_record(writer.create_warcinfo_record("x", {"software": "test"}))
    for body in (b"one", b"two" * 50_000, b""):
        head = StatusAndHeaders("200 OK", [("Content-Type", "Text/HTML ; charset=utf-8")], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            "https://b.example/Page", "response", payload=io.BytesIO(body), http_headers=head
        )
        writer.write_record(record)
        if hasattr(record.raw_stream, "close"):  # a temporary file; warcio leaves it open
            record.raw_stream.close()
    return stream.getvalue()


@pytest.mark.parametrize("make", [ours, foreign, by_warcio])
def test_every_line_is_cdxj_indexers(make, tmp_path):
    path = tmp_path / "some.warc.gz"
    path.write_bytes(make())
    lines = indexed_by_us(path)
    assert lines == indexed_by_them(path)
    assert len(lines) >= 3


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)
tokens = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1)
sizes = st.integers(0, 10**14).map(str)


@settings(deadline=None, max_examples=100)
@given(
    tokens.filter(lambda key: not key.startswith("!")),
    st.from_regex(r"\A[0-9]{14}\Z"),
    st.dictionaries(names, names),
    sizes,
    sizes,
)
def test_what_is_written_is_read(key, stamp, fields, offset, length):
    line = cdxj.Line(key, stamp, {**fields, "offset": offset, "length": length})
    stream = io.BytesIO(b"!meta 0 {}\n" + cdxj.dumps(line).encode() + b"\n\n")
    assert list(cdxj.read(stream)) == [line]
    assert (line.offset, line.length) == (int(offset), int(length))


@pytest.mark.parametrize("raw", [
    b"nothing", b"key 2024 {}", b"key 20240701120000 ", b"key 20240701120000 []", b"key 20240701120000 {",
    b" 20240701120000 {}", b'key 20240701120000 {"offset": "-1"}', b'key 20240701120000 {"length": "1e9"}',
    b'key 20240701120000 {"offset": "' + b"9" * 30 + b'"}', b"\xff 20240701120000 {}", b"k" * (1 << 20),
    b"key 20240701120000 " + b"[" * 100_000, "key ２０２４０７０１１２００００ {}".encode(),
])  # fmt: skip
def test_what_is_no_index_is_told(raw):
    with pytest.raises(BadCdxj):
        list(cdxj.read(io.BytesIO(raw)))


def test_numbers_of_other_indexers_are_read():
    (line,) = cdxj.read(io.BytesIO(b'a)/ 20240701120000 {"offset": 7, "length": 9, "status": 200}\n'))
    assert (line.offset, line.length, line.fields["status"]) == (7, 9, "200")


def test_more_lines_than_fit_into_memory_are_sorted_by_byte_and_once(tmp_path, monkeypatch):
    monkeypatch.setattr(cdxj, "SORT_BYTES", 4000)
    lines = [cdxj.Line(f"com,{n * 7919 % 200}", "20240701120000", {"n": "é" * (n % 3)}) for n in range(300)]
    raw = list(cdxj.in_order([*lines, *lines], tmp_path))
    assert raw == sorted(raw)
    assert len(raw) == len({cdxj.dumps(line) for line in lines})
    assert not list(tmp_path.iterdir())


def test_a_record_without_a_date_has_no_line():
    (record,) = warc.read(io.BytesIO(warc.pack([("WARC-Type", "response"), ("WARC-Date", "yesterday")], b"")))
    with pytest.raises(BadWarc, match="WARC-Date"):
        cdxj.line_of(record, "x.warc.gz")
