"""The records of one capture: request, response or revisit, conversion; and a file's warcinfo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from snapshotter.clock import rfc3339
from snapshotter.formats.warc.member import digest, pack, record_id
from snapshotter.items import Exchange

IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
PAGE_OF = "Snapshotter-Page-Of"
"""The field of a response that is a further page of an article: the record id of the first page's."""
REPEATS = "Snapshotter-Repeats-Page-Of"
"""The field of a revisit of such a page: the id of the snapshot whose page the repeated response is."""
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


@dataclass(frozen=True, slots=True)
class Traffic:
    """What the records of one exchange say of it, beside the bytes."""

    url: str
    date: str
    """RFC 3339, UTC, whole seconds."""
    request_id: str
    response_id: str
    """WARC-Record-ID of the response, or of the revisit that stands for it."""
    peer_ip: str = ""
    protocols: tuple[str, ...] = ()
    truncated: str = ""
    payload_digest: str = ""
    block_digest: str = ""
    """Of the response's block as received."""
    page_of: str = ""
    """WARC-Record-ID of the first page's response (or revisit), where this is a further page of an article."""


@dataclass(frozen=True, slots=True)
class Original:
    """The response that a revisit refers to."""

    record_id: str
    url: str
    date: str
    capture: str = ""
    """Id of the snapshot whose further page it is; empty: it is a first one."""


def traffic(exchange: Exchange, payload_digest: str, *, event: str) -> Traffic:
    """Names an exchange's records; ``event`` tells equal exchanges of two captures apart."""
    date = rfc3339(exchange.started_at)
    seed = (event, exchange.url, date, payload_digest)
    return Traffic(
        url=exchange.url,
        date=date,
        request_id=record_id("request", *seed),
        response_id=record_id("response", *seed),
        peer_ip=exchange.peer_ip,
        protocols=exchange.protocols,
        truncated=exchange.truncated,
        payload_digest=payload_digest,
        block_digest=digest(exchange.response_block),
    )


def warcinfo(filename: str, date: str, about: Mapping[str, str]) -> bytes:
    """The first record of a file; ``about`` becomes its ``name: value`` lines (section 6.1)."""
    block = "".join(f"{name}: {value}\r\n" for name, value in about.items() if value).encode()
    fields = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", record_id("warcinfo", filename, date)),
        ("WARC-Date", date),
        ("WARC-Filename", filename),
        ("WARC-Block-Digest", digest(block)),
        ("Content-Type", "application/warc-fields"),
    ]
    return pack(fields, block)


def request(about: Traffic, block: bytes) -> bytes:
    """What was sent, byte for byte."""
    fields = [
        ("WARC-Type", "request"),
        ("WARC-Record-ID", about.request_id),
        *_common(about, digest(block)),
        ("WARC-Concurrent-To", about.response_id),
        ("Content-Type", "application/http;msgtype=request"),
    ]
    return pack(fields, block)


def response(about: Traffic, block: bytes, *, stored_from: int | None = None) -> bytes:
    """What came back, byte for byte. ``stored_from``: as ``pack`` has it."""
    named = _answer(about, about.block_digest or digest(block))
    fields = [("WARC-Type", "response"), *named, ("WARC-Truncated", about.truncated)]
    return pack([*fields, ("Content-Type", "application/http;msgtype=response")], block, stored_from=stored_from)


def revisit(about: Traffic, head: bytes, original: Original, *, profile: str) -> bytes:
    """An answer whose payload is stored already: its HTTP head, and where the payload lies.

    ``profile``: IDENTICAL or NOT_MODIFIED.
    """
    fields = [
        ("WARC-Type", "revisit"),
        *_answer(about, digest(head)),
        ("WARC-Profile", profile),
        ("WARC-Refers-To", original.record_id),
        ("WARC-Refers-To-Target-URI", original.url),
        ("WARC-Refers-To-Date", original.date),
        (REPEATS, original.capture),
        ("WARC-Truncated", about.truncated or "length" * (profile == IDENTICAL)),
        ("Content-Type", "application/http;msgtype=response"),
    ]
    return pack(fields, head)


def conversion(about: Traffic, snapshot_id: str, block: bytes) -> bytes:
    """The snapshot record that was read off a response, as JSON.

    Its Target-URI is ``urn:snapshot:`` and the response's: with the bare one, and with one WARC-Date, it
    would stand in the response's place where an archive is replayed (pywb indexes both).
    """
    fields = [
        ("WARC-Type", "conversion"),
        ("WARC-Record-ID", record_id("conversion", snapshot_id)),
        ("WARC-Target-URI", f"urn:snapshot:{about.url}"),
        ("WARC-Date", about.date),
        ("WARC-Block-Digest", digest(block)),
        ("WARC-Refers-To", about.response_id),
        ("Content-Type", "application/json"),
    ]
    return pack(fields, block)


def resource(about: Traffic, kind: str, block: bytes) -> bytes:
    """What a browser made of a response: ``kind`` is ``render`` (its DOM) or ``screenshot`` (a PNG).

    Its Target-URI is ``urn:snapshot-``, the kind, ``:`` and the response's: it never stands in the origin's place.
    """
    fields = [
        ("WARC-Type", "resource"),
        ("WARC-Record-ID", record_id(kind, about.response_id)),
        ("WARC-Target-URI", f"urn:snapshot-{kind}:{about.url}"),
        ("WARC-Date", about.date),
        ("WARC-Block-Digest", digest(block)),
        ("WARC-Concurrent-To", about.response_id),
        ("Content-Type", "image/png" if kind == "screenshot" else "text/html; charset=utf-8"),
    ]
    return pack(fields, block, stored_from=0 if kind == "screenshot" else None)


def _answer(about: Traffic, block_digest: str) -> list[tuple[str, str]]:
    return [
        ("WARC-Record-ID", about.response_id),
        *_common(about, block_digest),
        ("WARC-Concurrent-To", about.request_id),
        ("WARC-Payload-Digest", about.payload_digest),
        (PAGE_OF, about.page_of),
    ]


def _common(about: Traffic, block_digest: str) -> list[tuple[str, str]]:
    return [
        ("WARC-Target-URI", about.url),
        ("WARC-Date", about.date),
        ("WARC-IP-Address", about.peer_ip),
        *(("WARC-Protocol", protocol) for protocol in about.protocols),
        ("WARC-Block-Digest", block_digest),
    ]
