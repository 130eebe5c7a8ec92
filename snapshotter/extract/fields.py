"""The fields that are declared rather than read: category, tags, language, canonical address, rights…"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from snapshotter.extract.evidence import texts, types
from snapshotter.extract.render import absolute
from snapshotter.extract.words import any_of, listed, squeeze
from snapshotter.items import Right

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from snapshotter.extract.blocks import Layout
    from snapshotter.extract.evidence import Evidence
    from snapshotter.sites import Site

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_CRUMB_NAMES = re.compile(
    r"(?:^|[\s_-])(?:bread-?crumbs?|crumbs?|path|mianbao|dangqian|position|location|weizhi|curr?ent-?(?:position|path)|"
    r"nav-?path)(?:$|[\s_-])"
)
_BETWEEN_CRUMBS = re.compile(r"\s*[>＞›»→/|]+\s*|\s+-\s+|\s*[：:]\s*")
_NO_CRUMB = re.compile(
    "^"
    + any_of(r"""
    首页 首頁 主页 home startseite accueil inicio ホーム トップ top 홈 正文 详情 内容 位置 news
    """)
    + "$|当前位置|所在位置|(?:您|你)的位置|您现在的位置",
    re.I,
)
_NO_SECTION = frozenset(
    listed("""
    article articles detail content post posts blog story stories news index html archive archives page pages amp rumor
    """)
)
_SCRIPTS = (
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
)
_KANA = re.compile(r"[\u3041-\u30ff]")
_OWN_SCRIPT = ("ja", "ko", "th", "el", "he")
_TRADITIONAL = re.compile(
    "[這個們來為國說時會對過發後經麼學現當沒動還進樣開從實軍與無長關點業兩間問應戰頭體見產話內給]"
)
_SIMPLIFIED = re.compile("[这个们来为国说时会对过发后经么学现当没动还进样开从实军与无长关点业两间问应战头体见产话内给]")


def find_language(evidence: Evidence, site: Site | None, sample: str) -> str:
    """BCP 47: what the text is written in where its script tells, else as the page or the site's rule declares it."""
    declared = evidence.language or evidence.first("content-language", "og:locale", "language", "dc.language")
    match = _LANGUAGE.match(declared)
    stated = _tag(match[0]) if match else site.language if site is not None else ""
    script = _script(sample)
    if not script or stated.split("-")[0] == script:
        return stated
    if script == "zh":
        return "zh-Hant" if len(_TRADITIONAL.findall(sample)) > len(_SIMPLIFIED.findall(sample)) else "zh-Hans"
    # A script that several languages share contradicts only a declaration that can't be in it.
    return script if script in _OWN_SCRIPT or stated[:2] in ("", "en", "zh") else stated


def _tag(text: str) -> str:
    """``zh_cn`` → ``zh-CN``."""
    language, *rest = text.replace("_", "-").split("-")
    cased = (part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part.lower() for part in rest)
    return "-".join([language.lower(), *cased])


def _script(sample: str) -> str:
    """The language, or one of those, whose script most letters are of; empty: Latin, or none."""
    if sample.isascii():
        return ""
    letters = sum(map(str.isalpha, sample)) or 1
    if len(_KANA.findall(sample)) > 0.1 * letters:
        return "ja"
    return next((name for name, script in _SCRIPTS if len(script.findall(sample)) > 0.4 * letters), "")


def resolved(base: str, url: str) -> str:
    """The URL that a page's links are relative to, given its base element's href."""
    try:
        return urljoin(url, base)
    except ValueError:
        return url


def find_canonical(evidence: Evidence, base: str) -> str:
    """The page's own address as it declares it, absolute; empty: it doesn't."""
    links = [href for rel, href, _ in evidence.links if "canonical" in rel.split()]
    return next((url for text in [*links, evidence.first("og:url")] if (url := absolute(text, base))), "")


def find_site_name(evidence: Evidence, site: Site | None) -> str:
    """What the site calls itself."""
    if site is not None:
        return site.site_name
    own = [node.get("name") for node in evidence.nodes if types(node) in ("WebSite", "NewsMediaOrganization")]
    named = texts([evidence.article.get("publisher"), *own])
    return evidence.first("og:site_name", "application-name") or next(iter(named), "")


