"""What a stranger asks for reaches the open internet's web servers and nothing else, whatever a name leads to."""

import asyncio
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from snapshotter.errors import NetworkError, UsageError
from snapshotter.wire import Fence, WireClient, WireRequest


@pytest.mark.parametrize(
    ("address", "port", "is_admitted"),
    [
        ("93.184.215.14", 80, True),
        ("93.184.215.14", 443, True),
        ("93.184.215.14", 22, False),
        ("93.184.215.14", 8080, False),
        ("2606:4700::6810:1", 443, True),
        ("10.2.3.4", 9200, True),  # counts as open
        ("10.3.3.4", 80, False),
        ("127.0.0.1", 80, False),
        ("0.0.0.0", 80, False),
        ("169.254.169.254", 80, False),
        ("224.0.0.1", 80, False),
        ("255.255.255.255", 80, False),
        ("::1", 80, False),
        ("::", 80, False),
        ("::ffff:127.0.0.1", 80, False),
        ("::ffff:10.3.0.1", 80, False),
        ("64:ff9b::7f00:1", 80, False),
        ("64:ff9b::a9fe:a9fe", 80, False),
        ("2002:7f00:1::", 80, False),
        ("fd00::1", 80, False),
        ("fe80::1", 80, False),
        ("fe80::1%lo", 80, False),
        ("ff02::1", 80, False),
        ("no address", 80, False),
    ],
)
def test_what_the_fence_admits(address, port, is_admitted):
    assert Fence.of("10.2.0.0/16").admits(address, port) is is_admitted


def test_networks_are_said_as_networks():
    with pytest.raises(UsageError, match="SNAPSHOTTER_OPEN_WEB_ALSO"):
        Fence.of("10.2.0.1/16")


@contextmanager
def listening():
    """A server on loopback, and the paths that it was asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        server.server_close()


def fetching(url, answers, fence, **request):
    """Fetches with a resolver that gives these addresses, one after the other; how often it was asked."""
    asked = []

    async def run():
        loop = asyncio.get_running_loop()
        real = loop.getaddrinfo

        async def getaddrinfo(host, port, **kwargs):
            if host.endswith(".example"):
                host = answers[min(len(asked), len(answers) - 1)]
                asked.append(host)
            return await real(host, port, **kwargs)

        loop.getaddrinfo = getaddrinfo
        client = WireClient(fence=fence)
        try:
            return await client.fetch(WireRequest(url, timeout_s=5, **request))
        finally:
            await client.close()

    return asyncio.run(run()), asked


def test_a_name_that_leads_inside_is_refused_each_time_it_is_resolved():
    with listening() as (port, asked):
        fence = Fence.of("127.0.0.1/32")
        exchange, resolved = fetching(f"http://rebinding.example:{port}/a", ["127.0.0.1", "::1"], fence)
        assert exchange.peer_ip == "127.0.0.1"
        assert resolved == ["127.0.0.1"], "what was looked at is what is connected to"
        for answers in (["127.0.0.1"], ["::ffff:127.0.0.1"]):
            with pytest.raises(NetworkError, match="open internet"):
                fetching(f"http://rebinding.example:{port}/b", answers, Fence())
        assert asked == ["/a"]


def test_a_proxy_is_not_asked():
    with listening() as (port, asked):
        with pytest.raises(NetworkError, match="proxy"):
            fetching("http://93.184.215.14/", [], Fence(), proxy=f"http://127.0.0.1:{port}")
        assert asked == []
