import socket
import ssl
from itertools import pairwise

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError

from snapshotter.errors import BadHttp, CannotWrite, NetworkError, WorkerLost
from snapshotter.extensions.reasons import RobotsUnread, reason_of


def caused(*errors):
    """Each raised from the next, as our client and the handler over it do."""
    for error, cause in pairwise(errors):
        error.__cause__ = cause
    return errors[0]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (caused(DownloadFailedError("x"), NetworkError("x"), socket.gaierror(-2, "unknown")), "dns"),
        (caused(DownloadFailedError("x"), NetworkError("x"), ConnectionRefusedError(111, "refused")), "connect"),
        (caused(DownloadFailedError("x"), NetworkError("x"), ssl.SSLCertVerificationError("expired")), "tls"),
        (caused(DownloadFailedError("x"), NetworkError("x"), TimeoutError()), "timeout"),
        (DownloadFailedError("no answer within 45 s"), "timeout"),
        (DownloadFailedError("connection closed unanswered"), "network"),
        (caused(DownloadFailedError("x"), BadHttp("x")), "bad-http"),
        (CannotResolveHostError("x"), "dns"),
        (DownloadTimeoutError("x"), "timeout"),
        (ResponseDataLossError("x"), "disconnect"),
        (UnsupportedURLSchemeError("x"), "scheme"),
        (IgnoreRequest("Forbidden by robots.txt"), "robots"),
        (caused(RobotsUnread("robots.txt"), HttpError(Response("http://a.example/", status=503))), "robots-http-503"),
        (caused(RobotsUnread("robots.txt"), DownloadFailedError("x"), TimeoutError()), "robots-timeout"),
        (caused(RobotsUnread("robots.txt"), NetworkError("x"), socket.gaierror(-2, "unknown")), "robots-dns"),
        (caused(IgnoreRequest("redirect"), ValueError("no URL")), "redirect"),
        (IgnoreRequest("max redirections reached"), "redirect"),
        (IgnoreRequest("some middleware's wish"), "ignored"),
        (HttpError(Response("http://a.example/", status=503)), "http-503"),
        (CannotWrite("disk full"), "cannot-write"),
        (WorkerLost("x"), "worker-lost"),
        (KeyError("x"), "KeyError"),
    ],
)
def test_every_failure_has_a_word_that_can_be_counted(error, reason):
    assert reason_of(error)[0] == reason


def test_the_errors_own_text_is_one_line():
    assert reason_of(DownloadFailedError("a\n  b")) == ("network", "a b")
    assert reason_of(DownloadFailedError())[1] == "DownloadFailedError"
