"""What is asked of a server, and over which road."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from snapshotter.errors import NetworkError


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One request as it is to be sent."""

    url: str
    """Absolute, http or https, percent-encoded."""
    method: str = "GET"
    headers: tuple[tuple[bytes, bytes], ...] = ()
    """In the order they are sent, after Host."""
    body: bytes = b""
    proxy: str = ""
    """URL of an HTTP proxy; empty: none."""
    proxy_auth: bytes = b""
    """The proxy's Proxy-Authorization value. It is sent, and never recorded."""
    timeout_s: float = 60.0
    """For all of it: connecting, sending, receiving."""
    max_bytes: int = 20 << 20
    """A response is cut off there, and says so."""
    public_only: bool = False
    """Whether it may only go to an address on the open internet; a proxy's own is the operator's choice."""


@dataclass(frozen=True, slots=True)
class Route:
    """What two requests must share to share a connection."""

    secure: bool
    host: str
    port: int
    proxy: str
    proxy_auth: bytes

    @classmethod
    def of(cls, request: WireRequest) -> Route:
        """The route of a request. Raises NetworkError for what isn't an http or https URL."""
        try:
            parts = urlsplit(request.url)
            port = parts.port
        except ValueError as error:
            raise NetworkError(f"{request.url[:200]}: not a URL that can be fetched ({error})") from error
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise NetworkError(f"{request.url[:200]}: only http and https can be fetched")
        secure = parts.scheme == "https"
        return cls(secure, parts.hostname, port or (443 if secure else 80), request.proxy, request.proxy_auth)


def request_block(request: WireRequest) -> bytes:
    """The request's bytes: line, Host, headers, body."""
    parts = urlsplit(request.url)
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    if request.proxy and parts.scheme == "http":
        target = f"http://{parts.netloc}{target}"
    host = parts.netloc.rpartition("@")[2]
    lines = [f"{request.method} {target} HTTP/1.1".encode(), f"Host: {host}".encode()]
    lines += [name + b": " + value for name, value in request.headers]
    if request.body:
        lines.append(b"Content-Length: %d" % len(request.body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + request.body


def sent_block(request: WireRequest, block: bytes) -> bytes:
    """``block`` as it goes out: with the proxy's credentials, where one is asked for a plain http URL."""
    if not (request.proxy_auth and request.proxy and request.url.startswith("http:")):
        return block
    line, _, rest = block.partition(b"\r\n")
    return line + b"\r\nProxy-Authorization: " + request.proxy_auth + b"\r\n" + rest


def tunnel_block(route: Route) -> bytes:
    """The bytes that ask a proxy for a tunnel (RFC 9110, section 9.3.6)."""
    host = f"[{route.host}]" if ":" in route.host else route.host
    block = f"CONNECT {host}:{route.port} HTTP/1.1\r\nHost: {host}:{route.port}\r\n".encode()
    if route.proxy_auth:
        block += b"Proxy-Authorization: " + route.proxy_auth + b"\r\n"
    return block + b"\r\n"
