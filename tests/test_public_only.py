"""Nobody outside leads us into our own network: addresses are looked at where a connection is made."""

from __future__ import annotations

import asyncio
import json
from ipaddress import ip_address

import pytest
from bad_answers import Asked, Bad, Stream, leads, says, whole
from bad_sites import STORY, XML, feed, sound
from bad_web import BadWeb
from odd_server import OddServer

from snapshotter.errors import NotPublic
from snapshotter.urls.local import is_local, is_public
from snapshotter.wire import WireClient, WireRequest


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:4700::6810:1", True),
        ("64:ff9b::5db8:d70e", True),  # NAT64 of a public one
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),  # a carrier's NAT
        ("127.0.0.1", False),
        ("169.254.169.254", False),  # a cloud's metadata
        ("172.16.0.1", False),
        ("192.0.2.1", False),
        ("192.168.1.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("233.252.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::127.0.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("64:ff9b:1::1", False),
        ("2001:0:1::1", False),
        ("2001:db8::1", False),
        ("2002:7f00:1::", False),
        ("2002:a00:1::", False),
        ("fc00::1", False),
        ("fd12:3456::1", False),
        ("fe80::1%lo", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("ff0e::1", False),
    ],
)
def test_which_addresses_are_on_the_open_internet(address, public):
    assert is_public(ip_address(address)) is public


@pytest.mark.parametrize("name", ["127.1", "0x7f000001", "2130706433", "017700000001", "printer", "a.local", "::1"])
def test_names_that_are_local(name):
    assert is_local(name)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with OddServer(tmp_path_factory.mktemp("odd")) as server:
        yield server


def fetch(*requests: WireRequest, public_only: bool = False):
    async def main():
        client = WireClient(verify_certificates=False, public_only=public_only)
        try:
            return [await client.fetch(request) for request in requests]
        finally:
            await client.close()

    return asyncio.run(main())


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "127.1", "2130706433", "[::ffff:127.0.0.1]", "0"])
@pytest.mark.parametrize("road", ["http", "https"])
def test_a_name_that_leads_to_a_local_address_is_not_connected_to(server, name, road):
    before = server.connections
    url = f"{getattr(server, road).replace('127.0.0.1', name)}/plain"
    with pytest.raises(NotPublic, match="leads into the local network"):
        fetch(WireRequest(url, public_only=True))
    with pytest.raises(NotPublic):
        fetch(WireRequest(url), public_only=True)
    assert server.connections == before


def test_a_connection_that_is_open_already_is_no_way_in(server):
    url = f"{server.http}/plain"
    with pytest.raises(NotPublic):
        fetch(WireRequest(url), WireRequest(url, public_only=True))


@pytest.mark.parametrize("name", ["127.0.0.1", "intranet", "metadata.internal"])
def test_by_way_of_a_proxy_the_name_alone_is_looked_at(server, name):
    with pytest.raises(NotPublic, match="by way of the proxy"):
        fetch(WireRequest(f"http://{name}/", proxy=server.proxy, public_only=True))
    (exchange,) = fetch(WireRequest("http://public.example/plain", proxy=server.proxy, public_only=True))
    assert exchange.response_block.startswith(b"HTTP/1.1 200 OK")


def _leading(asked: Asked) -> Stream | Bad:
    """A site that lists and redirects to a neighbour that nobody named."""
    neighbour = asked.site.replace("127.0.1.1", "127.0.1.2")
    if asked.path == "/feed.xml":
        items = f"<item><link>{neighbour}/2026/11/secret.html</link></item><item><link>/2026/11/away.html</link></item>"
        return Bad(says(whole(feed(items), kind=XML)))
    return Bad(leads(f"{neighbour}/2026/11/secret.html")) if "away" in asked.path else sound(asked)


def failures(folder):
    (report,) = (folder / "archive" / "log").glob("run-*.json")
    return {failure["url"]: failure["reason"] for failure in json.loads(report.read_text())["failures"]}


def test_a_crawl_goes_where_it_was_sent_and_no_further(scrapy, tmp_path):
    with BadWeb({"named": _leading, "neighbour": lambda _: Bad(says(whole(STORY)))}) as web:
        scrapy("crawl", "news", "-a", f"start={web.url('named', '/feed.xml')}", status=3)
        assert not [path for name, path in web.asked if name == "neighbour"]  # not even its robots.txt
        secret, away = web.url("neighbour", "/2026/11/secret.html"), web.url("named", "/2026/11/away.html")
        assert failures(tmp_path) == {secret: "not-public", away: "not-public"}


@pytest.mark.parametrize("how", ["named as a start", "the setting"])
def test_what_the_operator_names_may_be_anywhere(scrapy, how):
    with BadWeb({"named": _leading, "neighbour": lambda _: Bad(says(whole(STORY)))}) as web:
        starts = [web.url("named", "/feed.xml")] + [web.url("neighbour", "/")] * (how == "named as a start")
        settings = {} if how == "named as a start" else {"SNAPSHOTTER_PUBLIC_ONLY": False}
        scrapy("crawl", "news", "-a", f"start={','.join(starts)}", RETRY_TIMES=0, **settings)
        assert web.asked["neighbour", "/2026/11/secret.html"]
