"""Webhooks: a signed POST to the open internet, bounded in time and size; no redirect is followed.

``X-Snapshotter-Signature: sha256=HEX``: HMAC-SHA256, by the webhook's key, over the value of
``X-Snapshotter-Timestamp`` (seconds since 1970), a full stop, and the body.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from snapshotter import http1
from snapshotter.clock import utc_now
from snapshotter.errors import BadHttp, NetworkError
from snapshotter.wire import WireClient, WireRequest

LONGEST_S = 10.0
MOST_ANSWER_BYTES = 16_384
GONE = 410


def signature(key: str, timestamp: str, body: bytes) -> str:
    """The value of X-Snapshotter-Signature."""
    return "sha256=" + hmac.new(key.encode(), timestamp.encode() + b"." + body, sha256).hexdigest()


def request(url: str, key: str, body: bytes, user_agent: str) -> WireRequest:
    """The POST, signed as of now."""
    timestamp = str(int(utc_now().timestamp()))
    headers = (
        ("User-Agent", user_agent),
        ("Accept", "*/*"),
        ("Content-Type", "application/json"),
        ("X-Snapshotter-Timestamp", timestamp),
        ("X-Snapshotter-Signature", signature(key, timestamp, body)),
        ("Connection", "close"),
    )
    said = tuple((name.encode(), value.encode("latin-1", "replace")) for name, value in headers)
    return WireRequest(url, "POST", said, body, timeout_s=LONGEST_S, max_bytes=MOST_ANSWER_BYTES)


async def post(client: WireClient, asked: WireRequest) -> int:
    """The status of the answer; 0: none came, or nothing that is one."""
    try:
        return http1.read_head((await client.fetch(asked)).response_block).status
    except (NetworkError, BadHttp):
        return 0
