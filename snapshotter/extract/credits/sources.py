"""Where an article comes from: the medium it names as its source, and whom it was taken over from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from snapshotter.extract.candidate import Candidate
from snapshotter.extract.credits.names import has_cjk, is_chinese_name
from snapshotter.extract.credits.places import below_title, find_date, links_of
from snapshotter.extract.evidence import texts, types
from snapshotter.extract.render import absolute
from snapshotter.extract.tree import attribute
from snapshotter.extract.words import any_of, squeeze
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from snapshotter.extract.credits.people import People
    from snapshotter.extract.credits.places import Line, Near, Place
    from snapshotter.extract.evidence import Evidence


class Origin(NamedTuple):
    """Where an article comes from, and what was weighed for its source, heaviest first."""

    source_name: str
    source_url: str
    republished_from: str
    candidates: tuple[Candidate, ...]


_MEDIUM = pattern(
    r".{0,18}"
    + any_of(r"""
    [网網报報社刊] 日报 晚报 时报 周刊 周报 杂志 新闻 新聞 在线 电视台 電視台 电台 广播 频道 客户端 公众号 传媒 融媒
    融媒体 中心
    财经 頻道 財經 观察 视线 视角 播报 发布 快讯 头条 电影网 大学 学院 政府 研究院 研究所 公司 集团 卫视 日報 晚報
    時報 通訊社
    通讯社 新聞雲 传播 路透 彭博 科技 娱乐 体育 健康 汽车 旅游 评论 周末 画报 学报
""")
    + r"(?:[A-Za-z]{0,12}|客户端|网络版|海外版|APP|官微|微信|网)?"
)
_GENERIC = pattern(
    r"^(?:转载(?:文章)?|轉載|网络(?:整理|转载)?|互联网|本站|本网|原创|綜合|综合(?:报道|整理)?|未知|佚名|不详|其他|其它|网友|投稿|"
    r"作者投稿|自媒体|网站|新闻|资讯|首页|正文|来源|编辑|admin|unknown|internet|web)$",
    re.I,
)
_NO_MEDIUM = pattern(r"点击|更多|阅读|查看|[:：]|发布时间|评论$")
_WHEN = pattern(r"\d{2,4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?(?:\s*[T·]?\s*\d{1,2}:\d\d(?::\d\d)?)?|\d{1,2}:\d\d")
_SOURCE_ELEMENT = pattern(r"(?:^|[\s_-])(?:source|laiyuan|from|media-?name|provider|publisher|origin)(?:$|[\s_-])")
_TOKEN = pattern(r"[\s\u3000|｜·•]+")
_COPYRIGHT = pattern(r"Copyright\s*(?:©|ⓒ|\(c\))\s*([가-힣][가-힣A-Za-z0-9]{1,11})[.\s]", re.I)
_KOREAN_AGENCY = pattern(r"^[\[(][가-힣]{1,8}\s?[=＝]\s?([가-힣A-Za-z0-9]{2,8})[\])]")
_PREFIX = pattern(r"^(?:(?:文章|稿件|信息|本文|新闻)?(?:来源|來源|稿源|出处|出處|原创|转自)\s*[:：]\s*)+")
_ENGLISH = pattern(r"^(?:source|quelle|fuente|fonte)s?\s?:\s*(?P<value>[^,;(]{2,40})$", re.I)
_META = ("source", "mediaid", "og:article:source", "article:source", "_source", "contentsource", "og:source", "media")
_LABEL_SHARE = {"header": 1.0, "inside": 0.6, "text": 0.7, "behind": 0.5}


def find_origin(evidence: Evidence, near: Near, people: People) -> Origin:
    """The medium that the page names as its source; empty: it names none.

    A medium that several places name weighs what they do together; a generic word such as 转载 next to nothing.
    """
    found: dict[str, list[Candidate]] = {}
    for candidate in _candidates(evidence, near, people):
        if 1 < len(candidate.value) < 60 and "://" not in candidate.value:
            found.setdefault(squeeze(candidate.value), []).append(candidate)
    weighed = sorted(map(_together, found.values()), key=lambda one: -one.weight)
    name = weighed[0].value if weighed else ""
    taken = (value for place in near.places for value in near.labels[place.name]["from"])
    return Origin(name, _url(near, name), next(taken, ""), tuple(weighed))


def _together(same: list[Candidate]) -> Candidate:
    weights = {candidate.where: candidate.weight for candidate in same}
    best = max(same, key=lambda one: one.weight)
    return Candidate(best.value, ", ".join(weights), 0.1 if _GENERIC.match(best.value) else sum(weights.values()))


def _url(near: Near, name: str) -> str:
    """Where the source's name links to, absolute."""
    bare = squeeze(name)
    links = (link for place in near.places for link in links_of(place)) if bare else ()
    same = (link for link in links if name in link.escaped and squeeze(link.escaped) == bare)
    hrefs = (attribute(link.attributes, "href") for link in same)
    return next((url for href in hrefs if (url := absolute(href, near.around.base))), "")


