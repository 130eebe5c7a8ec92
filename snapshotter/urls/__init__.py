"""URLs: the key that makes two of them one article, article or listing, same site, traps, SURT; over w3lib."""

from __future__ import annotations

from snapshotter.urls.elsewhere import elsewhere, front_page
from snapshotter.urls.keys import clean, host, same_site, split_urls, url_key
from snapshotter.urls.likeness import Likeness, article_likeness, section_like
from snapshotter.urls.local import intrudes
from snapshotter.urls.surt import surt
from snapshotter.urls.traps import trap

__all__ = [
    "Likeness",
    "article_likeness",
    "clean",
    "elsewhere",
    "front_page",
    "host",
    "intrudes",
    "same_site",
    "section_like",
    "split_urls",
    "surt",
    "trap",
    "url_key",
]
