"""Bad answers: what a server can do to a client that only wants a page."""

from __future__ import annotations

import asyncio
import gzip
import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import cache

import brotli
import zstandard

SENTENCE = "The council of Harrow Bay met on Tuesday and agreed, after a long debate, on the next point of its list. "
STORY = f"<!doctype html><title>Harrow Bay agrees</title><h1>Harrow Bay agrees</h1><p>{SENTENCE * 9}</p>".encode()
ZEROS = 300 << 20
"""What a bomb unpacks to."""

Stream = AsyncIterator[bytes]


@dataclass(frozen=True)
class Asked:
    """One request, as far as a bad site reads it."""

    path: str
    site: str
    """Scheme, address and port it was sent to."""


@dataclass(frozen=True)
class Bad:
    """One site: how it answers for an article, and what is to become of that."""

    answer: Callable[[Asked], Stream]
    reason: str = ""
    """The word that the run report counts it under; empty: there is a record."""
    resets: bool = False


def whole(body: bytes, *lines: str, status: str = "200 OK", kind: str = "text/html") -> bytes:
    """An answer without fault."""
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *lines])
    return head.encode() + b"\r\n\r\n" + body


def says(*parts: bytes) -> Callable[[Asked], Stream]:
    """Says this, and hangs up."""

    async def answer(_: Asked) -> Stream:
        for part in parts:
            yield part

    return answer


def drips(head: bytes, drop: bytes, every_s: float = 0.0) -> Callable[[Asked], Stream]:
    """Says ``head``, then ``drop`` without end."""

    async def answer(_: Asked) -> Stream:
        yield head
        while True:
            await asyncio.sleep(every_s)
            yield drop

    return answer


def leads(to: str) -> Callable[[Asked], Stream]:
    """Redirects; ``{site}`` and ``{number}`` are filled in."""
    numbers = itertools.count()

    async def answer(asked: Asked) -> Stream:
        yield whole(b"", f"Location: {to.format(site=asked.site, number=next(numbers))}", status="302 Found")

    return answer


async def silent(_: Asked) -> Stream:
    await asyncio.sleep(3600)
    yield b""


@cache
def packed(coding: str) -> bytes:
    """What unpacks to ZEROS bytes."""
    block = b"<p>%s</p>\n" % (b"0" * ((1 << 20) - 8))
    if coding == "br":
        compressor = brotli.Compressor(quality=1)
        return b"".join(compressor.process(block) for _ in range(ZEROS >> 20)) + compressor.finish()
    if coding == "zstd":
        return zstandard.compress(block * (ZEROS >> 20))
    once = gzip.compress(block, 6, mtime=0) * (ZEROS >> 20)
    return gzip.compress(once, mtime=0) if coding == "gzip, gzip" else once


def bomb(coding: str) -> Callable[[Asked], Stream]:
    """A page that unpacks to ZEROS bytes."""

    async def answer(_: Asked) -> Stream:
        yield whole(packed(coding), f"Content-Encoding: {coding}")

    return answer


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
_LONG = b"Content-Length: 1000000\r\n\r\n"
_CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"

