"""Page → Preserved, in a worker process: extraction, digests, compressed WARC members."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from snapshotter.clock import rfc3339
from snapshotter.copies import sketch
from snapshotter.errors import BadHttp
from snapshotter.formats import warc
from snapshotter.http1 import Head, payload, read_head
from snapshotter.items import Article, Exchange, Page, Pager, Part, Rendered
from snapshotter.reading import read_all
from snapshotter.record import Capture, text_sha256, url_keys, verdict, with_listing, with_pages
from snapshotter.rights import of_head
from snapshotter.urls import host

if TYPE_CHECKING:
    from collections.abc import Mapping

    from snapshotter.sites import Site

SIMHASH_MAX_CHARACTERS = 100_000
SIMHASH_MIN_GRAMS = 32

_COMPRESSED = {"gzip", "x-gzip", "deflate", "br", "zstd"}


NO_PAGER = Pager()
NOTHING: Mapping[str, warc.Original] = MappingProxyType({})


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
    """Finished WARC members that come before: of each redirect, oldest first, and of each further page its request and
    response; what a browser made of the page."""
    request: bytes
    """The request's finished WARC member."""
    response: bytes
    """The response's finished WARC member."""
    head: bytes
    """The response's HTTP head as received: a revisit's block."""
    traffic: warc.Traffic
    pager: Pager = NO_PAGER
    """The article's other pages, as this one names them."""
    place: Place | None = None
    """For an imported capture, which has no members of ours but a conversion."""


def preserve(
    page: Page, site: Site | None, *, unread: str = "", stored: Mapping[str, warc.Original] = NOTHING
) -> Preserved:
    """Everything about a page that costs CPU. Plain, deterministic, no side effect.

    ``stored``: payload digest → the response that has it; a further page with that payload becomes a revisit of it.

    ``unread`` says why the page isn't to be read (it cost a worker before); empty: it is. A page that isn't
    read, or can't be, has an empty article with a warning. Raises BadHttp if the response has no status line.
    """
    exchange = page.exchange
    head, capture, article, pager = _examined(page, site, unread)
    event = f"{page.requested_url} {rfc3339(exchange.started_at)}"
    traffic = warc.traffic(exchange, f"sha256:{capture.raw_sha256}", event=event)
    return Preserved(
        capture=capture,
        article=article,
        hops=b"".join(_hop(hop, f"{event} {number}") for number, hop in enumerate(page.redirects))
        + b"".join(_further(part, f"{event} {part.url}", traffic.response_id, stored) for part in page.parts)
        + _made_by_browser(page.rendered, traffic),
        request=warc.request(traffic, exchange.request_block),
        response=warc.response(traffic, exchange.response_block, stored_from=_stored_from(head)),
        head=exchange.response_block[: head.size],
        traffic=traffic,
        pager=pager,
    )


def preserve_imported(page: Page, site: Site | None, place: Place, *, unread: str = "") -> Preserved:
    """The same of a page that lies in an imported file already: nothing is packed. Raises BadHttp as ``preserve``."""
    _, capture, article, pager = _examined(page, site, unread)
    about = warc.Traffic(page.final_url, capture.captured_at, request_id="", response_id=place.record.id)
    return Preserved(capture, article, b"", b"", b"", head=b"", traffic=about, pager=pager, place=place)


def _examined(page: Page, site: Site | None, unread: str) -> tuple[Head, Capture, Article, Pager]:
    block = page.exchange.response_block
    head = read_head(block)
    body = payload(block, head)
    raw_sha256 = hashlib.sha256(body).hexdigest()
    read, pager = Article(verdict="empty", warnings=(f"unread: {unread}",)), NO_PAGER
    if not unread:
        read, pager = read_all(page, head, body, site)
    stated = (*read.rights, *of_head(head), *page.rights)
    article = replace(with_listing(read, page.discovery), rights=tuple(dict.fromkeys(stated)))
    return head, _capture(page, head, article, raw_sha256, len(body)), article, pager


def _capture(page: Page, head: Head, article: Article, raw_sha256: str, payload_bytes: int) -> Capture:
    captured_at = rfc3339(page.exchange.started_at)
    kind = verdict(page, head.status, payload_bytes, article)
    own_keys = url_keys(page.requested_url, page.final_url, article.canonical_url, kind)
    further = [part.exchanges[-1].url for part in page.parts if not part.trouble] if kind == "ok" else []
    return Capture(
        url=page.requested_url,
        final_url=page.final_url,
        captured_at=captured_at,
        http_status=head.status,
        content_type=head.get("content-type"),
        etag="" if page.parts else head.get("etag"),
        last_modified="" if page.parts else head.get("last-modified"),
        discovered_via=page.discovery.via,
        discovered_at=rfc3339(page.discovery.at) if page.discovery.at else captured_at,
        site=page.site or host(page.final_url),
        verdict=kind,
        url_keys=with_pages(own_keys, further),
        raw_sha256=raw_sha256,
        text_sha256=text_sha256(article.title, article.body_text),
        simhash=simhash(article.body_text),
        sketch=sketch(article.body_text) if kind == "ok" else b"",
    )


def _made_by_browser(rendered: Rendered | None, traffic: warc.Traffic) -> bytes:
    if rendered is None:
        return b""
    made = (("render", rendered.html), ("screenshot", rendered.png))
    return b"".join(warc.resource(traffic, kind, block) for kind, block in made if block)


def _further(part: Part, event: str, first_id: str, stored: Mapping[str, warc.Original]) -> bytes:
    """A further page's redirects and answer; what is joined says to which response it belongs."""
    if part.trouble or not part.exchanges:
        return b"".join(_hop(exchange, f"{event} {number}") for number, exchange in enumerate(part.exchanges))
    *hops, last = part.exchanges
    before = b"".join(_hop(exchange, f"{event} {number}") for number, exchange in enumerate(hops))
    return before + _joined(last, f"{event} {len(hops)}", first_id, stored)


def _joined(exchange: Exchange, event: str, first_id: str, stored: Mapping[str, warc.Original]) -> bytes:
    """A further page's request and answer; a revisit where the payload is stored already."""
    block = exchange.response_block
    head = read_head(block)
    traffic = replace(warc.traffic(exchange, warc.digest(payload(block, head)), event=event), page_of=first_id)
    request = warc.request(traffic, exchange.request_block)
    if original := stored.get(traffic.payload_digest):
        return request + warc.revisit(traffic, block[: head.size], original, profile=warc.IDENTICAL)
    return request + warc.response(traffic, block, stored_from=_stored_from(head))


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
