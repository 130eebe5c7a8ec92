#!/usr/bin/env python3
"""Checks the proof of a snapshot, with nothing of Snapshotter: Python's library and ``cryptography`` are enough.

    python verify_proof.py proof.json [archive.pub]

docs/proof.md is the specification. Exit status: 0 proven, 1 not proven, 2 wrong call.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
import zlib
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MAX_MEMBER_BYTES = 64 << 20
KEYS = ["schema", "id", "record", "leaf", "path", "head", "timestamp", "public_key", "members", "sha256"]
LEAF = ["record_id", "url", "captured_at", "block_digest", "payload_digest", "record_digest", "salt"]


class Wrong(Exception):
    """The proof doesn't hold; the text says why."""


def need(holds: bool, what: str) -> None:  # noqa: FBT001
    """Raise Wrong unless it holds."""
    if not holds:
        raise Wrong(what)


def sha256(data: bytes) -> str:
    """As digests are written: ``sha256:`` and hex."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def unbase64(text: str) -> bytes:
    """Base64, and only as it is customarily written: no stray bits, no white space."""
    data = base64.b64decode(text, validate=True)
    need(base64.b64encode(data).decode() == text, "sloppy base64")
    return data


def one_line(content: dict[str, Any]) -> bytes:
    """JSON as bundles have it."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def check_layout(data: bytes) -> dict[str, Any]:
    """Step 1: the bundle's own checksum, so that a flipped byte is noticed wherever it is."""
    bundle: dict[str, Any] = json.loads(data)
    need(list(bundle) == KEYS and bundle["schema"] == "snapshotter-proof/1", "not of schema snapshotter-proof/1")
    content = {name: value for name, value in bundle.items() if name != "sha256"}
    need(hashlib.sha256(one_line(content)).hexdigest() == bundle["sha256"], "sha256 isn't that of the other fields")
    need(one_line(bundle) == data, "not laid out as bundles are")
    return bundle


def check_key(vkey: str) -> tuple[str, bytes, bytes]:
    """Step 2: (name, id, Ed25519 key) of ``NAME+ID+KEY``."""
    name, key_id, key = vkey.split("+", 2)
    raw = unbase64(key)
    need(len(raw) == 33 and raw[0] == 1, "public_key isn't an Ed25519 key")
    expected = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    need(key_id == expected.hex(), "public_key: its id isn't that of the key")
    return name, expected, raw[1:]


def check_head(note: str, key: tuple[str, bytes, bytes]) -> tuple[int, bytes, str]:
    """Step 3: (size, root, time) of the signed head."""
    name, key_id, raw = key
    text, _, signature_line = note.removesuffix("\n").rpartition("\n")
    dash, signer, signature64 = signature_line.split(" ")
    signature = unbase64(signature64)
    need(text.endswith("\n") and note.endswith("\n") and dash == "—", "head: not a signed note")
    need(signer == name and signature[:4] == key_id, "head: signed by another key")
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature[4:], text.encode())
    except InvalidSignature:
        raise Wrong("head: the signature doesn't fit the text") from None
    origin, size, root, time, *rest = text.split("\n")
    need(origin == name and time.startswith("time ") and rest == [""], "head: origin, size, root, time expected")
    return int(size), unbase64(root), time.removeprefix("time ")


def check_leaf(leaf: dict[str, Any], path: list[str], size: int, root: bytes) -> None:
    """Step 4: leaf and path come to the root (RFC 9162, section 2.1.3.2)."""
    need(list(leaf) == ["index", *LEAF], "leaf: other fields than specified")
    need(len(bytes.fromhex(leaf["salt"])) == 32, "leaf: a salt has 32 bytes")
    lines = ["snapshotter-leaf/1", *(leaf[name] for name in LEAF)]
    need(not any("\n" in line for line in lines), "leaf: a line break in a field")
    value = hashlib.sha256(b"\x00" + "".join(line + "\n" for line in lines).encode("utf-8", "replace")).digest()
    index, last = leaf["index"], size - 1
    need(0 <= index <= last, "leaf: the head doesn't cover it")
    for step in map(bytes.fromhex, path):
        need(last > 0, "path: too long")
        if index & 1 or index == last:
            value = hashlib.sha256(b"\x01" + step + value).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            value = hashlib.sha256(b"\x01" + value + step).digest()
        index, last = index >> 1, last >> 1
    need(last == 0, "path: too short")
    need(value == root, "leaf and path don't come to the root that was signed")


