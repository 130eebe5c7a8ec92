"""The client: connections kept open and used again, tunnels, TLS."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from functools import cached_property
from ipaddress import ip_address
from urllib.parse import urlsplit

from snapshotter import http1
from snapshotter.errors import NetworkError
from snapshotter.items import Exchange
from snapshotter.urls.local import is_public
from snapshotter.wire.fence import Fence, fenced
from snapshotter.wire.recorder import ClosedUnanswered, Recorder
from snapshotter.wire.request import Route, WireRequest, request_block, sent_block, tunnel_block

IDLE_S = 15.0
"""How long an unused connection is kept open."""
MAX_IDLE = 100
"""How many of them are; each that is encrypted holds a quarter of a megabyte (asyncio's read buffer)."""
TUNNEL_S = 30.0
"""How long a proxy may take to open a tunnel."""


class WireClient:
    """Fetches, and records what crossed the wire. Lives within one event loop; close it at the end."""

    def __init__(
        self, *, verify_certificates: bool = True, open_web_only: bool = False, fence: Fence | None = None
    ) -> None:
        """``open_web_only``: connect to no address that isn't global, whatever its name; a proxy must see to that.

        ``fence``: how far all of its requests may reach; a proxy isn't asked for any of them.
        """
        self._verify_certificates = verify_certificates
        self._open_web_only = open_web_only
        self._fence = fence
        self._idle: dict[Recorder, tuple[Route, asyncio.TimerHandle]] = {}

    async def fetch(self, request: WireRequest) -> Exchange:
        """The exchange, whole or cut short (it says so, and keeps what came).

        Raises NetworkError where no answer began: DNS, connection, TLS, time-out, a proxy's refusal;
        BadHttp where what came is no HTTP/1.
        """
        route, block = Route.of(request), request_block(request)
        sent = sent_block(request, block)
        deadline = asyncio.get_running_loop().time() + request.timeout_s
        connection = self._take_idle(route)
        if connection is not None:
            try:
                truncated = await connection.ask(sent, request, deadline)
            except ClosedUnanswered:
                connection = None
        if connection is None:
            connection = await self._connect(route, request.timeout_s)
            truncated = await connection.ask(sent, request, deadline)
        exchange = _exchange(request, block, connection, truncated)
        if connection.reusable:
            self._keep_idle(route, connection)
        return exchange

    async def close(self) -> None:
        """Close every idle connection."""
        for connection in list(self._idle):
            self._drop(connection)
        for _ in range(3):  # asyncio tells a protocol, and the TLS below it, in later turns of its loop
            await asyncio.sleep(0)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Made when first needed: reading the system's certificates takes a tenth of a second."""
        context = ssl.create_default_context() if self._verify_certificates else ssl._create_unverified_context()  # noqa: S323
        context.set_alpn_protocols(["http/1.1"])
        return context

    def _take_idle(self, route: Route) -> Recorder | None:
        """The connection to there that was used last, if there is one that still stands."""
        for connection in [idle for idle, (its_route, _) in self._idle.items() if its_route == route][::-1]:
            _, timer = self._idle.pop(connection)
            timer.cancel()
            if connection.reusable:
                return connection
        return None

    def _keep_idle(self, route: Route, connection: Recorder) -> None:
        timer = asyncio.get_running_loop().call_later(IDLE_S, self._drop, connection)
        self._idle[connection] = route, timer
        if len(self._idle) > MAX_IDLE:
            self._drop(next(iter(self._idle)))

    def _drop(self, connection: Recorder) -> None:
        _, timer = self._idle.pop(connection)
        timer.cancel()  # it would keep the connection's buffers until its time comes
        connection.close()

    async def _connect(self, route: Route, timeout_s: float) -> Recorder:
        try:
            async with asyncio.timeout(timeout_s):
                if self._fence:
                    if route.proxy:
                        raise NetworkError(f"{route.host}: a proxy would reach further than a stranger may")
                    return await fenced(route.host, route.port, self._tls if route.secure else None, self._fence)
                if route.proxy and route.secure:
                    return await self._tunnel(route)
                proxy = urlsplit(route.proxy)
                host, port = (proxy.hostname or "", proxy.port or 80) if route.proxy else (route.host, route.port)
                if self._open_web_only and not route.proxy:
                    return await _open_global(host, port, self._tls if route.secure else None)
                return await _open(host, port, self._tls if route.secure else None)
        except TimeoutError as error:
            raise NetworkError(f"{route.host}: no connection within {timeout_s:g} s") from error
        except ssl.SSLError as error:
            raise NetworkError(f"{route.host}: TLS failed ({error.reason or error})") from error
        except (OSError, UnicodeError) as error:
            raise NetworkError(f"{route.host}: {_why(error)}") from error

    async def _tunnel(self, route: Route) -> Recorder:
        """A connection through the proxy's tunnel (RFC 9110, section 9.3.6)."""
        proxy = urlsplit(route.proxy)
        connection = await _open(proxy.hostname or "", proxy.port or 80, None)
        loop = asyncio.get_running_loop()
        await connection.ask(tunnel_block(route), WireRequest(route.proxy, method="CONNECT"), loop.time() + TUNNEL_S)
        head = http1.read_head(connection.take())
        if connection.transport is None or not connection.reusable:
            raise NetworkError(
                f"{route.host}: the proxy refuses a tunnel ({head.status} {head.reason.decode('latin-1')})"
            )
        transport = await loop.start_tls(connection.transport, connection, self._tls, server_hostname=route.host)
        if transport is None:
            raise NetworkError(f"{route.host}: connection lost in the TLS handshake")
        connection.transport = transport
        return connection


async def _open(host: str, port: int, tls: ssl.SSLContext | None) -> Recorder:
    _, connection = await asyncio.get_running_loop().create_connection(
        Recorder, host, port, ssl=tls, server_hostname=host if tls else None, happy_eyeballs_delay=0.25
    )
    return connection


async def _open_global(host: str, port: int, tls: ssl.SSLContext | None) -> Recorder:
    """A connection to the very address that was looked at. Raises NetworkError where the name leads to a local one."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not all(is_public(ip_address(address.partition("%")[0])) for address in addresses):
        raise NetworkError(f"{host}: leads into the local network")
    _, connection = await loop.create_connection(
        Recorder, addresses[0], port, ssl=tls, server_hostname=host if tls else None
    )
    return connection


def _exchange(request: WireRequest, block: bytes, connection: Recorder, truncated: str) -> Exchange:
    assert connection.transport is not None
    tls = connection.transport.get_extra_info("ssl_object")
    received = connection.take()
    version = (connection.head or http1.read_head(received)).version.decode()
    return Exchange(
        url=request.url,
        started_at=connection.began_at,
        request_block=block,
        response_block=received,
        peer_ip="" if request.proxy else connection.peer_ip,
        protocols=(f"http/{version}", *([tls.version().lower().replace("tlsv", "tls/")] if tls else [])),
        truncated=truncated,
    )


def _why(error: OSError | UnicodeError) -> str:
    if isinstance(error, socket.gaierror):
        return "no such host (DNS)"
    if isinstance(error, UnicodeError):
        return "no such host (its name can't be one)"
    return os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
