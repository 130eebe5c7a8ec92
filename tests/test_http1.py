"""The tolerant HTTP/1 reader: heads and payloads as servers really send them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter import http1
from snapshotter.errors import BadHttp


@pytest.mark.parametrize(
    ("block", "status", "reason", "headers"),
    [
        (b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nx", 200, b"OK", ((b"A", b"b"),)),
        (b"HTTP/1.1 200\r\n\r\n", 200, b"", ()),
        (b"HTTP/1.0 404 Not \xe9\r\nA:b\r\nA: c \r\n\r\n", 404, b"Not \xe9", ((b"A", b"b"), (b"A", b"c"))),
        (b"HTTP/1.1 200 OK\nA: b\n\nx", 200, b"OK", ((b"A", b"b"),)),  # bare LF
        (b"\r\nHTTP/1.1 200 OK\r\n\r\n", 200, b"OK", ()),  # the end of an earlier body
        (b"HTTP/1.1 200 OK\r\nno colon\r\nA: b\r\n\r\n", 200, b"OK", ((b"A", b"b"),)),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n  c\r\n\r\n", 200, b"OK", ((b"A", b"b c"),)),  # folded
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nL: x\r\n\r\nHTTP/1.1 204 No\r\n\r\n", 204, b"No", ()),
        (b"HTTP/1.1 200 OK\r\nA: b\r\nConten", 200, b"OK", ((b"A", b"b"),)),  # cut in the head
    ],
)
def test_head_is_read_as_a_browser_would(block, status, reason, headers):
    head = http1.read_head(block)
    assert (head.status, head.reason, head.headers) == (status, reason, headers)


@pytest.mark.parametrize("block", [b"", b"<html>hello</html>", b"HTTP/2 200\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\r\n"])
def test_what_is_not_http_says_so(block):
    with pytest.raises(BadHttp):
        http1.read_head(block)


@pytest.mark.parametrize(
    ("head", "body", "payload"),
    [
        (b"Content-Length: 3", b"abcdef", b"abc"),  # what follows isn't ours
        (b"Content-Length: 9", b"abc", b"abc"),  # cut
        (b"Content-Length: -1", b"abc", b"abc"),  # no length: all there is
        (b"Content-Length: 3\r\nContent-Length: 3", b"abcd", b"abc"),
        (b"Content-Length: 3\r\nContent-Length: 2", b"abcd", b"abcd"),  # a contradiction says nothing
        (b"Transfer-Encoding: chunked", b"3\r\nabc\r\n0\r\n\r\n", b"abc"),
        (b"TRANSFER-encoding: Chunked", b"3;a=b\r\nabc\r\n2 \r\nde\r\n0\r\nTrailer: x\r\n\r\nrest", b"abcde"),
        (b"Transfer-Encoding: chunked", b"3\nabc\n0\n\n", b"abc"),
        (b"Transfer-Encoding: chunked", b"A\r\nabc", b"abc"),  # cut in a chunk
        (b"Transfer-Encoding: chunked", b"3\r\nabc\r\nzz\r\n", b"abc"),  # broken after the first
        (b"Transfer-Encoding: chunked", b"hello", b"hello"),  # announced and not done
        (b"Transfer-Encoding: identity", b"hello", b"hello"),
    ],
)
def test_payload_is_the_body_after_transfer_decoding(head, body, payload):
    assert http1.payload(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n" + body) == payload


@pytest.mark.parametrize("status", [204, 304])
def test_statuses_without_a_body_have_no_payload(status):
    assert http1.payload(b"HTTP/1.1 %d X\r\n\r\njunk" % status) == b""


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=6), st.data())
def test_chunks_are_found_however_the_bytes_come_in(parts, data):
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\nX: y\r\n\r\n"
    chunks, cut = http1.Chunks(0), data.draw(st.integers(0, len(body)))
    for block in (body[:cut], body + b"next"):
        chunks.scan(block)
    assert chunks.done
    assert chunks.position == len(body)
    assert b"".join(body[start:end] for start, end in chunks.spans) == b"".join(parts)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(block):
    try:
        head = http1.read_head(b"HTTP/1.1 200 OK\r\n" + block)
    except BadHttp:
        return
    http1.payload(b"HTTP/1.1 200 OK\r\n" + block, head)
