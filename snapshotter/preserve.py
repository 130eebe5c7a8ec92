"""Page → Preserved, in a worker process: extraction, digests, compressed WARC members."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from snapshotter.clock import rfc3339
from snapshotter.codings import content
from snapshotter.copies import sketch
from snapshotter.errors import BadHttp, ExtractError
from snapshotter.formats import warc
from snapshotter.http1 import Head, payload, read_head
from snapshotter.items import Article, Exchange, Page, Snapshot
from snapshotter.record import Capture, text_sha256, url_keys, verdict, with_listing
from snapshotter.rights import of_head
from snapshotter.urls import host

if TYPE_CHECKING:
    from snapshotter.extract.engine import Reading
    from snapshotter.sites import Site

MAX_CONTENT_BYTES = 10 << 20
"""The longest content that is read, decoded; what is longer is a bomb or no article, and is archived unread."""

SIMHASH_MAX_CHARACTERS = 100_000
SIMHASH_MIN_GRAMS = 32

_COMPRESSED = {"gzip", "x-gzip", "deflate", "br", "zstd"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the answer of an imported capture lies already."""

    file: str
    """Name of the imported WARC file."""
    record: warc.Record
    """The response or revisit there; its block may be left out."""


@dataclass(frozen=True, slots=True)
class Preserved:
    """All that the store needs of a page, small enough to travel between processes."""

    capture: Capture
    article: Article
    hops: bytes
    """Finished WARC members: request and response of each redirect, oldest first."""
    request: bytes
    """The request's finished WARC member."""
    response: bytes
    """The response's finished WARC member."""
    head: bytes
    """The response's HTTP head as received: a revisit's block."""
    traffic: warc.Traffic
    place: Place | None = None
    """For an imported capture, which has no members of ours but a conversion."""


def preserve(page: Page, site: Site | None, *, unread: str = "") -> Preserved:
    """Everything about a page that costs CPU. Plain, deterministic, no side effect.

    ``unread`` says why the page isn't to be read (it cost a worker before); empty: it is. A page that isn't
    read, or can't be, has an empty article with a warning. Raises BadHttp if the response has no status line.
    """
    exchange = page.exchange
    head, capture, article = _examined(page, site, unread)
    event = f"{page.requested_url} {rfc3339(exchange.started_at)}"
    traffic = warc.traffic(exchange, f"sha256:{capture.raw_sha256}", event=event)
    return Preserved(
        capture=capture,
        article=article,
        hops=b"".join(_hop(hop, f"{event} {number}") for number, hop in enumerate(page.redirects)),
        request=warc.request(traffic, exchange.request_block),
        response=warc.response(traffic, exchange.response_block, stored_from=_stored_from(head)),
        head=exchange.response_block[: head.size],
        traffic=traffic,
    )


def preserve_imported(page: Page, site: Site | None, place: Place, *, unread: str = "") -> Preserved:
    """The same of a page that lies in an imported file already: nothing is packed. Raises BadHttp as ``preserve``."""
    _, capture, article = _examined(page, site, unread)
    about = warc.Traffic(page.final_url, capture.captured_at, request_id="", response_id=place.record.id)
    return Preserved(capture, article, hops=b"", request=b"", response=b"", head=b"", traffic=about, place=place)


def _examined(page: Page, site: Site | None, unread: str) -> tuple[Head, Capture, Article]:
    block = page.exchange.response_block
    head = read_head(block)
    body = payload(block, head)
    raw_sha256 = hashlib.sha256(body).hexdigest()
    read = Article(verdict="empty", warnings=(f"unread: {unread}",)) if unread else _article(page, head, body, site)
    stated = (*read.rights, *of_head(head), *page.rights)
    article = replace(with_listing(read, page.discovery), rights=tuple(dict.fromkeys(stated)))
    return head, _capture(page, head, article, raw_sha256, len(body)), article


def _capture(page: Page, head: Head, article: Article, raw_sha256: str, payload_bytes: int) -> Capture:
    captured_at = rfc3339(page.exchange.started_at)
    kind = verdict(page, head.status, payload_bytes, article)
    return Capture(
        url=page.requested_url,
        final_url=page.final_url,
        captured_at=captured_at,
        http_status=head.status,
        content_type=head.get("content-type"),
        etag=head.get("etag"),
        last_modified=head.get("last-modified"),
        discovered_via=page.discovery.via,
        discovered_at=rfc3339(page.discovery.at) if page.discovery.at else captured_at,
        site=page.site or host(page.final_url),
        verdict=kind,
        url_keys=url_keys(page.requested_url, page.final_url, article.canonical_url, kind),
        raw_sha256=raw_sha256,
        text_sha256=text_sha256(article.title, article.body_text),
        simhash=simhash(article.body_text),
        sketch=sketch(article.body_text) if kind == "ok" else b"",
    )


