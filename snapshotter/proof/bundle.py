"""The proof of one snapshot as one JSON file: written from an archive, checked with nothing else at hand.

``docs/proof.md`` has its fields, and says how to check one; ``tools/verify_proof.py`` is another verifier.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from snapshotter.errors import BadHttp, BadProof, BadWarc
from snapshotter.formats import warc
from snapshotter.http1 import payload
from snapshotter.proof.heads import Head, read_head
from snapshotter.proof.leaf import FIELDS, Leaf
from snapshotter.proof.merkle import HASH_BYTES, root_by_inclusion
from snapshotter.proof.notes import PublicKey, unbase64

SCHEMA = "snapshotter-proof/1"
MAX_BUNDLE_BYTES = 256 << 20
MEMBERS = ("request", "response", "original")

_SHA256 = re.compile(r"sha256:[0-9a-f]{64}")
_KEYS = ("schema", "id", "record", "leaf", "path", "head", "timestamp", "public_key", "members", "sha256")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a bundle is made of."""

    id: str
    """The snapshot's."""
    record: str
    """The snapshot's record, as it stands in the archive: a line of JSON."""
    leaf: Leaf
    index: int
    salt: bytes
    path: Sequence[bytes]
    """The inclusion path, from the leaf upwards."""
    head: bytes
    """The signed head that covers the leaf."""
    timestamp: bytes
    """An RFC 3161 reply over the head; empty: there is none."""
    public_key: PublicKey
    members: Mapping[str, bytes]
    """WARC records, one gzip member each, by name of MEMBERS; one that isn't there is empty."""


@dataclass(frozen=True, slots=True)
class Proven:
    """What a bundle that passed proves."""

    parts: Parts
    head: Head
    has_payload: bool
    """Whether the payload is there: that of a page that came back the same lies in an earlier response."""


def written(parts: Parts) -> bytes:
    """The bundle of these parts, as one line of JSON."""
    leaf = {"index": parts.index, **dict(zip(FIELDS, parts.leaf.values(), strict=True)), "salt": parts.salt.hex()}
    content = {
        "schema": SCHEMA,
        "id": parts.id,
        "record": parts.record,
        "leaf": leaf,
        "path": [one.hex() for one in parts.path],
        "head": parts.head.decode(),
        "timestamp": base64.b64encode(parts.timestamp).decode(),
        "public_key": str(parts.public_key),
        "members": {name: base64.b64encode(parts.members.get(name, b"")).decode() for name in MEMBERS},
    }
    return _line({**content, "sha256": hashlib.sha256(_line(content)).hexdigest()})


def checked(data: bytes, key: PublicKey | None = None) -> Proven:
    """What a bundle proves. ``key``: the one its archive publishes; None: whichever the bundle names is believed.

    Raises BadProof: what is wrong with it.
    """
    content = _content(data)
    parts = _parts(content)
    if key and key != parts.public_key:
        raise BadProof(f"signed by {parts.public_key.name} with another key than the one given")
    head = read_head(parts.head, [parts.public_key])
    _check_leaf(parts, head)
    answer = _check_members(parts)
    _check_record(parts, answer)
    has_payload = _check_payload(parts, answer)
    stated = content.pop("sha256")
    if hashlib.sha256(_line(content)).hexdigest() != stated or _line({**content, "sha256": stated}) != data:
        raise BadProof("its sha256 isn't that of the rest: request, timestamp or layout was altered")
    return Proven(parts, head, has_payload)


def _check_leaf(parts: Parts, head: Head) -> None:
    try:
        found = root_by_inclusion(parts.leaf.hash(parts.salt), parts.index, head.size, parts.path)
    except ValueError as error:
        raise BadProof(f"the path doesn't fit: {error}") from error
    if found != head.root:
        raise BadProof("leaf and path don't come to the root that was signed: one of them was altered")


def _check_members(parts: Parts) -> warc.Record:
    """The response, or the revisit that stands for it."""
    for name in ("request", "original"):
        if parts.members[name]:
            _member(name, parts.members[name])
    answer, leaf = _member("response", parts.members["response"]), parts.leaf
    stated = (
        answer.id,
        answer.get("WARC-Target-URI"),
        answer.get("WARC-Date"),
        f"sha256:{answer.sha256}",
    )
    for name, mine, its in zip(FIELDS, leaf.values(), stated, strict=False):
        if mine != its:
            raise BadProof(f"members.response isn't what the leaf says: another {name}")
    return answer


