"""A recording HTTP/1.1 client: what it hands back is the bytes themselves.

Other clients parse first and hand over what is left. Here the bytes are kept as they come, and are
parsed only as far as it takes to see where the message ends (RFC 9112, section 6.3), so that an odd
answer is an answer still. Connections are kept open and used again; a proxy is asked for a tunnel
(CONNECT) for https, and given the absolute URL for http (RFC 9112, section 3.2).
"""

from __future__ import annotations

from snapshotter.wire.client import WireClient
from snapshotter.wire.fence import Fence
from snapshotter.wire.request import WireRequest

__all__ = ["Fence", "WireClient", "WireRequest"]
