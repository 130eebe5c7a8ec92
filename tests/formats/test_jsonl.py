import io
import json
import subprocess
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from snapshot_strategies import snapshots

from snapshotter.errors import BadRecord
from snapshotter.formats import jsonl
from snapshotter.items import Image, Related, Right, Snapshot

FULL = Snapshot(
    id="sn_1e5",
    title="标题 “引”\u2028",
    captured_at="2024-07-01T13:41:00Z",
    tags=("一", "二"),
    images=(Image("https://a.example/b.jpg", "图", "说明"),),
    rights=(Right("robots", "noarchive"),),
    related=(Related("题", "文", "2024-07-01T13:41:00Z"),),
    warc_offset=2**63 - 1,
)
LINE = jsonl.dumps(FULL)


@settings(max_examples=200, deadline=None)
@given(snapshots)
def test_what_is_written_is_read_back(snapshot):
    line = jsonl.dumps(snapshot)
    assert "\n" not in line
    assert jsonl.loads(line) == jsonl.loads(line.encode()) == snapshot


def test_a_line_has_every_field_in_order_with_its_type():
    record = json.loads(LINE)
    assert list(record) == [field.name for field in fields(Snapshot)]
    assert record["images"] == [{"url": "https://a.example/b.jpg", "alt": "图", "caption": "说明"}]
    assert record["tags"] == ["一", "二"]
    assert None not in record.values()
    assert "“引”" in LINE  # without escapes


def test_an_empty_record_has_empty_strings_and_lists():
    record = json.loads(jsonl.dumps(Snapshot()))
    assert {type(value) for value in record.values()} == {str, int, list}


def test_a_lone_surrogate_is_written_as_utf_8_can_hold_it():
    assert json.loads(jsonl.dumps(Snapshot(title="坏\ud800字")).encode())["title"] == "坏\ufffd字"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"title":', '"titel":', r"keys missing: title; unknown: titel"),
        ('"revision":0,', "", "keys missing: revision"),
        ('"revision":0,', '"revision":0,"revision":0,', "a key comes twice"),
        ('"revision":0', '"revision":"0"', "revision: should be an integer, is '0'"),
        ('"revision":0', '"revision":0.0', "revision: should be an integer, is a fraction"),
        ('"revision":0', '"revision":true', "revision: should be an integer, is True"),
        ('"revision":0', '"revision":-1', "revision: should be from 0"),
        (str(2**63 - 1), str(2**63), "warc_offset: should be from 0"),
        (str(2**63 - 1), "9" * 5000, "not JSON: Exceeds the limit"),
        ('"revision":0', '"revision":NaN', "NaN isn't JSON"),
        ('"etag":""', '"etag":null', "etag: should be a string, is null"),
        ('"etag":""', '"etag":5', "etag: should be a string, is 5"),
        ('"etag":""', '"etag":"\\ud800"', "etag: holds a lone surrogate"),
        ('"authors":[]', '"authors":""', "authors: should be a list, is ''"),
        ('"authors":[]', '"authors":[null]', r"authors\[0\]: should be a string, is null"),
        ('"authors":[]', '"authors":' + "[" * 100_000 + "]" * 100_000, "not JSON: maximum recursion|authors"),
        ('"alt":"图"', '"alt":1', r"images\[0\].alt: should be a string, is 1"),
        ('"alt":"图",', "", r"images\[0\]: keys missing: alt"),
        ('"alt":', '"alt ":', r"images\[0\]: keys missing: alt; unknown: alt "),
        ('[{"name":"robots","value":"noarchive"}]', '["robots"]', r"rights\[0\]: should be an object, is 'robots'"),
        (
            '"captured_at":"2024-07-01T13:41:00Z"',
            '"captured_at":"2024-07-01 13:41:00"',
            "captured_at: should be empty or",
        ),
        ('"captured_at":"2024-07-01T13:41:00Z"', '"captured_at":"2024-07-01T13:41:00Z\\n"', "captured_at: should be"),
        ('"published_at":"2024-07-01T13:41:00Z"', '"published_at":"soon"', r"related\[0\].published_at: should be"),
        ('"verdict":"ok"', '"verdict":"fine"', "verdict: should be one of ok, paywall"),
        ('"change":""', '"change":[]', "change: should be one of new, revised"),
        ("snapshotter/1", "snapshotter/2", "schema: should be one of snapshotter/1; is 'snapshotter/2'"),
        ('{"schema"', '["schema"', "not JSON"),
        (LINE, "[]", "not a JSON object"),
        (LINE, "", "not JSON"),
    ],
)
def test_what_is_not_a_record_is_refused_with_its_key(old, new, message):
    assert old in LINE
    with pytest.raises(BadRecord, match=message):
        jsonl.loads(LINE.replace(old, new))


@pytest.mark.parametrize("line", [b"\xff", "{}".encode("utf-16"), b"\xef\xbb\xbf{}", b"\x00"])
def test_bytes_that_are_not_utf_8_json_are_refused(line):
    with pytest.raises(BadRecord):
        jsonl.loads(line)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=20), st.integers(0, len(LINE)), st.integers(0, 40))
def test_a_damaged_line_is_read_or_refused_and_nothing_else(junk, at, cut):
    try:
        jsonl.loads(LINE[:at] + junk + LINE[at + cut :])
    except BadRecord:
        return


def test_a_stream_is_read_line_by_line():
    file = io.BytesIO()
    records = [replace(FULL, revision=n) for n in range(3)]
    assert jsonl.write_all(records, file) == 3
    assert file.getvalue().count(b"\n") == 3
    file.seek(0)
    assert list(jsonl.read_all(file)) == records
    assert list(jsonl.read_all(io.BytesIO())) == []
    assert list(jsonl.read_all(io.BytesIO(LINE.encode()))) == [FULL]  # only its newline is missing


@pytest.mark.parametrize(
    ("tail", "message"),
    [
        (LINE[:50], r"line 2: not JSON.*its end is missing"),
        ("\n", "line 2: not JSON"),
        ("{}\n", "line 2: keys missing: schema"),
    ],
)
def test_a_line_that_is_no_record_is_refused_with_its_number(tail, message):
    lines = jsonl.read_all(io.BytesIO(f"{LINE}\n{tail}".encode()))
    assert next(lines) == FULL
    with pytest.raises(BadRecord, match=message):
        next(lines)


def test_a_line_without_end_is_refused_early(monkeypatch):
    monkeypatch.setattr(jsonl, "MAX_LINE_BYTES", 1000)
    with pytest.raises(BadRecord, match="line 1: longer than 1000 bytes"):
        list(jsonl.read_all(io.BytesIO(b'{"a":"' + b"x" * 10_000)))


def test_jq_reads_a_line():
    done = subprocess.run(["jq", "-r", ".id, .images[0].alt"], input=LINE, capture_output=True, text=True, check=True)
    assert done.stdout == "sn_1e5\n图\n"
