"""Who asks, and how often they may."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.exceptions import HTTPException
from starlette.requests import Request

MOST_KNOWN = 20_000
LONGEST_CHAIN = 20
_IPV6_PREFIX = 56
"""What one customer is given, at least."""

Networks = Sequence[IPv4Network | IPv6Network]


def client_of(request: Request, trusted: Networks) -> str:
    """Where a request comes from: an IPv4 address, or an IPv6 network; ``unknown`` where there is no telling.

    X-Forwarded-For is believed as far as trusted proxies wrote it: the last address in it that isn't theirs.
    """
    here = request.client.host if request.client else ""
    chain = [one.strip() for line in request.headers.getlist("x-forwarded-for") for one in line.split(",")]
    for said in reversed(chain[-LONGEST_CHAIN:]):
        if not _is_among(here, trusted):
            break
        here = said
    return _network(here)


def _is_among(name: str, networks: Networks) -> bool:
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return any(address.version == one.version and address in one for one in networks)


def _network(name: str) -> str:
    try:
        address = ip_address(name.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((address, _IPV6_PREFIX), strict=False))
    return str(address)


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Limit:
    """So many at once, then one every ``every_s``: by client. Memory: MOST_KNOWN clients, the longest unseen go."""

    def __init__(self, burst: int, every_s: float) -> None:
        self._burst, self._every_s = burst, every_s
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def spend(self, client: str) -> None:
        """Counts one. Raises HTTPException(429), which says when to try again."""
        now = time.monotonic()
        bucket = self._buckets.pop(client, None) or _Bucket(self._burst, now)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) / self._every_s)
        bucket.at = now
        self._buckets[client] = bucket
        while len(self._buckets) > MOST_KNOWN:
            self._buckets.popitem(last=False)
        if bucket.tokens < 1:
            wait_s = math.ceil((1 - bucket.tokens) * self._every_s)
            raise HTTPException(429, headers={"Retry-After": str(max(wait_s, 1))})
        bucket.tokens -= 1
