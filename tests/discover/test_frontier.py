"""The frontier: each URL once, so many of each kind a source."""

from __future__ import annotations

import pytest

from snapshotter.discover import Budget, Candidate, Frontier


def article(path: str, **more: int) -> Candidate:
    return Candidate(f"https://example.org/{path}", "article", **more)


def listing(path: str, **more: int) -> Candidate:
    return Candidate(f"https://example.org/{path}", "listing", **more)


def test_each_article_once_whatever_its_url():
    frontier = Frontier()
    assert not frontier.refuse(article("a"), "one")
    assert frontier.refuse(article("a?utm_source=rss"), "one") == "seen"
    assert frontier.refuse(Candidate("http://www.example.org/a/", "article"), "two") == "seen"
    assert frontier.knows(article("a?utm_source=rss"))
    assert not frontier.knows(article("b"))


def test_a_front_page_may_be_an_article_as_well():
    frontier = Frontier()
    assert not frontier.refuse(listing(""), "one")
    assert not frontier.refuse(article(""), "one")


def test_every_source_has_its_own_budget():
    frontier = Frontier(Budget(articles=1, listings=2, feeds=1, sitemaps=1))
    assert [frontier.refuse(listing(f"s{n}"), "one") for n in range(3)] == ["", "", "budget"]
    assert not frontier.refuse(listing("s2"), "two")
    assert [frontier.refuse(article(f"a{n}"), "one") for n in range(2)] == ["", "budget"]
    assert not frontier.refuse(article("a1"), "one", Budget(articles=2))
    assert [frontier.refuse(Candidate(f"https://example.org/{n}", "feed"), "one") for n in range(2)] == ["", "budget"]
    assert [frontier.refuse(Candidate(f"https://example.org/m{n}", "sitemap"), "one") for n in range(2)] == [
        "",
        "budget",
    ]


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        (article("a", depth=4), "depth"),
        (listing("?page=22", turn=21), "turns"),
        (listing("events/2031/05/"), "calendar"),
        (article("a/b/a/b/a/b"), "repeating"),
        (article("x" * 2000), "too-long"),
    ],
)
def test_refusals_say_why(candidate, reason):
    assert Frontier().refuse(candidate, "one") == reason


def test_an_endless_calendar_costs_no_more_than_the_budget():
    frontier = Frontier(Budget(listings=50))
    asked = sum(not frontier.refuse(listing(f"rili/{n}"), "one") for n in range(5000))
    assert asked == 50