def read_member(name: str, encoded: str) -> tuple[dict[str, str], bytes]:
    """(fields by name in lower case, block) of the one WARC record in a gzip member."""
    stream = zlib.decompressobj(31)
    record = stream.decompress(unbase64(encoded), MAX_MEMBER_BYTES + (1 << 18))
    need(stream.eof and not stream.unused_data, f"members.{name}: not one whole gzip member")
    head, _, rest = record.partition(b"\r\n\r\n")
    fields: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").split("\r\n")[1:]:
        key, _, value = line.partition(":")
        fields.setdefault(key.strip().lower(), value.strip())
    size = int(fields["content-length"])
    need(rest[size:] == b"\r\n\r\n", f"members.{name}: its block isn't as long as it says")
    return fields, rest[:size]


def payload_of(block: bytes) -> bytes:
    """The entity body of an HTTP/1 response: chunks joined, content coding kept, as much as there is of it."""
    status, values, body = 100, {}, block
    while 100 <= status < 200 and status != 101:  # interim heads, then the final one
        head, *rest = re.split(rb"\r?\n\r?\n", body.lstrip(b"\r\n"), maxsplit=1)
        first, *lines = re.sub(rb"\r?\n[ \t]", b" ", head).split(b"\n")
        status, body = int(first.split(None, 2)[1]), b"".join(rest)
        values = dict.fromkeys((b"transfer-encoding", b"content-length"), b"")
        for name, _, value in (line.partition(b":") for line in lines):
            if (key := name.strip().lower()) in values:
                values[key] += b"," + value
    if status in {204, 304}:
        return b""
    if values[b"transfer-encoding"].lower().rpartition(b",")[2].strip() == b"chunked":
        return joined_chunks(body)
    lengths = {part.strip() for part in values[b"content-length"].split(b",")} - {b""}
    return body[: int(lengths.pop())] if len(lengths) == 1 and all(map(bytes.isdigit, lengths)) else body


def joined_chunks(body: bytes) -> bytes:
    """What the chunks hold; a body that has none, although its head says so, as it is."""
    joined: list[bytes] = []
    at = 0
    while (end := body.find(b"\n", at)) >= 0:
        line, at = body[at:end].strip(b"\r"), end + 1
        size = re.fullmatch(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(;.*)?", line, re.DOTALL)
        if not size and (line or not joined):
            break
        length = int(size[1], 16) if size else 0
        if size and not length:
            return b"".join(joined)
        joined += [body[at : at + length]] if length else []
        at += length
    return b"".join(joined) or body


def check_records(bundle: dict[str, Any]) -> bool:
    """Step 5: WARC records and snapshot record are what the leaf says; whether the payload is there, too."""
    leaf, members = bundle["leaf"], bundle["members"]
    fields, block = read_member("response", members["response"])
    named = {"record_id": "warc-record-id", "url": "warc-target-uri", "captured_at": "warc-date"}
    for ours, theirs in named.items():
        need(fields.get(theirs) == leaf[ours], f"members.response: another {theirs} than the leaf's {ours}")
    need(sha256(block) == leaf["block_digest"], "members.response: another block than the leaf's")
    need(sha256(bundle["record"].encode()) == leaf["record_digest"], "record: not the one of the leaf")
    record = json.loads(bundle["record"])
    need(record["id"] == bundle["id"] and record["warc_record_id"] == leaf["record_id"], "record: another snapshot's")
    need("sha256:" + record["raw_sha256"] == leaf["payload_digest"], "record: another payload than the leaf's")
    if fields["warc-type"] == "revisit":
        if not members["original"]:
            return False
        fields, block = read_member("original", members["original"])
    need(sha256(payload_of(block)) == leaf["payload_digest"], "payload: not the one of the leaf")
    return True


def main(arguments: list[str]) -> int:
    """Check, and say what is proven."""
    if len(arguments) not in {1, 2}:
        sys.stderr.write("usage: verify_proof.py PROOF [KEY]\n")
        return 2
    try:
        bundle = check_layout(Path(arguments[0]).read_bytes())
        if arguments[1:]:
            published = Path(arguments[1]).read_text(encoding="utf-8").strip()
            need(published == bundle["public_key"], "signed with another key than the archive's")
        size, root, time = check_head(bundle["head"], check_key(bundle["public_key"]))
        check_leaf(bundle["leaf"], bundle["path"], size, root)
        has_payload = check_records(bundle)
    except Wrong as error:
        print(f"NOT PROVEN: {error}")
        return 1
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, zlib.error) as error:
        print(f"NOT PROVEN: can't be read as a proof: {error}")
        return 1
    leaf = bundle["leaf"]
    print(f"proven: {bundle['id']} is unchanged since it was logged as leaf {leaf['index']} of {size}")
    print(f"  {leaf['url']}, captured {leaf['captured_at']}; head signed {time}, by the archive's own clock")
    print(f"  key {bundle['public_key']}{'' if arguments[1:] else ', the bundle says: compare it with the archive'}")
    print("  payload checked" if has_payload else "  payload not in the bundle: its digest is proven, no more")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
