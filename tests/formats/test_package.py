import fcntl
import gzip
import hashlib
import json
import os
import resource
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import duckdb
import pandas
import polars
import pytest

from snapshotter.errors import BadRecord, CannotWrite, DigestMismatch, FormatError, UsageError
from snapshotter.formats import files, jsonl, package
from snapshotter.formats.compression import opened
from snapshotter.formats.edition import Edition
from snapshotter.formats.schema import KINDS
from snapshotter.items import Image, Related, Right, Snapshot

TIME = "2024-07-01T13:41:00Z"
EDITION = Edition(host="snapshots.example")
PAPERS = {"manifest.json", "snapshot.schema.json", "datapackage.json"}
LINES = ("jsonl", "jsonl.gz", "jsonl.zst")


def record(number, **fields):
    return Snapshot(**{"id": f"sn_{number}", "title": f"题{number}", "captured_at": TIME, "archive": "a", **fields})


def export(records, out, form="jsonl"):
    return package.export(records, out, form=form, edition=EDITION, run="run-1")


def names(folder):
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("form", package.FORMS)
def test_an_export_is_read_back(form, tmp_path):
    records = [record(n, body_text=f"文{n}") for n in range(3)]
    export(records, tmp_path / "a" / "b", form)
    back = list(package.read(tmp_path / "a" / "b"))
    assert [each.title for each in back] == ["题0", "题1", "题2"]
    if form != "text":
        assert back == records


@pytest.mark.parametrize("form", package.FORMS)
def test_the_manifest_says_what_is_there(form, tmp_path):
    manifest = export([record(1), record(2, captured_at="2023-01-01T00:00:00Z")], tmp_path, form)
    assert json.loads((tmp_path / "manifest.json").read_bytes()) == json.loads(json.dumps(asdict(manifest)))
    assert package.manifest_of(tmp_path) == manifest
    assert (manifest.form, manifest.run, manifest.schema, manifest.records) == (form, "run-1", "snapshotter/1", 2)
    assert (manifest.captured_from, manifest.captured_to) == ("2023-01-01T00:00:00Z", TIME)
    assert sum(file.records for file in manifest.files) == 2
    for file in manifest.files:
        data = (tmp_path / file.name).read_bytes()
        assert (file.bytes, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("form", package.FORMS)
def test_the_same_records_give_the_same_bytes(form, tmp_path):
    records = [record(n) for n in range(5)]
    assert export(records, tmp_path / "a", form) == export(records, tmp_path / "b", form)


def test_an_export_of_nothing_is_an_empty_one(tmp_path):
    manifest = export([], tmp_path)
    assert (manifest.records, manifest.captured_from, manifest.files[0].bytes) == (0, "", 0)
    assert list(package.read(tmp_path)) == []


def test_a_re_export_takes_the_place_of_the_one_before(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    for form in ("text", "html", "jsonl.gz", "jsonl", "text"):
        export([record(1), record(2)], tmp_path, form)
        export([record(2), record(3)], tmp_path, form)
        assert [each.title for each in package.read(tmp_path)] == ["题2", "题3"]
        data = "snapshots" if form in {"text", "html"} else f"records.{form}"
        assert names(tmp_path) == PAPERS | {data, "notes.txt"}
    assert names(tmp_path / "snapshots") == {"sn_2.txt", "sn_3.txt"}


@pytest.mark.parametrize("form", package.FORMS)
def test_a_failed_export_leaves_the_one_before(form, tmp_path):
    def failing():
        yield record(5)
        raise BadRecord("the source broke")

    export([record(1)], tmp_path, form)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}
    with pytest.raises(BadRecord, match="the source broke"):
        export(failing(), tmp_path, form)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()} == before
    assert len(names(tmp_path)) == 4


@pytest.mark.parametrize("form", ["jsonl", "text"])
def test_what_a_killed_export_left_is_cleared(form, tmp_path):
    export([record(1)], tmp_path, form)
    killed = f"""
import os, signal
from pathlib import Path
from snapshotter.formats import package
from snapshotter.formats.edition import Edition
from snapshotter.items import Snapshot
def records():
    for n in range(200):
        yield Snapshot(id=f"sn_{{n}}", body_text="文" * 1000)
    os.kill(os.getpid(), signal.SIGKILL)
package.export(records(), Path({str(tmp_path)!r}), form={form!r}, edition=Edition(), run="r")
"""
    assert subprocess.run([sys.executable, "-c", killed], check=False).returncode == -9
    assert [each.title for each in package.read(tmp_path)] == ["题1"]
    export([record(2)], tmp_path, form)
    assert [each.title for each in package.read(tmp_path)] == ["题2"]
    assert len(names(tmp_path)) == 4


