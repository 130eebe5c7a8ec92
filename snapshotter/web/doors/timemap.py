"""A TimeMap in its two forms, and the Link header of a memento (RFC 7089, RFC 8288)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from snapshotter.web.doors.mementos import Memento
from snapshotter.web.doors.moments import digits, http_date

_ENTRY = re.compile(r'<([^>]*)>((?:\s*;\s*[a-z]+="[^"]*")*)\s*(?:,|$)')
_PARAMETER = re.compile(r';\s*([a-z]+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Link:
    """One link with its relation; the time of a memento."""

    url: str
    rel: str
    datetime: str = ""
    type: str = ""

    def __str__(self) -> str:
        said = {"rel": self.rel, "type": self.type, "datetime": self.datetime}
        return f"<{_safe(self.url)}>" + "".join(f'; {name}="{value}"' for name, value in said.items() if value)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a URL's doors are."""

    base_url: str
    url: str
    """The original."""

    def memento(self, one: Memento) -> str:
        """The page of a capture."""
        return f"{self.base_url}/web/{digits(one.captured_at)}/{self.url}"

    @property
    def timegate(self) -> str:
        """What answers Accept-Datetime."""
        return f"{self.base_url}/timegate/{self.url}"

    def timemap(self, form: str) -> str:
        """``link`` or ``json``."""
        return f"{self.base_url}/timemap/{form}/{self.url}"


def link_header(where: Addresses, found: Sequence[Memento], place: int | None = None) -> str:
    """The links of an answer about a URL. ``place``: of the memento that it is; None: it is none of them."""
    first, last = found[0], found[-1]
    links = [
        Link(where.url, "original"),
        Link(where.timegate, "timegate"),
        Link(where.timemap("link"), "timemap", type="application/link-format"),
    ]
    named: dict[Memento, list[str]] = {first: ["first"]}
    named.setdefault(last, []).append("last")
    if place is not None:
        if place > 0:
            named.setdefault(found[place - 1], []).append("prev")
        if place < len(found) - 1:
            named.setdefault(found[place + 1], []).append("next")
        named.setdefault(found[place], [])
    for one in sorted(named):
        rel = " ".join([*named[one], "memento"])
        links.append(Link(where.memento(one), rel, http_date(one.captured_at)))
    return ", ".join(map(str, links))


def as_links(where: Addresses, found: Sequence[Memento]) -> str:
    """The TimeMap as ``application/link-format``."""
    return ",\n".join(map(str, _links(where, found))) + "\n"


def _links(where: Addresses, found: Sequence[Memento]) -> Iterator[Link]:
    yield Link(where.url, "original")
    yield Link(where.timemap("link"), "self", type="application/link-format")
    yield Link(where.timemap("json"), "alternate", type="application/json")
    yield Link(where.timegate, "timegate")
    for index, one in enumerate(found):
        ends = ["first"] * (index == 0) + ["last"] * (index == len(found) - 1)
        yield Link(where.memento(one), " ".join([*ends, "memento"]), http_date(one.captured_at))


def read_links(text: str) -> list[Link]:
    """The links of a TimeMap or a header again. Raises ValueError where it holds something else."""
    links, place = [], 0
    text = text.strip()
    while place < len(text):
        entry = _ENTRY.match(text, place)
        if not entry:
            raise ValueError(f"no link at {place}: {text[place : place + 40]!r}")
        links.append(Link(entry[1], **dict(_PARAMETER.findall(entry[2]))))
        place = entry.end()
        while place < len(text) and text[place].isspace():
            place += 1
    return links


def as_json(where: Addresses, found: Sequence[Memento]) -> bytes:
    """The TimeMap as JSON, as MemGator and others write it."""
    listed = [{"datetime": one.captured_at, "uri": where.memento(one)} for one in found]
    said: dict[str, Any] = {
        "original_uri": where.url,
        "self": where.timemap("json"),
        "timegate_uri": where.timegate,
        "timemap_uri": {"link_format": where.timemap("link"), "json_format": where.timemap("json")},
        "mementos": {"list": listed, "first": listed[0], "last": listed[-1]},
    }
    return json.dumps(said, ensure_ascii=False).encode()


def _safe(url: str) -> str:
    """A URL that can't end its place in a header."""
    return url.replace("<", "%3C").replace(">", "%3E").replace('"', "%22")
