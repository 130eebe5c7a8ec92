"""Article or not, told by the URL alone: for the links of sites that have no rule file.

No word or number list is right for every site; so there are three answers, and for the middle one the
link's own text decides (``discover.sections``).
"""

from __future__ import annotations

import re
from enum import IntEnum

from snapshotter.patterns import pattern
from snapshotter.urls.words import INDEXES, LEGAL, LISTS, PEOPLE, SERVICES, SLOTS, TOPICS


class Likeness(IntEnum):
    """How much a URL looks like one article's."""

    NO = 0
    """A front page, section, tag, author, search, login, file…"""
    MAYBE = 1
    """Nothing in it tells."""
    YES = 2
    """A date, a headline or an article's number is in it."""


_MAX_LENGTH = 2000
_FILE = pattern(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|css|m?js|json|xml|rss|atom|pdf|docx?|xlsx?|pptx?|csv|txt|zip|gz|rar|7z|exe|"
    r"dmg|apk|mp3|m4a|ogg|wav|mp4|m4v|mov|avi|webm|m3u8|ics|epub|woff2?)$"
)
_PAGE_SUFFIX = pattern(r"\.(?:[sxd]?html?|php\d?|aspx?|jsp|cfm|ece)$")
_INDEX = pattern(r"(?:index|default|home|list|node|channel|more)(?:[_-]?\d{1,9})?")

_NEVER = SERVICES | INDEXES | LISTS
_LANGUAGE = pattern(r"[a-z]{2}(?:[-_][a-z]{2,4})?")

_DATED = pattern(  # /2024/05/13/… /2024-05-13/… /202405/t20240513_1.html /2024-05/13/ /240423/ c_20240513…
    r"(?:^|[^0-9])(?:(?:19|20)\d\d[-/_.]?(?:0?[1-9]|1[0-2])(?:[-/_.]?(?:0?[1-9]|[12]\d|3[01]))?|\d\d(?:0[1-9]|1[0-2])"
    r"(?:0[1-9]|[12]\d|3[01])|(?:19|20)\d\d/[a-z]{3}/\d\d?)(?=[^0-9]|$)"
)
_DATE_TAIL = pattern(r"/(?:19|20)\d\d(?:[-_/]?(?:0?[1-9]|1[0-2]|[a-z]{3})(?:[-_/]?\d\d?)?)?$")
_PAGED = pattern(r"(?:^|/)(?:page|seite|pagina|p)[/_-]?\d{1,5}$|(?:^|[_/-])(?:index|list|page|default)[_-]?\d{1,5}$")
_QUERY_PAGED = pattern(r"(?:^|&)(?:page|paged|pageno|pn|p|offset|start)=\d{1,5}(?:&|$)", re.I)
_QUERY_LISTS = pattern(
    r"(?:^|&)(?:q|s|query|search|keywords?|kw|tag|cat|category|author|m|year|month|day|replytocom|redirect\w*|returnurl|"
    r"next|share|sort\w*|filter\w*|lang|action)=",
    re.I,
)
_QUERY_ID = pattern(
    r"(?:^|&)(?:[a-z_]*(?:article|artnr|news|story|doc|post|content|item|entry)[a-z_%0-9]*|id|p|a|aid|nid|sid|px|v|tid|mid)"
    r"=[\w%.-]*\d",
    re.I,
)

_SECTION_NAME = pattern(r"(?=.{2,24}$)[a-z0-9]+(?:[_-][a-z0-9]+){0,2}")
_NO_SECTION = SERVICES | LISTS | PEOPLE
_WORDS = pattern(r"[-_,+ .~:]+|%20")
_ESCAPED_LETTER = pattern(r"%[c-f][0-9a-f]", re.I)
_NUMBER = pattern(r"\d{5,}")
_CODE = pattern(r"(?=[0-9a-z_-]*\d[a-z])[0-9a-z_-]{9,40}")


