"""Feeds in their dialects → candidates, with what the feed says of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapshotter.discover import Candidate, Reply, links
from snapshotter.discover.feeds import MAX_ENTRIES
from snapshotter.sites import Site

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
URL = "https://example.org/feeds/all.xml"
BEIJING = Site("example", "Example", ("example.org",), timezone="Asia/Shanghai")

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Example</title>
<link>https://example.org/</link><language>en</language>
<item><title>One &amp; two</title><link>https://example.org/1</link><pubDate>Mon, 20 May 2024 08:00:00 +0200</pubDate>
<description>long text</description></item>
<item><title><![CDATA[<b>Bold</b>&nbsp;claim]]></title><guid isPermaLink="true">https://example.org/2</guid>
<dc:date>2024-05-20T08:00:00Z</dc:date></item>
<item><title> A  relative
 link </title><link>/3?a=1&amp;b=2#top</link></item>
<item><title>Again</title><link>https://example.org/1</link></item>
<item><title>None</title></item><item><title>Mail</title><link>mailto:a@example.org</link></item>
</channel></rss>"""

ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>t</title>
<entry><title type="html">One &amp;amp; two</title><link rel="self" href="https://example.org/api/1"/>
<link rel="alternate" href="https://example.org/1"/><published>2024-05-20T08:00:00+02:00</published>
<updated>2024-06-01T00:00:00Z</updated></entry>
<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Bold <b>claim</b></div></title>
<link href="https://example.org/2"/><updated>2024-05-20T08:00:00Z</updated></entry></feed>"""

RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>t</title>
</channel><item rdf:about="https://example.org/1"><title>One &amp; two</title><link>https://example.org/1</link>
<dc:date>2024-05-20T08:00:00+02:00</dc:date></item></rdf:RDF>"""

JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "language": "en",
        "items": [
            {"url": "https://example.org/1", "title": "One & two", "date_published": "2024-05-20T08:00:00+02:00"},
            {"external_url": "https://elsewhere.example/2", "title": None},
            {"id": "3"},
            "junk",
        ],
    }
)


def found(content: str | bytes, site: Site | None = None, content_type: str = "", url: str = URL) -> list[Candidate]:
    payload = content.encode() if isinstance(content, str) else content
    return links("feed", Reply(url, payload, content_type), Candidate(url, "feed"), site, AT)


@pytest.mark.parametrize("feed", [RSS, ATOM, RDF, JSON])
def test_every_dialect_says_the_same(feed):
    first = found(feed)[0]
    assert first.url == "https://example.org/1"
    assert (first.kind, first.depth) == ("article", 1)
    said = first.discovery
    assert (said.via, said.at, said.title) == ("feed", AT, "One & two")
    assert (said.published_at, said.zone_source) == ("2024-05-20T06:00:00Z", "stated")


def test_each_link_once_and_absolute():
    assert [candidate.url for candidate in found(RSS)] == [
        "https://example.org/1",
        "https://example.org/2",
        "https://example.org/3?a=1&b=2",
    ]


def test_titles_are_text():
    assert [candidate.discovery.title for candidate in found(RSS)] == ["One & two", "Bold\xa0claim", "A relative link"]
    assert [candidate.discovery.title for candidate in found(ATOM)] == ["One & two", "Bold claim"]


def test_a_feed_may_link_elsewhere_but_not_into_the_local_network():
    feed = RSS.replace("https://example.org/1", "https://elsewhere.example/1")
    assert found(feed)[0].url == "https://elsewhere.example/1"
    for inside in (
        "http://127.0.0.1/a",
        "http://10.1.2.3/a",
        "http://[::1]/a",
        "http://localhost:8080/a",
        "http://x.local/",
    ):
        assert inside not in [candidate.url for candidate in found(RSS.replace("https://example.org/2", inside))]
    local = RSS.replace("https://example.org/2", "http://127.0.0.1/a")
    assert "http://127.0.0.1/a" in [candidate.url for candidate in found(local, url="http://127.0.0.1/rss")]


@pytest.mark.parametrize(
    ("raw", "published_at", "zone_source"),
    [
        ("2024-05-20 08:00:00", "2024-05-20T00:00:00Z", "site"),
        ("Mon, 20 May 2024 08:00:00 CST", "2024-05-20T00:00:00Z", "site"),
        ("Mon, 20 May 2024 08:00:00 GMT", "2024-05-20T08:00:00Z", "stated"),
        ("2024年5月20日 08:00", "2024-05-20T00:00:00Z", "site"),
        ("昨天 08:00", "", ""),
    ],
)
def test_a_time_without_zone_is_the_sites(raw, published_at, zone_source):
    feed = RSS.replace("Mon, 20 May 2024 08:00:00 +0200", raw)
    said = found(feed, BEIJING)[0].discovery
    assert (said.published_at, said.published_raw, said.zone_source) == (published_at, raw, zone_source)


