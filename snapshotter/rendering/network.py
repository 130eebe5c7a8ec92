"""A rendered page's network: the browser has none; what its page asks for comes from here, within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from snapshotter.codings import content
from snapshotter.errors import NetworkError
from snapshotter.http1 import Head, payload, read_head
from snapshotter.items import Exchange
from snapshotter.urls import clean, intrudes
from snapshotter.wire import WireClient, WireRequest

MAX_REDIRECTS = 5
_OURS = {"host", "connection", "content-length", "accept-encoding", "proxy-connection", "cookie", "user-agent"}
"""Of a request's headers those that we set, or that aren't sent."""
_HOP_BY_HOP = {"content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive", "alt-svc"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser is given for a request."""

    status: int
    headers: dict[str, str]
    body: bytes


class Network:
    """Answers one page's requests: so many, so much, so long, and none from the local network but to a page in it."""

    def __init__(self, document: Exchange, user_agent: str, *, verify_certificates: bool) -> None:
        self._document = document
        self._user_agent = user_agent
        is_open_web = intrudes("http://127.0.0.1/", document.url)
        self._client = WireClient(verify_certificates=verify_certificates, public_only=is_open_web)
        self.requests_left = 0
        self.bytes_left = 0
        self.deadline = 0.0
        self.refused = 0
        """Requests that weren't sent, for a bound or because they lead into the local network."""

    async def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """What is at the URL; for the page's own the archived bytes. Raises SnapshotterError where there is nothing."""
        if method == "GET" and url.partition("#")[0] == self._document.url:
            self._count(url)
            return _answer(self._document, max_bytes=max(self.bytes_left, 1 << 20))
        sent = tuple((name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items())
        sent = tuple(pair for pair in sent if pair[0].decode().lower() not in _OURS and not pair[0].startswith(b":"))
        for _ in range(MAX_REDIRECTS + 1):
            exchange = await self._fetch(WireRequest(clean(url), method, sent, body))
            head = read_head(exchange.response_block)
            if not 300 <= head.status < 400 or not head.get("location"):
                return _answer(exchange, max_bytes=max(self.bytes_left, 0))
            url = urljoin(url, head.get("location"))
            method, body = (method, body) if head.status in {307, 308} else ("GET", b"")
        raise NetworkError(f"{url}: redirects without end")

    async def _fetch(self, asked: WireRequest) -> Exchange:
        self._count(asked.url)
        ours = ((b"User-Agent", self._user_agent.encode()), (b"Accept-Encoding", b"gzip, deflate, br"))
        request = WireRequest(
            asked.url,
            asked.method,
            (*ours, *asked.headers),
            asked.body,
            proxy=_proxy_for(asked.url),
            timeout_s=self.deadline - monotonic(),
            max_bytes=self.bytes_left,
        )
        exchange = await self._client.fetch(request)
        self.bytes_left -= len(exchange.response_block)
        return exchange

    def _count(self, url: str) -> None:
        """Raises NetworkError where it is too much."""
        is_over = self.requests_left <= 0 or self.bytes_left <= 0 or monotonic() >= self.deadline
        if is_over or intrudes(url, self._document.url):
            self.refused += 1
            raise NetworkError(f"{url}: not fetched for a page that is rendered")
        self.requests_left -= 1

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


def _proxy_for(url: str) -> str:
    parts = urlsplit(url)
    return "" if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme, "")


def _answer(exchange: Exchange, *, max_bytes: int) -> Answer:
    head = read_head(exchange.response_block)
    body = payload(exchange.response_block, head)
    decoded, _ = content(body, ",".join(head.get_all("content-encoding")), min(max_bytes, 50 << 20) or 1)
    return Answer(head.status, _headers(head), decoded)


def _headers(head: Head) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for name, value in head.headers:
        if (low := name.decode("latin-1").lower()) not in _HOP_BY_HOP:
            found.setdefault(low, []).append(value.decode("latin-1"))
    return {name: ("\n" if name == "set-cookie" else ", ").join(values) for name, values in found.items()}