def find_description(evidence: Evidence) -> str:
    """The page's summary of itself."""
    stated = evidence.first("description", "og:description", "twitter:description")
    return stated or next(iter(texts(evidence.article.get("description"))), "")


def find_tags(evidence: Evidence) -> tuple[str, ...]:
    """Keywords in the page's order, each once."""
    stated = evidence.all("article:tag", "og:article:tag", "news_keywords", "parsely-tags", "sailthru.tags")
    stated += texts(evidence.article.get("keywords")) + evidence.all("keywords")
    parts = (part.strip() for text in stated for part in re.split(r"[,，;；、|]", text))
    return tuple(dict.fromkeys(part for part in parts if 0 < len(part) <= 60))[:50]


def find_breadcrumbs(evidence: Evidence, layout: Layout, title: str) -> tuple[str, ...]:
    """The way from the site's front page to this one, without the front page and the article itself."""
    listed = (_listed(node.get("itemListElement")) for node in evidence.nodes if types(node) == "BreadcrumbList")
    paths = (node for node in layout.nodes if 0 < node.end - node.start < 12 and _names_crumbs(node.names))
    shown = (
        [part for block in layout.blocks[node.start : node.end] for part in _BETWEEN_CRUMBS.split(block.text[:200])]
        for node in paths
    )
    for crumbs in (*listed, *shown):
        if kept := _crumbs(crumbs, squeeze(title)):
            return kept
    return ()


def _listed(items: Any) -> list[str]:
    members = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return [next(iter(texts(item) or texts(item.get("item"))), "") for item in members]


@lru_cache(maxsize=4096)
def _names_crumbs(names: str) -> bool:
    return bool(names) and _CRUMB_NAMES.search(names) is not None


def _crumbs(parts: Iterable[str], title: str) -> tuple[str, ...]:
    kept = (part for part in parts if part and len(part) < 60 and not _NO_CRUMB.search(part))
    return tuple(dict.fromkeys(part for part in kept if (bare := squeeze(part)) and bare not in title))[:8]


def find_category(evidence: Evidence, breadcrumbs: Sequence[str], url: str, site: Site | None) -> tuple[str, str]:
    """(类别, its source): the page's own word, the site's rule for the URL, or the URL's first folder as a guess."""
    stated = [
        evidence.first("article:section", "og:article:section", "parsely-section", "sailthru.section", "channel"),
        evidence.first("category", "section"),
        *texts(evidence.article.get("articleSection")),
        *evidence.micro.get("articlesection", []),
    ]
    if section := next((text for text in stated if 0 < len(text) < 60 and "://" not in text), ""):
        return section, "page"
    if site is not None and (category := site.category(url)):
        return category, "site"
    if breadcrumbs:
        return breadcrumbs[-1], "page"
    folder = _first_folder(url)
    return (folder, "guessed") if folder else ("", "")


def _first_folder(url: str) -> str:
    try:
        folders = urlsplit(url).path.split("/")[1:-1]
    except ValueError:
        return ""
    named = folders and re.fullmatch(r"[a-z][a-z-]{3,19}", folders[0]) and folders[0] not in _NO_SECTION
    return folders[0] if named else ""


def find_is_free(evidence: Evidence) -> str:
    """``true`` or ``false`` as the page declares it; empty: it doesn't."""
    for node in (evidence.article, *evidence.nodes):
        value = str(node.get("isAccessibleForFree", "")).strip().lower()
        if value in ("true", "false"):
            return value
    tier = evidence.first("article:content_tier", "og:article:content_tier").lower()
    return {"free": "true", "locked": "false", "metered": "false"}.get(tier, "")


_RIGHTS = ("robots", "googlebot", "googlebot-news", "tdm-reservation", "tdm-policy", "copyright", "rights")


def find_rights(evidence: Evidence) -> tuple[Right, ...]:
    """Signals about use, as stated."""
    found = [Right(name, value) for name in (*_RIGHTS, "dcterms.rights", "dc.rights") for value in evidence.all(name)]
    found += [Right("license", href) for rel, href, _ in evidence.links if "license" in rel.split()]
    found += [Right("license", text) for text in texts(evidence.article.get("license"), "url")]
    return tuple(dict.fromkeys(found))[:30]
