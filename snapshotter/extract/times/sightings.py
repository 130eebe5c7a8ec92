"""Where a page states times: every place that may say when it appeared or was changed, read but not yet believed."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from snapshotter.extract.evidence import texts, types
from snapshotter.extract.times.dates import Clock, Moment, moments
from snapshotter.extract.words import any_of, listed, squeeze
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from snapshotter.extract.blocks import Block
    from snapshotter.extract.evidence import Evidence

_SURE = frozenset({"article:published_time", "og:article:published_time", "article:published", "og:published_time"})
_VAGUE = frozenset(listed("date dc.date dcterms.date dcterms.created dc.date.created og:time"))
_PUBLISHED = pattern(
    r"publi(?:sh|cation|e)|pub_?-?(?:date|time)|date_?-?pub|article:create|create_?at|sailthru\.date|^og:time|^date$|"
    r"(?:release|issue|display|news|post|online|article|creat)_?-?(?:date|time|ion-?date|ed_?at?)|"
    r"dc(?:terms)?\.(?:date|created|issued)|date_?\.?(?:issued|created|posted)"
)
_MODIFIED = pattern(r"modif|updat|revis|lastmod|change|edited")
_NO_TIME = pattern(r"publisher|expir|unpublish|event|copyright|birth|crawl|cache|build|server")
_MICRO = {"datepublished": (6.0, False), "datecreated": (2.0, False), "datemodified": (4.0, True)}
_PAGES = pattern(r"(?:Page|Article|Posting|Report)$")

_CHANGED = pattern(
    any_of(r"""
    updat modif edited edit: revised reviewed aktualisier geändert änderung bearbeitet mis[e]?␣à␣jour actualiza
    aggiorna atualizad bijgewerkt gewijzigd uppdatera opdateret oppdatert aktualizo zaktualizowan güncellen обновлен
    изменен оновлен 更新 修改 修订 編集 수정 改稿 最后回复 최종 päivitetty muokattu frissít módosít uuendatud atjaunin
    atnaujin ažuriran izmijenjen posodobljen ажуриран актуализир uppfært përditës yenilən жаңарт diperbarui
    dikemas␣kini cập␣nhật ενημερώθηκε ενημέρωση  עודכן עדכון تحديث تعديل بروزرسانی روزرسانی अपडेट अद्यतन
    আপডেট হালনাগাদ புதுப்பிக்க อัปเดต อัพเดต อัพเดท განახლ թարմաց
    """),
    re.I,
)
_LABEL = pattern(
    any_of(r"""
    publi posted released issued dated? date: written␣on created veröffentlicht erstellt erschienen datum stand
    pubblicat publisert udgivet gepubliceerd geplaatst zverejn zveřejn opublik utworzon yayın eklenme 発行 公開 掲載
    配信 投稿 初出 发布 發布 发表 發表 发稿 刊发 时间
    時間 日期 来源 來源 출고 입력 등록 승인 게시 дата добавлен نشر by␣ on␣ julkaistu megjelen közzé avaldatud publicē
    paskelbt objavljen објављен публикув опубл δημοσ[ιί] birt␣ botuar dərc жариялан diterbitkan dipublikasi tayang
    ngày␣đăng פורסם انتشار تاریخ شائع प्रकाशित প্রকাশ வெளியிட เผยแพร่ გამოქვეყნ հրապար
    """),
    re.I,
)
_PLACE = pattern(r"time|date|datum|fecha|pub|meta|info|source|byline|posted|shijian|riqi|kicker|author")
_CHANGE_PLACE = pattern(r"updat|modif|revis|changed|edited")
_ELSEWHERE = pattern(r"comment|related|sidebar|teaser|card|footer|copyright|recommend|widget|popular|trending|resemble")
_DIGITS = pattern(r"\d[\d/.月-]|[〇零○一二三四五六七八九]{2}年")
_TOLD = pattern(r"[前전]|ago\b|[昨今刚剛]|yesterday|today|now\b|\d|[〇零○一二三四五六七八九]{2}年", re.I)
_VALUE = r"\\?[\"']?\s{0,4}[:=]\s{0,4}\\?[\"']?([\d][\dT :/.+Z-]{7,30}|[A-Z][a-z]{2,8} \d{1,2}, \d{4})"
_IN_SCRIPT = (  # each begins with letters, which are found fast
    (pattern(rf"ubli(?:sh(?:ed)?|cation)_?(?:[tT]ime|[dD]ate|[aA]t|[oO]n|ed)?{_VALUE}"), 4.0),
    (pattern(rf"ub_?(?:[dD]ate|[tT]ime){_VALUE}"), 4.0),
    (pattern(rf"reated?_?(?:[tT]ime|[aA]t|[dD]ate){_VALUE}"), 2.0),
)
_URL_DAY = pattern(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<mark>[-/_.]?)(?P<month>0?[1-9]|1[0-2])(?P=mark)(?P<day>0?[1-9]|[12]\d|3[01])"
    r"(?!\d)|"
    r"(?<!\d)(?P<year2>20\d\d)-?(?P<month2>0[1-9]|1[0-2])/(?P<day2>0[1-9]|[12]\d|3[01])(?!\d)|"
    r"(?<!\d)(?P<year3>20\d\d)/(?P<month3>[a-z]{3,9})/(?P<day3>\d{1,2})(?!\d)"
)
_AHEAD = timedelta(days=2)
"""Clocks of other places, and wrong ones, may be so far ahead of the capture."""
_MAX_LINE = 400
_MAX_LINES = 300
_MAX_BLOCKS = 2_000
_MAX_TIMES = 50
_MAX_FOUND = 200


class Sighting(NamedTuple):
    """A time that the page states somewhere."""

    moment: Moment
    place: str
    """``rule``, ``json-ld``, ``json-ld page``, ``meta``, ``microdata``, ``time``, ``header``, ``opening``, ``behind``,
    ``page``, ``script`` or ``url``."""
    weight: float
    """How much it says for the time on its own; up to 10, a site's rule 100."""
    is_change: bool = False
    """Whether it is said to be the time of a change."""


