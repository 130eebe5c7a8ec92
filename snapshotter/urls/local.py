"""What of the web isn't the open web: addresses and names of the local network."""

from __future__ import annotations

from ipaddress import ip_address
from socket import inet_aton

from snapshotter.urls.keys import host


def intrudes(url: str, listed_by: str) -> bool:
    """Whether a link leads from the open web into the local network, where no listing or redirect should send us.

    By the names alone: what a name resolves to isn't looked at.
    """
    return _is_local(host(url)) and not _is_local(host(listed_by))


def _is_local(name: str) -> bool:
    try:
        return not ip_address(name).is_global
    except ValueError:
        pass
    try:
        return not ip_address(inet_aton(name)).is_global  # 127.1, 0x7f000001, 2130706433: what resolvers take for one
    except (OSError, ValueError):
        return "." not in name or name.endswith((".localhost", ".local", ".internal"))
