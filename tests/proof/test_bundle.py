"""Proofs of single snapshots, checked by our verifier and by the stand-alone one."""

import base64
import hashlib
import importlib.util
import json
import random
import subprocess
import sys
from functools import cache

import pytest
from captures import answer, capture, page
from hypothesis import given
from hypothesis import strategies as st
from project import ROOT

from snapshotter.errors import BadProof
from snapshotter.http1 import payload
from snapshotter.proof.bundle import checked, written
from snapshotter.proof.keys import signing_key
from snapshotter.proof.notes import SigningKey
from snapshotter.store import Archive, ArchiveReader
from snapshotter.store.proving import prove

TOOL = ROOT / "tools" / "verify_proof.py"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<p>12\r\n4;x=y\r\n3456\r\n0\r\n\r\n"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A redirected page; a chunked one, twice the same."""
    folder = tmp_path_factory.mktemp("archive")
    pages = [
        page("https://news.example/a", answer("<p>一二三".encode()), final_url="https://news.example/b?q=é"),
        page("https://news.example/chunked", CHUNKED),
        page("https://news.example/chunked", CHUNKED, minute=1),
    ]
    with Archive.open(folder, archive_name="news.example") as opened:
        opened.add([capture(one) for one in pages])
    return folder


@pytest.fixture(scope="module")
def bundles(archive):
    with ArchiveReader.open(archive) as opened:
        return [prove(opened, snapshot.id) for snapshot in opened.snapshots()]