class Shown(NamedTuple):
    """Where a page shows its time to readers."""

    header: Sequence[Block]
    """The blocks around the title, before the text and left out of it."""
    behind: Sequence[Block]
    """Those after the text."""
    url: str
    stated: str = ""
    """The publish time as the site's own rule finds it."""
    opening: Sequence[Block] = ()
    """The first blocks of the text."""
    title: str = ""
    """As found; empty: the page has none."""
    page: Sequence[Block] = ()
    """All blocks, for when the others show no time."""


class Reader:
    """Reads times by one clock, each text once, and keeps what isn't one."""

    def __init__(self, clock: Clock) -> None:
        self.doubts: list[str] = []
        """What was stated as a time and is none."""
        self.likely = _TOLD if clock.captured_at is not None else _DIGITS
        """What a line that states a time holds."""
        self._clock = clock
        captured = clock.captured_at
        self._latest = None if captured is None else captured.replace(tzinfo=None) + _AHEAD
        self._read: dict[str, list[Moment]] = {}

    def all(self, text: str) -> list[Moment]:
        """The times in a text, but those after the capture: what was got had been published."""
        found = self._read.get(text)
        if found is None:
            found = moments(text, self._clock)
            if self._latest is not None:
                found = [moment for moment in found if moment.local <= self._latest]
            self._read[text] = found
        return found

    def stated(self, values: Iterable[str], place: str, weight: float, *, change: bool = False) -> Iterator[Sighting]:
        """The first time in each of the values that are there to state one."""
        for value in values:
            if found := self.all(value):
                yield Sighting(found[0], place, weight, change)
            elif value:
                self.doubts.append(f"not a time: {value[:80]!r}")


def sightings(evidence: Evidence, shown: Shown, reader: Reader) -> list[Sighting]:
    """All that states a time, as far as it takes: scripts and the text behind are read where little else does."""
    found = [*reader.stated([shown.stated], "rule", 100.0)]
    found += declared(evidence, reader)
    found += _elements(evidence, reader)
    found += _lines(shown.header, reader, "header", shown.title)
    found += _lines(shown.opening, reader, "opening")
    found += in_url(shown.url, reader)
    if all(one.weight < 5 or one.is_change for one in found):
        found += _in_scripts(evidence, reader)
        found += _lines(shown.behind, reader, "behind")
    if not found:
        found += [one for one in _lines(shown.page[:_MAX_BLOCKS], reader, "page") if one.weight >= 1]
    return found[:_MAX_FOUND]


def declared(evidence: Evidence, reader: Reader) -> Iterator[Sighting]:
    """What the page says for machines."""
    article = evidence.article
    yield from reader.stated(texts(article.get("datePublished")), "json-ld", 10.0)
    yield from reader.stated(texts(article.get("dateModified")), "json-ld", 5.0, change=True)
    yield from reader.stated(texts(article.get("dateCreated")), "json-ld", 3.0)
    for node in evidence.nodes:
        if "datePublished" in node and node is not article and _PAGES.search(types(node)):
            yield from reader.stated(texts(node["datePublished"]), "json-ld page", 5.0)
            break
    for name, values in evidence.meta.items():
        if (kind := _meta_kind(name)) and len(values[0]) < 60:
            yield from reader.stated(values[:1], "meta", kind[0], change=kind[1])
    for name, (weight, change) in _MICRO.items():
        values = [*evidence.micro.get(name, ())[:1], *evidence.meta.get(name, ())[:1]]
        yield from reader.stated(values, "microdata", weight, change=change)


