"""A survey → a site's rules, and what is doubtful about them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from snapshotter.curation.fixtures import FIELDS as COMPARED
from snapshotter.curation.patterns import article_patterns, listing_patterns
from snapshotter.curation.places import common_host, most, short_name, zone
from snapshotter.curation.selectors import FIELDS, LEAST_PAGES, Seen, proposals, seen
from snapshotter.sites import Layout, Seeds, Site

if TYPE_CHECKING:
    from snapshotter.curation.survey import Saved, Survey
    from snapshotter.items import Article

LEAST_DELAY_S = 1.0
_READ = {
    "title": "title", "published": "published_at", "source": "source_name", "authors": "authors",
    "category": "category", "body": "body_text",
}  # fmt: skip
"""The article's field that a selector's field ends up in."""
_MAIN = ("title", "published", "body")
"""A layout that has selectors for them and finds nothing warns that it doesn't fit."""
MOST_TRIED = 8
"""So many selectors of a field are worth reading the pages with."""
MOST_SELECTORS = 3
MAX_BYTES = 3_000_000
"""A longer page isn't learned from: each is read some twenty times."""
_WEIGHTY = 150
"""A page with fewer characters of text is no page to learn from."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Drafted rules."""

    site: Site
    doubts: tuple[str, ...]
    """What to look at before they are relied on."""
    pages: tuple[Saved, ...]
    """The articles that they were drafted from, the one that says most first; empty: none came."""


def draft(survey: Survey, name: str = "") -> Draft:
    """The rules of the site surveyed. ``name``: what to call it; empty: by its host. Never raises for an odd site."""
    read = [(page, page.read().article) for page in survey.articles if len(page.content) <= MAX_BYTES]
    good = [(page, article) for page, article in read if article.verdict == "ok" and len(article.body_text) > _WEIGHTY]
    good.sort(key=lambda both: -_fullness(both[1]))
    site = _basics(survey, name, [article for _, article in good])
    # read again by the site's own clock: that is what its rules must agree with
    agreed = [(page, page.read(site).article) for page, _ in good]
    selectors = _selectors(agreed, site)
    if selectors:
        site = replace(site, layouts=(Layout(f"{survey.front.captured_at:%Y-%m}", None, selectors),))
    doubts = (*survey.failures, *_doubts(survey, site, [article for _, article in agreed]))
    return Draft(site, doubts, tuple(page for page, _ in good))


def expected(page: Saved, site: Site) -> Article:
    """What the rules must read off a page: what the engine reads without selectors, and what only these find."""
    plain, ruled = (page.read(rules).article for rules in (replace(site, layouts=()), site))
    return replace(ruled, **{name: value for name in COMPARED if (value := getattr(plain, name))})


def _fullness(article: Article) -> int:
    return sum(bool(getattr(article, field)) for field in _READ.values())


def _basics(survey: Survey, name: str, articles: list[Article]) -> Site:
    front = survey.front.url
    host = common_host(front, (*survey.listed, *survey.menu))
    language = most(article.language for article in articles) or survey.front.read().article.language
    own = [url for url in survey.listed if _is_of(url, host)]
    article = article_patterns(tuple(own), (front, *survey.menu, *survey.others), host)
    return Site(
        name=name or short_name(host),
        site_name=_site_name(survey, articles) or host,
        hosts=(host,),
        timezone=zone(language, front, [article.published_raw for article in articles]),
        language=language,
        delay_s=max(LEAST_DELAY_S, survey.delay_s),
        seeds=Seeds(survey.feeds, survey.sitemaps, tuple(dict.fromkeys((front, *survey.sections)))),
        article=tuple(map(re.compile, article)),
        listing=tuple(map(re.compile, listing_patterns((front, *survey.menu), host))) if article else (),
    )


def _site_name(survey: Survey, articles: list[Article]) -> str:
    front = survey.front.read().article
    return most(article.site_name for article in articles) or front.site_name or front.title[:60]


def _is_of(url: str, host: str) -> bool:
    name = urlsplit(url).hostname or ""
    return name == host or name.endswith(f".{host}")


