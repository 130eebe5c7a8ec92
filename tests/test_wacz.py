"""WACZ packages of an archive: valid for other programs, signed, whole, and read back as what they were made of."""

import base64
import gzip
import hashlib
import io
import json
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from captures import answer, capture, captures, page
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from project import ROOT

from snapshotter.errors import BadWacz
from snapshotter.formats import warc
from snapshotter.formats.wacz import signer, warcs
from snapshotter.proof.keys import public_keys
from snapshotter.proof.notes import opened
from snapshotter.store import Archive, ArchiveReader
from snapshotter.verify import verify

URL = "https://news.example/2024/07/story.html"


@pytest.fixture
def folder(tmp_path):
    """An archive with redirects, a revisit, a not-modified page, and two files."""
    folder = tmp_path / "archive"
    with Archive.open(folder, archive_name="news.example") as archive:
        archive.add(captures(5))
        archive.add([capture(page(URL, answer(b"<p>first</p>"), 1))])
    with Archive.open(folder, archive_name="news.example") as archive:
        archive.add([capture(page(URL, answer(b"<p>first</p>"), 2))])
        archive.add([capture(page(URL, answer(b"", "304 Not Modified"), 3))])
        archive.add([capture(page("https://news.example/short", answer(b"<p>moved</p>"), 4, final_url=f"{URL}?moved"))])
    return folder


def run(program, *arguments, status=0):
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == status, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout + done.stderr


def snapshotter(*arguments, status=0):
    return run("from snapshotter.commands.main import main; main()", *arguments, status=status)


def export(folder, target, *arguments, status=0):
    return snapshotter(
        "export", *arguments, "--format", "wacz", "--out", target, "--archive", folder,
        "-s", "SNAPSHOTTER_HOST=news.example", status=status,
    )  # fmt: skip


def test_a_package_is_valid_for_others_and_its_index_is_cdxj_indexers(folder, tmp_path):
    target = tmp_path / "all.wacz"
    assert "9 records, captured 2024-07-01T12:00:00Z to 2024-07-01T12:04:00Z" in export(folder, target)
    assert "Validation succeeded" in run("from wacz.main import main; main()", "validate", "-f", target)
    with zipfile.ZipFile(target) as package:
        package.extract("archive/data.warc.gz", tmp_path)
        index = gzip.decompress(package.read("indexes/index.cdx.gz"))
    file = tmp_path / "archive" / "data.warc.gz"
    assert run("from cdxj_indexer.main import main; main()", "--sort", file) == index.decode()
    assert "0 failed" in run("from fastwarc.cli import main; main()", "check", file)


def test_it_holds_the_archives_own_members_to_the_byte_and_each_once(folder, tmp_path):
    export(folder, tmp_path / "all.wacz")
    ours = {
        record.id: (record.type, record.sha256, record.length)
        for path in (folder / "warc").glob("*.warc.gz")
        for record in warc.read(io.BytesIO(path.read_bytes()))
        if record.type != "warcinfo"
    }
    with zipfile.ZipFile(tmp_path / "all.wacz") as package:
        found = list(warc.read(io.BytesIO(package.read("archive/data.warc.gz"))))
    theirs = [(record.id, (record.type, record.sha256, record.length)) for record in found if record.type != "warcinfo"]
    assert dict(theirs) == ours
    assert len(theirs) == len(ours)


def test_one_snapshot_brings_the_response_that_it_repeats(folder, tmp_path):
    with ArchiveReader.open(folder) as archive:
        first, again, unmodified = archive.history(URL)
    for snapshot in (again, unmodified):
        target = tmp_path / f"{snapshot.id}.wacz"
        export(folder, target, snapshot.id)
        with zipfile.ZipFile(target) as package:
            records = list(warc.read(io.BytesIO(package.read("archive/data.warc.gz"))))
            pages = package.read("pages/pages.jsonl").decode().splitlines()
            paper = json.loads(package.read("datapackage.json"))
        assert {first.warc_record_id, snapshot.warc_record_id} <= {record.id for record in records}
        assert [record.type for record in records].count("conversion") == 2
        assert json.loads(pages[1])["url"] == URL
        assert len(pages) == 2
        assert (paper["mainPageUrl"], paper["mainPageDate"]) == (URL, snapshot.captured_at)


