"""Sitemaps, indexes, the news extension, text sitemaps, robots.txt → candidates."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapshotter.discover import Candidate, Reply, from_robots, links
from snapshotter.discover.sitemaps import MAX_URLS
from snapshotter.sites import Site

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
URL = "https://www.example.org/sitemap.xml"
CORE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset {CORE} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><image:image><image:loc>https://www.example.org/a.jpg</image:loc><image:title>Picture</image:title></image:image>
<loc> https://www.example.org/coffee </loc><lastmod>2024-06-01</lastmod>
<news:news><news:publication><news:name>Example</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2024-05-20T08:00:00+02:00</news:publication_date>
<news:title>Tea &amp; coffee</news:title></news:news>
</url>
<url><loc>https://news.example.org/tea</loc><news:news><news:title>Tea</news:title>
<news:publication_date>2024-05-21 08:00</news:publication_date></news:news></url>
</urlset>"""


def found(content: str | bytes, site: Site | None = None, kind: str = "sitemap") -> list[Candidate]:
    payload = content.encode() if isinstance(content, str) else content
    return links(kind, Reply(URL, payload), Candidate(URL, "sitemap"), site, AT)


def urlset(*urls: str) -> str:
    return f"<urlset {CORE}>" + "".join(f"<url><loc>{url}</loc></url>" for url in urls) + "</urlset>"


def urls_of(candidates: list[Candidate]) -> list[str]:
    return [candidate.url for candidate in candidates]


def test_the_news_extension_speaks_for_an_article():
    tea, coffee = found(NEWS)  # the newest first
    assert (coffee.url, coffee.kind, coffee.depth) == ("https://www.example.org/coffee", "article", 1)
    said = coffee.discovery
    assert (said.via, said.at, said.title) == ("sitemap", AT, "Tea & coffee")
    assert (said.published_raw, said.published_at) == ("2024-05-20T08:00:00+02:00", "2024-05-20T06:00:00Z")
    assert said.zone_source == "stated"
    assert (tea.discovery.published_at, tea.discovery.zone_source) == ("2024-05-21T08:00:00Z", "assumed")
    beijing = Site("example", "Example", ("example.org",), timezone="Asia/Shanghai")
    assert found(NEWS, beijing)[0].discovery.published_at == "2024-05-21T00:00:00Z"


def test_an_index_names_sitemaps_news_first_and_the_newest_before_the_others():
    index = (
        f"<sitemapindex {CORE}>"
        "<sitemap><loc>/sitemap-2023.xml</loc><lastmod>2023-12-31</lastmod></sitemap>"
        "<sitemap><loc>https://www.example.org/sitemap-2024.xml.gz</loc><lastmod>2024-05-20</lastmod></sitemap>"
        "<sitemap><loc>https://www.example.org/sitemap-news.xml</loc></sitemap>"
        "<sitemap><loc>https://www.example.org/post_tag-sitemap1.xml</loc></sitemap>"
        "<sitemap><loc>https://www.example.org/author-sitemap.xml</loc></sitemap>"
        "<sitemap><loc>https://elsewhere.example/sitemap.xml</loc></sitemap></sitemapindex>"
    )
    candidates = found(index, kind="sitemap-index")
    assert urls_of(candidates) == [
        "https://www.example.org/sitemap-news.xml",
        "https://www.example.org/sitemap-2024.xml.gz",
        "https://www.example.org/sitemap-2023.xml",
    ]
    assert {candidate.kind for candidate in candidates} == {"sitemap"}


def test_without_the_extension_the_url_decides():
    listed = urlset(
        "https://www.example.org/",
        "https://www.example.org/about",
        "https://www.example.org/tag/tea",
        "https://www.example.org/coffee",
        "https://www.example.org/2024/05/20/tea-is-served",
        "https://www.example.org/coffee#top",
        "https://elsewhere.example/2024/05/20/tea-is-served",
        "ftp://www.example.org/a",
    )
    assert urls_of(found(listed)) == [
        "https://www.example.org/coffee",
        "https://www.example.org/2024/05/20/tea-is-served",
    ]