@cache
def tool():
    spec = importlib.util.spec_from_file_location("verify_proof", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def passes_tool(tmp_path, data, *arguments):
    (tmp_path / "proof.json").write_bytes(data)
    return tool().main([str(tmp_path / "proof.json"), *arguments]) == 0


def forged(bundle, change):
    """The bundle with ``change`` made to its content, and a fitting checksum."""
    content = json.loads(bundle)
    change(content)
    content.pop("sha256")
    line = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    content["sha256"] = hashlib.sha256(line).hexdigest()
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def test_both_verifiers_pass_what_the_archive_proves(archive, bundles, tmp_path):
    for bundle in bundles:
        proven = checked(bundle, signing_key(archive).public)
        assert proven.has_payload
        assert passes_tool(tmp_path, bundle, str(archive / "keys" / "proof.pub"))
        assert written(proven.parts) == forged(bundle, lambda content: None) == bundle


def test_the_stand_alone_verifier_needs_nothing_of_ours(archive, bundles, tmp_path):
    (tmp_path / "proof.json").write_bytes(bundles[0])
    command = [sys.executable, "-I", str(TOOL), "proof.json", str(archive / "keys" / "proof.pub")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("proven: sn_")
    assert "snapshotter" not in TOOL.read_text().partition("import")[2].partition("\n\n\n")[0]


def test_a_repeated_page_is_proven_with_the_response_it_repeats(bundles, tmp_path):
    repeated = next(bundle for bundle in bundles if json.loads(bundle)["members"]["original"])
    without = forged(repeated, lambda content: content["members"].update(original=""))
    assert not checked(without).has_payload
    assert passes_tool(tmp_path, without)
    other = forged(
        repeated, lambda content: content["members"].update(original=json.loads(bundles[0])["members"]["response"])
    )
    with pytest.raises(BadProof, match="the payload isn't what the leaf says"):
        checked(other)
    assert not passes_tool(tmp_path, other)


def test_another_archives_key_is_refused(bundles, tmp_path):
    other = SigningKey.generate("news.example").public
    with pytest.raises(BadProof, match="another key than the one given"):
        checked(bundles[0], other)
    (tmp_path / "other.pub").write_text(f"{other}\n")
    assert not passes_tool(tmp_path, bundles[0], str(tmp_path / "other.pub"))
    replaced = forged(bundles[0], lambda content: content.update(public_key=str(other)))
    with pytest.raises(BadProof, match="isn't known"):
        checked(replaced)
    assert not passes_tool(tmp_path, replaced)


def test_a_flipped_byte_is_found_wherever_it_is(bundles, tmp_path, capsys):
    places = random.Random(4)
    for bundle in bundles:
        for _ in range(120):
            at = places.randrange(len(bundle))
            flipped = bundle[:at] + bytes([bundle[at] ^ places.randrange(1, 256)]) + bundle[at + 1 :]
            with pytest.raises(BadProof):
                checked(flipped)
            assert not passes_tool(tmp_path, flipped), at
    assert "Traceback" not in capsys.readouterr().err


BLOCKS = [
    answer(b"<p>plain"),
    answer(b"<p>longer than it says")[:-3],
    answer(b"<p>") + b"behind the end",
    b"HTTP/1.1 200\n\nbare line feeds",
    b"\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\n\r\nfinal",
    b"HTTP/1.1 101 Other\r\n\r\nbody",
    b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 2, 2\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\nX: a\r\n  Content-Length: 2\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\nno end of the head",
    *(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n" + body
        for body in (
            b"",
            b"0\r\n\r\n",
            b"5\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
            b"5\r\nhello\r\n3\r\nab",
            b"5\nhello\n0\n\n",
            b'  5 ;a="b"\r\nhello\r\n',
            b"<p>not in chunks\n",
            b"5\r\nhello\r\nzz\r\nmore",
            b"A\r\n0123456789\r\n1\r\n!\r\n0\r\n\r\n",
        )
    ),
]


@pytest.mark.parametrize("block", BLOCKS)
def test_both_verifiers_find_the_same_payload(block):
    assert tool().payload_of(block) == payload(block)


CHANGES = {
    "another URL": (lambda it: it["leaf"].update(url="https://other.example/"), "root that was signed"),
    "another salt": (lambda it: it["leaf"].update(salt="0" * 64), "root that was signed"),
    "a short salt": (lambda it: it["leaf"].update(salt="00"), "64 hex digits"),
    "another index": (lambda it: it["leaf"].update(index=it["leaf"]["index"] ^ 1), "root that was signed"),
    "an index beyond": (lambda it: it["leaf"].update(index=99), "has no leaf 99"),
    "an index in words": (lambda it: it["leaf"].update(index="1"), "leaf has index"),
    "a shorter path": (lambda it: it["path"].pop(), "path"),
    "a longer path": (lambda it: it["path"].append("0" * 64), "path"),
    "another record": (lambda it: it.update(record=it["record"].replace("Two.", "Three.")), "another record_digest"),
    "another id": (lambda it: it.update(id="sn_" + "0" * 24), "another snapshot's"),
    "another response": (lambda it: it["members"].update(response=it["members"]["request"]), "another record_id"),
    "no response": (lambda it: it["members"].update(response=""), "one whole WARC record"),
    "two responses": (
        lambda it: it["members"].update(
            response=base64.b64encode(base64.b64decode(it["members"]["response"]) * 2).decode()
        ),
        "one whole WARC record",
    ),
    "a damaged request": (lambda it: it["members"].update(request="AAAA"), "members.request is damaged"),
    "another head": (lambda it: it.update(head=it["head"].replace("\n3\n", "\n4\n")), "signature"),
    "no head": (lambda it: it.update(head=""), "not a signed note"),
    "no key": (lambda it: it.update(public_key=""), "not a public key"),
    "a list for a leaf": (lambda it: it.update(leaf=[]), "leaf and members are objects"),
    "a number for a text": (lambda it: it.update(timestamp=1), "are texts"),
    "another schema": (lambda it: it.update(schema="snapshotter-proof/2"), "not a proof"),
    "more keys": (lambda it: it.update(more=""), "not a proof"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_forged_bundle_is_refused_with_what_is_wrong(bundles, tmp_path, name):
    change, what = CHANGES[name]
    bundle = forged(bundles[0], change)
    assert bundle != bundles[0]
    with pytest.raises(BadProof, match=what):
        checked(bundle)
    if name not in {"a damaged request", "a number for a text"}:  # it doesn't look at what no leaf speaks of
        assert not passes_tool(tmp_path, bundle)


@pytest.mark.parametrize(
    "data", [b"", b"null", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"schema":"snapshotter-proof/1"}', b"1" * 5000]
)
def test_what_is_no_bundle_is_refused_by_both(tmp_path, data):
    with pytest.raises(BadProof):
        checked(data)
    assert not passes_tool(tmp_path, data)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda of: st.lists(of) | st.dictionaries(st.text(), of)
    )
)
def test_any_json_in_a_bundles_keys_is_refused_in_words(value):
    keys = ("schema", "id", "record", "leaf", "path", "head", "timestamp", "public_key", "members", "sha256")
    for name in keys:
        content = {key: "" for key in keys} | {"schema": "snapshotter-proof/1", "leaf": {}, "members": {}, "path": []}
        with pytest.raises(BadProof):
            checked(json.dumps(content | {name: value}).encode())
