"""Front pages and section pages → articles, next page, sections, feeds."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapshotter.discover import Candidate, Reply, links, seeds, start
from snapshotter.discover.html import MAX_LINKS
from snapshotter.discover.sections import MAX_SECTIONS
from snapshotter.sites import Seeds, Site

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
URL = "https://www.example.org/"

FRONT = """<!doctype html><html><head><meta charset="utf-8"><title>Example</title>
<link rel="alternate" type="application/rss+xml" title="News" href="/rss.xml">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
<link rel="alternate" hreflang="de" href="/de/"><link rel="alternate" type="application/feed+json" href="feed.json">
</head>
<body><header><div class="main-nav"><ul><li><a href="/world/">World</a></li><li><a href="/sport/">Sport</a></li>
<li><a href="/about">About us</a></li><li><a href="/2024/05/20/promoted-story-in-the-menu">Promo</a></li></ul></div>
</header>
<main><div class="lead"><h2><a href="/coffee">Coffee is on fire again</a></h2>
<a href="/coffee"><img alt="x" src="c.jpg"></a></div>
<h2><a href="/world/">World</a></h2>
<ul><li><a href="/world/2024/05/20/harbour-wall-falls">Wall falls</a></li>
<li><a href="/tea">Tea</a></li><li><a href="/milk">The long and winding road of a bottle of milk</a></li></ul>
<p><a href="/author/jane">Jane Doe, who writes about many long things</a>
<a href="/tag/tea">Everything there is about tea</a>
<a href="https://elsewhere.example/2024/05/20/a-story-from-elsewhere">A story from elsewhere, told at length</a>
<a href="/2024/05/20/picture.jpg">A picture of the harbour wall, in colour</a> <a href="#top">Top</a>
<a href="javascript:alert(1)">A script that asks to be run, and is not</a>
<a href="http://[">Broken link to nowhere at all</a></p>
</main><footer><a href="/imprint-and-legal-things">Imprint</a></footer></body></html>"""


def found(
    page: str | bytes, site: Site | None = None, url: str = URL, parent: Candidate | None = None
) -> list[Candidate]:
    payload = page.encode() if isinstance(page, str) else page
    return links("listing", Reply(url, payload, "text/html"), parent or start(url), site, AT)


def urls_of(candidates: list[Candidate], kind: str = "article") -> list[str]:
    return [candidate.url.removeprefix(URL) for candidate in candidates if candidate.kind == kind]


def test_articles_of_a_front_page():
    candidates = found(FRONT)
    assert urls_of(candidates) == ["coffee", "world/2024/05/20/harbour-wall-falls", "tea", "milk"]
    first = candidates[0]
    assert (first.discovery.via, first.discovery.at, first.depth, first.turn) == ("section", AT, 1, 0)


def test_feeds_and_sections_of_a_front_page():
    candidates = found(FRONT)
    assert urls_of(candidates, "feed") == ["rss.xml", "feed.json"]
    assert urls_of(candidates, "listing") == ["world/", "sport/"]


def test_a_turned_page_only_goes_on():
    turned = Candidate(f"{URL}?page=2", "listing", depth=0, turn=1)
    candidates = found(FRONT + '<a href="/?page=3">Next</a>', url=turned.url, parent=turned)
    assert urls_of(candidates, "listing") == ["?page=3"]
    assert [candidate.turn for candidate in candidates if candidate.kind == "listing"] == [2]
    assert urls_of(candidates, "feed") == []


def test_a_sites_patterns_decide():
    site = Site(
        "example",
        "Example",
        ("example.org",),
        article=(re.compile("org/tea|/sport/|/2024/"),),
        listing=(re.compile("/world/$"),),
        skip=(re.compile("jpg$"),),
    )
    candidates = found(FRONT, site)
    assert sorted(urls_of(candidates)) == [
        "2024/05/20/promoted-story-in-the-menu",
        "sport/",
        "tea",
        "world/2024/05/20/harbour-wall-falls",
    ]
    assert urls_of(candidates, "listing") == ["world/"]


def test_chinese_headlines_are_shorter():
    page = (
        '<meta charset="gb2312"><ul><li><a href="/a">澄川大桥今日通车</a></li></ul>'
        '<div><a href="/b">要闻</a></div><div id="footer"><a href="/c">澄川在线版权所有</a></div>'
    )
    assert urls_of(found(page.encode("gb18030"))) == ["a"]


def test_where_nothing_looks_like_an_article_what_is_outside_the_menus_counts():
    page = '<nav><a href="/menu">Menu</a></nav><ul><li><a href="/fog">Fog</a></li></ul><a href="/about">About</a>'
    assert urls_of(found(page)) == ["fog"]
    several = page + '<a href="/world">World</a> <a href="/a/b/mist">Mist</a>'
    assert urls_of(found(several)) == ["a/b/mist"]
    assert urls_of(found(several), "listing") == ["menu", "fog", "world"]


def test_a_base_moves_relative_links():
    page = '<base href="/news/"><a href="2024/05/20/harbour-wall-falls">Wall</a>'
    assert urls_of(found(page)) == ["news/2024/05/20/harbour-wall-falls"]


@pytest.mark.parametrize(
    ("url", "inside", "following"),
    [
        ("", '<link rel="next" href="/?page=2">', "?page=2"),
        ("", '<a rel="nofollow next" href="/offline-section/2">Next</a>', "offline-section/2"),
        ("gn/", '<a href="index_2.html">下一页</a>', "gn/index_2.html"),
        ("gn/index_2.html", '<a href="index.html">上一页</a><a href="index_3.html">下一页 &gt;</a>', "gn/index_3.html"),
        (
            "blog/page/2/",
            '<a href="/blog/page/1/">1</a><a href="/blog/page/3/">3</a><a href="/blog/page/9/">9</a>',
            "blog/page/3/",
        ),
        ("a", '<a href="/a?p=2">»</a>', "a?p=2"),
        ("a", '<a href="/a/page-2">Older posts</a>', "a/page-2"),
        ("a", '<a href="/2024/05/20/next">Next</a>', ""),  # a headline
        ("a?page=3", '<a rel="next" href="/a?page=2">Next</a>', ""),  # back
        ("a?page=3", '<a rel="next" href="/a?page=3">Next</a>', ""),
        ("a", '<a rel="next" href="https://elsewhere.example/2">Next</a>', ""),
        ("a", '<a href="#">下一页</a><a href="javascript:go(2)">2</a>', ""),
        ("a", '<a href="/a?page=7">7</a>', ""),
    ],
)
def test_the_next_page(url, inside, following):
    turned = [candidate for candidate in found(inside, url=URL + url) if candidate.turn]
    assert urls_of(turned, "listing") == ([following] if following else [])


def test_links_are_bounded():
    many = "".join(f'<a href="/section{n}/">S{n}</a>' for n in range(MAX_SECTIONS + 9))
    assert len(urls_of(found(many), "listing")) == MAX_SECTIONS
    many = "".join(f'<a href="/2024/05/20/story-{n}">A story of many words</a>' for n in range(MAX_LINKS + 9))
    assert len(urls_of(found(many))) == MAX_LINKS
    assert found(f'<a href="/2024/05/20/{"a" * 9000}">A story of many words</a>') == []


@pytest.mark.parametrize(
    "trap",
    ["/events/2031/05/", "/a/b/a/b/a/b/c", "/calendar?month=5", "/" + "x/" * 30, "/story-of-many-words/" + "y" * 1600],
)
def test_traps_are_not_followed(trap):
    assert found(f'<h2><a href="{trap}">A headline that is long enough to be one</a></h2>') == []


def test_nothing_follows_from_an_article_that_is_no_front_page():
    reply = Reply(f"{URL}2024/05/20/harbour-wall-falls", FRONT.encode(), "text/html")
    assert links("article", reply, start(reply.url), None, AT) == []
    assert links("other", reply, start(reply.url), None, AT) == []
    assert links("article", Reply(URL, FRONT.encode(), "text/html"), start(URL), None, AT) == found(FRONT)


def test_seeds_of_a_site():
    site = Site("example", "Example", ("example.org",), seeds=Seeds((f"{URL}rss",), (f"{URL}map",), (URL,)))
    assert seeds(site) == [Candidate(f"{URL}rss", "feed"), Candidate(f"{URL}map", "sitemap"), Candidate(URL, "listing")]


@pytest.mark.parametrize(
    "page", ["", " ", "\0", "<", "text", "<html>", "<a>", "<a href>", b"\xff\xfe\xff", b"\x80" * 99]
)
def test_empty_pages_list_nothing(page):
    assert found(page) == []


PIECES = [
    "<a href='",
    "'>",
    "</a>",
    "/a?page=2",
    "<ul>",
    "<li>",
    "<h2>",
    "<base href='",
    "<table>",
    "//",
    "next",
    "<nav>",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=40).map("".join))
def test_junk_is_never_an_error(page):
    for candidate in found(page.encode("utf-8", "replace")):
        assert candidate.url.startswith("http")