@pytest.mark.parametrize("form", package.FORMS)
def test_a_full_disk_is_said_and_leaves_the_export_before(form, tmp_path):
    export([record(1)], tmp_path, form)
    noise = hashlib.sha256(b"").hexdigest()
    big = "".join(noise := hashlib.sha256(noise.encode()).hexdigest() for _ in range(3000))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        with pytest.raises(CannotWrite, match="File too large"):
            export([record(n, body_text=big) for n in range(3)], tmp_path, form)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [each.title for each in package.read(tmp_path)] == ["题1"]
    assert len(names(tmp_path)) == 4


def test_a_folder_that_is_a_file_is_said(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(CannotWrite, match="could not be written"):
        export([record(1)], tmp_path / "out")


def test_a_form_there_is_not_is_refused(tmp_path):
    with pytest.raises(UsageError, match="there are jsonl, "):
        export([], tmp_path, "csv")


def test_two_exports_at_once_are_one_too_many(tmp_path):
    descriptor = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(UsageError, match="another export"):
        export([record(1)], tmp_path)
    os.close(descriptor)
    export([record(1)], tmp_path)


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([record(1), record(1)], "sn_1 comes twice"),
        ([record("../x")], "can't name a file"),
        ([Snapshot()], "can't name"),
    ],
)
def test_an_id_that_can_not_name_a_file_is_refused(records, message, tmp_path):
    with pytest.raises(BadRecord, match=message):
        export(records, tmp_path, "text")
    assert names(tmp_path) == set()


def test_where_the_file_system_can_not_swap_folders_they_are_renamed_in_turn(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_RENAME_EXCHANGE", 1 << 20)  # no such flag: EINVAL
    export([record(1)], tmp_path, "text")
    export([record(2)], tmp_path, "text")
    assert [each.title for each in package.read(tmp_path)] == ["题2"]
    assert names(tmp_path) == PAPERS | {"snapshots"}


def test_a_damaged_export_is_refused(tmp_path):
    export([record(1)], tmp_path)
    with (tmp_path / "records.jsonl").open("ab") as file:
        file.write(b" ")
    with pytest.raises(DigestMismatch, match="isn't the file that the manifest names"):
        list(package.read(tmp_path))


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "[]",
        "{}",
        '{"schema":"","run":"","form":"x","records":0,"captured_from":"","captured_to":"","files":[]}',
        '{"schema":"","run":"","form":"text","records":0,"captured_from":"","captured_to":"","files":'
        '[{"name":"../../x","bytes":0,"sha256":"","records":0}]}',
    ],
)
def test_a_manifest_of_something_else_is_refused(manifest, tmp_path):
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(FormatError):
        list(package.read(tmp_path))
    export([record(1)], tmp_path)


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: data[:40] + b"\0\0" + data[42:]])
def test_a_damaged_compressed_file_is_refused(suffix, damage, tmp_path):
    export([record(n, title=os.urandom(20).hex()) for n in range(500)], tmp_path, f"jsonl{suffix}")
    path = tmp_path / f"records.jsonl{suffix}"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(FormatError), opened(path) as stream:
        list(jsonl.read_all(stream))


def test_a_file_of_several_gzip_members_is_one_file(tmp_path):
    line = jsonl.dumps(record(1)).encode() + b"\n"
    (tmp_path / "x.jsonl.gz").write_bytes(gzip.compress(line) * 2)
    with opened(tmp_path / "x.jsonl.gz") as stream:
        assert len(list(jsonl.read_all(stream))) == 2


def test_the_schema_and_the_data_package_name_every_field(tmp_path):
    manifest = export([record(1)], tmp_path)
    schema = json.loads((tmp_path / "snapshot.schema.json").read_bytes())
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert list(schema["properties"]) == schema["required"] == list(KINDS)
    assert schema["properties"]["images"]["items"]["required"] == ["url", "alt", "caption"]
    assert schema["properties"]["revision"]["type"] == "integer"
    (resource_,) = json.loads((tmp_path / "datapackage.json").read_bytes())["resources"]
    assert resource_["hash"] == f"sha256:{manifest.files[0].sha256}"
    assert [field["name"] for field in resource_["schema"]["fields"]] == list(KINDS)


