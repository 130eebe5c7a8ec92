"""A news site's rules, as values: frozen, and cheap to send to a worker process."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from snapshotter.urls import host

FIELDS = (
    "title", "subtitle", "description", "category", "breadcrumbs", "tags", "published", "modified", "authors",
    "editors", "source", "republished_from", "body", "images", "remove",
)  # fmt: skip
"""What a layout may have selectors for. ``remove``: parts of the body that aren't the article."""


@dataclass(frozen=True, slots=True)
class Seeds:
    """Where a crawl of the site starts; absolute URLs."""

    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    """Front pages and section pages."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a page of the site has its fields, for as long as the site looked like that."""

    name: str
    """What the record's ``extractor`` calls it, e.g. ``2021-02``."""
    valid_until: date | None = None
    """The last day on which pages were published in this layout. None: it is in use."""
    selectors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For a field of FIELDS its selectors in order of preference: XPath if one starts with ``/``, ``./`` or ``(``,
    else CSS with parsel's ``::text`` and ``::attr(name)``."""


@dataclass(frozen=True, slots=True)
class Site:
    """One news site. ``data/sites/NAME.toml`` has the same keys."""

    name: str
    """The file's name without suffix; the record's ``site``."""
    site_name: str
    """As the site calls itself."""
    hosts: tuple[str, ...]
    """Hosts it answers on, subdomains included; without port."""
    timezone: str = ""
    """IANA name of the zone that its times without one are in; empty: not known."""
    language: str = ""
    """BCP 47; empty: not known."""
    delay_s: float = 1.0
    """Least seconds between two requests to one of its hosts."""
    max_pages: int = 5
    """How many pages of a paged listing are turned, the first included."""
    render: bool = False
    """Whether its pages say nothing before a browser has run their scripts."""
    revisit: tuple[int, ...] | None = None
    """When its articles are visited again, in seconds after publication; None: as the settings say, empty: never."""
    seeds: Seeds = Seeds()
    article: tuple[re.Pattern[str], ...] = ()
    """Searched in the URL: any match is an article. If there are any, nothing else is."""
    listing: tuple[re.Pattern[str], ...] = ()
    """Any match is a section page to follow."""
    skip: tuple[re.Pattern[str], ...] = ()
    """Any match is never requested; comes before the other two."""
    categories: Mapping[str, str] = field(default_factory=dict)
    """The site's name of a category, by the beginning of a URL without scheme and ``www.``."""
    layouts: tuple[Layout, ...] = ()
    """The one in use first, then from the newest to the oldest."""

    def kind(self, url: str) -> str:
        """``skip``, ``article``, ``listing``, or empty if the site's patterns don't tell."""
        for name, patterns in (("skip", self.skip), ("article", self.article), ("listing", self.listing)):
            if any(pattern.search(url) for pattern in patterns):
                return name
        return ""

    def covers(self, url: str) -> bool:
        """Whether the URL's host is one of the site's."""
        name = host(url)
        return any(name == own or name.endswith(f".{own}") for own in self.hosts)

    def category(self, url: str) -> str:
        """The category that the longest matching prefix gives the URL; empty if none does."""
        rest = url.partition("://")[2].removeprefix("www.")
        matching = [prefix for prefix in self.categories if rest.startswith(prefix)]
        return self.categories[max(matching, key=len)] if matching else ""