def _check_record(parts: Parts, answer: warc.Record) -> None:
    if warc.digest(parts.record.encode("utf-8", "replace")) != parts.leaf.record_digest:
        raise BadProof("record isn't what the leaf says: another record_digest")
    try:
        record = json.loads(parts.record)
        named = (record["id"], record["warc_record_id"], f"sha256:{record['raw_sha256']}")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadProof(f"record isn't that of a snapshot: {error}") from error
    if named != (parts.id, answer.id, parts.leaf.payload_digest):
        raise BadProof("record is another snapshot's than id and leaf")


def _check_payload(parts: Parts, answer: warc.Record) -> bool:
    bearer = answer if answer.type == "response" else None
    if bearer is None and parts.members["original"]:
        bearer = _member("original", parts.members["original"])
    if bearer is None:
        return False
    try:
        found = warc.digest(payload(bearer.block))
    except BadHttp as error:
        raise BadProof(f"the payload can't be found: {error}") from error
    if found != parts.leaf.payload_digest:
        raise BadProof("the payload isn't what the leaf says: another payload_digest")
    return True


def _member(name: str, data: bytes) -> warc.Record:
    """The one record of a member. Raises BadProof."""
    try:
        record = next(warc.read(io.BytesIO(data)), None)
    except BadWarc as error:
        raise BadProof(f"members.{name} is damaged: {error}") from error
    if record is None or record.length != len(data) or not record.is_whole:
        raise BadProof(f"members.{name} isn't one whole WARC record of at most {warc.MAX_BLOCK_BYTES} bytes")
    stated = record.get("WARC-Block-Digest")  # of an imported record maybe in another form; the leaf has its SHA-256
    if _SHA256.fullmatch(stated) and stated != f"sha256:{record.sha256}":
        raise BadProof(f"members.{name} isn't what its block digest says")
    return record


def _content(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_BUNDLE_BYTES:
        raise BadProof(f"longer than {MAX_BUNDLE_BYTES} bytes: no proof of one snapshot")
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadProof(f"not JSON: {error}") from error
    if not isinstance(content, dict) or content.get("schema") != SCHEMA or tuple(content) != _KEYS:
        raise BadProof(f"not a proof of the schema {SCHEMA}: its keys are {', '.join(_KEYS)}, in that order")
    return content


def _parts(content: dict[str, Any]) -> Parts:
    leaf, members, path = content["leaf"], content["members"], content["path"]
    texts = [value for name, value in content.items() if name not in {"leaf", "members", "path"}]
    if not (isinstance(leaf, dict) and isinstance(members, dict) and isinstance(path, list)):
        raise BadProof("leaf and members are objects, path is a list")
    has_keys = tuple(leaf) == ("index", *FIELDS, "salt") and tuple(members) == MEMBERS
    if not has_keys or type(leaf["index"]) is not int:
        raise BadProof(f"leaf has index, {', '.join(FIELDS)}, salt; members has {', '.join(MEMBERS)}")
    if not all(isinstance(one, str) for one in (*texts, *path, *list(leaf.values())[1:], *members.values())):
        raise BadProof("all but leaf.index are texts")
    return Parts(
        id=content["id"],
        record=content["record"],
        leaf=Leaf(*(leaf[name] for name in FIELDS)),
        index=leaf["index"],
        salt=_hex("leaf.salt", leaf["salt"]),
        path=[_hex("path", one) for one in path],
        head=content["head"].encode("utf-8", "replace"),
        timestamp=_base64("timestamp", content["timestamp"]),
        public_key=PublicKey.parse(content["public_key"]),
        members={name: _base64(f"members.{name}", members[name]) for name in MEMBERS},
    )


def _hex(name: str, text: str) -> bytes:
    try:
        data = bytes.fromhex(text)
    except ValueError:
        data = b""
    if len(data) != HASH_BYTES or data.hex() != text:
        raise BadProof(f"{name}: not 64 hex digits")
    return data


def _base64(name: str, text: str) -> bytes:
    try:
        return unbase64(text)
    except BadProof as error:
        raise BadProof(f"{name}: {error}") from error


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
