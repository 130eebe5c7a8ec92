"""What is stated about the use of a page elsewhere than in it: its HTTP head, its host's robots.txt. As stated."""

from __future__ import annotations

import re
from collections.abc import Iterable

from snapshotter.http1 import Head
from snapshotter.items import Right

MAX_RIGHTS = 30
MAX_VALUE = 2_000

_HEADERS = ("X-Robots-Tag", "tdm-reservation", "tdm-policy")
_LINK = re.compile(r"<([^<>]{1,2000})>([^<]{0,500})")
_LICENSE_REL = re.compile(r""";\s*rel\s*=\s*"?[^";]*\blicense\b""", re.I)
_RSL = "application/rsl+xml"
_LICENSE_LINE = re.compile(r"^[ \t]*license[ \t]*:[ \t]*(\S{1,2000})", re.I | re.M)


def of_head(head: Head) -> tuple[Right, ...]:
    """The signals of a response's header lines: X-Robots-Tag, TDMRep's two, licences that ``Link`` names (RFC 8288)."""
    found = [Right(name, value[:MAX_VALUE]) for name in _HEADERS for value in head.get_all(name) if value]
    for value in head.get_all("link"):
        for url, parameters in _LINK.findall(value):
            if _LICENSE_REL.search(parameters):
                found.append(Right("rsl" if _RSL in parameters.lower() else "license", url))
    return _each_once(found)


def of_robots(robots: bytes) -> tuple[Right, ...]:
    """The RSL licences that a robots.txt names, in ``License:`` lines (rslstandard.org)."""
    return _each_once(Right("rsl", url) for url in _LICENSE_LINE.findall(robots.decode("utf-8", "replace")))


def _each_once(found: Iterable[Right]) -> tuple[Right, ...]:
    return tuple(dict.fromkeys(found))[:MAX_RIGHTS]
