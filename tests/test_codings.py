"""Content codings, as servers really send them."""

import gzip
import random
import zlib

import brotli
import pytest
import zstandard

from snapshotter import codings

TEXT = ("今日新闻 " * 9000).encode()
CODED = {
    "gzip": gzip.compress(TEXT, mtime=0),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstandard.compress(TEXT),
}


@pytest.mark.parametrize("coding", CODED)
def test_content_coding_is_undone(coding):
    assert codings.content(CODED[coding], coding, 1 << 20) == (TEXT, True)
    assert codings.content(CODED[coding], f" {coding.upper()} ", 1 << 20) == (TEXT, True)


@pytest.mark.parametrize("coding", CODED)
def test_content_stops_at_its_bound(coding):
    assert codings.content(CODED[coding], coding, 1000) == (TEXT[:1000], False)


@pytest.mark.parametrize("coding", CODED)
def test_a_cut_stream_gives_what_could_be_read(coding):
    content, whole = codings.content(CODED[coding][:-2], coding, 1 << 20)
    assert not whole
    assert TEXT.startswith(content)


@pytest.mark.parametrize("coding", CODED)
def test_noise_for_a_stream_is_no_error(coding):
    content, whole = codings.content(b"\x1f\x8bnoise" * 50, coding, 1 << 20)
    assert (len(content) < 300, whole) == (True, False)


@pytest.mark.parametrize(
    ("payload", "coding", "expected"),
    [
        (TEXT, "", (TEXT, True)),
        (TEXT, "identity", (TEXT, True)),
        (TEXT, "rot13", (TEXT, False)),
        (b"", "gzip", (b"", True)),
        (gzip.compress(b"a") + gzip.compress(b"b") + b"\0\0", "gzip", (b"ab", True)),  # members, padding
        (zlib.compress(TEXT)[2:-4], "deflate", (TEXT, True)),  # raw, as some servers send it
        (brotli.compress(gzip.compress(TEXT)), "gzip, br", (TEXT, True)),
    ],
)
def test_odd_codings(payload, coding, expected):
    assert codings.content(payload, coding, 1 << 20) == expected


def test_a_wrong_checksum_costs_a_few_bytes_at_the_most():
    text = random.Random(1).randbytes(3000).hex().encode()
    content, whole = codings.content(gzip.compress(text)[:-8] + b"x" * 8, "x-gzip", 1 << 20)
    assert not whole
    assert text.startswith(content)
    assert len(content) > len(text) - 50
