"""Where a redirect leads that has given up on what was asked for: a front page, a section, a page of errors."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from snapshotter.patterns import pattern
from snapshotter.urls.keys import url_key
from snapshotter.urls.likeness import Likeness, article_likeness

_ERRORS = pattern(
    r"/(?:40[34]|410|(?:page[-_]?)?not[-_]?found|error(?:[-_/]?\d{3})?|errors?|(?:page[-_]?)?missing|deleted|removed|"
    r"expired|no[-_]?(?:page|article))(?:\.[sx]?html?|\.php|\.aspx?|\.jsp)?/?$",
    re.I,
)


def front_page(url: str) -> bool:
    """Whether the URL is that of a whole host: no path, no query. False for what is no URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.path in {"", "/"} and not parts.query


def elsewhere(requested_url: str, final_url: str) -> bool:
    """Whether a redirect leads from a page deep in a site to its front page, a section or a page of errors.

    A section is told by its URL: it doesn't look like an article's while the one asked for does, or it is a
    folder that the one asked for lies in.
    """
    asked, final = url_key(requested_url), url_key(final_url)
    if asked == final or front_page(requested_url):
        return False
    if front_page(final_url) or _ERRORS.search(urlsplit(final_url).path):
        return True
    if final.count("/") > 0 and asked.startswith(f"{final}/"):
        return article_likeness(final_url) < Likeness.YES
    return article_likeness(final_url) == Likeness.NO and article_likeness(requested_url) == Likeness.YES
