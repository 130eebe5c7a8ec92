"""The client: connections kept open and used again, tunnels, TLS."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from dataclasses import replace
from functools import cached_property
from urllib.parse import urlsplit

from snapshotter import http1
from snapshotter.errors import NetworkError, NotPublic
from snapshotter.items import Exchange
from snapshotter.urls.local import is_local
from snapshotter.wire.fence import Fence, fenced
from snapshotter.wire.recorder import ClosedUnanswered, Recorder
from snapshotter.wire.request import Route, WireRequest, request_block, sent_block, tunnel_block
from snapshotter.wire.road import connected, is_open

IDLE_S = 15.0
"""How long an unused connection is kept open."""
MAX_IDLE = 100
"""How many of them are; each that is encrypted holds a quarter of a megabyte (asyncio's read buffer)."""
TUNNEL_S = 30.0
"""How long a proxy may take to open a tunnel."""


class WireClient:
    """Fetches, and records what crossed the wire. Lives within one event loop; close it at the end."""

    def __init__(
        self, *, verify_certificates: bool = True, public_only: bool = False, fence: Fence | None = None
    ) -> None:
        """``public_only``: every request is, whatever it says itself.

        ``fence``: how far all of its requests may reach; a proxy isn't asked for any of them.
        """
        self._public_only = public_only
        self._fence = fence
        self._verify_certificates = verify_certificates
        self._idle: dict[Recorder, tuple[Route, asyncio.TimerHandle]] = {}

    async def fetch(self, request: WireRequest) -> Exchange:
        """The exchange, whole or cut short (it says so, and keeps what came).

        Raises NetworkError where no answer began: DNS, connection, TLS, time-out, a proxy's refusal; NotPublic where
        the request doesn't want to go there; BadHttp where what came is no HTTP/1.
        """
        request = replace(request, public_only=True) if self._public_only else request
        route, block = Route.of(request), request_block(request)
        sent = sent_block(request, block)
        deadline = asyncio.get_running_loop().time() + request.timeout_s
        connection = self._take_idle(route, public_only=request.public_only)
        if connection is not None:
            try:
                truncated = await connection.ask(sent, request, deadline)
            except ClosedUnanswered:
                connection = None
        if connection is None:
            connection = await self._connect(route, request)
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

    def _take_idle(self, route: Route, *, public_only: bool) -> Recorder | None:
        """The connection to there that was used last, if there is one that still stands."""
        public_only = public_only and not route.proxy
        for connection in [idle for idle, (its_route, _) in self._idle.items() if its_route == route][::-1]:
            _, timer = self._idle.pop(connection)
            timer.cancel()
            if connection.reusable and (not public_only or is_open(connection.peer_ip)):
                return connection
            connection.close()
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

    async def _connect(self, route: Route, request: WireRequest) -> Recorder:
        try:
            async with asyncio.timeout(request.timeout_s):
                if self._fence:
                    return await self._fenced(route, self._fence)
                if route.proxy:
                    return await self._through_proxy(route, public_only=request.public_only)
                tls = self._tls if route.secure else None
                return await connected(route.host, route.port, tls, public_only=request.public_only)
        except TimeoutError as error:
            raise NetworkError(f"{route.host}: no connection within {request.timeout_s:g} s") from error
        except ssl.SSLError as error:
            raise NetworkError(f"{route.host}: TLS failed ({_why_tls(error)})") from error
        except (OSError, UnicodeError) as error:
            raise NetworkError(f"{route.host}: {_why(error)}") from error

    async def _fenced(self, route: Route, fence: Fence) -> Recorder:
        if route.proxy:
            raise NetworkError(f"{route.host}: a proxy would reach further than a stranger may")
        return await fenced(route.host, route.port, self._tls if route.secure else None, fence)

    async def _through_proxy(self, route: Route, *, public_only: bool) -> Recorder:
        """A connection to the proxy; for https, in its tunnel to the host.

        The proxy resolves the host's name, so that ``public_only`` can only look at the name.
        """
        if public_only and is_local(route.host):
            raise NotPublic(f"{route.host}: leads into the local network, by way of the proxy")
        proxy = urlsplit(route.proxy)
        connection = await connected(proxy.hostname or "", proxy.port or 80, None, public_only=False)
        return await self._tunnel(route, connection) if route.secure else connection

    async def _tunnel(self, route: Route, connection: Recorder) -> Recorder:
        """The connection, from now on one with the host (RFC 9110, section 9.3.6)."""
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


def _why_tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate: {error.verify_message}".rstrip(".")
    return error.reason or str(error)


def _why(error: OSError | UnicodeError) -> str:
    if isinstance(error, socket.gaierror):
        return "no such host (DNS)"
    if isinstance(error, UnicodeError):
        return "no such host (its name can't be one)"
    return os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
