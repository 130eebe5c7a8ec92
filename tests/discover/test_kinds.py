"""What came back, told by the content."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapshotter.discover import classify

URL = "https://www.example.org/"
WORDS = "The harbour wall of the town fell on Monday, and nobody was hurt, said the mayor. "
ARTICLE = f"""<html><head><title>Wall</title></head><body><nav><a href="/world/">World</a></nav>
<article><h1>Wall falls</h1><p>{WORDS * 4}</p><p>{WORDS * 4}</p><p>{WORDS * 4}</p></article>
<ul><li><a href="/2024/05/19/the-wall-before-it-fell">The wall before it fell</a></li></ul></body></html>"""
LISTING = (
    '<html><head><title>World</title><meta property="og:type" content="website"></head><body>'
    + "".join(
        f'<div><h2><a href="/2024/05/20/story-{n}">Story {n} of many</a></h2><p>{WORDS}</p></div>' for n in range(20)
    )
    + "</body></html>"
)
DECLARED = """<html><head><meta property="og:type" content="article">
<script type="application/ld+json">{"@type": "NewsArticle"}</script></head><body><p>Brief.</p></body></html>"""


@pytest.mark.parametrize(
    ("content", "content_type", "url", "kind"),
    [
        ('<?xml version="1.0"?><rss version="2.0"><channel/></rss>', "text/html", "", "feed"),
        ("\ufeff <!-- x --><?xml-stylesheet href='a'?><!DOCTYPE rss [<!ENTITY a 'b'>]><rss>", "", "", "feed"),
        ("Warning: mysql\n<rss version='2.0'>", "text/html", "", "feed"),
        ('<feed xmlns="http://www.w3.org/2005/Atom">', "application/xml", "", "feed"),
        ('<atom:feed xmlns:atom="http://www.w3.org/2005/Atom">', "", "", "feed"),
        ('<rdf:RDF xmlns="http://purl.org/rss/1.0/">', "", "", "feed"),
        ('{"title": "x", "version": "https://jsonfeed.org/version/1.1"}', "application/json", "", "feed"),
        ('{"version": "https:\\/\\/jsonfeed.org\\/version\\/1"}', "", "", "feed"),
        ('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">', "text/html", "", "sitemap"),
        ("<sitemapindex>", "", "", "sitemap-index"),
        ("https://www.example.org/a\nhttps://www.example.org/b\n", "text/plain", "sitemap.txt", "sitemap"),
        (ARTICLE, "text/html", "2024/05/20/wall-falls", "article"),
        (ARTICLE, "text/html", "wall", "article"),
        (ARTICLE, "text/html", "", "article"),  # a front page that is one
        (ARTICLE, "", "feed.xml", "article"),
        (DECLARED, "text/html", "2024/05/20/wall-falls", "article"),
        (LISTING, "text/html; charset=utf-8", "", "listing"),
        (LISTING, "text/html", "world/", "listing"),
        (LISTING, "text/html", "sitemap.xml", "listing"),
        ("<html><body><p>Enable JavaScript</p></body></html>", "text/html", "", "listing"),
        ('{"a": 1}', "application/json", "", "other"),
        ("User-agent: *\nDisallow: /\n", "text/plain", "robots.txt", "other"),
        ("%PDF-1.4 \0", "application/pdf", "a.pdf", "other"),
        ("\x89PNG\r\n\x1a\n\0\0", "image/png", "2024/05/20/wall-falls.png", "other"),
        ("", "", "", "other"),
    ],
)
def test_the_content_tells(content, content_type, url, kind):
    assert (
        classify(content.encode("latin-1" if content.startswith("\x89") else "utf-8"), content_type, URL + url) == kind
    )


def test_packed_and_wide_content_tells_too():
    assert classify(gzip.compress(b"<urlset>" * 9), "application/gzip", URL) == "sitemap"
    assert classify(gzip.compress(b"<sitemapindex>" + b" " * 50_000_000), "", URL) == "sitemap-index"
    assert classify(b"\x1f\x8b broken", "", URL) == "other"
    assert classify("<rss version='2.0'>".encode("utf-16"), "text/xml", URL) == "feed"


def test_a_live_page_of_teasers_is_no_article_but_one_with_a_body_is():
    chinese = "澄川大桥今日正式通车，结束了两岸居民靠轮渡过江的历史，市民纷纷前来参观。"
    teasers = "".join(
        f"<li><a href='/n1/2024/0520/c{n}.html'>澄川大桥今日通车</a><p>{chinese}</p></li>" for n in range(20)
    )
    assert classify(f"<meta charset=utf-8><ul>{teasers}</ul>".encode(), "text/html", f"{URL}gn/") == "listing"
    body = f"<div>{'　　' + chinese}<br>" + f"{chinese}<br>" * 8 + "</div>"
    assert (
        classify(f"<meta charset=utf-8>{body}".encode(), "text/html", f"{URL}n1/2024/0520/c1004-40232587.html")
        == "article"
    )


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60), st.sampled_from(["", "text/html", "text/plain", "junk;=", "text/html; charset=utf-7"]))
def test_junk_is_told_without_an_error(content, content_type):
    for payload in (content, b"<html>" + content, b"\x1f\x8b" + content, b"<?xml " + content):
        classify(payload, content_type, URL)
