"""What came back: told by the content, with the declared type and the URL as witnesses only."""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal

from lxml import etree

from snapshotter.discover.candidate import Reply
from snapshotter.discover.html import base_of, links_of, parse
from snapshotter.discover.sections import articles
from snapshotter.discover.sitemaps import unpacked
from snapshotter.discover.text import collapsed
from snapshotter.urls import Likeness, article_likeness, section_like

Kind = Literal["feed", "sitemap", "sitemap-index", "listing", "article", "other"]

_HEAD = 65_536
_BY_URL = {Likeness.YES: 2.5, Likeness.MAYBE: 0.0, Likeness.NO: -1.5}
_ROOTS: dict[str, Kind] = {
    "rss": "feed", "feed": "feed", "rdf": "feed", "channel": "feed",
    "urlset": "sitemap", "sitemapindex": "sitemap-index",
}  # fmt: skip
_ROOT = re.compile(r"<(?:[\w.-]+:)?(rss|feed|rdf|channel|urlset|sitemapindex|html)[\s>/]", re.I)
_BEFORE_ROOT = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>", re.I | re.S)
_JSON_FEED = re.compile(rb"\"version\"\s*:\s*\"https?:(?:\\?/){2}(?:www\.)?jsonfeed\.org")
_ARTICLE_TYPE = re.compile(
    r"[\"']@type[\"']\s{0,9}:\s{0,9}\[?\s{0,99}[\"'](?:\w*Article|BlogPosting|LiveBlogPosting|Report|Review)[\"']"
)
_LIST_TYPE = re.compile(
    r"[\"']@type[\"']\s{0,9}:\s{0,9}\[?\s{0,99}[\"'](?:CollectionPage|ItemList|SearchResultsPage)[\"']"
)
_DATE_META = re.compile(r"article:published_time|pub_?date|publish_?(?:date|time)|datepublished|og:time", re.I)


def classify(content: bytes, content_type: str, url: str) -> Kind:
    """What a payload (content-decoded; a gzipped sitemap as it is) turns out to be. Never raises.

    ``listing`` and ``article`` are told apart by what the page declares, how much it says and how many articles it
    links to; a front page may be both, then ``article`` is said where it speaks for itself.
    """
    head = unpacked(content[:_HEAD], _HEAD)
    if b"\0" in head[:512] and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "other"
    if _JSON_FEED.search(head):
        return "feed"
    text = head.decode("utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8", "replace")
    root = _root(text.lstrip("\ufeff"))
    if root in _ROOTS:
        return _ROOTS[root]
    declared = content_type.partition(";")[0].strip().lower()
    if root == "html" or "html" in declared or (not declared and "<" in text):
        return _of_html(Reply(url, content, content_type))
    if declared in {"", "text/plain"} and _lists_urls(text):
        return "sitemap"
    return "other"


def _root(text: str) -> str:
    at = 0
    while match := _BEFORE_ROOT.match(text, at):
        at = match.end()
    match = _ROOT.match(text, at) or (None if text[at : at + 1] == "<" else _ROOT.search(text, at, at + 2000))
    return match[1].lower() if match else ""


def _lists_urls(text: str) -> bool:
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    return bool(lines) and all(line.strip().startswith(("http://", "https://")) for line in lines)


def _of_html(reply: Reply) -> Kind:
    page = parse(reply)
    if page is None:
        return "other"
    return "article" if _score(page, reply) > 0 else "listing"


def _score(page: etree._Element, reply: Reply) -> float:
    """Above 0: an article. Each kind of evidence has its say, none decides alone."""
    listed = len(articles(links_of(page, base_of(page, reply.url)), reply.url, None))
    likeness = article_likeness(reply.url)
    by_url = _BY_URL[likeness] - (0.6 if likeness is Likeness.MAYBE and section_like(reply.url) else 0)
    return by_url + _declared(page) + min(_said(page) / 500, 4) - min(listed / 15, 4)


def _declared(page: etree._Element) -> float:
    score = 0.0
    for meta in page.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        value = (meta.get("content") or "").lower()
        if name == "og:type":
            score += 2 if "article" in value else -1 if value == "website" else 0
        elif value and _DATE_META.search(name):
            score += 1
            break
    scripts = "".join(script.text or "" for script in page.iter("script") if "ld+json" in (script.get("type") or ""))
    if _ARTICLE_TYPE.search(scripts):
        score += 2
    return score - (2 if _LIST_TYPE.search(scripts) else 0)


def _said(page: etree._Element) -> int:
    """Bytes of running text in the part of the page that says most: an article's paragraphs stand side by side, a
    listing's teasers each by itself.
    """
    said: Counter[etree._Element | None] = Counter()
    for block in page.iter("p", "div", "td", "article", "section"):
        own = collapsed("".join((block.text or "", *(part.tail or "" for part in block))))
        if len(own) > 20 and len(size := own.encode("utf-8", "replace")) > 60:
            said[block.getparent() if block.tag == "p" else block] += len(size)
    return max(said.values(), default=0)
