"""The recording client: block = bytes sent, over every road."""

import asyncio
import socket

import pytest
from odd_server import ODD, OddServer

from snapshotter import http1
from snapshotter.errors import BadHttp, NetworkError
from snapshotter.wire import WireClient, WireRequest


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with OddServer(tmp_path_factory.mktemp("odd")) as server:
        yield server


def fetched(*requests, authority=""):
    """The exchanges of requests made one after the other with one client."""

    async def main():
        client = WireClient(verify_certificates=bool(authority))
        try:
            return [await client.fetch(request) for request in requests]
        finally:
            await client.close()

    return asyncio.run(main())


def roads(server):
    return {
        "http": (server.http, ""),
        "https": (server.https, ""),
        "http through a proxy": (server.http, server.proxy),
        "https through a tunnel": (server.https, server.proxy),
    }


@pytest.mark.parametrize("road", ["http", "https", "http through a proxy", "https through a tunnel"])
@pytest.mark.parametrize("name", ODD)
def test_the_block_is_what_was_sent(server, name, road):
    origin, proxy = roads(server)[road]
    request = WireRequest(f"{origin}/{name}", headers=((b"X-Mixed", b"CaSe"), (b"X-Mixed", b"twice")), proxy=proxy)
    (exchange,) = fetched(request)
    assert exchange.response_block == ODD[name].sent
    assert exchange.request_block == server.requests[name]
    assert exchange.truncated == ODD[name].truncated
    assert http1.read_head(exchange.response_block).status == ODD[name].status


def test_peer_and_protocols_are_noted(server):
    plain, tls, proxied = fetched(
        WireRequest(f"{server.http}/plain"),
        WireRequest(f"{server.https}/http-1.0"),
        WireRequest(f"{server.https}/plain", proxy=server.proxy),
    )
    assert (plain.peer_ip, plain.protocols) == ("127.0.0.1", ("http/1.1",))
    assert (tls.peer_ip, tls.protocols) == ("127.0.0.1", ("http/1.0", "tls/1.3"))
    assert (proxied.peer_ip, proxied.protocols) == ("", ("http/1.1", "tls/1.3"))


def test_connections_are_used_again_where_they_may(server):
    before = server.connections
    names = ["plain", "chunked", "trailers", "no-content", "not-modified", "gzip", "continue", "two-lengths"]
    fetched(*(WireRequest(f"{server.http}/{name}") for name in names))
    assert server.connections == before + 1


def test_credentials_for_the_proxy_are_sent_and_not_recorded(server):
    secret = b"Basic c2VjcmV0"
    plain, tunnelled = fetched(
        *(
            WireRequest(f"{origin}/plain", proxy=server.proxy, proxy_auth=secret)
            for origin in (server.http, server.https)
        )
    )
    assert secret in server.requests["CONNECT"]
    assert secret not in plain.request_block + tunnelled.request_block


def test_a_certificate_nobody_vouches_for_is_refused(server):
    async def main():
        await WireClient().fetch(WireRequest(f"{server.https}/plain"))

    with pytest.raises(NetworkError, match="TLS failed"):
        asyncio.run(main())


def answering(answer, **options):
    """The exchange with a server that does ``answer(reader, writer)``."""

    async def main():
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        client = WireClient()
        port = server.sockets[0].getsockname()[1]
        try:
            return await client.fetch(WireRequest(f"http://127.0.0.1:{port}/", **options))
        finally:
            await client.close()
            server.close()

    return asyncio.run(main())


def says(data, *, then_waits=False):
    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(data)
        await writer.drain()
        if then_waits:
            await reader.read()
        writer.close()

    return answer


@pytest.mark.parametrize(
    ("answer", "options", "truncated", "length"),
    [
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", then_waits=True), {"timeout_s": 0.3}, "time", 41),
        (says(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5000), {"max_bytes": 1000}, "length", 1000),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcdefgh"), {}, "", 46),  # more than announced is kept
    ],
)
def test_a_response_without_end_is_cut_and_says_so(answer, options, truncated, length):
    exchange = answering(answer, **options)
    assert (exchange.truncated, len(exchange.response_block)) == (truncated, length)


@pytest.mark.parametrize(
    ("answer", "options", "error", "message"),
    [
        (says(b"", then_waits=True), {"timeout_s": 0.3}, NetworkError, "no answer within 0.3 s"),
        (says(b""), {}, NetworkError, "closed unanswered"),
        (says(b"<html>no HTTP</html>\r\n\r\n"), {}, BadHttp, "isn't a web server's answer"),
        (says(b"SSH-2.0-OpenSSH_9\r\n"), {}, NetworkError, "closed unanswered"),
        (says(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000), {}, BadHttp, "head never ends"),
    ],
)
def test_no_answer_says_why(answer, options, error, message):
    with pytest.raises(error, match=message):
        answering(answer, **options)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://127.0.0.1/x", "only http and https"),
        ("http:///x", "only http and https"),
        ("http://127.0.0.1:port/", "can't be fetched|not a URL"),
        ("http://[::1/", "not a URL"),
        ("http://" + "a" * 70 + ".invalid/", "no such host"),
    ],
)
def test_a_url_that_cannot_be_fetched_says_why(url, message):
    with pytest.raises(NetworkError, match=message):
        fetched(WireRequest(url))


def test_nobody_listening_says_so():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(NetworkError, match="refused"):
            fetched(WireRequest(f"http://127.0.0.1:{taken.getsockname()[1]}/"))


def test_a_proxy_that_refuses_says_so(server):
    with pytest.raises(NetworkError, match=r"refuses a tunnel \(404"):
        fetched(WireRequest("https://127.0.0.1:1/", proxy=server.http))


def test_a_kept_connection_that_went_stale_is_replaced():
    async def main():
        served = []

        async def answer(reader, writer):
            served.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
            await writer.drain()
            with_next = await reader.read(1)  # the next request begins; it is dropped unanswered
            assert with_next in {b"G", b""}
            writer.transport.abort()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        client = WireClient()
        request = WireRequest(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        blocks = [(await client.fetch(request)).response_block for _ in range(3)]
        await client.close()
        server.close()
        return blocks, served

    blocks, served = asyncio.run(main())
    assert len(set(blocks)) == 1
    assert len(served) == 3