def _candidates(evidence: Evidence, near: Near, people: People) -> Iterator[Candidate]:
    title = near.around.title
    for place in near.places:
        for order, value in enumerate(near.labels[place.name]["source"]):
            certain = (6 - min(order, 2)) * _LABEL_SHARE[place.name]
            yield Candidate(_PREFIX.sub("", value), f"label, {place.name}", certain)
        yield from _small_signs(place)
    for value in evidence.all(*_META):
        yield Candidate(_PREFIX.sub("", value) if len(value) < 30 else "", "meta", 3.0)
    yield from _providers(evidence)
    yield from _unlabelled(near.places[0].lines, title)
    # An account on a platform is its article's author and source: 加拿大必读.
    account = next((one for one in people.candidates[:1] if one.where.startswith("element")), None)
    if account and len(account.value) > 3 and has_cjk(title) and re.fullmatch("[\u4e00-\u9fff]+", account.value):
        yield Candidate(account.value, "account", 1.0)


def _small_signs(place: Place) -> Iterator[Candidate]:
    for line in place.lines:
        text = line.text
        if place.name == "behind" and (match := _COPYRIGHT.match(text)):
            yield Candidate(match[1], "copyright", 1.0)
        elif place.name == "text" and text[0] in "[(" and (match := _KOREAN_AGENCY.match(text)):
            yield Candidate(match[1], "dateline", 2.0)
        elif place.name in ("header", "behind") and ":" in text and (match := _ENGLISH.match(text)):
            yield Candidate(match["value"].strip(), f"label, {place.name}", 4.0)


def _providers(evidence: Evidence) -> Iterator[Candidate]:
    article = evidence.article
    publishers = {squeeze(name) for name in [*texts(article.get("publisher")), evidence.first("og:site_name")]}
    for key, weight in (("provider", 3.0), ("sourceOrganization", 3.0), ("author", 2.0)):
        value = article.get(key)
        for node in value[:20] if isinstance(value, list) else [value]:
            if isinstance(node, dict) and "Organization" in types(node):
                for name in texts(node):
                    yield Candidate("" if squeeze(name) in publishers else name, f"json-ld {key}", weight)


def _unlabelled(header: Sequence[Line], title: str) -> Iterator[Candidate]:
    """Chinese media that stand beside the date, without a label."""
    if not has_cjk(title):
        return
    start = below_title(header, title)
    bare_title = squeeze(title)
    for index, line in enumerate(header[start:], start):
        text = line.text
        if len(text) > 60 or text.isascii() or squeeze(text) == bare_title:
            continue
        beside = any(find_date(other.text) for other in header[max(start, index - 2) : index + 3])
        rest = _WHEN.sub(" ", text).strip()
        if _SOURCE_ELEMENT.search(line.block.node.names) and len(rest) < 20 and not _NO_MEDIUM.search(rest):
            yield Candidate("" if is_chinese_name(rest) else rest, "source element", 2.0)
        for part in _TOKEN.split(rest) if beside else ():
            medium = _PREFIX.sub("", part).rpartition("/")[2]
            if 2 < len(medium) < 20 and _MEDIUM.fullmatch(medium) and not _NO_MEDIUM.search(medium):
                yield Candidate(medium, "beside the date", 2.5 if find_date(text) else 2.0)
