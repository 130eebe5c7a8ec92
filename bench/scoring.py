"""How well a prediction says what a page says: the measures of the published extraction benchmarks, in their terms.

Body: bags of four-token shingles (a CJK character is a token, elsewhere a word), as the Scrapinghub article benchmark
counts them: precision is the mean over pages that gave any text, recall that over pages with a body, F1 of the two.
Exact: the very tokens of the truth, in order. Title: equal but for case, width, white space and punctuation. Authors:
mean F1 of the sets of names. Day and minute: the same on the page's own clock. Source: equal, or one in the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import datetime, timedelta
from statistics import mean
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_CJK = r"\u2e80-\u2fff\u3005-\u3007\u3040-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
_TOKEN = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")
_BETWEEN_NAMES = re.compile(r"\s*(?:[,;、，；|/·•\n]|\s&\s|\s(?:and|und|et)\s)\s*")
_EAST = ("zh", "ja", "ko")

Row = dict[str, Any]
"""The scores of one page, by measure; a measure that its truth says nothing of isn't there."""


class Group(NamedTuple):
    """Pages that are told apart in the table."""

    name: str
    rows: list[Row]


def score(truth: Mapping[str, Any], said: Mapping[str, Any]) -> Row:
    """One page's scores. ``said``: title, body, published, source as strings, authors as a list."""
    row: Row = {"lang": truth["lang"], "kind": truth.get("kind"), "origin": truth.get("origin")}
    if truth.get("body"):
        true, found = _TOKEN.findall(truth["body"]), _TOKEN.findall(said["body"])
        row["shares"], row["exact"] = _shares(true, found), float(true == found)
    if truth.get("title"):
        row["title"] = float(_bare(truth["title"]) == _bare(said["title"]))
    if truth.get("authors"):
        row["authors"] = _same_names(_names(truth["authors"]), _names(said["authors"]))
    if truth.get("published"):
        times = [truth["published"], *(truth.get("published_alt") or [])]
        row["day"] = float(any(_same_day(time, said["published"]) for time in times))
        if exact := [time for time in times if "T" in time and not time.endswith("Z")]:
            row["minute"] = float(any(_minute(time) == _minute(said["published"]) for time in exact))
    if truth.get("source"):
        stated, source = _bare(truth["source"]), _bare(said["source"])
        row["source"] = float(len(source) > 1 and (source in stated or stated in source))
    return row


def _shares(true: Sequence[str], found: Sequence[str]) -> tuple[float, float]:
    """(precision, recall); -1: nothing was found, so that precision says nothing."""
    one, other = _shingles(true), _shingles(found)
    both = (one & other).total()
    return (both / other.total() if other else -1.0), both / (one.total() or 1)


def _shingles(tokens: Sequence[str]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(tokens[index : index + 4]) for index in range(max(1, len(tokens) - 3)) if tokens)


def _bare(text: str | None) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text or "").casefold())


def _names(authors: Iterable[str] | str) -> set[str]:
    parts = [authors] if isinstance(authors, str) else authors
    return {bare for part in parts for name in _BETWEEN_NAMES.split(part) if (bare := _bare(name))}


def _same_names(true: set[str], found: set[str]) -> float:
    return 2 * len(true & found) / (len(true) + len(found)) if true & found else 0.0


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _same_day(true: str, found: str) -> bool:
    """A truth that was turned into UTC may be any zone's day."""
    one, other = _time(true), _time(found)
    if one is None or other is None:
        return False
    if true.endswith("Z"):
        return (one - timedelta(hours=12)).date() <= other.date() <= (one + timedelta(hours=14)).date()
    return one.date() == other.date()


def _minute(text: str) -> str:
    time = _time(text)
    return time.strftime("%Y-%m-%dT%H:%M") if time is not None and "T" in text else ""


def groups(rows: Iterable[Row]) -> list[Group]:
    """All pages whose truth is no other extractor's output, and those of them told apart by language."""
    fair = [row for row in rows if row["origin"] != "tool"]
    chinese = [row for row in fair if row["lang"] == "zh"]
    return [
        Group("all", fair),
        Group("zh", chinese),
        Group("zh news", [row for row in chinese if row["kind"] != "other"]),
        Group("not CJK", [row for row in fair if row["lang"] not in _EAST]),
    ]


def summary(rows: Iterable[Row]) -> dict[str, float]:
    """Means in per cent, by measure; of pages whose truth has it."""
    rows = list(rows)
    found: dict[str, float] = {}
    shares = [row["shares"] for row in rows if "shares" in row]
    if shares:
        precision = mean([share for share, _ in shares if share >= 0] or [0.0])
        recall = mean(share for _, share in shares)
        found["F1"] = 200 * precision * recall / (precision + recall or 1.0)
    for measure in ("exact", "title", "day", "minute", "authors", "source"):
        if values := [row[measure] for row in rows if measure in row]:
            found[measure] = 100 * mean(values)
    return found
