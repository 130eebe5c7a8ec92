import contextlib
import gzip
import io
import subprocess
import sys
from pathlib import Path

import pytest
from captures import NOON, REQUEST, answer, exchange
from fastwarc.warc import ArchiveIterator
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from snapshotter.errors import BadWarc
from snapshotter.formats import warc

HERE = Path(__file__).parent
GOLDEN = HERE / "golden" / "event.warc"
DAMAGED = sorted((HERE.parent / "damaged" / "warc").glob("*.warc.gz"))


def event() -> bytes:
    """A file of all kinds of records."""
    block = answer(b"\x00\xff" * 40, "200", "Set-Cookie: a=1", "set-cookie: b=2", "no colon here", "X-Latin: \xe9")
    first = warc.traffic(exchange("https://news.example/a", block), warc.digest(b"\x00\xff" * 40), event="1")
    later = warc.traffic(exchange("https://news.example/a", block, 60), warc.digest(b"\x00\xff" * 40), event="2")
    original = warc.Original(first.response_id, first.url, first.date)
    return b"".join([
        warc.warcinfo("x.warc.gz", "2024-07-01T12:00:00Z", {"software": "test", "operator": "", "robots": "obey"}),
        warc.request(first, REQUEST),
        warc.response(first, block, stored_from=len(block) - 80),
        warc.conversion(first, "sn_1", '{"title":"标题"}'.encode()),
        warc.request(later, REQUEST),
        warc.revisit(later, block[:-80], original, profile=warc.IDENTICAL),
        warc.conversion(later, "sn_2", b"{}"),
    ])  # fmt: skip


names = st.sampled_from(["WARC-Type", "WARC-Target-URI", "X-Other", "x-other"])
values = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1).map(str.strip).filter(bool)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(names, values), max_size=6), st.binary(max_size=3000), st.booleans(), st.data())
def test_what_is_written_is_read(fields, block, stored, data):
    split = data.draw(st.integers(0, len(block))) if stored else None
    packed = warc.pack(fields, block, stored_from=split)
    record, again = warc.read(io.BytesIO(packed * 2))
    assert record.fields[:-1] == tuple(fields)
    assert (record.block, record.size, record.offset, record.length) == (block, len(block), 0, len(packed))
    assert (again.offset, again.block, again.end) == (len(packed), block, 2 * len(packed))
    assert gzip.decompress(packed).endswith(block + b"\r\n\r\n")


@pytest.mark.parametrize("size", [0, 1, 65_400, 65_535, 65_536, 300_000])
def test_stored_blocks_of_any_length(size):
    block = bytes(size)
    (record,) = warc.read(io.BytesIO(warc.pack([("WARC-Type", "response")], block, stored_from=0)))
    assert record.block == block


def test_records_are_as_they_always_were():
    assert gzip.decompress(event()) == GOLDEN.read_bytes()


def test_members_are_deterministic_and_carry_no_time():
    assert event() == event()
    assert event()[4:8] == bytes(4)  # RFC 1952: MTIME


def test_fastwarc_and_warcio_read_every_record(tmp_path):
    file = tmp_path / "x.warc.gz"
    file.write_bytes(event())
    kinds = ["warcinfo", "request", "response", "conversion", "request", "revisit", "conversion"]
    with file.open("rb") as stream:
        found = [
            (record.headers["WARC-Type"], record.verify_block_digest())
            for record in ArchiveIterator(stream, parse_http=False)
        ]
    assert found == [(kind, True) for kind in kinds]
    with file.open("rb") as stream:
        blocks = []
        for record in WarcioIterator(stream, check_digests=True):
            record.content_stream().read()
            assert record.digest_checker.passed is not False
            blocks.append(record.rec_type)
    assert blocks == kinds


def test_fastwarc_check_finds_nothing(tmp_path):
    file = tmp_path / "x.warc.gz"
    file.write_bytes(event())
    command = [sys.executable, "-m", "fastwarc.cli", "check", str(file)]
    check = subprocess.run(command, capture_output=True, text=True, check=False)
    assert check.returncode == 0
    assert "7 records were verified successfully" in check.stdout


def test_a_revisit_says_where_its_payload_lies():
    original, revisit = (record for record in warc.read(io.BytesIO(event())) if record.type in {"response", "revisit"})
    assert revisit.get("warc-refers-to") == original.id
    assert revisit.get("WARC-Refers-To-Target-URI") == original.get("WARC-Target-URI")
    assert revisit.get("WARC-Refers-To-Date") == original.get("WARC-Date")
    assert revisit.get("WARC-Payload-Digest") == original.get("WARC-Payload-Digest")
    assert revisit.block == original.block[:-80]


@pytest.mark.parametrize("value", ["a\r\nWARC-Type: x", "a\nb", "a\rb"])
def test_a_line_break_can_not_get_into_a_head(value):
    with pytest.raises(BadWarc):
        warc.pack([("WARC-Target-URI", value)], b"")


def test_other_programs_heads_are_read():
    head = b"WARC/1.0\nwarc-type: Response\nX-Folded: a\n\tb\nno colon\nContent-Length: 3\n\n"
    (record,) = warc.read(io.BytesIO(gzip.compress(head + b"abc\r\n\r\n")))
    assert (record.type, record.get("x-folded"), record.block) == ("response", "a b", b"abc")


def test_a_long_block_is_digested_whole_and_kept_in_part():
    packed = warc.pack([("WARC-Type", "response")], b"x" * 5_000_000)
    (record,) = warc.read(io.BytesIO(packed), max_block=1000)
    assert (len(record.block), record.size, record.is_whole) == (1000, 5_000_000, False)
    assert f"sha256:{record.sha256}" == warc.digest(b"x" * 5_000_000)


@pytest.mark.parametrize("path", DAMAGED, ids=lambda path: path.name)
def test_damage_is_told(path):
    """Each file of ``damaged/warc`` starts with one sound record."""
    with path.open("rb") as stream:
        found = warc.read(stream)
        assert next(found).type == "warcinfo"
        with pytest.raises(BadWarc):
            list(found)


def test_there_are_damaged_files():
    assert len(DAMAGED) >= 8


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_any_flipped_byte_or_cut_is_told_or_harmless(data):
    whole = event()
    sound = [record.block for record in warc.read(io.BytesIO(whole))]
    place = data.draw(st.integers(0, len(whole) - 1))
    flipped = whole[:place] + bytes([whole[place] ^ data.draw(st.integers(1, 255))]) + whole[place + 1 :]
    for damaged in (whole[:place], flipped):
        found = []
        with contextlib.suppress(BadWarc):
            found.extend(record.block for record in warc.read(io.BytesIO(damaged)))
        assert found == sound[: len(found)]


def test_reading_goes_on_behind_damage():
    whole = event()
    places = [record.offset for record in warc.read(io.BytesIO(whole))]
    broken = bytearray(whole)
    broken[places[2] + 30] ^= 0xFF
    stream = io.BytesIO(bytes(broken))
    assert warc.next_member(stream, places[2] + 1) == places[3]
    assert warc.next_member(stream, places[-1] + 1) is None


def test_dates_are_whole_seconds_in_utc():
    assert warc.traffic(exchange("https://a.example/", b""), "", event="").date == f"{NOON:%Y-%m-%dT%H:%M:%SZ}"