def _selectors(pages: list[tuple[Saved, Article]], site: Site) -> dict[str, tuple[str, ...]]:
    """By field the proposals with which every page reads as it does without."""
    parsed = [seen(page, article, site.timezone) for page, article in pages]
    found = {field: selectors for field in FIELDS if (selectors := _proven(pages, parsed, field, site))}
    while found and (wrong := _wrong_together(pages, found, site)):
        del found[wrong]
    return found


def _proven(pages: list[tuple[Saved, Article]], parsed: list[Seen], field: str, site: Site) -> tuple[str, ...]:
    """The proposals that together find the field on most pages; empty: none is right, or a page is without its text."""
    chosen: list[str] = []
    covered: frozenset[int] = frozenset()
    tried = 0
    for selector, finds_on in proposals(parsed, field).items():
        if finds_on <= covered or tried == MOST_TRIED or len(chosen) == MOST_SELECTORS:
            continue
        tried += 1
        rules = replace(site, layouts=(Layout("tried", None, {field: (selector,)}),))
        if all(_same(article, page.read(rules).article, _READ[field]) for page, article in pages):
            chosen.append(selector)
            covered |= finds_on
    is_whole = len(covered) == len(pages) or field not in _MAIN
    return tuple(chosen) if is_whole else ()


def _wrong_together(pages: list[tuple[Saved, Article]], selectors: dict[str, tuple[str, ...]], site: Site) -> str:
    """A field that reads otherwise where all selectors are used at once; empty: none does."""
    tried = replace(site, layouts=(Layout("tried", None, selectors),))
    read = [(article, page.read(tried).article) for page, article in pages]
    if any(_does_not_fit(other) for _, other in read):
        return next(reversed(selectors))
    by = {name: field for field, name in _READ.items()} | {"zone_source": "published"}
    wrong = (name for name in COMPARED if not all(_same(one, other, name) for one, other in read))
    return next((field if (field := by.get(name, "")) in selectors else next(iter(selectors)) for name in wrong), "")


def _does_not_fit(article: Article) -> bool:
    return any("no layout" in warning or "read generically" in warning for warning in article.warnings)


def _same(without: Article, with_rule: Article, field: str) -> bool:
    before, after = getattr(without, field), getattr(with_rule, field)
    return bool(before == after) or (not before and field not in {"body_text", "title"})


def _doubts(survey: Survey, site: Site, articles: list[Article]) -> list[str]:
    found = []
    if len(articles) < LEAST_PAGES:
        found.append(f"layouts: {len(articles)} article pages could be read; selectors need {LEAST_PAGES} or more")
    if sum(article.site_name == site.site_name for article in articles) * 2 <= len(articles):
        found.append(f"site_name: most pages don't call their site {site.site_name}")
    if not site.timezone:
        found.append("timezone: nothing tells; times without a zone are read as UTC until you name it")
    if not site.language:
        found.append("language: nothing tells")
    if not site.article:
        found.append("urls: no patterns fit all listed articles and no section; articles are told by the generic rule")
    if not (site.seeds.feeds or site.seeds.sitemaps):
        found.append("seeds: no feed and no sitemap; articles are found on section pages only")
    if strangers := sum(not site.covers(url) for url in survey.listed):
        found.append(f"hosts: {strangers} of {len(survey.listed)} listed articles aren't on {site.hosts[0]}")
    return found + _doubtful_fields(site, articles)


def _doubtful_fields(site: Site, articles: list[Article]) -> list[str]:
    found = []
    drafted = site.layouts[0].selectors if site.layouts else {}
    for field, name in _READ.items():
        there = sum(bool(getattr(article, name)) for article in articles)
        if there and there < len(articles):
            found.append(f"{field}: {there} of {len(articles)} pages have one")
        elif articles and not there:
            found.append(f"{field}: found on no page")
        elif articles and field not in drafted and field != "body":
            found.append(f"{field}: no selector agrees on all pages; read generically")
    return found
