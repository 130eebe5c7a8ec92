"""A listing read in a worker comes back as what it lists."""

from __future__ import annotations

import gzip
import pickle
from datetime import UTC, datetime

import pytest

from snapshotter.discover import Candidate, Reply, classify, links, read_listing
from snapshotter.errors import BadHttp
from snapshotter.items import Exchange

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
URL = "https://example.org/list"
SITEMAP = "".join(f"<url><loc>https://example.org/2026/11/{n}-a-story-of-two.html</loc></url>" for n in range(450))
BODIES = {
    "sitemap": f"<urlset>{SITEMAP}</urlset>",
    "feed": "<rss version='2.0'><channel><item><title>A story</title><link>/2026/11/1-a-story-of-two.html</link>"
    "<pubDate>Sun, 22 Nov 2026 08:00:00 GMT</pubDate></item></channel></rss>",
    "section": "<html><ul><li><a href='/2026/11/1-a-story-of-two.html'>A story of two cities and a river</a></ul>"
    "<a rel=next href='?page=2'>Next</a></html>",
    "nothing": "<html></html>",
}


def exchange(body: bytes, *lines: bytes) -> Exchange:
    head = b"\r\n".join([b"HTTP/1.1 200 OK", *lines, b"Content-Length: %d" % len(body)])
    return Exchange(URL, AT, b"", head + b"\r\n\r\n" + body)


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("coding", ["", "gzip"])
def test_it_lists_what_discovery_finds_in_it(name, coding):
    body = BODIES[name].encode()
    parent = Candidate(URL, "listing", depth=1)
    sent = exchange(gzip.compress(body), b"Content-Encoding: gzip") if coding else exchange(body)
    listing = pickle.loads(pickle.dumps(read_listing(sent, parent, None, AT)))
    kind = classify(body, "", URL)
    assert listing.kind == kind
    expected = links(kind, Reply(URL, body), parent, None, AT)
    assert [one for some in listing.batches(200) for one in some] == expected
    assert all(len(some) <= 200 for some in listing.batches(200))


def test_what_is_cut_short_is_read_as_far_as_it_goes():
    whole = exchange(BODIES["sitemap"].encode())
    cut = Exchange(URL, AT, b"", whole.response_block[:-10_000])
    assert 100 < len(read_listing(cut, Candidate(URL, "sitemap"), None, AT).rows) < 450


def test_what_is_no_http_is_refused():
    with pytest.raises(BadHttp):
        read_listing(Exchange(URL, AT, b"", b"220 mail.example ESMTP"), Candidate(URL, "feed"), None, AT)
