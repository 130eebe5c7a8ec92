"""Where the rest of an article is: the links of a page that lead to its other pages.

A link counts where its URL is the article's with a page number (``urls.paging``) and the link says so itself: it is
a number in a pager, says 下一页, 余下全文, "next page", or is declared ``rel=next``. What ``rel=next`` alone names may
be the next article; so a URL that could be another article's needs a number or such words.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from snapshotter.extract.decode import decode
from snapshotter.extract.render import absolute
from snapshotter.extract.words import any_of
from snapshotter.items import Pager
from snapshotter.urls.paging import bares, is_first_of, is_whole, stem_names, turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborNode

MAX_PAGES = 100
"""No more pages of one article are named."""
MAX_LINKS = 5_000
_MAX_TEXT = 40

_HREFS = tuple(  # one that ignores case takes six times as long
    re.compile(name + rb"""\s*=\s*["']?\s*([^"'\s>]{1,2000})""") for name in (b"href", b"HREF")
)
_RELATIVE = re.compile(
    rb"(?:\./)?(?:(?:page|index|default)[/_-]?)?\d{1,2}(?:/|\.[a-z]{3,5})?|\?[^#]{0,200}=(?:\d{1,2}|[a-z]{1,6})(?:[&;][^#]*)?",
    re.I,
)
_BEHIND_NAME = re.compile(
    rb"(?:\.[a-z]{3,5})?/?[/_?&;-][^#]{0,60}?(?:(?<!\d)\d{1,2}(?!\d)|all|full|whole|single|onepage|print|komplett)",
    re.I,
)
_TELLS_PAGE = re.compile(r"\d|all|full|whole|single|onepage|print|komplett", re.I)
_NUMBER = re.compile(r"[\[(（【]?(?:第|page|seite|página|p\.)?\s*0?(\d{1,2})\s*(?:页|頁)?[\])）】]?", re.I)
_ARROWS = r"[\s<>«»‹›→←↓▼.…:：\[\]()（）【】]*"


def _words(vocabulary: str) -> re.Pattern[str]:
    return re.compile(rf"{_ARROWS}(?:{any_of(vocabulary)}){_ARROWS}", re.I)


_NEXT_PAGE = _words("""
    下一?[页頁] 后一?[页頁] 後一?[页頁] 次(?:の)?ページ(?:へ)? 다음␣?페이지
    (?:点击)?(?:这里)?(?:查看|阅读|閱讀|显示)?(?:本文)?(?:余下|剩余|其余)(?:的)?(?:全文|内容|部分)
    (?:点击)?(?:继续阅读|阅读全文|查看全文|显示全文|閱讀全文)
    next␣page continue(?:␣reading)? nächste␣seite page␣suivante página␣siguiente próxima␣página pagina␣successiva
""")
_NEXT = _words("next weiter suivante? siguiente próxima avanti 次へ 다음 continue volgende")
_WHOLE = _words("""
    (?:在)?(?:本页|本頁|单页|單頁)(?:阅读|閱讀|显示|顯示|浏览)?(?:全文)?
    (?:点击)?(?:显示|阅读|查看|浏览|展开|閱讀|顯示|余下)?全文(?:阅读|閱讀|显示)? 全文表示
    (?:显示|查看)(?:全部|所有)(?:内容)? 全部(?:显示|展开)
    (?:view␣|show␣|read␣|see␣)?(?:all|full␣(?:article|story|text))(?:␣pages?)?
    (?:view␣|read␣|show␣)?(?:as␣|on␣(?:a␣|one␣)?)?(?:single|one)␣page(?:␣view)? (?:alles␣)?auf␣einer␣seite(?:␣lesen)?
    (?:article␣)?(?:en␣)?une␣(?:seule␣)?page
""")
_PRINT = _words("""
    打印(?:本[页稿文])?(?:版)? 印刷 print(?:␣(?:this␣)?(?:page|article|version))?(?:er.friendly)? drucken
    druckversion imprimer
""")
_PREVIOUS = _words("""
    上一?[页頁] 前一?[页頁] 首[页頁] 第一[页頁] 前(?:の)?ページ(?:へ)? previous␣page first␣page vorherige␣seite
    erste␣seite
""")
_COMMENTS = re.compile(r"comment|pinglun|reply|respond|disqus", re.I)


class _Link(NamedTuple):
    """A link that may lead to another page of the article."""

    url: str
    text: str
    rel: str
    is_comments: bool


