"""One connection, and the bytes that come over it."""

from __future__ import annotations

import asyncio

from snapshotter import http1
from snapshotter.clock import utc_now
from snapshotter.errors import BadHttp, NetworkError
from snapshotter.wire.request import WireRequest


class ClosedUnanswered(NetworkError):
    """The server closed the connection without a word; a kept-open one may be tried anew."""


class Recorder(asyncio.Protocol):
    """One connection; records one response at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.peer_ip = ""
        self.reusable = False
        self.began_at = utc_now()
        self._buffer = bytearray()
        self.head: http1.Head | None = None
        """The response's, once all of it is in."""
        self._chunks: http1.Chunks | None = None
        self._end: int | None = None
        self._answer: asyncio.Future[str] | None = None
        self._max_bytes = 0
        self._method = ""

    def take(self) -> bytes:
        """What has come since the last request; the connection keeps none of it."""
        received, self._buffer = bytes(self._buffer), bytearray()
        return received

    async def ask(self, block: bytes, request: WireRequest, deadline: float) -> str:
        """Send a request and record what comes. Returns why it is cut short; empty: it is whole."""
        assert self.transport is not None
        self._buffer, self.head, self._chunks, self._end = bytearray(), None, None, None
        self._max_bytes, self._method = request.max_bytes, request.method
        self.reusable = False
        loop = asyncio.get_running_loop()
        self._answer = loop.create_future()
        timer = loop.call_at(deadline, self._time_out, request.timeout_s)
        self.transport.write(block)
        try:
            return await self._answer
        finally:
            timer.cancel()
            if not self.reusable:
                self.close()

    def close(self) -> None:
        """Drop the connection; nothing more is read from it."""
        if self.transport is not None:
            self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.peer_ip = (transport.get_extra_info("peername") or ("",))[0]

    def data_received(self, data: bytes) -> None:
        """Called by asyncio: keep the bytes, and see whether they are all."""
        if self._answer is None or self._answer.done():
            self.reusable = False  # nobody asked for it
            self.close()
            return
        if not self._buffer:
            self.began_at = utc_now()
        self._buffer += data
        try:
            whole = self._is_whole(len(data))
        except BadHttp as error:
            self._answer.set_exception(error)
            return
        if whole:
            self.reusable = self._stays_open()
            self._answer.set_result("")
        elif len(self._buffer) > self._max_bytes:
            del self._buffer[self._max_bytes :]
            self._answer.set_result("length")

    def connection_lost(self, error: Exception | None) -> None:
        """Called by asyncio: a body without length ends so; any other is cut short."""
        self.reusable = False
        if self._answer is None or self._answer.done():
            return
        if not self._buffer.lstrip().startswith(b"HTTP/"):
            self._answer.set_exception(ClosedUnanswered(f"connection closed unanswered ({error or 'by the server'})"))
        else:
            ends_by_closing = self.head is not None and self._chunks is None and self._end is None
            self._answer.set_result("" if ends_by_closing and error is None else "disconnect")

    def _time_out(self, timeout_s: float) -> None:
        if self._answer is None or self._answer.done():
            return
        if self.head is not None:
            self._answer.set_result("time")
        else:
            self._answer.set_exception(NetworkError(f"no answer within {timeout_s:g} s"))

    def _is_whole(self, new_bytes: int) -> bool:
        if self.head is None:
            if http1.may_end_head(self._buffer, new_bytes):
                self.head = http1.complete_head(self._buffer)
            if self.head is None:
                if len(self._buffer) > http1.MAX_HEAD_BYTES:
                    raise BadHttp("its head never ends: this isn't a web server's answer")
                return False
            self._expect_body(self.head)
        if self._chunks is not None:
            self._chunks.scan(self._buffer)
            return self._chunks.done
        return self._end is not None and len(self._buffer) >= self._end

    def _expect_body(self, head: http1.Head) -> None:
        if self._method in {"HEAD", "CONNECT"} or not head.has_body:
            self._end = head.size
        elif head.is_chunked:
            self._chunks = http1.Chunks(head.size)
        elif (length := head.content_length) is not None:
            self._end = head.size + length

    def _stays_open(self) -> bool:
        assert self.head is not None
        if self._method == "CONNECT":
            return self.head.status == 200
        end = self._chunks.position if self._chunks else self._end
        wish = self.head.get("connection").lower()
        kept = "close" not in wish if self.head.version == b"1.1" else "keep-alive" in wish
        return kept and end == len(self._buffer)
