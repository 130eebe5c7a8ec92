"""Whose hosts, whose clock: what a site's rule file says once for all of its pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC
from zoneinfo import ZoneInfo

from snapshotter.extract.times.zones import home_of
from snapshotter.urls import host, same_site

_COUNTRIES = {
    "cn": "Asia/Shanghai", "hk": "Asia/Hong_Kong", "tw": "Asia/Taipei", "sg": "Asia/Singapore", "jp": "Asia/Tokyo",
    "kr": "Asia/Seoul", "uk": "Europe/London", "ie": "Europe/Dublin", "de": "Europe/Berlin", "at": "Europe/Vienna",
    "ch": "Europe/Zurich", "fr": "Europe/Paris", "it": "Europe/Rome", "es": "Europe/Madrid", "nl": "Europe/Amsterdam",
    "pl": "Europe/Warsaw", "se": "Europe/Stockholm", "in": "Asia/Kolkata", "nz": "Pacific/Auckland",
    "za": "Africa/Johannesburg", "lu": "Europe/Luxembourg", "tr": "Europe/Istanbul",
}  # fmt: skip
"""The zone of those who publish under a country's domain, where they share one."""
_OFFSETS = {
    frozenset({"-04:00", "-05:00"}): "America/New_York",
    frozenset({"-06:00", "-05:00"}): "America/Chicago",
    frozenset({"-07:00", "-08:00"}): "America/Los_Angeles",
}
"""A zone by the two offsets that a year of its pages states."""
_OFFSET = re.compile(r"\d([+-]\d\d):?(\d\d)$")
_SAYS_NOTHING = frozenset({"www", "com", "org", "net", "co"})
_NAME = re.compile(r"[^a-z0-9]+")


def zone(language: str, url: str, stated: Iterable[str]) -> str:
    """The IANA name of the zone that a site's times without one are in; empty: nothing tells.

    By the language where nearly all who publish in it share a clock, else by the country of its domain, else by the
    offsets that its pages' times state (``stated``: as the pages wrote them).
    """
    home = home_of(language) if language else UTC
    if home is not UTC:
        return home.key if isinstance(home, ZoneInfo) else str(home)
    if country := _COUNTRIES.get(host(url).rpartition(".")[2]):
        return country
    offsets = frozenset(f"{match[1]}:{match[2]}" for raw in stated if (match := _OFFSET.search(raw.strip())))
    return _OFFSETS.get(offsets, "")


def common_host(front: str, urls: Iterable[str]) -> str:
    """The front page's host, shortened until it covers the pages of the same site among ``urls``."""
    name = host(front).removeprefix("www.")
    for url in urls:
        if not same_site(url, front):
            continue
        other = host(url)
        while other != name and not other.endswith(f".{name}") and name.count(".") > 1:
            name = name.partition(".")[2]
    return name


def short_name(host_name: str) -> str:
    """What a site's file is called by default: ``people.com.cn`` → ``people-cn``, ``example.org`` → ``example``."""
    telling = [label for label in host_name.split(".") if label not in _SAYS_NOTHING]
    return _NAME.sub("-", "-".join(telling) or host_name).strip("-")


def most(values: Iterable[str]) -> str:
    """The value that most have; empty: none has one."""
    counted = Counter(value for value in values if value)
    return counted.most_common(1)[0][0] if counted else ""
