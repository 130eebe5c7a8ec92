"""Scrapy's download handler over the recording client."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urldefrag

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import DownloadFailedError, IgnoreRequest
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.utils.url import add_http_if_no_scheme

from snapshotter import http1
from snapshotter.errors import BadHttp, NetworkError, NotPublic
from snapshotter.extensions.runreport import SITE
from snapshotter.items import Exchange
from snapshotter.wire import Fence, WireClient, WireRequest

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from snapshotter.due import Round

EXCHANGES = "exchanges"
"""Key in a request's meta: its exchange, behind those of the redirects that led to it (a tuple)."""
AS_SENT = "as_sent"
"""Key in a request's meta: its response only passes through to a worker, so it needn't be made fit for reading."""
PUBLIC_ONLY = "public_only"
"""Key in a request's meta: whether it may only go to the open internet."""
TRUNCATED = "truncated:"
"""A response that was cut short has a flag of this and the reason: ``length``, ``time``, ``disconnect``."""


class WireDownloadHandler(BaseDownloadHandler):
    """Fetches http and https, and leaves the exact exchange in the request's meta.

    The response's body is the payload as sent: transfer coding undone, content coding kept.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._max_bytes = settings.getint("DOWNLOAD_MAXSIZE")
        self._timeout_s = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._client = WireClient(
            verify_certificates=settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES"),
            fence=Fence.of(settings.get("SNAPSHOTTER_OPEN_WEB_ALSO") or "")
            if settings.getbool("SNAPSHOTTER_OPEN_WEB_ONLY")
            else None,
        )

    async def download_request(self, request: Request) -> Response:
        """The response.

        Raises Scrapy's DownloadFailedError, which its retry middleware knows; IgnoreRequest, NotPublic.
        """
        refuse_if_held(self.crawler, request)
        began = monotonic()
        try:
            exchange = await self._client.fetch(self._wire_request(request))
            head = http1.read_head(exchange.response_block)
        except NotPublic:  # to try again would be to knock again
            raise
        except (NetworkError, BadHttp) as error:
            raise DownloadFailedError(str(error)) from error
        request.meta["download_latency"] = monotonic() - began
        request.meta[EXCHANGES] = (*_hops(request), exchange)
        return _response(request, head, exchange)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _wire_request(self, request: Request) -> WireRequest:
        proxy = request.meta.get("proxy")
        return WireRequest(
            url=urldefrag(request.url)[0],
            method=request.method,
            headers=_header_lines(request),
            body=request.body,
            proxy=add_http_if_no_scheme(proxy) if proxy else "",
            proxy_auth=request.headers.get(b"Proxy-Authorization") or b"",
            timeout_s=request.meta.get("download_timeout", self._timeout_s),
            max_bytes=request.meta.get("download_maxsize", self._max_bytes),
            public_only=request.meta.get(PUBLIC_ONLY, False),
        )


def refuse_if_held(crawler: Crawler, request: Request) -> None:
    """Raises IgnoreRequest in a round, for a source whose server asked for that (``Retry-After``)."""
    round_: Round | None = getattr(crawler.spider, "round", None)
    if round_ and round_.is_held(request.meta.get(SITE, "")):
        raise IgnoreRequest("its server asked to be left alone for a while; a later round asks again")


def _header_lines(request: Request) -> tuple[tuple[bytes, bytes], ...]:
    return tuple(
        (name, value) for name, values in request.headers.items() if name != b"Proxy-Authorization" for value in values
    )


def _hops(request: Request) -> tuple[Exchange, ...]:
    """The exchanges of this request's redirects; those of its own earlier tries are left out."""
    earlier: tuple[Exchange, ...] = request.meta.get(EXCHANGES, ())
    return earlier[: request.meta.get("redirect_times", 0)]


def _response(request: Request, head: http1.Head, exchange: Exchange) -> Response:
    body = http1.payload(exchange.response_block, head)
    flags = [TRUNCATED + exchange.truncated] if exchange.truncated else []
    if head.status == 200 and request.meta.get(AS_SENT):
        return Response(request.url, body=body, flags=flags)
    values: dict[bytes, list[bytes]] = {}
    for name, value in head.headers:  # appendlist would go over a header's earlier values for each one more
        values.setdefault(name.title(), []).append(value)
    headers = Headers(values)
    kind = responsetypes.from_args(headers=headers, url=request.url, body=body)
    return kind(url=request.url, status=head.status, headers=headers, body=body, flags=flags)