# Real readers, with no options


def all_empty(number):
    return [record(f"1e{n}", id=f"sn_1e{n}") for n in range(number)]


FULL = record(
    "last",
    published_at=TIME,
    tags=("a",),
    authors=("b",),
    images=(Image("https://a.example", "", ""),),
    rights=(Right("robots", "all"),),
    related=(Related("t", "e", TIME),),
)
SHAPES = {
    "lists empty in all rows": all_empty(120),
    "first rows empty": [*all_empty(300), FULL],
    "one row": [FULL],
    "times in nearly all rows": [replace(FULL, id=f"sn_{n}") for n in range(300)] + all_empty(1),
}


@pytest.mark.parametrize("form", LINES)
@pytest.mark.parametrize("shape", SHAPES)
def test_pandas_polars_and_duckdb_read_an_export(shape, form, tmp_path):
    records = SHAPES[shape]
    export(records, tmp_path, form)
    path = str(tmp_path / f"records.{form}")
    ids = sorted(each.id for each in records)

    frame = pandas.read_json(path, lines=True)
    assert sorted(frame["id"]) == ids
    assert str(frame["captured_at"].dtype).startswith("datetime64")
    assert list(frame.columns) == list(KINDS)

    table = polars.read_ndjson(path)
    assert table["id"].sort().to_list() == ids
    assert table["captured_at"].str.to_datetime("%Y-%m-%dT%H:%M:%SZ").null_count() == 0
    assert table["images"].list.len().sum() == sum(len(each.images) for each in records)

    relation = duckdb.connect().sql(f"SELECT * FROM '{path}'")
    assert sorted(row[0] for row in relation.select("id").fetchall()) == ids
    assert str(relation.select("captured_at").types[0]) == "TIMESTAMP WITH TIME ZONE"
    tags = relation.select("len(tags)").fetchall()
    assert sum(count for (count,) in tags) == sum(len(each.tags) for each in records)


def test_duckdb_reads_past_what_it_guesses_from(tmp_path):
    odd = {"published_at": "", "published_raw": "7月1日", "etag": "x"}
    usual = {"published_at": TIME, "published_raw": "2024-07-01 21:41", "etag": "6e1a0bd2-8f5c-4a6c-9c61-5a3a4a1b2c3d"}
    export((record(n, **(odd if n == 21_000 else usual)) for n in range(21_001)), tmp_path)
    rows = duckdb.connect().sql(f"SELECT published_raw FROM '{tmp_path}/records.jsonl'").fetchall()
    assert len(rows) == 21_001
    assert ("7月1日",) in rows


def test_records_keep_their_order_but_for_late_witnesses(tmp_path):
    records = [*all_empty(60), FULL, *[replace(FULL, id=f"sn_{n}") for n in range(5)]]
    export(records, tmp_path)
    lines = [json.loads(line)["id"] for line in Path(tmp_path / "records.jsonl").read_bytes().splitlines()]
    assert lines == ["sn_last", *[each.id for each in records if each.id != "sn_last"]]


def test_jq_reads_an_export(tmp_path):
    export(SHAPES["first rows empty"], tmp_path)
    done = subprocess.run(
        ["jq", "-r", '.captured_at | fromdate | tostring | . + "Z"', str(tmp_path / "records.jsonl")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(done.stdout.split()) == {"1719841260Z"}


@pytest.mark.parametrize("placed", [0, 1, 2, 3])
def test_an_export_that_was_killed_is_settled(tmp_path, placed):
    """Killed between its renames: the records are in place and get their papers, or nothing has happened."""
    old, new = ([replace(Snapshot(), id=f"sn_{n}")] * 1 for n in "12")
    package.export(old, tmp_path / "out", form="jsonl", edition=Edition.of("en", "UTC", ""), run="old")
    package.export(new, tmp_path / "new", form="jsonl", edition=Edition.of("en", "UTC", ""), run="new")
    names = ("records.jsonl", *package.PAPERS)
    for number, name in enumerate(names):
        target = tmp_path / "out" / name
        (tmp_path / "new" / name).replace(target if number < placed else target.with_name(f"{name}.part"))
    package.settle(tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(names)
    assert list(package.read(tmp_path / "out")) == (new if placed else old)