def find_pager(payload: bytes, url: str, content_type: str = "", *, first: str = "") -> Pager:
    """The other pages that the page at ``url`` names. ``payload`` is content-decoded; never raises.

    ``first``: the first page's URL, where it is known that this is a page of that article; empty: this may be the
    first page, or say which is. Costs a page without such links a look at its addresses.
    """
    try:
        if not _may_page(payload, first or url):
            return Pager()
        links = list(_links(decode(payload, content_type).text, url))
    except ValueError:  # an address that can't be split
        return Pager()
    if not first and (own := _first_of(links, url)):
        return Pager(first=own)
    first = first or url
    more = _more(links, first, url)
    whole = next((link.url for link in links if _WHOLE.fullmatch(link.text) and is_whole(link.url, first)), "")
    if more and not whole:
        whole = next((link.url for link in links if _PRINT.fullmatch(link.text) and is_whole(link.url, first)), "")
    return Pager(more, whole)


def _may_page(payload: bytes, first: str) -> bool:
    """Whether any address on the page is like one of the article's pages."""
    names = [name.encode() for name in stem_names(first)]
    if not names and not urlsplit(first).query:
        return False
    for href in {href for pattern in _HREFS for href in pattern.findall(payload)}:
        if _RELATIVE.fullmatch(href) or any(_goes_on(href, name, is_own=name is names[0]) for name in names):
            if b"<base" in payload.lower():
                return True  # it's relative to elsewhere
            link = absolute(unescape(href.decode("latin-1")), first)
            its = turn(first, link)
            if (its and its.number) or is_whole(link, first) or is_first_of(link, first):
                return True
    return False


def _goes_on(href: bytes, name: bytes, *, is_own: bool) -> bool:
    """Whether an address has the name in it and, where the name is the page's very own, a number or the like behind."""
    _, found, behind = href.rpartition(name)
    return bool(found) and (not is_own or _BEHIND_NAME.match(behind) is not None)


def _links(text: str, url: str) -> Iterator[_Link]:
    root = LexborHTMLParser(text)
    base_node = root.css_first("base[href]")
    base = absolute((base_node.attributes.get("href") or "") if base_node else "", url) or url
    for node in root.css("link[href], a[href]")[:MAX_LINKS]:
        attributes = node.attributes
        address, _, fragment = unescape(attributes.get("href") or "").strip().partition("#")
        if not address or not _TELLS_PAGE.search(address + url):
            continue
        if target := absolute(address, base):
            rel = (attributes.get("rel") or "").lower()
            said = " ".join(node.text()[:400].split()) if node.tag == "a" else ""
            said = said or attributes.get("title") or attributes.get("aria-label") or ""
            yield _Link(target, said[:_MAX_TEXT], rel, bool(_COMMENTS.search(fragment)) or _in_comments(node))


def _in_comments(node: LexborNode) -> bool:
    """Whether it stands among the comments, which have pages of their own."""
    parent = node.parent
    for _ in range(8):
        if parent is None:
            return False
        names = f"{parent.attributes.get('class') or ''} {parent.attributes.get('id') or ''}"
        if parent.tag in {"div", "section", "nav", "ul", "ol"} and _COMMENTS.search(names):
            return True
        parent = parent.parent
    return False


def _more(links: Iterable[_Link], first: str, url: str) -> tuple[tuple[int, str], ...]:
    found: dict[int, str] = {}
    for link in links:
        if link.is_comments or _same(link.url, url) or _same(link.url, first) or len(found) >= MAX_PAGES:
            continue
        its = turn(first, link.url)
        if its and its.number and _says_page(link, its.number, is_sure=its.is_sure):
            found.setdefault(its.number, link.url)
    return tuple(sorted(found.items()))


def _says_page(link: _Link, number: int, *, is_sure: bool) -> bool:
    told = _NUMBER.fullmatch(link.text)
    if told:  # some sites count from 0
        return int(told[1]) > 1 and int(told[1]) - number in {0, 1}
    if _NEXT_PAGE.fullmatch(link.text):
        return True
    return is_sure and ("next" in link.rel.split() or _NEXT.fullmatch(link.text) is not None)


def _first_of(links: Iterable[_Link], url: str) -> str:
    """The first page's URL, where this is a further one and says so; empty: it doesn't."""
    if not bares(url):
        return ""
    leads_back = (
        link.url for link in links if not link.is_comments and _says_first(link) and is_first_of(link.url, url)
    )
    return min(leads_back, key=len, default="")


def _says_first(link: _Link) -> bool:
    told = _NUMBER.fullmatch(link.text)
    is_declared = "canonical" in link.rel.split()
    return is_declared or (int(told[1]) == 1 if told else _PREVIOUS.fullmatch(link.text) is not None)


def _same(one: str, other: str) -> bool:
    return one.partition("://")[2].rstrip("/") == other.partition("://")[2].rstrip("/")