@lru_cache(maxsize=4096)
def _meta_kind(name: str) -> tuple[float, bool] | None:
    """(weight, whether it tells a change) of what a meta element of this name says; None: no time of the article."""
    if name in _SURE:
        return 9.0, False
    if name in _MICRO or _NO_TIME.search(name):
        return None
    if _MODIFIED.search(name):
        return 4.0, True
    if not _PUBLISHED.search(name):
        return None
    return (3.5 if name in _VAGUE else 7.0), False


def _elements(evidence: Evidence, reader: Reader) -> Iterator[Sighting]:
    """What its ``time`` elements say: those that call themselves its publish time, and the first."""
    seen = 0
    for time in evidence.times[:_MAX_TIMES]:
        names = f"{time.itemprop} {time.names}".lower()
        named = time.is_pubdate or "publish" in names
        if not named and (seen > 2 or _ELSEWHERE.search(names)):
            continue
        found = reader.all(time.datetime[:100]) or reader.all(time.text[:100])
        if found:
            changed = _CHANGE_PLACE.search(names) is not None or _CHANGED.search(time.text[:40]) is not None
            change = changed and "publish" not in names
            weight = (6.0 if named else 4.0) if not seen else 3.0 if named else 1.0
            yield Sighting(found[0], "time", weight, change)
            seen += not change


_BASE = {"header": 3.0, "opening": 1.5, "behind": 0.5, "page": 1.0}
"""What a line's time weighs, by where it stands, before its looks are counted."""


def _lines(blocks: Sequence[Block], reader: Reader, place: str, title: str = "") -> Iterator[Sighting]:
    """What lines of text say: more where a label stands before it, the line is short, or its place is named so."""
    head = _title_at(blocks, title)
    read = 0
    for index, block in enumerate(blocks):
        if len(block.text) > _MAX_LINE or not reader.likely.search(block.text):
            continue
        read += 1
        if read > _MAX_LINES:
            return
        text, names = block.spaced, block.node.names
        floor = 0
        base = _BASE[place] + _looks(block, names) + _nearness(index, head)
        for moment in reader.all(text)[:4]:
            before = text[max(floor, moment.start - 30) : moment.start]
            if index and moment.start < 3 and len(before.strip()) < 2 and len(blocks[index - 1].text) < 40:
                before = blocks[index - 1].text
            floor = moment.start + len(moment.raw)
            label = _LABEL.search(before) is not None
            change = _CHANGED.search(before) is not None or (not label and _CHANGE_PLACE.search(names) is not None)
            weight = base + 2.0 * label + (moment.precision != "day")
            if place == "opening":
                weight += 3.0 if moment.start < 3 else -2.0
            yield Sighting(moment, place, weight, change)


def _looks(block: Block, names: str) -> float:
    """What a line's own make says for the time in it."""
    linked = block.link_chars > 0.6 * len(block.text)
    return _named(names) - 1.5 * linked - 2.0 * (len(block.text) > 120)


@lru_cache(maxsize=4096)
def _named(names: str) -> float:
    return (_PLACE.search(names) is not None) - 1.5 * (_ELSEWHERE.search(names) is not None)


def _nearness(index: int, head: int | None) -> float:
    """What a line's distance from the title says for the time in it."""
    if head is None or index == head:
        return 0.0
    gap = index - head
    return (1.8 if gap < 12 else 0.8) if gap > 0 else 0.0 if gap >= -3 else -1.0


def _title_at(blocks: Sequence[Block], title: str) -> int | None:
    """Where the title stands, the last time."""
    bare = squeeze(title[:_MAX_LINE])
    longest, end = 2 * len(title) + 20, title[-1:]
    for at in range(len(blocks) - 1, -1, -1) if bare else ():
        text = blocks[at].text
        if len(text) < longest and text.endswith(end) and squeeze(text) == bare:
            return at
    return None


def _in_scripts(evidence: Evidence, reader: Reader) -> Iterator[Sighting]:
    """Publish times in the values of scripts."""
    for script in evidence.scripts:
        for form, weight in _IN_SCRIPT:
            for match in list(form.finditer(script))[:3]:
                for moment in reader.all(match[1])[:1]:
                    yield Sighting(moment, "script", weight)


def in_url(url: str, reader: Reader) -> Iterator[Sighting]:
    """The day in the page's address."""
    for match in _URL_DAY.finditer(url[:1000]):
        parts = match.groupdict()
        year, month, day = (parts[name] or parts[name + "2"] or parts[name + "3"] for name in ("year", "month", "day"))
        text = f"{day} {month} {year}" if month.isalpha() else f"{year}-{month:0>2}-{day:0>2}"
        for moment in reader.all(text)[:1]:
            yield Sighting(moment, "url", 4.0)
