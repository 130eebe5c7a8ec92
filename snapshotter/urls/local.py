"""What of the web isn't the open web: addresses and names of the local network."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from socket import inet_aton

from snapshotter.urls.keys import host

_GLOBAL = IPv6Network("2000::/3")
"""All that is handed out to be reached from everywhere (RFC 4291, section 2.4, and IANA's registry)."""
_NAT64 = IPv6Network("64:ff9b::/96")
"""An IPv4 address, reached through a translator (RFC 6052, section 2.1)."""


def intrudes(url: str, listed_by: str) -> bool:
    """Whether a link leads from the open web into the local network, where no listing or redirect should send us.

    By the names alone; what a name resolves to is looked at when a connection is made (``is_public``).
    """
    return is_local(host(url)) and not is_local(host(listed_by))


def is_local(name: str) -> bool:
    """Whether a host is an address that isn't public, or a name that only a local network knows."""
    try:
        return not is_public(ip_address(name))
    except ValueError:
        pass
    try:
        return not is_public(ip_address(inet_aton(name)))  # 127.1, 0x7f000001, 2130706433: resolvers take them for one
    except (OSError, ValueError):
        return "." not in name or name.endswith((".localhost", ".local", ".internal"))


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one host's on the open internet.

    Not so: loopback, private, link-local, shared (RFC 6598), multicast, reserved and documentation addresses, and
    IPv6 addresses that stand for such an IPv4 one: mapped, translated (NAT64), 6to4.
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and not address.is_reserved
    inner = address.ipv4_mapped or address.sixtofour or (_embedded(address) if address in _NAT64 else None)
    if inner is not None:
        return is_public(inner)
    return address in _GLOBAL and address.is_global


def _embedded(address: IPv6Address) -> IPv4Address:
    return IPv4Address(int(address) & 0xFFFFFFFF)
