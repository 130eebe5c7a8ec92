"""Front pages and section pages → the articles they list, their next page, further sections, the feeds they declare."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from snapshotter.discover.html import Link, Place
from snapshotter.discover.text import absolute, headline_like
from snapshotter.sites import Site
from snapshotter.urls import Likeness, article_likeness, same_site, section_like, trap

MAX_FEEDS = 5
"""How many of the feeds that a page declares are taken."""
MAX_SECTIONS = 40
"""How many section links of a page are taken."""

_FEED_TYPE = re.compile(r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)", re.I)
_LEAST_MENU = 3
_COMMENTS = re.compile(r"comment", re.I)
_NEXT_TEXT = re.compile(
    r"(?:下一?[页頁]|[后後]一?[页頁]|次(?:へ|のページ)|다음|next(?: page)?|older(?: posts| entries)?|(?:load )?more|"
    r"weiter|nächste(?: seite)?|ältere beiträge|suivante?|siguiente|próxima|successiva)?\s*[»›>→]{0,2}",
    re.I,
)
_PAGE_NUMBER = re.compile(
    r"(?:[?&](?:page|paged|pageno|pageindex|pn|p|seite)=|/(?:page|seite|p)[/_-]?|(?:index|list|default|page)[_-]?|_)"
    r"(\d{1,4})(?=[/.&#?]|$)",
    re.I,
)


def articles(links: list[Link], url: str, site: Site | None) -> list[str]:
    """The links of a listing that are articles: by the site's patterns, else by URL and text.

    Where the URL says nothing, a text as long as a headline decides; so does standing in a heading, or in a list of
    which at least half are articles. Where nothing is found so, what stands outside the menus counts; but no sections,
    if there are several.
    """
    own = [link for link in links if link.url != url and _own(link.url, url, site)]
    if site and site.article:
        return [link.url for link in own if site.kind(link.url) == "article"]
    told = {link.url for link in own if site and site.kind(link.url) == "article"}
    links = [link for link in own if not (site and site.kind(link.url)) and not trap(link.url)]
    likeness = {link.url: article_likeness(link.url) for link in links}
    told |= {link.url for link in links if _is_article(link, likeness[link.url])}
    unsure = [one for one in links if one.place is Place.MAIN and one.text and likeness[one.url] is not Likeness.NO]
    told |= _in_lists_of_articles(unsure, told) if told else _few_or_no_sections(unsure, site)
    return [link.url for link in own if link.url in told]


def sections(links: list[Link], url: str, site: Site | None) -> list[str]:
    """The links of a front page that lead to its sections, at most MAX_SECTIONS."""
    found = (link.url for link in links if link.url != url and _own(link.url, url, site) and _is_section(link, site))
    return list(islice(found, MAX_SECTIONS))


def next_page(page: etree._Element, base: str, url: str) -> str:
    """The listing's next page: as declared (``rel=next``), by its link's text, or the one numbered next; else empty."""
    number = page_number(url)
    for candidate in (*_declared_next(page, base), *_told_next(page, base, number)):
        if candidate != url and same_site(candidate, url) and not 1 < page_number(candidate) <= number:
            return candidate
    return ""


def page_number(url: str) -> int:
    """The page of a listing that a URL asks for; 1 if it doesn't say."""
    parts = urlsplit(url)
    match = _PAGE_NUMBER.search(f"{parts.path}?{parts.query}")
    return int(match[1]) if match else 1


def feeds(page: etree._Element, base: str) -> list[str]:
    """The feeds of articles that a page declares in its head, at most MAX_FEEDS."""
    found: dict[str, None] = {}
    for link in page.iter("link"):
        href, rel = link.get("href") or "", (link.get("rel") or "").lower().split()
        if "alternate" not in rel or not _FEED_TYPE.search(link.get("type") or ""):
            continue
        if not _COMMENTS.search(href + (link.get("title") or "")) and (feed := absolute(base, href)):
            found[feed] = None
    return list(found)[:MAX_FEEDS]


def _own(link: str, url: str, site: Site | None) -> bool:
    if site:
        return site.covers(link) and site.kind(link) != "skip"
    return same_site(link, url)


def _is_article(link: Link, likeness: Likeness) -> bool:
    if likeness is Likeness.YES:
        return link.place is Place.MAIN or headline_like(link.text)
    heading = link.in_heading and len(link.text.encode()) >= 18
    return likeness is Likeness.MAYBE and (heading or headline_like(link.text, strict=link.place is not Place.MAIN))


def _in_lists_of_articles(links: list[Link], told: set[str]) -> set[str]:
    members = Counter(link.block for link in links)
    articles = Counter(link.block for link in links if link.url in told)
    return {link.url for link in links if link.block is not None and 2 * articles[link.block] >= members[link.block]}


def _few_or_no_sections(links: list[Link], site: Site | None) -> set[str]:
    return {link.url for link in links if len(links) < _LEAST_MENU or not _is_section(link, site)}


def _is_section(link: Link, site: Site | None) -> bool:
    if site and (site.listing or site.article):
        return site.kind(link.url) == "listing"
    short = 0 < len(link.text) <= 24 and link.place is not Place.FOOTER
    return short and section_like(link.url) and not trap(link.url)


def _declared_next(page: etree._Element, base: str) -> Iterator[str]:
    for link in page.iter("link", "a"):
        if "next" in (link.get("rel") or "").lower().split() and (href := link.get("href")):
            yield absolute(base, href)


def _told_next(page: etree._Element, base: str, number: int) -> Iterator[str]:
    for anchor in page.iter("a"):
        href = anchor.get("href")
        if not href or href.startswith(("#", "javascript:")):
            continue
        text = "".join(anchor.itertext()).strip()
        if (text and _NEXT_TEXT.fullmatch(text)) or text == str(number + 1):
            target = absolute(base, href)
            if page_number(target) == number + 1:
                yield target
