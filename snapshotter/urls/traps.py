"""Traps: URLs that a site makes without end."""

from __future__ import annotations

import re
from collections import Counter

from snapshotter.patterns import pattern

_CALENDAR = pattern(
    r"/(?:calend[ae]r|kalender|events?|agenda|termine|veranstaltungen)/(?:[^?]*/)?(?:19|20|21)\d\d(?:[-/]\d\d?){0,2}/?(?:\?|$)"
    r"|[?&](?:tribe-bar-date|eventdate|(?:outlook-)?ical|calendar\w*|month|week|day)=",
    re.I,
)


def trap(url: str, *, max_length: int = 1500, max_depth: int = 14, max_repeats: int = 2) -> str:
    """Why a URL should not be followed: ``too-long``, ``too-deep``, ``repeating``, ``calendar``; empty if it may be.

    ``max_length`` counts characters, ``max_depth`` path segments, ``max_repeats`` how often one segment may occur.
    """
    if len(url) > max_length:
        return "too-long"
    parts = [part for part in url.partition("://")[2].partition("?")[0].split("/")[1:] if part]
    if len(parts) > max_depth:
        return "too-deep"
    if len(parts) > max_repeats and max(Counter(parts).values()) > max_repeats:
        return "repeating"
    return "calendar" if _CALENDAR.search(url) else ""
