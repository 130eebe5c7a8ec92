"""Category (类别): the breadcrumbs, what the page declares, the channel in its title or URL, weighed."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from snapshotter.extract.candidate import Candidate
from snapshotter.extract.evidence import texts, types
from snapshotter.extract.words import any_of, listed, squeeze
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from snapshotter.extract.blocks import Layout
    from snapshotter.extract.evidence import Evidence
    from snapshotter.sites import Site

_CRUMB_NAMES = pattern(
    r"(?:^|[\s_-])(?:bread-?crumbs?|crumbs?|mianbao|dangqian|weizhi|curr?ent-?(?:position|path)|(?:nav|topic)-?path)"
    r"(?:$|[\s_-])"
)
_VAGUE_NAMES = pattern(r"(?:^|[\s_])(?:path|position|location)(?:$|[\s_])")
"""These name much else: where a box is fixed, the offices of a firm. Their lines must look like a way."""
_LIKE_A_WAY = pattern(r"[>＞›»→]|首\s?[页頁]|位置")
_CRUMB_WORDS = ("crumb", "path", "position", "location", "mianbao", "dangqian", "weizhi")
"""One of which each of those names has."""
_CRUMB_LINE = pattern(
    r"^\W*(?:当前位置|當前位置|(?:您|你)?(?:现在|目前)?(?:所在|的)?(?:的)?位置|[\u4e00-\u9fff]{0,6}首\s?[页頁]|主页|home|startseite)"
    r"\s*[：:]?.{0,20}?[>＞›»]",
    re.I,
)
_BETWEEN = pattern(r"\s*(?:-->|[>＞›»→/|｜]+)\s*|\s+-\s+|\s*[：:]\s*")
_AWAY = pattern(r"\s*(?:-->|[>＞›»：:])\s*")
_NO_CRUMB = pattern(
    "^"
    + any_of(r"""
    [\u4e00-\u9fff]{0,6}首[页頁] 栏目首页 主页 home startseite accueil inicio ホーム トップ(?:ページ)? top 홈 正文.*
    (?:文章)?详情 内容
    位置 news blog 全文
    articles? alle␣artikel all␣articles search erweiterte␣suche filed␣under you␣are␣here sie␣sind␣hier archive
    [\u4e00-\u9fff]{2,6}网
""")
    + "$|当前位置|所在位置|(?:您|你)的位置|您现在的位置|申请入驻",
    re.I,
)
_BUTTON = pattern(
    any_of(r"""
    share.{0,20} teilen partager compartir tweet twitter facebook whatsapp linkedin pinterest instagram youtube e-?mail
    print drucken menu menü close x × subscribe.{0,20} follow␣us.{0,20} sign␣(?:in|up).{0,20} log␣?in save copy␣link
    分享.{0,10} 微信 微博 新浪微博 打印 收藏
"""),
    re.I,
)
"""Where one stands, the way has ended: a bar to share the page, a menu."""
_SURE = 2
_MAX_LINES = 400
"""Crumbs without a name of their own are looked for in so many lines."""
_TITLE_PARTS = pattern(r"\s*[_|｜]+\s*|--+|\s+[-–—·]\s+")
_CHANNELS = frozenset(
    listed("""
    world international politics business economy economics finance money markets tech technology science health
    sports
    sport entertainment ent culture arts art music film movies tv books travel lifestyle life style fashion food
    society
    opinion commentary editorial education environment climate energy auto autos cars games gaming house property
    local
    national china asia europe africa middle-east us uk military mil history law crime weather obituaries religion
    politik wirtschaft kultur wissen wissenschaft reise panorama gesellschaft meinung netzwelt gesundheit sport
    digital
    politique economie monde societe sciences sante politica economia mundo deportes cultura tecnologia sociedad
    guoji guonei shehui caijing keji tiyu yule junshi jiaoyu jiankang wenhua lvyou qiche fangchan
    """)
)
_NO_SECTION = frozenset(
    listed("""
    article articles detail content post posts blog story stories news index html archive archives page pages amp
    rumor
    item wiki note artikel en de zh cn www
    """)
)
_FOLDER = pattern(r"[a-z][a-z-]{2,15}")
_BEFORE_SECTION = frozenset({"section", "sections", "category", "categories", "channel", "channels"})


class Category(NamedTuple):
    """The category, where it came from (``page``, ``url``, ``site``, ``guessed``), and what was weighed."""

    name: str = ""
    source: str = ""
    candidates: tuple[Candidate, ...] = ()


def find_breadcrumbs(evidence: Evidence, layout: Layout, title: str) -> tuple[str, ...]:
    """The way from the site's front page to this one, without the front page and the article itself."""
    bare = squeeze(title)
    stated = [evidence.first("og:site_name"), *texts(evidence.article.get("publisher"))]
    own = {squeeze(name) for name in stated if name}
    found = (_crumbs(crumbs, bare, own) for crumbs in _paths(evidence, layout))
    return next(filter(None, found), ())


