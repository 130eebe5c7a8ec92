"""A rendered page reaches the open web alone, so often, and by our own hands."""

import asyncio
from datetime import UTC, datetime
from time import monotonic

import pytest
from small_site import SmallSite

from snapshotter.errors import NetworkError, UsageError
from snapshotter.items import Exchange
from snapshotter.rendering import find_chromium
from snapshotter.rendering.network import Network
from snapshotter.wire import WireClient, WireRequest


def network(url, requests=10, body=b"<p>Hello</p>"):
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n\r\n" + body
    made = Network(Exchange(url, datetime.now(UTC), b"", block), "Test/1", verify_certificates=True)
    made.requests_left, made.bytes_left, made.deadline = requests, 1 << 20, monotonic() + 20
    return made


def ask(made, *urls):
    async def all_of_them():
        answers = []
        for url in urls:
            try:
                answers.append(await made.answer("GET", url, {"accept": "*/*", "cookie": "secret"}, b""))
            except NetworkError as error:
                answers.append(str(error))
        await made.close()
        return answers

    return asyncio.run(all_of_them())


def test_the_page_itself_is_what_was_archived():
    (answer,) = ask(network("https://news.example/1"), "https://news.example/1#part")
    assert (answer.status, answer.body) == (200, b"<p>Hello</p>")
    assert answer.headers == {"content-type": "text/html", "set-cookie": "a=1\nb=2"}


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "127.1"])
def test_a_page_of_the_open_web_reaches_nothing_local(name):
    with SmallSite(1) as site:
        address = site.url.replace("127.0.0.1", name)
        (said,) = ask(network("https://news.example/1"), f"{address}/")
        assert "not fetched" in said
        assert not site.asked


def test_a_public_name_that_leads_to_a_local_address_is_refused():
    async def fetch(url):
        client = WireClient(public_only=True)
        try:
            await client.fetch(WireRequest(url))
        finally:
            await client.close()

    with SmallSite(1) as site:
        with pytest.raises(NetworkError, match="local network"):
            asyncio.run(fetch(site.url.replace("127.0.0.1", "localhost")))
        assert not site.asked


def test_requests_are_counted_and_errors_are_answers():
    with SmallSite(2) as site:
        urls = [f"{site.url}/2026/11/story-{n}.html" for n in (0, 1, 5, 0)]
        found = ask(network(f"{site.url}/", requests=3), *urls)
        assert [one.status for one in found[:3]] == [200, 200, 404]
        assert "not fetched" in found[3]
        assert sum(site.asked.values()) == 3


def test_a_browser_that_is_not_there_is_a_usage_error():
    with pytest.raises(UsageError, match="apt-get install chromium"):
        find_chromium("/nowhere/chromium")
    assert find_chromium(), "the suite needs one: make test installs it"
