"""How far a request that a stranger asked for may reach: the open internet, looked at where a connection is made."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from snapshotter.errors import NetworkError, UsageError
from snapshotter.urls.local import is_public
from snapshotter.wire.recorder import Recorder

PORTS = (80, 443)


@dataclass(frozen=True, slots=True)
class Fence:
    """The open internet's web servers, and networks that count as such."""

    also: tuple[IPv4Network | IPv6Network, ...] = ()
    """In these, on any port."""

    @classmethod
    def of(cls, also: str) -> Fence:
        """``also``: networks with blanks between them. Raises UsageError."""
        try:
            return cls(tuple(ip_network(name) for name in also.split()))
        except ValueError as error:
            raise UsageError(f"SNAPSHOTTER_OPEN_WEB_ALSO: {error}; write networks as 10.2.0.0/16") from error

    def admits(self, address: str, port: int) -> bool:
        """Whether a numeric address may be connected to."""
        try:
            found = ip_address(address)
        except ValueError:  # with a zone: link-local
            return False
        if any(found.version == one.version and found in one for one in self.also):
            return True
        return port in PORTS and is_public(found)


async def fenced(host: str, port: int, tls: ssl.SSLContext | None, fence: Fence) -> Recorder:
    """A connection to the host, to the very address that was looked at: a name that resolves anew gains nothing.

    Raises NetworkError where any of its addresses is outside the fence; OSError, UnicodeError as the system does.
    """
    loop = asyncio.get_running_loop()
    found = [str(entry[4][0]) for entry in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(fence.admits(address, port) for address in found):
        raise NetworkError(f"{host} port {port}: isn't a web server on the open internet")
    _, connection = await loop.create_connection(
        Recorder, found[0], port, ssl=tls, server_hostname=host if tls else None
    )
    return connection
