"""URLs that a stranger may have us ask: of the open internet's web servers, by what they say themselves."""

from __future__ import annotations

from urllib.parse import urlsplit

from snapshotter.errors import UsageError
from snapshotter.urls import clean, host
from snapshotter.urls.local import is_local
from snapshotter.web.house import Rules

LONGEST_URL = 2000


def outward(asked: str, rules: Rules) -> str:
    """The URL as it will be asked; empty: it is none that a stranger may name.

    What its name leads to is looked at when a connection is made.
    """
    try:
        parts = urlsplit(asked.strip())
        url = clean(asked)
        port = urlsplit(url).port
    except (ValueError, UsageError):
        return ""
    if "@" in parts.netloc or len(url) > LONGEST_URL or "\\" in asked or not asked.isprintable():
        return ""
    if rules.is_open_also(host(url)):
        return url
    return "" if port not in {None, 80, 443} or is_local(host(url)) else url
