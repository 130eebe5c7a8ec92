"""Rules drafted from a look at a site."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pages import AT, HOST, front, story

from snapshotter.curation import Saved, Survey, draft
from snapshotter.curation.places import common_host, short_name, zone
from snapshotter.sites import Site

STORIES = tuple(story(number) for number in range(5))
SURVEY = Survey(
    front=front(),
    feeds=(f"{HOST}/rss.xml",),
    sections=(f"{HOST}/town/",),
    menu=(f"{HOST}/town/", f"{HOST}/sport/"),
    listed=tuple(page.url for page in STORIES),
    others=(f"{HOST}/about",),
    articles=STORIES,
    delay_s=2.5,
)


@pytest.fixture(scope="module")
def drafted():
    return draft(SURVEY)


def test_a_draft_knows_the_site(drafted):
    site = drafted.site
    assert (site.name, site.site_name, site.hosts) == ("harrow-example", "Harrow News", ("harrow.example",))
    assert (site.timezone, site.language, site.delay_s) == ("Europe/London", "en-GB", 2.5)
    assert site.seeds.sections == (f"{HOST}/", f"{HOST}/town/")
    assert all(site.kind(page.url) == "article" for page in STORIES)
    assert site.kind(f"{HOST}/sport/") == "listing"
    assert site.kind(f"{HOST}/about") == ""


def test_selectors_are_names_that_people_gave(drafted):
    selectors = drafted.site.layouts[0].selectors
    assert selectors["title"] == ("h1.headline",)
    assert selectors["published"] == ("span.when",)
    assert selectors["authors"] == ("a.reporter",)
    assert "source" not in selectors
    assert "css-" not in str(selectors)
    assert "main-" not in str(selectors)


def test_every_page_reads_as_it_does_without_the_draft(drafted):
    plain = replace(drafted.site, layouts=())
    for page in STORIES:
        ours, generic = page.read(drafted.site).article, page.read(plain).article
        assert ours.extractor == "site:harrow-example@2026-07"
        for field in ("title", "published_at", "authors", "source_name", "category", "body_text"):
            assert getattr(ours, field) == getattr(generic, field)


def test_a_selector_that_contradicts_one_page_is_not_taken():
    odd = (
        STORIES[4].content.replace(b"headline", b"kicker").replace(b"<main", b"<h2 class=headline>Town news</h2><main")
    )
    site = draft(replace(SURVEY, articles=(*STORIES[:4], replace(STORIES[4], content=odd)))).site
    assert "h1.headline" in site.layouts[0].selectors["title"] or "h1" in site.layouts[0].selectors["title"]
    assert all("h2" not in selector and selector != ".headline" for selector in site.layouts[0].selectors["title"])


@pytest.mark.parametrize(
    ("survey", "doubt"),
    [
        (replace(SURVEY, articles=STORIES[:1]), "layouts: 1 article pages could be read"),
        (replace(SURVEY, articles=()), "layouts: 0 article pages could be read"),
        (replace(SURVEY, feeds=()), "seeds: no feed and no sitemap"),
        (replace(SURVEY, listed=(*SURVEY.listed, f"{HOST}/odd")), "urls: no patterns"),
        (replace(SURVEY, listed=(*SURVEY.listed, "https://other.example/a/2026/06/01/x-y-z")), "hosts: 1 of 6"),
        (replace(SURVEY, failures=("http-404: https://x/",)), "http-404"),
        (SURVEY, "source: found on no page"),
    ],
)
def test_what_is_doubtful_is_said(survey, doubt):
    assert any(one.startswith(doubt) for one in draft(survey).doubts), draft(survey).doubts


@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 100, b"<div>" * 5000, b"<title>" + b"x" * 100_000])
def test_an_odd_site_is_no_error(content):
    page = Saved(f"{HOST}/", content, "text/html", AT)
    site = draft(Survey(front=page, articles=(page, page), listed=(page.url,))).site
    assert isinstance(site, Site)
    assert site.hosts == ("harrow.example",)


@pytest.mark.parametrize(
    ("language", "url", "stated", "name"),
    [
        ("zh-CN", "https://a.com/", (), "Asia/Shanghai"),
        ("en-GB", "https://a.com/", (), "Europe/London"),
        ("en", "https://a.co.uk/", (), "Europe/London"),
        ("en", "https://a.com/", ("2024-01-02T03:04:05-05:00", "2024-07-02T03:04:05-0400"), "America/New_York"),
        ("en", "https://a.com/", ("2024-01-02T03:04:05-05:00",), ""),  # New York in winter, or Chicago in summer
        ("en", "https://a.com/", ("2024-01-02T03:04:05Z",), ""),
        ("", "https://a.example/", (), ""),
    ],
)
def test_a_sites_zone(language, url, stated, name):
    assert zone(language, url, stated) == name


@pytest.mark.parametrize(
    ("front", "urls", "host", "name"),
    [
        ("https://www.example.org/", (), "example.org", "example"),
        ("https://news.example.com.cn/", ("https://sport.example.com.cn/a",), "example.com.cn", "example-cn"),
        (
            "https://news.example.org/",
            ("https://news.example.org/a", "https://other.net/"),
            "news.example.org",
            "news-example",
        ),
        ("http://127.0.0.1:80/", ("http://127.0.0.1:80/a",), "127.0.0.1", "127-0-0-1"),
    ],
)
def test_a_sites_host_and_name(front, urls, host, name):
    assert common_host(front, urls) == host
    assert short_name(host) == name
