"""Which page of an article a URL asks for, by the URLs alone: ``a_2.html`` of ``a.html``, ``a?page=2`` of ``a``."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from snapshotter.patterns import pattern
from snapshotter.urls.keys import host

_PARAMETERS = frozenset(
    ["page", "paged", "pageno", "page_no", "pagenum", "pageindex", "curpage", "currentpage", "pn", "p", "pg", "seite"]
)
_NUMBER = pattern(r"\d{1,2}")
_SUFFIX = pattern(r"\.(?:[sxd]?html?|php\d?|aspx?|jsp|cfm|ece)$", re.I)
_FOLDER_PAGE = pattern(r"/(?:index|default)$", re.I)
_AS_FOLDER = pattern(r"(?P<stem>.+?)/(?:(?:page|seite|pagina|index|default)[/_-]?|p)?(?P<number>\d{1,2})", re.I)
_AS_TAIL = pattern(r"(?P<stem>.*?[^/_-])(?P<mark>[_-])(?:(?:page|seite)[_-]?|p)?(?P<number>\d{1,2})", re.I)
_WHOLE_PATH = pattern(
    r"(?P<stem>.+?)[/_-](?:all|full|fulltext|whole|single|singlepage|onepage|print|komplettansicht)", re.I
)
_WHOLE_QUERY = pattern(
    r"(?:page|p|pn|view|pagewanted|viewall|all|full|fulltext|fullpage|showall|single|singlepage|onepage|print|printable)"
    r"=(?:all|full|print|single|1|true|yes)",
    re.I,
)


class Turn(NamedTuple):
    """What a URL is of an article whose first page another URL is."""

    number: int
    """The number in the URL: 1 for the first page, or for the second where a site counts from 0; 0: it has none."""
    is_sure: bool
    """Whether an article of its own would hardly be called so; else a pager must say that it is a page."""


def turn(first: str, link: str) -> Turn | None:
    """Which page ``link`` is of the article at ``first``, itself perhaps numbered 0 or 1; None: none, by its looks.

    Sure: ``a_2.html``, ``a/2``, ``a?page=2`` of ``a``. Not sure: ``a-2``, which may be another article's name, and
    ``a_2`` of ``a_1``.
    """
    if not _one_place(first, link):
        return None
    stem, bare, forms = _stem(link), _stem(first), _forms(link)
    if stem == bare:
        return Turn(_asked(link), is_sure=True)
    if own := next((form for form in forms if form.stem == bare), None):
        return Turn(own.number, own.mark != "-")
    starts = {(form.stem, form.mark) for form in _forms(first) if form.number <= 1}
    if any(start == stem for start, _ in starts):
        return Turn(0, is_sure=False)
    beside = next((form for form in forms if (form.stem, form.mark) in starts), None)
    return Turn(beside.number, is_sure=False) if beside else None


def bares(url: str) -> tuple[str, ...]:
    """What a URL may be a page of, as ``is_first_of`` compares it; empty: it asks for no further page."""
    numbered = [form.stem for form in _forms(url) if form.number]
    return (*numbered, *([_stem(url)] * (_asked(url) > 0)))


def stem_names(url: str) -> list[str]:
    """The last part of the path as the URL's pages have it in common: its own, then without its page number."""
    paths = [_bare(urlsplit(url).path), *(form.stem.rpartition("?")[0] for form in _forms(url))]
    return [name for path in dict.fromkeys(paths) if (name := path.rpartition("/")[2])]


def is_first_of(link: str, url: str) -> bool:
    """Whether ``link`` looks like the first page of an article of which ``url`` is a further one."""
    if not _one_place(link, url):
        return False
    if _asked(link) > 1 or (_stem(link) == _stem(url) and _asked(link) >= _asked(url)):
        return False
    if _stem(link) in bares(url):
        return True
    mine = {(form.stem, form.mark): form.number for form in _forms(url)}
    return any(form.number <= 1 and form.number < mine.get((form.stem, form.mark), 0) for form in _forms(link))


def is_whole(link: str, first: str) -> bool:
    """Whether ``link`` looks like all of the article at ``first`` on one page, or as it is printed."""
    if not _one_place(first, link):
        return False
    parts = urlsplit(link)
    whole = [pair for pair in parts.query.split("&") if _WHOLE_QUERY.fullmatch(pair)]
    rest = "&".join(pair for pair in parts.query.split("&") if pair not in whole)
    path = _WHOLE_PATH.fullmatch(_bare(parts.path))
    if not whole and not path:
        return False
    return f"{path['stem'] if path else _bare(parts.path)}?{_kept(rest)}" == _stem(first)


class _Form(NamedTuple):
    """A URL without the page number in its path."""

    stem: str
    mark: str
    number: int


def _one_place(a: str, b: str) -> bool:
    return host(a) == host(b) != ""


def _stem(url: str) -> str:
    """Path and query without suffix, index name, and the parameter of the page."""
    parts = urlsplit(url)
    return f"{_bare(parts.path)}?{_kept(parts.query)}"


def _bare(path: str) -> str:
    return _FOLDER_PAGE.sub("", _SUFFIX.sub("", path.rstrip("/")))


def _kept(query: str) -> str:
    return "&".join(sorted(pair for pair in query.split("&") if pair and not _asks_page(pair)))


def _asks_page(pair: str) -> bool:
    name, _, value = pair.partition("=")
    return name.lower() in _PARAMETERS and _NUMBER.fullmatch(value) is not None


def _asked(url: str) -> int:
    """The page that a parameter asks for; 0: none does."""
    found = [pair.partition("=")[2] for pair in urlsplit(url).query.split("&") if _asks_page(pair)]
    return int(found[-1]) if found else 0


def _forms(url: str) -> list[_Form]:
    """The ways to read a page number out of the path."""
    parts = urlsplit(url)
    path, query = _SUFFIX.sub("", parts.path.rstrip("/")), _kept(parts.query)
    found = []
    if folder := _AS_FOLDER.fullmatch(path):
        found.append(_Form(f"{_bare(folder['stem'])}?{query}", "/", int(folder["number"])))
    if tail := _AS_TAIL.fullmatch(path):
        found.append(_Form(f"{_bare(tail['stem'])}?{query}", tail["mark"], int(tail["number"])))
    return found
