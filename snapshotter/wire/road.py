"""The way to a host: its name resolved, its addresses looked at, a connection to one of them."""

from __future__ import annotations

import asyncio
import socket
import ssl
from ipaddress import ip_address

from aiohappyeyeballs import start_connection

from snapshotter.errors import NotPublic
from snapshotter.urls.local import is_public
from snapshotter.wire.recorder import Recorder

EYEBALLS_S = 0.25
"""How long an address is tried before the next one is tried beside it (RFC 8305, section 8)."""


async def connected(host: str, port: int, tls: ssl.SSLContext | None, *, public_only: bool) -> Recorder:
    """A connection to the host.

    ``public_only``: to none of its addresses that isn't on the open internet. It is the address connected to that is
    looked at, so that a name that resolves anew, to another one, gains nothing.

    Raises NotPublic; OSError (DNS, TLS and time-outs are kinds of it); UnicodeError for what can't be a name.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    wanted = [info for info in found if not public_only or is_open(str(info[4][0]))]
    if not wanted:
        raise NotPublic(
            f"{host}: leads into the local network ({found[0][4][0]}), and only a page or redirect named it; if you "
            "want it, name it in a site rule or as a start URL, or set SNAPSHOTTER_PUBLIC_ONLY=False"
        )
    sock = await start_connection(wanted, happy_eyeballs_delay=EYEBALLS_S, interleave=1)
    try:
        name = host if tls else None
        _, connection = await loop.create_connection(Recorder, sock=sock, ssl=tls, server_hostname=name)
    except BaseException:
        sock.close()
        raise
    return connection


def is_open(address: str) -> bool:
    """Whether a numeric address, as the system writes it, is on the open internet."""
    try:
        return is_public(ip_address(address))
    except ValueError:
        return False
