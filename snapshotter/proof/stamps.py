"""Timestamps of another's over signed heads (RFC 3161): that a head, and all it covers, was there at their time.

Optional: needs ``rfc3161-client`` (``pip install snapshotter[timestamp]``).
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from cryptography.x509 import Certificate, load_pem_x509_certificates

from snapshotter.clock import rfc3339
from snapshotter.errors import BadProof, NetworkError, UsageError
from snapshotter.formats.files import part_of, put_in_place
from snapshotter.proof.heads import STAMP_SUFFIX

MAX_REPLY_BYTES = 1 << 16
TIMEOUT_S = 10.0
_SHA256 = "2.16.840.1.101.3.4.2.1"


def stamp(head: Path, url: str, *, timeout_s: float = TIMEOUT_S) -> Path:
    """Has a head's file timestamped by the authority at ``url``, and puts the reply beside it.

    Raises NetworkError if it doesn't answer, BadProof if its answer is no timestamp of that head, UsageError for
    what is no http URL or without rfc3161-client, OSError.
    """
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"{url!r} is no timestamp authority: give an http or https URL")
    client, note = _client(), head.read_bytes()
    builder = client.TimestampRequestBuilder().data(note).hash_algorithm(client.HashAlgorithm.SHA256)
    asked = builder.cert_request(cert_request=True).build()
    reply = _posted(url, asked.as_bytes(), timeout_s)
    stamped_at(note, reply)
    if client.decode_timestamp_response(reply).tst_info.nonce != asked.nonce:
        raise BadProof(f"{url} answered another request than ours")
    path = head.with_suffix(STAMP_SUFFIX)
    part_of(path).write_bytes(reply)
    put_in_place(part_of(path), path)
    return path


def stamped_at(note: bytes, reply: bytes, roots: bytes = b"") -> str:
    """The authority's time in a reply over a note; RFC 3339, UTC.

    ``roots``: certificates (PEM) of the authorities that are believed; empty: the reply's own signature isn't
    checked, only that it is about that note. Raises BadProof, UsageError without rfc3161-client.
    """
    client = _client()
    try:
        found = client.decode_timestamp_response(reply)
        if found.status not in {client.PKIStatus.GRANTED, client.PKIStatus.GRANTED_WITH_MODS}:
            raise BadProof(f"the authority refused the timestamp: {', '.join(found.status_string) or found.status}")
        imprint = found.tst_info.message_imprint
        time: datetime = found.tst_info.gen_time
    except ValueError as error:
        raise BadProof(f"not a timestamp reply (RFC 3161): {error}") from error
    if (imprint.hash_algorithm.dotted_string, imprint.message) != (_SHA256, hashlib.sha256(note).digest()):
        raise BadProof("the timestamp is over something else than the head")
    if roots:
        _check_signature(client, found, note, roots)
    return rfc3339(time)


def _check_signature(client: ModuleType, reply: Any, note: bytes, roots: bytes) -> None:
    builder = client.VerifierBuilder()
    for certificate in _certificates(roots):
        builder = builder.add_root_certificate(certificate)
    try:
        builder.build().verify_message(reply, note)
    except (client.VerificationError, ValueError) as error:
        raise BadProof(f"the timestamp isn't signed by an authority that is believed: {error}") from error


def _certificates(roots: bytes) -> list[Certificate]:
    try:
        return load_pem_x509_certificates(roots)
    except ValueError as error:
        raise UsageError(f"not certificates in PEM: {error}") from error


def _posted(url: str, query: bytes, timeout_s: float) -> bytes:
    request = Request(url, query, {"Content-Type": "application/timestamp-query"})  # noqa: S310  (http or https)
    try:
        with urlopen(request, timeout=timeout_s) as answer:  # noqa: S310
            return bytes(answer.read(MAX_REPLY_BYTES))
    except (URLError, OSError, ValueError) as error:
        raise NetworkError(f"the timestamp authority {url} doesn't answer: {error}") from error


def _client() -> ModuleType:
    try:
        import rfc3161_client  # noqa: PLC0415  (optional)
    except ImportError as error:
        raise UsageError("timestamps need rfc3161-client: pip install 'snapshotter[timestamp]'") from error
    return rfc3161_client
