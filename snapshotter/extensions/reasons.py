"""Why a request failed: an exception → a word that can be counted, and what the exception says."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.spidermiddlewares.httperror import HttpError

from snapshotter.errors import BadHttp, CannotWrite, NetworkError, NotPublic, RobotsRefused, WorkerLost


class RobotsUnread(IgnoreRequest):
    """A host gives out no robots.txt, so that nothing of it may be fetched; its cause says why. Ask again later."""


_REASONS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    ((CannotResolveHostError, socket.gaierror, UnicodeError), "dns"),
    (ssl.SSLError, "tls"),
    ((DownloadTimeoutError, TimeoutError), "timeout"),
    (ResponseDataLossError, "disconnect"),
    (DownloadCancelledError, "too-large"),
    (UnsupportedURLSchemeError, "scheme"),
    (RobotsRefused, "robots"),
    (NotPublic, "not-public"),
    (CannotWrite, "cannot-write"),
    (WorkerLost, "worker-lost"),
    (BadHttp, "bad-http"),
    ((DownloadConnectionRefusedError, OSError), "connect"),
    ((DownloadFailedError, NetworkError), "network"),
)
"""First match counts."""


def reason_of(error: BaseException) -> tuple[str, str]:
    """The reason's word and the error's own text, in one line.

    The word is that of the error's root cause: ``dns``, ``connect``, ``tls``, ``timeout``…; ``http-503`` for a
    refused status; ``robots``, ``redirect`` or ``ignored`` for what a middleware wouldn't fetch; ``robots-http-503``,
    ``robots-timeout``… where robots.txt is what wasn't given out; else the exception's name.
    """
    detail = " ".join((str(error) or type(error).__name__).split())
    if isinstance(error, HttpError):
        return f"http-{error.response.status}", ""
    if isinstance(error, RobotsUnread) and error.__cause__:
        word, why = reason_of(error.__cause__)
        return f"robots-{word}", f"{detail}: {why}" if why else detail
    if isinstance(error, IgnoreRequest):
        folded = detail.casefold()
        return next((word for word in ("robots", "redirect") if word in folded), "ignored"), detail
    for cause in reversed(list(_causes(error))):
        for kind, word in _REASONS:
            if isinstance(cause, kind):
                return ("timeout" if word == "network" and " within " in detail else word), detail
    return type(error).__name__, detail


def without_traces(error: Exception) -> Exception:
    """The same error, for keeping: its frames, and its causes', would keep in memory whatever they worked on."""
    for cause in _causes(error):
        cause.__traceback__ = None
    return error


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
