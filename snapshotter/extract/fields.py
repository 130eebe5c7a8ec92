"""The fields that are declared rather than read: addresses, the site's name, description, tags."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from snapshotter.extract.evidence import texts, types
from snapshotter.extract.render import absolute
from snapshotter.extract.words import squeeze
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from snapshotter.extract.evidence import Evidence
    from snapshotter.sites import Site

_MAX_TAGS = 50
_BETWEEN_TAGS = pattern(r"[,，;；、|]")
_SPACED_CJK = pattern(r"[\u4e00-\u9fff] +[\u4e00-\u9fff]")


def resolved(base: str, url: str) -> str:
    """The URL that a page's links are relative to, given its base element's href."""
    try:
        return urljoin(url, base)
    except ValueError:
        return url


def find_canonical(evidence: Evidence, base: str) -> str:
    """The page's own address as it declares it, absolute; empty: it doesn't."""
    return find_link(evidence, "canonical", base) or absolute(evidence.first("og:url"), base)


def find_link(evidence: Evidence, rel: str, base: str) -> str:
    """The first usable address of link elements of a kind, absolute: ``canonical``, ``amphtml``, ``next``…"""
    links = (href for names, href, _ in evidence.links if rel in names.split())
    return next((url for href in links if (url := absolute(href, base))), "")


def find_site_name(evidence: Evidence, site: Site | None) -> str:
    """What the site calls itself."""
    if site is not None:
        return site.site_name
    own = [node.get("name") for node in evidence.nodes if types(node) in ("WebSite", "NewsMediaOrganization")]
    named = texts([evidence.article.get("publisher"), *own])
    return evidence.first("og:site_name", "application-name") or next(iter(named), "")


def find_description(evidence: Evidence) -> str:
    """The page's summary of itself."""
    stated = evidence.first("description", "og:description", "twitter:description")
    return stated or next(iter(texts(evidence.article.get("description"))), "")


def find_tags(evidence: Evidence) -> tuple[str, ...]:
    """Keywords in the page's order, each once; not the headline nor the site's name among them."""
    stated = evidence.all("article:tag", "og:article:tag", "news_keywords", "parsely-tags", "sailthru.tags")
    stated += texts(evidence.article.get("keywords")) + evidence.all("keywords")
    others = (evidence.title, evidence.first("og:title"), evidence.first("og:site_name"), "")
    no_tags = set(map(squeeze, others))
    parts = (part.strip() for text in stated[:_MAX_TAGS] for part in _single_tags(text))
    kept = (part for part in parts if len(part) <= 60 and squeeze(part) not in no_tags)
    return tuple(dict.fromkeys(kept))[:_MAX_TAGS]


def _single_tags(text: str) -> list[str]:
    parts = _BETWEEN_TAGS.split(text)
    # Chinese keywords have no spaces in them: where there are any, they part them.
    spaced = len(parts) == 1 and _SPACED_CJK.search(text) is not None
    return text.split() if spaced else parts