def test_a_redirect_is_in_it(folder, tmp_path):
    export(folder, tmp_path / "x.wacz", "https://news.example/short")
    with zipfile.ZipFile(tmp_path / "x.wacz") as package:
        records = list(warc.read(io.BytesIO(package.read("archive/data.warc.gz"))))
    kinds = ["warcinfo", "request", "response", "request", "response", "conversion"]
    assert [record.type for record in records] == kinds
    assert {record.get("WARC-Target-URI") for record in records if record.type == "response"} == {
        "https://news.example/short",
        f"{URL}?moved",
    }


def test_the_signature_is_the_archives_as_browsers_verify_it(folder, tmp_path):
    target = tmp_path / "all.wacz"
    export(folder, target)
    with zipfile.ZipFile(target) as package:
        digest = json.loads(package.read("datapackage-digest.json"))
        raw = package.read("datapackage.json")
    signed, paper = digest["signedData"], json.loads(raw)
    assert digest["hash"] == signed["hash"] == f"sha256:{hashlib.sha256(raw).hexdigest()}"
    assert set(signed) == {"hash", "created", "software", "version", "signature", "publicKey"}
    assert signed["created"] == paper["created"]
    key = load_der_public_key(base64.b64decode(signed["publicKey"]))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp384r1"
    pair = base64.b64decode(signed["signature"])
    signature = encode_dss_signature(int.from_bytes(pair[:48]), int.from_bytes(pair[48:]))
    key.verify(signature, signed["hash"].encode(), ec.ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        key.verify(signature, b"another", ec.ECDSA(SHA256()))
    text, _ = opened(paper["signingKeyNote"].encode(), public_keys(folder))
    assert signed["publicKey"] in text
    export(folder, tmp_path / "again.wacz", URL)
    with zipfile.ZipFile(tmp_path / "again.wacz") as package:
        again = json.loads(package.read("datapackage-digest.json"))["signedData"]
    assert again["publicKey"] == signed["publicKey"]


def test_a_key_follows_from_the_secret_and_from_nothing_else():
    one, same, other = signer(b"1" * 32, "a", "1"), signer(b"1" * 32, "b", "2"), signer(b"2" * 32, "a", "1")
    assert one.public_key == same.public_key
    assert one.public_key != other.public_key
    # pinned: packages of different years must show one key
    assert one.public_key.endswith("luP+CooIw02EqJekE1aqcGWd4kDoXo/1It")


def test_readers_of_parts_find_where_data_begins(folder, tmp_path):
    # wabac.js takes an entry without an extra field in the directory to have none in front of its data
    target = tmp_path / "all.wacz"
    export(folder, target)
    data = target.read_bytes()
    with zipfile.ZipFile(target) as package:
        for entry in package.infolist():
            name, extra = struct.unpack_from("<HH", data, entry.header_offset + 26)
            assert name == len(entry.filename)
            assert extra == 0 or entry.extra
            stored = entry.filename.startswith(("archive/", "indexes/index.cdx"))
            assert (entry.compress_type == zipfile.ZIP_STORED) == stored


def test_read_back_it_is_the_same_articles(folder, tmp_path):
    export(folder, tmp_path / "all.wacz")
    other = tmp_path / "other"
    assert "9 captures added" in snapshotter("import", "--no-extract", tmp_path / "all.wacz", "--archive", other)
    with ArchiveReader.open(folder) as ours, ArchiveReader.open(other) as theirs:
        found = {(one.final_url, one.captured_at): one for one in theirs.snapshots()}
        for snapshot in ours.snapshots():
            same = found[snapshot.final_url, snapshot.captured_at]
            assert theirs.response_block(same) == ours.response_block(snapshot)
            if snapshot.http_status == 200:
                assert same.raw_sha256 == snapshot.raw_sha256
    assert [problem.what for problem in verify(other)] == []


def test_an_imported_capture_is_exported_with_what_it_repeats(folder, tmp_path):
    export(folder, tmp_path / "all.wacz")
    other = tmp_path / "other"
    snapshotter("import", "--no-extract", tmp_path / "all.wacz", "--archive", other)
    export(other, tmp_path / "again.wacz")
    assert "Validation succeeded" in run(
        "from wacz.main import main; main()", "validate", "-f", tmp_path / "again.wacz"
    )
    third = tmp_path / "third"
    assert "9 captures added" in snapshotter("import", "--no-extract", tmp_path / "again.wacz", "--archive", third)


def test_any_byte_changed_in_what_is_kept_of_a_package_is_told(folder, tmp_path):
    target = tmp_path / "one.wacz"
    export(folder, target, URL)
    data = target.read_bytes()
    with zipfile.ZipFile(target) as package:
        parts = {entry.filename: entry for entry in package.infolist()}
    for name in ("archive/data.warc.gz", "datapackage.json", "datapackage-digest.json"):
        entry = parts[name]
        start = entry.header_offset + 30 + sum(struct.unpack_from("<HH", data, entry.header_offset + 26))
        for place in range(start, start + entry.compress_size, max(entry.compress_size // 25, 1)):
            changed = tmp_path / "changed.wacz"
            changed.write_bytes(data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :])
            try:
                warcs(changed)
            except BadWacz:
                continue
            with zipfile.ZipFile(target) as package, zipfile.ZipFile(changed) as other:  # a bit deflate leaves free
                assert other.read(name) == package.read(name)


def packed(path, **parts):
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name.replace("__", "/").replace("_json", ".json"), data)
    return path


@pytest.mark.parametrize(("parts", "said"), [
    ({}, "no datapackage.json"),
    ({"datapackage_json": "["}, "can't be read"),
    ({"datapackage_json": "[" * 100_000}, "can't be read"),
    ({"datapackage_json": "[]"}, "isn't a JSON object"),
    ({"datapackage_json": '{"resources": [1]}'}, "no file"),
    ({"datapackage_json": '{"resources": [{"path": "archive/x.warc.gz"}]}'}, "isn't in the package"),
    ({"datapackage_json": '{"resources": [{"path": "archive/a", "hash": "crc:1"}]}', "archive__a": "x"}, "of digest"),
    ({"datapackage_json": "{}", "datapackage-digest_json": '{"hash": "sha256:00"}'}, "altered"),
    ({"datapackage_json": "{}", "datapackage-digest_json": '{"signedData": {"hash": 1}}'}, "another datapackage"),
])  # fmt: skip
def test_what_is_no_package_is_told(tmp_path, parts, said):
    with pytest.raises(BadWacz, match=said):
        warcs(packed(tmp_path / "x.wacz", **parts))


def test_a_bomb_within_a_package_is_refused(tmp_path):
    path = tmp_path / "x.wacz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("datapackage.json", "{}")
        package.writestr("archive/x.warc.gz", bytes(50_000_000))
    with pytest.raises(BadWacz, match="compressed once more"):
        warcs(path)
    cut = tmp_path / "cut.wacz"
    cut.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(BadWacz, match="not a ZIP file"):
        warcs(cut)


def test_a_capture_that_cannot_be_read_is_left_out_and_named(folder, tmp_path):
    with ArchiveReader.open(folder) as archive:
        victim = archive.history(URL)[0]
    path = folder / "warc" / victim.warc_file
    data = bytearray(path.read_bytes())
    data[victim.warc_offset + victim.warc_length // 2] ^= 0xFF
    path.write_bytes(data)
    said = export(folder, tmp_path / "all.wacz", status=1)
    assert f"{victim.id} is left out" in said
    assert Path(tmp_path / "all.wacz").exists()
    assert not list(tmp_path.glob("*.part"))


def test_names_and_a_selection_together_are_refused(folder, tmp_path):
    assert "not both" in export(folder, tmp_path / "x", URL, "--site", "news.example", status=2)
    assert "holds no snapshot" in export(folder, tmp_path / "x", "sn_0", status=1)
