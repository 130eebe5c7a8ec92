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
    assert frontier.admit(article("a"), "one")
    assert not frontier.admit(article("a?utm_source=rss"), "one")
    assert not frontier.admit(Candidate("http://www.example.org/a/", "article"), "two")
    assert frontier.refused == {"seen": 2}
    assert frontier.knows(article("a?utm_source=rss"))
    assert not frontier.knows(article("b"))


def test_a_front_page_may_be_an_article_as_well():
    frontier = Frontier()
    assert frontier.admit(listing(""), "one")
    assert frontier.admit(article(""), "one")


def test_every_source_has_its_own_budget():
    frontier = Frontier(Budget(articles=1, listings=2, feeds=1, sitemaps=1))
    assert [frontier.admit(listing(f"s{n}"), "one") for n in range(3)] == [True, True, False]
    assert frontier.admit(listing("s2"), "two")
    assert [frontier.admit(article(f"a{n}"), "one") for n in range(2)] == [True, False]
    assert frontier.admit(article("a1"), "one", Budget(articles=2))
    assert [frontier.admit(Candidate(f"https://example.org/{n}", "feed"), "one") for n in range(2)] == [True, False]
    assert [frontier.admit(Candidate(f"https://example.org/m{n}", "sitemap"), "one") for n in range(2)] == [True, False]
    assert frontier.refused == {"budget": 4}


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
def test_refusals_are_counted_by_reason(candidate, reason):
    frontier = Frontier()
    assert not frontier.admit(candidate, "one")
    assert frontier.refused == {reason: 1}


def test_an_endless_calendar_costs_no_more_than_the_budget():
    frontier = Frontier(Budget(listings=50))
    asked = sum(frontier.admit(listing(f"rili/{n}"), "one") for n in range(5000))
    assert asked == 50
