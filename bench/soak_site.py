"""A web for the soak: articles on several loopback addresses, every Nth of them bad in one of the ways of FAULTS.

    python bench/soak_site.py HOSTS ARTICLES EVERY KB

prints the port it serves on, then one line for every hundred requests. ``/`` of a host lists its articles through
paged sections; each article is of about KB kB, 8 or more.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import random
import sys
from collections.abc import AsyncIterator
from typing import Any

from pipeline import made_up_page

FAULTS = (
    "status-500", "status-429", "reset", "cut", "slow", "redirects", "bomb", "bad-gzip", "no-end", "tiny-chunks",
    "silent", "long-head", "not-http", "gone", "private",
)  # fmt: skip
PER_LISTING = 100
PAGES = 40
"""How many different pages there are; each is served with its number in it."""


def address(host: int) -> str:
    """The address of a host."""
    return f"127.0.3.{host + 1}"


def article_path(number: int) -> str:
    """The path of an article."""
    return f"/2026/11/22/story-{number}.html"


class SoakSite:
    """Answers for every host alike."""

    def __init__(self, articles: int, every: int, kb: int) -> None:
        self.articles, self.every = articles, every
        self.asked = 0
        self._pages = [made_up_page(random.Random(number), max(kb - 7, 1) * 15 // 2) for number in range(PAGES)]
        self._bomb = gzip.compress(b"<p>boom</p>" * 100_000, mtime=0) * 200

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, which is used again until an answer was bad."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            try:
                while True:
                    request = await reader.readuntil(b"\r\n\r\n")
                    self.asked += 1
                    if self.asked % 100 == 0:
                        print(self.asked, flush=True)
                    path = request.split(b" ", 2)[1].decode("latin-1")
                    fault = self.fault(path, int(writer.get_extra_info("sockname")[0].rpartition(".")[2]))
                    async for part in self.bad(fault, path) if fault else self.sound(path):
                        writer.write(part)
                        await writer.drain()
                    if fault == "reset":
                        writer.transport.abort()
                    if fault:
                        return
            finally:
                writer.close()

    def fault(self, path: str, host: int) -> str:
        """What is wrong with an article; empty: nothing, or it is no article. Each host has others at the same time."""
        number = _number(path)
        if number is None or number % self.every:
            return ""
        return FAULTS[(number // self.every + 2 * host) % len(FAULTS)]

    async def sound(self, path: str) -> AsyncIterator[bytes]:
        """An answer without fault."""
        number = _number(path)
        if number is not None:
            page = self._pages[number % PAGES]
            yield _whole(page.replace(b"</article>", b"<p>Story number %d of the day.</p></article>" % number))
        elif path == "/" or path.startswith("/list/"):
            yield _whole(self._listing(int(path.rpartition("/")[2] or 0)))
        else:
            yield _whole(b"", "404 Not Found")

    async def bad(self, fault: str, path: str) -> AsyncIterator[bytes]:
        """An answer with a fault."""
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        page = self._pages[0]
        whole: dict[str, bytes] = {
            "status-500": _whole(b"", "500 Oops"),
            "status-429": _whole(b"", "429 Slow down", "Retry-After: 0"),
            "reset": head + b"Content-Length: 99999\r\n\r\n<p>",
            "cut": head + b"Content-Length: %d\r\n\r\n" % len(page) + page[: len(page) // 2],
            "redirects": _whole(b"", "302 Found", f"Location: {path}"),
            "bomb": _whole(self._bomb, "200 OK", "Content-Encoding: gzip"),
            "bad-gzip": _whole(random.Random(path).randbytes(5000), "200 OK", "Content-Encoding: gzip"),
            "no-end": head + b"\r\n" + page * 300,
            "tiny-chunks": head + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 300_000,
            "long-head": head + b"X: " + b"y" * 400_000 + b"\r\n\r\n",
            "not-http": b"220 mail.example ESMTP\r\n\r\n",
            "gone": _whole(b"", "410 Gone"),
            "private": _whole(b"", "302 Found", "Location: http://127.0.0.9:9/"),
        }
        if fault == "silent":
            await asyncio.sleep(60)
        elif fault == "slow":
            yield head + b"Content-Length: 99999\r\n\r\n"
            for start in range(0, len(page), 512):
                yield page[start : start + 512]
                await asyncio.sleep(0.5)
        else:
            yield whole[fault]

    def _listing(self, number: int) -> bytes:
        first, behind = number * PER_LISTING, min((number + 1) * PER_LISTING, self.articles)
        links = "".join(
            f'<li><a href="{article_path(n)}">What happened on the day, in story {n}</a></li>'
            for n in range(first, behind)
        )
        more = f'<a rel="next" href="/list/{number + 1}">Next</a>' if behind < self.articles else ""
        return f"<!doctype html><title>Soak</title><h1>Today</h1><ul>{links}</ul>{more}".encode()


def _number(path: str) -> int | None:
    digits = path.removeprefix("/2026/11/22/story-").removesuffix(".html")
    return int(digits) if digits.isdigit() and path == article_path(int(digits)) else None


def _whole(body: bytes, status: str = "200 OK", *lines: str) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", "Content-Type: text/html", f"Content-Length: {len(body)}", *lines])
    return head.encode() + b"\r\n\r\n" + body


async def main(hosts: int, articles: int, every: int, kb: int) -> None:
    """Serve until killed."""
    site = SoakSite(articles, every, kb)
    servers: list[Any] = [await asyncio.start_server(site.serve, address(0), 0)]
    port = servers[0].sockets[0].getsockname()[1]
    servers += [await asyncio.start_server(site.serve, address(host), port) for host in range(1, hosts)]
    print(port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*(int(argument) for argument in sys.argv[1:5])))
