"""A search as asked: text and filters; and as the query of a URL, where it can be saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta, tzinfo
from typing import Self

RELEVANCE, NEWEST = "relevance", "newest"
ORDERS = (RELEVANCE, NEWEST)
ALL, GONE, REVISED = "all", "gone", "revised"
STATES = ("", ALL, GONE, REVISED)
LIMIT, MAX_LIMIT = 20, 100
MAX_OFFSET = 10_000
MAX_FIELD = 400

_TEXT = "q"
_DAY = len("2024-07-01")


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. Anything is a query: what can't be read doesn't choose."""

    text: str
    """As typed; see ``understood``. Empty: all there is."""
    channel: str = ""
    """The category (类别), as printed."""
    source: str = ""
    """The source (来源), as printed."""
    site: str = ""
    """A site rule's name, or a host."""
    language: str = ""
    """BCP 47; the primary one counts."""
    since: str = ""
    """Published then or later (captured, where no publish time is stated): a day, or RFC 3339."""
    until: str = ""
    """Published before then; a day is taken in."""
    state: str = ""
    """Empty: of each article the latest good revision. ``all``: every revision. ``gone``: of those the publisher has
    removed since. ``revised``: of those with more than one."""
    order: str = RELEVANCE
    """``relevance`` or ``newest``."""
    limit: int = LIMIT
    offset: int = 0

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> Self:
        """The query that a URL's parameters mean, ``q`` the text; others than ours are left alone."""
        named = {one.name: params.get(one.name, "")[:MAX_FIELD] for one in fields(cls) if one.type == "str"}
        named["text"] = params.get(_TEXT, "")[:MAX_FIELD]
        named["order"] = named["order"] if named["order"] in ORDERS else RELEVANCE
        named["state"] = named["state"] if named["state"] in STATES else ""
        limit = _number(params.get("limit", ""), MAX_LIMIT) or LIMIT
        return cls(**named, limit=limit, offset=_number(params.get("offset", ""), MAX_OFFSET))

    def to_params(self) -> dict[str, str]:
        """The parameters of a URL that mean this query: those that aren't as they are by default."""
        default = type(self)("")
        names = [one.name for one in fields(self) if getattr(self, one.name) != getattr(default, one.name)]
        return {_TEXT: self.text} | {name: str(getattr(self, name)) for name in names if name != "text"}


def seconds(time: str, zone: tzinfo, *, end: bool = False) -> int | None:
    """A time of a query, in seconds since 1970; a day begins in ``zone``. With ``end``, a day is the moment it is over.

    None: it can't be read, or none is stated.
    """
    try:
        moment = datetime.fromisoformat(time.strip())
        moment += timedelta(days=1) if end and len(time.strip()) <= _DAY else timedelta()
        return int((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp())
    except (ValueError, OverflowError):
        return None


def _number(text: str, most: int) -> int:
    """0 for what isn't a number."""
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 10 else 0
