"""When the page says it appeared and was changed: where to look, and whom to believe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from snapshotter.errors import BadDate
from snapshotter.extract.dates import Clock, Moment, in_utc, read_moment
from snapshotter.extract.evidence import texts
from snapshotter.extract.words import any_of, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from snapshotter.extract.blocks import Block
    from snapshotter.extract.evidence import Evidence

_SURELY_PUBLISHED = ("article:published_time", "og:article:published_time", "article:published", "og:published_time")
_PUBLISHED = listed("""
    og:time weibo:article:create_at parsely-pub-date sailthru.date publishdate publish_date publish-date
    publication_date pubdate date-pub cxenseparse:recs:publishtime cxenseparse:publishtime
    shareaholic:article_published_time bytedance:published_time apub:time og:publish_date og:release_date
    published firstpublishedtime releasedate citation_date citation_publication_date dc.date.issued
    dcterms.issued dcterms.created dc.date.created dcterms.date dc.date datepublished article.published
    displaydate date datecreated rnews:datepublished _pubtime pub_date newsdate
""")
_MODIFIED = listed("""
    article:modified_time og:article:modified_time og:updated_time datemodified last-modified lastmod dcterms.modified
    dc.date.modified weibo:article:update_at bytedance:updated_time article:updated_time updated revised
""")
_CHANGED = re.compile(
    any_of(r"""
    updated? modified edited aktualisiert geändert mis␣à␣jour actualizado aggiornato 更新 修改 最終更新 수정 обновлено
    """),
    re.I,
)
_LABELS = re.compile(
    any_of(r"""
    publi posted date veröffentlicht erstellt stand 发布 發布 发表 發表 时间 時間 日期 出处 来源 來源 公開 掲載 配信
    입력 등록 опубликовано by␣
    """),
    re.I,
)
_TIME_NAMES = re.compile(r"time|date|pub|meta|info|source|byline|posted|shijian|riqi")
_IN_SCRIPT = re.compile(
    r"(?:[dD]ate_?[pP]ublished|[pP]ublish(?:ed)?_?(?:[tT]ime|[dD]ate|[aA]t|[oO]n)|[pP]ub_?(?:[dD]ate|[tT]ime)|"
    r"[nN]ews_?[tT]ime|[cC]reate_?(?:[tT]ime|d_?[aA]t))\\?[\"']?\s*[:=]\s*\\?[\"']?(\d[\dT :/.+Z-]{7,30})"
)
_IN_URL = re.compile(r"(?<!\d)(20\d\d)[-/_.]?(0[1-9]|1[0-2])[-/_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_DIGITS = re.compile(r"\d\d|\d[-/.年]\d")


class Published(NamedTuple):
    """The record's fields about time."""

    published_at: str = ""
    modified_at: str = ""
    raw: str = ""
    precision: str = ""
    zone_source: str = ""
    warnings: tuple[str, ...] = ()


class Shown(NamedTuple):
    """Where a page shows its time to readers."""

    header: Sequence[Block]
    """The blocks around the title, before the text and left out of it."""
    behind: Sequence[Block]
    """Those after the text."""
    url: str
    stated: str = ""
    """The publish time as the site's own rule finds it."""


def find_published(evidence: Evidence, shown: Shown, clock: Clock) -> Published:
    """Read the times off the page; what is no time is a warning.

    Order of evidence: the site's rule, JSON-LD, meta, microdata, the header's text, ``time`` elements, scripts, the
    URL, the text behind. A time shown in the header is taken for one of the same day that lacks the clock.
    """
    doubts: list[str] = []
    moment = _first([shown.stated, *_declared(evidence)], clock, doubts)
    if moment is None or moment.precision == "day":
        read = _in_text(shown.header, clock)
        if moment is None:
            moment = read or _elsewhere(evidence, shown, clock, doubts)
        elif read is not None and read.precision != "day" and abs(read.local.date() - moment.local.date()).days <= 1:
            moment = read
    published_at, zone_source = _utc(moment, clock, doubts)
    modified_at, _ = _utc(_first(_modified(evidence), clock, []), clock, doubts)
    if moment is None:
        return Published(modified_at=modified_at, warnings=tuple(doubts))
    return Published(published_at, modified_at, moment.raw, moment.precision, zone_source, tuple(doubts))


def _utc(moment: Moment | None, clock: Clock, doubts: list[str]) -> tuple[str, str]:
    try:
        return in_utc(moment, clock) if moment is not None else ("", "")
    except BadDate as error:
        doubts.append(str(error))
        return "", ""


def _elsewhere(evidence: Evidence, shown: Shown, clock: Clock, doubts: list[str]) -> Moment | None:
    return (
        _first(_elements(evidence), clock, doubts)
        or _first(_in_scripts(evidence), clock, doubts)
        or _first(["-".join(match.groups()) for match in _IN_URL.finditer(shown.url)], clock, doubts)
        or _in_text(shown.behind, clock)
    )


def _first(candidates: Iterable[str], clock: Clock, doubts: list[str]) -> Moment | None:
    """The first that is a time; what the others say instead goes to ``doubts``."""
    for text in candidates:
        try:
            if text:
                return read_moment(text, clock)
        except BadDate as error:
            doubts.append(str(error))
    return None


def _declared(evidence: Evidence) -> list[str]:
    article = evidence.article
    return [
        *texts(article.get("datePublished")),
        *evidence.all(*_SURELY_PUBLISHED),
        *(text for node in evidence.nodes for text in texts(node.get("datePublished"))),
        *evidence.all(*_PUBLISHED),
        *evidence.micro.get("datepublished", [])[:1],
        *texts(article.get("dateCreated")),
        *evidence.micro.get("datecreated", [])[:1],
    ]


def _modified(evidence: Evidence) -> list[str]:
    stated = [*texts(evidence.article.get("dateModified")), *evidence.all(*_MODIFIED)]
    return stated + evidence.micro.get("datemodified", [])[:1]


def _elements(evidence: Evidence) -> list[str]:
    """Of the page's time elements those that call themselves its publish time, else the first."""
    elements = evidence.times[:50]
    named = [
        element
        for element in elements
        if element.get("pubdate") is not None
        or "publish" in f"{element.get('itemprop')} {element.get('class')}".lower()
    ]
    return [text for one in named or elements[:1] for text in (one.get("datetime") or "", "".join(one.itertext()))]


def _in_scripts(evidence: Evidence) -> list[str]:
    """Publish times in the values of scripts."""
    likely = (script for script in evidence.scripts if "ub" in script or "reate" in script)
    return [time for script in likely for time in _IN_SCRIPT.findall(script)[:3]]


def _in_text(blocks: Sequence[Block], clock: Clock) -> Moment | None:
    """The time in lines of text: labelled ones first, a change's never before a publication's."""
    found = []
    for index, block in enumerate(blocks):
        text = block.spaced if _DIGITS.search(block.text) else ""
        if not text or len(text) > 400:
            continue
        try:
            moment = read_moment(text, clock)
        except BadDate:
            continue
        before = text[: text.find(moment.raw)][-20:]
        shape = (moment.precision == "day", not _LABELS.search(before), not _TIME_NAMES.search(block.node.names))
        found.append(((bool(_CHANGED.search(before)), *shape, len(text) > 120, index), moment))
    return min(found, key=lambda pair: pair[0])[1] if found else None