def _paths(evidence: Evidence, layout: Layout) -> Iterator[Iterable[str]]:
    """Ways as the page has them, the surest first: declared, named so, a line that starts at the front page."""
    for stated in evidence.nodes:
        if types(stated) == "BreadcrumbList":
            yield _listed(stated.get("itemListElement"))
    for node in layout.nodes:
        if 0 < node.end - node.start < 12 and (named := _names_crumbs(node.names)):
            lines = [block.text[:200] for block in layout.blocks[node.start : node.end]]
            if named == _SURE or any(map(_LIKE_A_WAY.search, lines)):
                yield [part for line in lines for part in _BETWEEN.split(line)]
    for block in layout.blocks[:_MAX_LINES]:
        text = block.text
        if len(text) < 120 and (">" in text or "»" in text or "›" in text or "＞" in text) and _CRUMB_LINE.match(text):
            yield _AWAY.split(text)


def _listed(items: Any) -> list[str]:
    members = [item for item in items[:20] if isinstance(item, dict)] if isinstance(items, list) else []
    return [next(iter(texts(item) or texts(item.get("item"))), "") for item in members]


@lru_cache(maxsize=4096)
def _names_crumbs(names: str) -> int:
    """How sure an element's names say that it holds crumbs: ``_SURE``, less, or 0."""
    if not any([word in names for word in _CRUMB_WORDS]):
        return 0
    return _SURE if _CRUMB_NAMES.search(names) else int(_VAGUE_NAMES.search(names) is not None)


def _crumbs(parts: Iterable[str], title: str, own: set[str]) -> tuple[str, ...]:
    """The way up to the first word that is a button's."""
    way = takewhile(lambda part: not _BUTTON.fullmatch(part), parts)
    likely = (part for part in way if part and len(part) < 60 and not _NO_CRUMB.search(part))
    kept = (part for part in likely if (bare := squeeze(part)) and bare not in title and bare not in own)
    return tuple(dict.fromkeys(kept))[:8]


def find_category(evidence: Evidence, breadcrumbs: Sequence[str], url: str, site: Site | None) -> Category:
    """The page's own word, the site's rule for the URL, or a channel in the URL; empty: nothing tells.

    A word that several places have weighs what they do together. ``guessed``: the URL's first folder, whatever it is.
    """
    found = list(_candidates(evidence, breadcrumbs))
    if site is not None and (named := site.category(url)):
        found.append(Candidate(named, "site", 2.75))
    total: dict[str, float] = {}
    for one in found:
        total[squeeze(one.value)] = total.get(squeeze(one.value), 0) + one.weight
    ranked = tuple(sorted(found, key=lambda one: -total[squeeze(one.value)]))
    if ranked:
        return Category(ranked[0].value, "site" if ranked[0].where == "site" else "page", ranked)
    return _in_url(url)


def _candidates(evidence: Evidence, breadcrumbs: Sequence[str]) -> Iterator[Candidate]:
    meta = [
        evidence.first("article:section", "og:article:section", "parsely-section", "sailthru.section", "channel"),
        evidence.first("category", "section"),
    ]
    stated = (
        ("meta", 3.0, meta),
        ("json-ld", 3.0, texts(evidence.article.get("articleSection"))[:1]),
        ("microdata", 2.0, evidence.micro.get("articlesection", [])[:1]),
        ("breadcrumbs", 2.5, breadcrumbs[-1:]),
        ("breadcrumbs, first", 0.5, breadcrumbs[:1]),
        ("title element", 1.5, _in_title(evidence.title)),
    )
    for where, weight, values in stated:
        for value in values:
            first = re.split(r"\s*[,;、]\s*", value)[0] if len(value) > 20 else value
            if 0 < len(first) < 60 and "://" not in first and not _NO_CRUMB.fullmatch(first):
                yield Candidate(first, where, weight)


def _in_title(title: str) -> list[str]:
    """The channel between headline and site in a Chinese page's title element."""
    parts = [part for part in _TITLE_PARTS.split(title[:300]) if part]
    return [parts[1]] if len(parts) > 2 and not title.isascii() and len(parts[1]) <= 8 < len(parts[0]) else []


def _in_url(url: str) -> Category:
    """A channel among the URL's first folders or before its domain, else the first folder as a guess."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return Category()
    folders = [folder.lower() for folder in parts.path.split("/")[1:-1]]
    folders = folders[1:] if folders[:1] and folders[0] in _BEFORE_SECTION else folders
    named = (word for word in (*folders[:2], (parts.hostname or "").split(".")[0]) if word in _CHANNELS)
    if channel := next(named, ""):
        return Category(channel, "url", (Candidate(channel, "url", 1.0),))
    guess = folders[0] if folders and _FOLDER.fullmatch(folders[0]) and folders[0] not in _NO_SECTION else ""
    return Category(guess, "guessed", (Candidate(guess, "url", 0.5),)) if guess else Category()
