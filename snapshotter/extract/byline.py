"""Who wrote it, who edited it, and where it comes from: the lines around an article, in its own words."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from snapshotter.extract.evidence import texts
from snapshotter.extract.words import any_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from snapshotter.extract.blocks import Block
    from snapshotter.extract.evidence import Evidence

_KINDS = {
    "author": r"""
    作\s*者 撰\s*文 采写 撰稿 文字? 执笔 记者 記者 通讯员 特约记者 本报记者 见习记者 撰写 原作者 글 기자
    """,
    "editor": r"""
    责任编辑 責任編輯 责\s*编 責\s*編 编\s*辑 編\s*輯 编\s*审 校\s*对 校\s*對 主编 值班编辑 值班主编
    一审 二审 三审 审校 终审 审核
    """,
    "source": r"""
    (?:信息|文章|稿件|本文|新闻|消息|资料|内容|文)?来\s*源 稿\s*源 來源 出\s*处 出處 転載元 출처
    """,
    "from": r"""
    本文转自 本文轉自 转载自 轉載自 转自 轉自 本文转载自 原文转自
    """,
}
_ANY_LABEL = any_of("\n".join(_KINDS.values()))
_LABEL = re.compile(
    r"(?:(?<![\u4e00-\u9fff])|(?<=本报)|(?<=见习)|(?<=特约))(?:"
    + "|".join(f"(?P<{kind}>{any_of(labels)})" for kind, labels in _KINDS.items())
    + r")\s*(?P<mark>[:：/／丨|｜]|\s(?=\S{2,4}(?:\s|$)))\s*"
)
_STOP = re.compile(
    r"\s*[|｜│]|　|\xa0\xa0|\s{2,}|[)）\]】〕；;。]|\s*\d{4}\s*[-/.年]|\s*\d{1,2}:\d\d"
    rf"|\s*{_ANY_LABEL}\s*[:：/／]|\s*"
    + any_of(r"""
    发布(?:时间|于) 时间 日期 字号 编辑 点击 浏览 阅读 评论 分享 我要 更新 【 \[ 原标题 关键词 标签 举报 订阅
    关注 参与互动 扫一扫 微信 微博 实习生 摄影 版权
    """)
)
_BETWEEN_NAMES = re.compile(r"\s*(?:[,，、;；/／|&]|\b(?:and|und|et|y|[Aa]nd)\b|\s·\s|\s+(?=[\u4e00-\u9fff]))\s*")
_BY = re.compile(
    r"^(?:(?:written|posted|reported|story|words|text|article|published|authored|created|reviewed)\s+)?"
    r"(?:by|von|par|por|di|av|door|przez|автор|author|autor|auteur|autore)\b[:\s]+(?P<names>[^\n|•·]{2,90})",
    re.I,
)
_BY_ENDS = re.compile(r"\s+(?:on|in|am|le|el|\d)|\s[-–—|•]\s|\d")
_ROLE = re.compile(
    r"^[\u4e00-\u9fff]{0,10}?(?:记者|通讯员|作者|编辑|评论员|撰稿人|专栏作者|新闻)\s*(?=[\u4e00-\u9fff]{2,4}$)"
    r"|^(?:[Bb]y|BY|[Vv]on|[Pp]ar|[Pp]or|[Dd]i)\s+"
)
_NO_NAME = re.compile(
    r"^https?$|//|www\.|[@=<>]|\d{3}|^\W*$|[\u4e00-\u9fff]{11}|[Uu]pdated|[Pp]ublished|\b[Mm]in\b|[Rr]ead$"
    r"|(?:记者|通讯员|编辑|评论员|报道)$|^(?:[Aa]dmin|[Ss]taff|[Ee]ditor|[Aa]uthor|[Gg]uest|[Uu]ser)$"
)
_MAX_NAMES = 2_000
"""A longer text is no list of names."""
_GAP = re.compile(r"\s{3,}")
_WIDE_NAME = re.compile(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])[ \u3000]([\u4e00-\u9fff])(?![\u4e00-\u9fff])")
_REPORTER = re.compile(
    r"记者\s?([\u4e00-\u9fff·]{2,4}(?:[ 、][\u4e00-\u9fff·]{2,4}){0,4})(?=[ \s)）】〕，。：:]|报道|$)"
)


class Byline(NamedTuple):
    """The record's fields about people and origin."""

    authors: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    source_name: str = ""
    republished_from: str = ""


def find_byline(evidence: Evidence, around: Sequence[Block], ends: Sequence[Block]) -> Byline:
    """Read people and origin off the page.

    ``around``: the blocks from the title to the text, those left out of it and those behind it. ``ends``: the body's
    first and last ones. Order of evidence for authors: labelled lines around the text, JSON-LD and meta, a line that
    starts with "By", labels in the text, reporters named in its first and last sentence.
    """
    lines = [block.spaced for block in around if 1 < len(block.text) < 200]
    outside = read_labels(lines)
    inside = read_labels(block.spaced for block in ends)
    editors = names(outside["editor"] + inside["editor"])
    authors = names(outside["author"]) or _declared(evidence) or _by(lines)
    authors = authors or names(inside["author"]) or names(_reporters(ends))
    declared = evidence.first("source", "mediaid", "og:article:source", "article:source", "_source", "copyrightholder")
    sources = [*outside["source"], declared, *inside["source"]]
    return Byline(
        tuple(author for author in authors if author not in editors),
        tuple(editors),
        next((source for source in sources if source and "://" not in source), ""),
        next(iter(outside["from"] + inside["from"]), ""),
    )


def read_labels(lines: Iterable[str]) -> dict[str, list[str]]:
    """What labelled lines say, by kind of label: ``author``, ``editor``, ``source``, ``from``."""
    found: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for line in lines:
        for match in _LABEL.finditer(line) if not line.isascii() else ():
            kind = match.lastgroup if match.lastgroup != "mark" else next(name for name in _KINDS if match[name])
            value = _value(line[match.end() : match.end() + 100])
            if kind and value and not (match["mark"].isspace() and kind in ("source", "from")):
                found[kind].append(value)
    return found


def _value(rest: str) -> str:
    """What stands behind a label, up to the next thing."""
    stop = _STOP.search(rest, 1)
    value = rest[: stop.start()] if stop else rest
    return value.strip(' \t\u3000\xa0:：-—|｜"“”[]【】()（）<>《》') if len(value) <= 60 else ""


def names(values: Iterable[str]) -> list[str]:
    """Single names, in order, each once. Two-character names that a page sets wide (方 敏) are closed up."""
    found: dict[str, None] = {}
    for value in values:
        if "://" in value or len(value) > _MAX_NAMES:
            continue
        for part in _BETWEEN_NAMES.split(_GAP.sub("  ", _WIDE_NAME.sub(r"\1\2", value))):
            name = _ROLE.sub("", part).strip(' .:：-—()（）[]【】"“”')
            if 1 < len(name) < 60 and not _NO_NAME.search(name):
                found[name] = None
    return list(found)[:20]


def _declared(evidence: Evidence) -> list[str]:
    """The first kind of machine-readable evidence that names someone other than the publisher."""
    article = evidence.article
    publishers = {name.casefold() for name in [*texts(article.get("publisher")), evidence.first("og:site_name")]}
    kinds = (
        texts(article.get("author")),
        texts(article.get("creator")),
        evidence.all("author", "article:author", "og:article:author", "parsely-author", "sailthru.author"),
        evidence.all("dc.creator", "dcterms.creator", "byl", "citation_author", "twitter:creator_name"),
        evidence.micro.get("author", []),
    )
    people = ([name for name in names(values) if name.casefold() not in publishers] for values in kinds)
    return next(filter(None, people), [])


def _by(lines: Iterable[str]) -> list[str]:
    matches = (match for line in lines if (match := _BY.match(line)))
    return next((names([_BY_ENDS.split(match["names"])[0]]) for match in matches), [])


def _reporters(ends: Sequence[Block]) -> Iterator[str]:
    """记者 in the first and the last sentence: 本报记者 王小明 北京报道."""
    places = chain.from_iterable((block.text[:120], block.text[-60:]) for block in ends if not block.text.isascii())
    found = next((match for place in places if (match := _REPORTER.search(place))), None)
    return iter(re.split("[ 、]", found[1]) if found else ())