BAD: dict[str, Bad] = {
    "slow body": Bad(drips(HEAD + _LONG + STORY, b".", 0.2)),
    "slow head": Bad(drips(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"y", 0.2), "timeout"),
    "no answer": Bad(silent, "timeout"),
    "body without end": Bad(drips(HEAD + b"\r\n" + STORY, b"<p>more</p>" * 9000)),
    "chunks without end": Bad(drips(HEAD + _CHUNKED, b"1000\r\n" + b"x" * 4096 + b"\r\n")),
    "tiny chunks without end": Bad(drips(HEAD + _CHUNKED, b"1\r\nx\r\n" * 9000)),
    "chunk extension without end": Bad(drips(HEAD + _CHUNKED + b"5;a=", b"b" * 60_000)),
    "trailers without end": Bad(drips(HEAD + _CHUNKED + b"5\r\nhello\r\n0\r\n", b"X-More: and more\r\n" * 4000)),
    "a chunk of an exabyte": Bad(says(HEAD + _CHUNKED + b"FFFFFFFFFFFFFFF\r\n" + STORY)),
    "no chunk at all": Bad(says(HEAD + _CHUNKED + STORY)),
    "head without end": Bad(drips(HEAD, b"X-Header: " + b"y" * 9000 + b"\r\n"), "bad-http"),
    "head of a megabyte": Bad(says(HEAD + b"X-Big: " + b"y" * (1 << 20) + b"\r\n\r\n" + STORY), "bad-http"),
    "continue without end": Bad(drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 99), "bad-http"),
    "blank lines without end": Bad(drips(b"", b"\r\n" * 9000), "bad-http"),
    "redirects without end": Bad(leads("/story-{number}.html"), "redirect"),
    "redirect to itself": Bad(leads("{site}/story.html"), "redirect"),
    "redirect to a file": Bad(leads("file:///etc/passwd")),
    "redirect to data": Bad(leads("data:text/html,hello")),
    "redirect to ftp": Bad(leads("ftp://127.0.0.1/")),
    "redirect to no URL": Bad(leads("http://[::1/"), "redirect"),
    "redirect nowhere": Bad(says(whole(b"", status="302 Found"))),
    "redirect to a private address": Bad(leads("http://127.0.0.9:9/"), "not-public"),
    "redirect to a private name": Bad(leads("http://localhost:9/"), "not-public"),
    "redirect to a private address, written oddly": Bad(leads("http://0x7f000009:9/"), "not-public"),
    "redirect to a mapped address": Bad(leads("http://[::ffff:127.0.0.9]:9/"), "not-public"),
    "redirect as long as a novel": Bad(leads("/" + "n" * 100_000), "redirect"),
    "gzip bomb": Bad(bomb("gzip")),
    "brotli bomb": Bad(bomb("br")),
    "zstd bomb": Bad(bomb("zstd")),
    "bomb in a bomb": Bad(bomb("gzip, gzip")),
    "gzip that isn't": Bad(says(whole(STORY, "Content-Encoding: gzip"))),
    "twenty codings": Bad(says(whole(STORY, "Content-Encoding: " + ", ".join(["gzip"] * 20)))),
    "unknown coding": Bad(says(whole(STORY, "Content-Encoding: sdch"))),
    "length too long": Bad(says(HEAD + _LONG + STORY)),
    "length too short": Bad(says(HEAD + b"Content-Length: 500\r\n\r\n" + STORY)),
    "negative length": Bad(says(HEAD + b"Content-Length: -1\r\n\r\n" + STORY)),
    "two lengths": Bad(says(HEAD + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n" + STORY)),
    "length of an exabyte": Bad(says(HEAD + b"Content-Length: 1152921504606846976\r\n\r\n" + STORY)),
    "wrong charset": Bad(says(whole(STORY, kind="text/html; charset=utf-16"))),
    "unknown charset": Bad(says(whole(STORY, kind="text/html; charset=x-unheard-of"))),
    "a picture that is a page": Bad(says(whole(STORY, kind="image/png"))),
    "status 999": Bad(says(whole(STORY, status="999 Request denied"))),
    "status 600": Bad(says(whole(STORY, status="600"))),
    "status 1000": Bad(says(whole(STORY, status="1000 So many")), "bad-http"),
    "status 000": Bad(says(whole(STORY, status="000 None"))),
    "switching protocols": Bad(says(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\nPRI * HTTP/2.0\r\n\r\n")),
    "HTTP/0.9": Bad(says(STORY), "network"),
    "HTTP/2 unasked": Bad(says(b"\0\0\x12\x04\0\0\0\0\0" + b"\0" * 18), "network"),
    "another protocol": Bad(says(b"220 mail.example ESMTP\r\n\r\n"), "bad-http"),
    "hangs up": Bad(says(), "network"),
    "reset in the head": Bad(says(b"HTTP/1.1 200 OK\r\nContent-"), resets=True),
    "reset in the body": Bad(says(HEAD + _LONG + STORY), resets=True),
    "reset at once": Bad(says(), "network", resets=True),
}
"""By what they do."""
