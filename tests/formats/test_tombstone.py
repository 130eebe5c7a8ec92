"""A tombstone has the length of what it takes the place of, whatever that is, and every reader reads it."""

import gzip
import hashlib
import io

import pytest
import warcio
from fastwarc.warc import ArchiveIterator
from hypothesis import given, settings
from hypothesis import strategies as st

from snapshotter.errors import BadWarc
from snapshotter.formats import warc

NAMED = [("WARC-Type", "metadata"), ("WARC-Record-ID", "<urn:uuid:1>"), ("WARC-Date", "2024-07-01T12:00:00Z")]


def read(member: bytes) -> warc.Record:
    (record,) = warc.read(io.BytesIO(member))
    return record


@settings(max_examples=200)
@given(st.integers(250, 5_000) | st.integers(5_000, 300_000), st.binary(max_size=80))
def test_any_length_can_be_had(length, block):
    member = warc.fitted(NAMED, block, length)
    record = read(member)
    assert (len(member), record.length, record.id) == (length, length, "<urn:uuid:1>")
    assert record.block.startswith(block)
    assert record.block[len(block) :].strip(b" ") == b""
    assert record.get("WARC-Block-Digest") == f"sha256:{record.sha256}"
    assert len(gzip.decompress(member)) >= record.size
    assert warc.fitted(NAMED, block, length) == member


REAL = hashlib.shake_256(b"words").digest(120)
"""What even the smallest of real records has: digests, ids, headers that don't compress."""


@given(
    st.sampled_from(["request", "response", "revisit", "resource", "conversion"]),
    st.binary(max_size=2_000),
    st.from_regex(r"[a-z0-9/.-]{0,60}", fullmatch=True),
)
def test_any_record_gives_way_to_its_tombstone(kind, block, path):
    fields = [("WARC-Type", kind), *NAMED[1:], ("WARC-Target-URI", f"https://e.example/{path}")]
    old = read(warc.pack([*fields, ("WARC-Block-Digest", warc.digest(block + REAL))], block + REAL))
    new = read(warc.tombstone(old))
    assert (new.length, new.id, new.get("WARC-Date")) == (old.length, old.id, old.get("WARC-Date"))
    assert (new.type, new.get(warc.ERASED)) == ("conversion" if kind == "conversion" else "metadata", kind)
    assert new.block.strip(b" ") == b""


@pytest.mark.parametrize("length", [400, 700, 70_000, 3_000_000])
def test_other_programs_read_on_behind_it(length):
    info = warc.warcinfo("f", "2024-07-01T12:00:00Z", {"software": "test"})
    file = info + warc.fitted(NAMED, b"", length) + info
    found = []
    for record in warcio.ArchiveIterator(io.BytesIO(file), check_digests="raise"):
        record.content_stream().read()
        found.append(record.rec_type)
    assert found == ["warcinfo", "metadata", "warcinfo"]
    records = ArchiveIterator(io.BytesIO(file), parse_http=False)
    found = [(record.headers["WARC-Type"], record.verify_block_digest()) for record in records]
    assert found == [("warcinfo", True), ("metadata", True), ("warcinfo", True)]


@pytest.mark.parametrize("length", [0, 20, 100])
def test_what_is_too_short_is_an_error(length):
    with pytest.raises(BadWarc, match="doesn't fit"):
        warc.fitted(NAMED, b"", length)