def test_a_chinese_feed_of_an_unknown_site_is_taken_for_beijings():
    feed = RSS.replace("Mon, 20 May 2024 08:00:00 +0200", "2024-05-20 08:00:00")
    assert found(feed)[0].discovery.published_at == "2024-05-20T08:00:00Z"
    said = found(feed.replace("<language>en", "<language>zh-cn"))[0].discovery
    assert (said.published_at, said.zone_source) == ("2024-05-20T00:00:00Z", "assumed")


@pytest.mark.parametrize(
    ("encoding", "content_type"),
    [
        ("gb2312", "text/xml"),
        ("gb2312", "text/xml; charset=ISO-8859-1"),  # of everything, says the server
        ("utf-8", "application/rss+xml; charset=utf-8"),
        ("utf-16", "text/xml"),
    ],
)
def test_titles_are_decoded_as_declared(encoding, content_type):
    feed = RSS.replace("One &amp; two", "澄川大桥镕").replace('encoding="UTF-8"', f'encoding="{encoding}"')
    payload = feed.encode("gb18030" if encoding == "gb2312" else encoding)
    assert found(payload, content_type=content_type)[0].discovery.title == "澄川大桥镕"


@pytest.mark.parametrize(
    "broken",
    [
        RSS[: RSS.index("<item><title>None")],  # cut short
        "\n\n<!-- warning -->" + RSS.partition("?>")[2],
        RSS.replace("<description>long text", "<description>&nbsp;&copy; <br> & <p>"),
        RSS.replace("<description>", "<description>\x0b\x1f"),
        RSS.replace('<?xml version="1.0" encoding="UTF-8"?>', '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e "x">]>'),
    ],
)
def test_a_broken_feed_gives_what_it_has(broken):
    assert [candidate.url for candidate in found(broken)][:2] == ["https://example.org/1", "https://example.org/2"]


@pytest.mark.parametrize(
    "junk", ["", "{", "[]", '{"items": 1}', '{"items": ' + "[" * 100_000, "<rss", "<rss/>", "/etc/passwd"]
)
def test_junk_lists_nothing(junk):
    assert found(junk) == []


def test_skipped_urls_stay_out():
    import re  # noqa: PLC0415

    site = Site("example", "Example", ("example.org",), skip=(re.compile("/2$"),))
    assert "https://example.org/2" not in [candidate.url for candidate in found(RSS, site)]


def test_only_so_many_entries_are_read():
    items = "".join(f"<item><link>https://example.org/{n}</link></item>" for n in range(MAX_ENTRIES + 50))
    assert len(found(f"<rss version='2.0'><channel>{items}</channel></rss>")) == MAX_ENTRIES


def test_half_characters_of_json_do_no_harm():
    feed = JSON.replace("One & two", "a\\ud800")
    assert found(feed)[0].discovery.title.encode() == b"a?"


def test_entities_are_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    types = f'<!ENTITY e0 "aaaaaaaaaa">{bomb}<!ENTITY x SYSTEM "{secret.as_uri()}">'
    item = "<item><link>https://example.org/1</link><title>&e11;&x;</title></item>"
    feed = f"<?xml version='1.0'?><!DOCTYPE rss [{types}]><rss version='2.0'><channel>{item}</channel></rss>"
    (candidate,) = found(feed)
    assert len(candidate.discovery.title) < 100
    assert "secret" not in candidate.discovery.title.replace(str(secret), "")


PIECES = [
    *("<item>", "</item>", "<entry>", "<link>", "</link>", "<link href='/a'/>", "<title>", "</title>", "<pubDate>"),
    *("https://example.org/a", "&amp;", "&#0;", "&nbsp;", "<![CDATA[", "]]>", "2024", "<channel>", "<a:b c='", "中"),
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=30).map("".join))
def test_no_nesting_breaks_the_reader(inside):
    for feed in (
        f"<rss version='2.0'><channel>{inside}</channel></rss>",
        f"<feed xmlns='http://www.w3.org/2005/Atom'>{inside}",
    ):
        for candidate in found(feed.encode("utf-8", "replace")):
            assert candidate.url.startswith("http")