def article_likeness(url: str) -> Likeness:
    """How much a URL looks like one article's. Never raises; junk is NO, and what is longer than 2,000 characters.

    Order of evidence: kind of file, lists and services by name, dates, numbers, headlines, the query.
    """
    path, query = _path_and_query(url.lower()) if len(url) <= _MAX_LENGTH else ("", "")
    parts = [part for part in path.split("/") if part]
    if parts and parts[-1] == "amp":
        parts.pop()
    if not parts:
        return _by_query(query, Likeness.NO)
    if _FILE.search(parts[-1]) or not LISTS.isdisjoint(parts[:-1]):
        return Likeness.NO
    stem = _PAGE_SUFFIX.sub("", parts[-1])
    suffixed = stem != parts[-1]
    if suffixed and _INDEX.fullmatch(stem):
        likeness = _by_folder(parts[:-1])
    else:
        likeness = _by_path(parts, stem)
        if likeness is Likeness.MAYBE and suffixed and len(_WORDS.split(stem)) > 2:
            likeness = Likeness.YES
    return _by_query(query, likeness) if query else likeness


def section_like(url: str) -> bool:
    """Whether a URL looks like a section's: a front page, or one or two short names that aren't a service's."""
    path, query = _path_and_query(url.lower())
    parts = [_PAGE_SUFFIX.sub("", part) for part in path.split("/") if part]
    if parts and _INDEX.fullmatch(parts[-1]):
        parts.pop()
    if query or len(parts) > 2 or article_likeness(url) is Likeness.YES:
        return False
    return all(_SECTION_NAME.fullmatch(part) for part in parts) and _NO_SECTION.isdisjoint(parts)


def _path_and_query(url: str) -> tuple[str, str]:
    rest = url.partition("#")[0].partition("://")[2]
    rest, _, query = rest.partition("?")
    return rest.partition("/")[2], query


def _by_folder(parts: list[str]) -> Likeness:
    """Judged by the folder that an index page stands for: a list, unless its name is a headline's."""
    if not parts:
        return Likeness.NO
    likeness = _by_path(parts, parts[-1])
    if likeness is Likeness.MAYBE and len(_WORDS.split(parts[-1])) < 3:
        return Likeness.NO
    return likeness


def _by_path(parts: list[str], stem: str) -> Likeness:
    """Judged by the path: ``parts`` are its segments, ``stem`` is the last one without suffix."""
    path = "/".join((*parts[:-1], stem))
    if stem in _NEVER or stem.startswith(LEGAL) or _PAGED.search(path):
        return Likeness.NO
    before_date = _DATE_TAIL.sub("", f"/{path}")
    if len(before_date) <= len(path):
        return Likeness.YES if _telling(before_date.rpartition("/")[2]) else Likeness.NO
    if len(parts) == 1 and _LANGUAGE.fullmatch(stem):
        return Likeness.NO
    dated = _DATED.search(path) is not None
    before = parts[-2] if len(parts) > 1 else ""
    if before in PEOPLE and not dated:
        return Likeness.NO
    if before in TOPICS and not dated:
        return Likeness.MAYBE
    slot = before in SLOTS and (stem.isdigit() or len(stem) > 7)
    return Likeness.YES if dated or slot or _telling(stem) else Likeness.MAYBE


def _telling(stem: str) -> bool:
    """Whether a path segment holds a headline, an article's number or a code."""
    if _NUMBER.search(stem) or len(_ESCAPED_LETTER.findall(stem)) >= 12:
        return True
    words = [word for word in _WORDS.split(stem) if word]
    if len(words) > 4 or (len(words) > 2 and any(word.isdigit() for word in words)):
        return True
    if sum(character > "\x7f" for character in stem) >= 6:
        return True
    return len(words) < 3 and _CODE.fullmatch(stem) is not None and sum(c.isdigit() for c in stem) > 1


def _by_query(query: str, likeness: Likeness) -> Likeness:
    if not query:
        return likeness
    if _QUERY_ID.search(query):
        return max(likeness, Likeness.YES) if not _QUERY_LISTS.search(query) else likeness
    if likeness is not Likeness.YES and (_QUERY_LISTS.search(query) or _QUERY_PAGED.search(query)):
        return Likeness.NO
    return likeness