def _hop(exchange: Exchange, event: str) -> bytes:
    """A redirect's request and response. One that can't be read as HTTP is kept with a digest of no payload."""
    block = exchange.response_block
    try:
        head = read_head(block)
    except BadHttp:
        traffic = warc.traffic(exchange, "", event=event)
        return warc.request(traffic, exchange.request_block) + warc.response(traffic, block)
    traffic = warc.traffic(exchange, warc.digest(payload(block, head)), event=event)
    return warc.request(traffic, exchange.request_block) + warc.response(traffic, block, stored_from=_stored_from(head))


def _stored_from(head: Head) -> int | None:
    """Where a body starts that came compressed, so that compressing it again is a waste; None: it didn't."""
    codings = {part.strip().lower() for value in head.get_all("content-encoding") for part in value.split(",")}
    return head.size if codings & _COMPRESSED else None


def _article(page: Page, head: Head, body: bytes, site: Site | None) -> Article:
    """What the page says; empty without a look where there can be no article."""
    if head.status >= 300 or not body:
        return Article(verdict="empty")
    from snapshotter.extract import extract  # noqa: PLC0415  (who only reads Preserved needn't load it)

    decoded, whole = content(body, ",".join(head.get_all("content-encoding")), MAX_CONTENT_BYTES)
    if not whole and len(decoded) == MAX_CONTENT_BYTES:
        return Article(verdict="empty", warnings=(f"content: longer than {MAX_CONTENT_BYTES} bytes; archived unread",))
    warnings = () if whole else ("content: its coding is broken; read as far as it goes",)
    try:
        stated, captured_at = head.get("content-type"), page.exchange.started_at
        article = extract(decoded, url=page.final_url, content_type=stated, site=site, captured_at=captured_at)
    except ExtractError as error:
        return Article(verdict="empty", warnings=(*warnings, f"extraction: {error}"))
    return replace(article, warnings=(*warnings, *article.warnings)) if warnings else article


def reread(snapshot: Snapshot, response_block: bytes, site: Site | None) -> Reading:
    """What an archived page says, read again by today's rules, and what was weighed for it."""
    from snapshotter.extract.engine import Visit, read  # noqa: PLC0415

    head = read_head(response_block)
    coding = ",".join(head.get_all("content-encoding"))
    decoded, _ = content(payload(response_block, head), coding, MAX_CONTENT_BYTES)
    captured_at = datetime.fromisoformat(snapshot.captured_at)
    return read(decoded, Visit(snapshot.final_url, head.get("content-type") or "", site, captured_at))


class _CharacterHashes(dict[str, bytes]):
    """8 bytes for each character, made when first asked for."""

    def __missing__(self, character: str) -> bytes:
        if len(self) > 50_000:
            self.clear()
        value = self[character] = hashlib.blake2b(character.encode("utf-8", "replace"), digest_size=8).digest()
        return value


_CHARACTER_HASHES = _CharacterHashes()


def simhash(text: str) -> str:
    """64-bit simhash over the text's character 3-grams, as 16 hex digits; empty for less than 32 of them.

    Near copies differ in few bits, in Chinese too, where word-based ones fail: on 99 Chinese articles
    copies cut by a tenth agree in 0.91 of the bits, strangers in 0.50 (English: 0.97, 0.73). Case and
    white space don't count, nor what lies behind 100,000 characters. Charikar, STOC 2002. A 3-gram's
    hash is the XOR of its characters', the second's and third's turned by one and three bytes; all are
    added up at once, a column of bytes at a time.
    """
    text = " ".join(text[:SIMHASH_MAX_CHARACTERS].lower().split())
    grams = len(text) - 2
    if grams < SIMHASH_MIN_GRAMS:
        return ""
    hashes = b"".join(map(_CHARACTER_HASHES.__getitem__, text))
    columns = [hashes[byte::8] for byte in range(8)]
    ones = int.from_bytes(b"\x01" * grams)
    result = 0
    for byte in range(8):
        first = int.from_bytes(columns[byte][:grams])
        second = int.from_bytes(columns[(byte + 1) % 8][1 : grams + 1])
        third = int.from_bytes(columns[(byte + 3) % 8][2:])
        mixed = first ^ second ^ third
        for bit in range(7, -1, -1):
            result = result << 1 | ((mixed >> bit & ones).bit_count() * 2 > grams)
    return f"{result:016x}"
