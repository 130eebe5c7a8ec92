"""URLs → patterns that match them and their like. A pattern says what is always there, never what is only often so."""

from __future__ import annotations

import re
from collections import defaultdict
from urllib.parse import unquote, urlsplit

from snapshotter.urls import url_key

MAX_SHAPES = 6
"""More shapes of article URLs than that, and the generic rule tells them better."""
LEAST = 2
"""So many URLs make a shape; one may be anything."""

_SLUG = r"[^/?#]+"
_WORD = re.compile(r"[A-Za-z]+(?:[_-][A-Za-z]+)?")
_ENDING = re.compile(r"(?<=.)\.(?:[sx]?html?|php|aspx?|jsp)$")
_HAS_ENDING = re.compile(r"\\\.[a-z]+$")
_PORT = r"\d+"
_DIGITS = re.compile(r"\d+")
_CODE = re.compile(r"(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[0-9A-Za-z]{7,}")
_DATE_LENGTHS = (4, 6, 8)
_UNFIT = re.compile(r"[^A-Za-z0-9._~-]")


def article_patterns(articles: tuple[str, ...], others: tuple[str, ...], host: str) -> tuple[str, ...]:
    """Patterns that match each of the articles by its shortest URL, and none of the others; empty: there are no such.

    ``host``: the domain that they are all of. A site's patterns exclude what they don't match, so that half a set
    of them would lose articles.
    """
    patterns: list[re.Pattern[str]] = []
    shapes = _shapes(articles)
    for shape, urls in shapes:
        if all(_any(patterns, url) for url in urls):
            continue
        if len(urls) < LEAST or len(patterns) == MAX_SHAPES:
            return ()
        patterns.append(re.compile(_pattern(shape, urls, host)))
    missed = (url for _, urls in shapes for url in urls if not _any(patterns, url))
    if next(missed, "") or any(_any(patterns, url) for url in others):
        return ()
    return tuple(pattern.pattern for pattern in patterns)


def _shapes(articles: tuple[str, ...]) -> list[tuple[tuple[str, ...], list[str]]]:
    """Each article once, by shape, those of the most usual shape first."""
    shapes: dict[tuple[str, ...], list[str]] = defaultdict(list)
    longest_first = sorted(articles, key=len, reverse=True)
    for url in {url_key(url): url for url in longest_first}.values():
        shapes[_shape(url)].append(url)
    return sorted(shapes.items(), key=lambda shape: (-len(shape[1]), shape[0]))


def _any(patterns: list[re.Pattern[str]], url: str) -> bool:
    return any(pattern.search(url) for pattern in patterns)


def listing_patterns(sections: tuple[str, ...], host: str) -> tuple[str, ...]:
    """Patterns for these very sections, their hosts' front pages among them; a pattern a host."""
    paths: dict[str, set[str]] = defaultdict(set)
    for parts in map(urlsplit, sections):
        if not parts.query:
            name = _host_of(parts.hostname or "", host) + (rf":{_PORT}" if parts.port else "")
            paths[name].add(re.escape(parts.path.rstrip("/")))
    return tuple(f"//{name}{_one_of(found)}/?(?:[?#]|$)" for name, found in sorted(paths.items()))


def _one_of(found: set[str]) -> str:
    return next(iter(found)) if len(found) == 1 else f"(?:{'|'.join(sorted(found))})"


def _host_of(name: str, host: str) -> str:
    """A host as a pattern: the domain itself with or without ``www.``, a subdomain as it is."""
    return rf"(?:www\.)?{re.escape(host)}" if name in {host, f"www.{host}"} else re.escape(name)


def _shape(url: str) -> tuple[str, ...]:
    """The kinds of a URL's path segments, and the names of its parameters."""
    telling = url_key(url).partition("?")[2]
    names = sorted({pair.partition("=")[0] for pair in telling.split("&") if pair})
    return (*(_kind(segment) for segment in _segments(url)), *(f"?{name}" for name in names))


def _segments(url: str) -> list[str]:
    return unquote(urlsplit(url).path).strip("/").split("/")


def _kind(segment: str) -> str:
    """A segment with what varies from article to article as a pattern; ``w`` for a word, which may be fixed."""
    ending = _ENDING.search(segment)
    stem = segment[: ending.start()] if ending else segment
    tail = re.escape(ending[0]) if ending else ""
    if _WORD.fullmatch(stem) and len(stem) <= 20:
        return f"w{tail}"
    if _DIGITS.fullmatch(stem):
        return (rf"\d{{{len(stem)}}}" if len(stem) in _DATE_LENGTHS or len(stem) == 2 else r"\d+") + tail
    if _UNFIT.search(stem) or stem.count("-") >= 2 or len(stem) > 40:
        return _SLUG + tail
    if _CODE.fullmatch(stem):
        return "[0-9A-Za-z]+" + tail
    return "".join(r"\d+" if part.isdigit() else re.escape(part) for part in re.split(r"(\d+)", stem) if part) + tail


def _pattern(shape: tuple[str, ...], urls: list[str], host: str) -> str:
    kinds = [kind for kind in shape if not kind.startswith("?")]
    segments = [_segments(url) for url in urls]
    path = "/".join(_of_words(kind, {row[place] for row in segments}) for place, kind in enumerate(kinds))
    names = [re.escape(kind[1:]) for kind in shape if kind.startswith("?")]
    query = "".join(rf"(?=.*[?&]{name}=)" for name in names)
    end = "" if names else "(?:[?#]|$)" if _HAS_ENDING.search(path) else "/?(?:[?#]|$)"
    port = rf"(?::{_PORT})?" if any(urlsplit(url).port for url in urls) else ""
    return rf"//(?:[\w-]+\.)*{re.escape(host)}{port}/{query}{path}{end}"


def _of_words(kind: str, seen: set[str]) -> str:
    if not kind.startswith("w"):
        return kind
    return re.escape(next(iter(seen))) if len(seen) == 1 else r"[\w-]+" + kind[1:]
