"""Texts and links as listings write them."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from lxml import etree
from w3lib.encoding import html_body_declared_encoding, html_to_unicode

from snapshotter.errors import UsageError
from snapshotter.urls import clean

MAX_URL = 4000
"""Longer links aren't looked at."""

_SPACE = re.compile(r"[ \t\r\n\f]+")
_FULL = re.compile(r"https?://[^./?#\\]", re.I)
_ROOTED = re.compile(r"/[^/\\;]")
_LATIN = re.compile(r"charset\s*=\s*[\"']?(?:iso-?8859-1|latin-?1|us-ascii|windows-1252)\b", re.I)
_DENSE = re.compile(r"[\u0e00-\u0eff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff10-\uffee]")


def collapsed(text: str) -> str:
    """White space as a browser renders it: runs of it one space, none at the ends; U+3000 and U+00A0 stay."""
    return _SPACE.sub(" ", text).strip(" ")


def unicode_of(content: bytes, content_type: str) -> str:
    """Content as text, in the encoding that header, content or BOM declare; else UTF-8 where it fits.

    A header that says Latin-1 is not believed where the content says otherwise: servers say it of everything.
    """
    if _LATIN.search(content_type) and (declared := html_body_declared_encoding(content)):
        content_type = f"; charset={declared}"
    return html_to_unicode(content_type or None, content)[1]


def absolute(base: str, href: str) -> str:
    """The clean absolute URL that a link means on a page; empty if it leads nowhere on the web."""
    href = href.strip(" \t\r\n\f")
    if len(href) > MAX_URL:
        return ""
    try:
        if _FULL.match(href):
            return clean(href)
        if _ROOTED.match(href) and "/." not in href:  # urljoin would say the same, at three times the cost
            return clean(origin(base) + href)
        return clean(urljoin(base, href))
    except (UsageError, ValueError):
        return ""


def local_name(element: etree._Element) -> str:
    """An element's name without namespace, or without prefix where that was never declared; empty for a comment."""
    return element.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""


def origin(url: str) -> str:
    """Scheme and host of an absolute URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def headline_like(text: str, *, strict: bool = False) -> bool:
    """Whether a link's text is long enough for a headline; ``strict`` where menus are.

    Scripts that write words in few characters (Chinese, Japanese, Korean, Thai) need fewer of them.
    """
    dense = len(_DENSE.findall(text))
    if dense:
        return dense >= (14 if strict else 8)
    return len(text) >= (45 if strict else 30) or (not strict and len(text) >= 18 and text.count(" ") >= 3)
