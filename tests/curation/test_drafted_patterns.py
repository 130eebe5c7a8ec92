"""URLs → patterns that match them and their like, and nothing else of the site."""

from __future__ import annotations

import re

import pytest

from snapshotter.curation.patterns import article_patterns, listing_patterns

DATED = ("https://news.example.org/world/2024/05/01/a-b-c", "https://www.example.org/town/2023/11/30/one-two-three")
NUMBERED = tuple(f"http://example.org/n1/2024/0501/c1001-{number}.html" for number in (40223222, 40223223))


@pytest.mark.parametrize(
    ("articles", "others", "like", "unlike"),
    [
        (DATED, (), "https://example.org/sport/2025/01/02/other", "https://example.org/world/"),
        (NUMBERED, (), "http://a.example.org/n1/2023/1231/c9-1.html?x=1", "http://example.org/n1/2024/index.html"),
        (
            tuple(f"https://example.org/c/{code}" for code in ("8Wda7wwUnuC", "8Wda7wwUnuD")),
            (),
            "https://example.org/c/7aBcDeFgHiJ",
            "https://example.org/c/",
        ),
        (
            ("https://example.org/show?id=1", "https://example.org/show?id=22&utm_source=rss"),
            ("https://example.org/show",),
            "https://example.org/show?p=1&id=3",
            "https://example.org/show?p=1",
        ),
        ((*DATED, *NUMBERED), (), NUMBERED[0], "https://example.org/about"),
        ((*DATED, f"{DATED[0]}/amp", f"{DATED[0]}?utm_source=x"), (), DATED[1], "https://example.org/about"),
        (
            ("http://127.0.0.1:81/a/1.html", "http://127.0.0.1:81/a/2.html"),
            (),
            "http://127.0.0.1:9/a/3.html",
            "/a/1.html",
        ),
    ],
)
def test_patterns_match_articles_and_their_like(articles, others, like, unlike):
    host = "127.0.0.1" if "127" in articles[0] else "example.org"
    found = [re.compile(pattern) for pattern in article_patterns(articles, others, host)]
    assert found
    for url in (*articles[:2], like):
        assert any(pattern.search(url) for pattern in found), url
    for url in (unlike, *others, "https://notexample.org.evil/2024/05/01/a-b-c"):
        assert not any(pattern.search(url) for pattern in found), url


@pytest.mark.parametrize(
    ("articles", "others"),
    [
        ((), ()),
        (DATED[:1], ()),  # one may be anything
        ((*DATED, "https://example.org/special"), ()),  # one that no shape covers would be lost
        (tuple(f"https://example.org/{word}" for word in ("one", "two")), ("https://example.org/about",)),
    ],
)
def test_half_a_set_of_patterns_is_none(articles, others):
    assert article_patterns(articles, others, "example.org") == ()


def test_listings_are_those_seen_and_no_others():
    sections = ("https://www.example.org/", "https://www.example.org/world/", "https://sport.example.org/")
    found = [re.compile(pattern) for pattern in listing_patterns(sections, "example.org")]
    for url in (*sections, "https://example.org/world", "https://example.org/world/?page=2"):
        assert any(pattern.search(url) for pattern in found), url
    for url in ("https://example.org/world/1.html", "https://example.org/other/", "https://news.example.org/world/"):
        assert not any(pattern.search(url) for pattern in found), url
