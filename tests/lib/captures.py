"""Pages and captures to fill archives with, made by the real ``preserve``; the articles are given."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from snapshotter.copies import sketch
from snapshotter.items import Article, Discovery, Exchange, Page
from snapshotter.preserve import Preserved, preserve
from snapshotter.record import text_sha256, url_keys, verdict

NOON = datetime(2024, 7, 1, 12, 0, tzinfo=UTC)
REQUEST = b"GET /a HTTP/1.1\r\nHost: news.example\r\nUser-Agent: test\r\n\r\n"


def answer(body: bytes = b"<p>text</p>", status: str = "200 OK", *headers: str) -> bytes:
    """A response block."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", *headers]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode("latin-1") + body


def exchange(url: str, block: bytes, minute: int = 0, truncated: str = "") -> Exchange:
    return Exchange(
        url=url,
        started_at=NOON + timedelta(minutes=minute),
        request_block=REQUEST,
        response_block=block,
        peer_ip="192.0.2.7",
        protocols=("http/1.1", "tls/1.3"),
        truncated=truncated,
    )


def page(url: str, block: bytes | None = None, minute: int = 0, *, final_url: str = "", truncated: str = "") -> Page:
    block = answer(url.encode()) if block is None else block
    hops = (exchange(url, answer(b"", "302 Found", f"Location: {final_url}"), minute),) if final_url else ()
    last = exchange(final_url or url, block, minute, truncated)
    return Page(last, url, hops, Discovery(via="feed"), "")


def capture(of: Page, article: Article | None = None) -> Preserved:
    """What ``preserve`` makes of a page, had its extraction given this article."""
    made = preserve(of, None, unread="for speed")
    said = article or Article(title=f"Title of {of.requested_url}", body_text="One.\n\nTwo.", category="Politics")
    status, length = made.capture.http_status, len(of.exchange.response_block) - len(made.head)
    kind = verdict(of, status, length, said)
    facts = replace(
        made.capture,
        verdict=kind,
        url_keys=url_keys(of.requested_url, of.final_url, said.canonical_url, kind),
        text_sha256=text_sha256(said.title, said.body_text),
        sketch=sketch(said.body_text) if kind == "ok" else b"",
    )
    return replace(made, capture=facts, article=said)


def captures(count: int, minute: int = 0, *, size: int = 400) -> list[Preserved]:
    """That many captures of different articles, with bodies of about ``size`` incompressible bytes."""
    found = []
    for number in range(count):
        body = "".join(f"{(number + 1) * (step + 7) * 2654435761 % 2**32:08x}" for step in range(size // 8)).encode()
        block = answer(gzip.compress(body, mtime=0), "200 OK", "Content-Encoding: gzip")
        found.append(capture(page(f"https://news.example/2024/07/{number}.html", block, minute)))
    return found