def test_a_sites_patterns_decide_before_all():
    site = Site("example", "Example", ("example.org",), article=(re.compile(r"/c\d+$"),), skip=(re.compile("/c9"),))
    listed = NEWS.replace("/coffee", "/c12").replace("/tea", "/c98")
    assert urls_of(found(listed, site)) == ["https://www.example.org/c12"]
    assert found(NEWS, site) == []


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(urlset("https://www.example.org/coffee").encode()),
        gzip.compress(urlset("https://www.example.org/coffee").encode())[:-9],
        urlset("https://www.example.org/coffee").replace(f" {CORE}", ""),
        urlset("https://www.example.org/coffee")
        .replace("url", "s:url")
        .replace("<s:urlset", f"<s:urlset x:y='' {CORE}"),
        urlset("https://www.example.org/coffee", "https://www.example.org/cof")[:-30],
        "\ufeff" + urlset("https://www.example.org/coffee"),
        urlset("https://www.example.org/coffee") + "junk <",
        "https://www.example.org/coffee\r\n\nnonsense\nhttps://www.example.org/coffee\n",
        "\ufeffhttps://www.example.org/coffee",
    ],
)
def test_other_forms_and_broken_ones(content):
    assert urls_of(found(content)) == ["https://www.example.org/coffee"]


def test_entities_are_not_followed(tmp_path):
    (tmp_path / "secret").write_text("secret")
    types = f'<!ENTITY x SYSTEM "{(tmp_path / "secret").as_uri()}"><!ENTITY y SYSTEM "https://www.example.org/y">'
    listed = urlset("https://www.example.org/&x;", "https://www.example.org/&y;", "https://www.example.org/coffee")
    candidates = found(f"<?xml version='1.0'?><!DOCTYPE urlset [{types}]>{listed}")
    assert "https://www.example.org/coffee" in urls_of(candidates)
    assert not [url for url in urls_of(candidates) if "secret" in url]


def test_entities_do_not_multiply():
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    listed = urlset("https://www.example.org/&e11;", "https://www.example.org/coffee")
    for candidate in found(f"<?xml version='1.0'?><!DOCTYPE urlset [<!ENTITY e0 'aaaaaaaaaa'>{bomb}]>{listed}"):
        assert len(candidate.url) < 100


def test_a_bomb_is_read_up_to_a_bound(monkeypatch):
    monkeypatch.setattr("snapshotter.discover.sitemaps.MAX_URLS", 3)
    assert MAX_URLS == 50_000
    assert len(found(urlset(*(f"https://www.example.org/a{n}" for n in range(9))))) == 3
    assert len(found("\n".join(f"https://www.example.org/a{n}" for n in range(9)))) == 3
    assert found(gzip.compress(b"<urlset>" + b" " * 30_000_000)) == []


@pytest.mark.parametrize(
    ("values", "named"),
    [
        (
            ["https://www.example.org/a.xml", "/b.xml"],
            ["https://www.example.org/a.xml", "https://www.example.org/b.xml"],
        ),
        (["/a.xml", "/a.xml"], ["https://www.example.org/a.xml"]),
        ([], ["https://www.example.org/sitemap.xml"]),
        (["ftp://www.example.org/a.xml", ""], ["https://www.example.org/sitemap.xml"]),
    ],
)
def test_robots_txt_names_sitemaps_else_the_usual_place(values, named):
    candidates = from_robots(values, "https://www.example.org/robots.txt", AT)
    assert urls_of(candidates) == named
    assert {(candidate.kind, candidate.depth, candidate.discovery.via) for candidate in candidates} == {
        ("sitemap", 0, "sitemap")
    }


PIECES = [
    *("<url>", "</url>", "<sitemap>", "<loc>", "</loc>", "<news:news>", "<lastmod>", "<!--", "-->", "<?", "]]>"),
    *("<![CDATA[", "https://www.example.org/a-1", "&x;", "2024-05-20", "<a:b c='"),
]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=30).map("".join))
def test_junk_is_never_an_error(inside):
    for listed in (inside, f"<urlset {CORE}>{inside}", f"<sitemapindex {CORE}>{inside}</sitemapindex>"):
        found(listed.encode("utf-8", "replace"))
