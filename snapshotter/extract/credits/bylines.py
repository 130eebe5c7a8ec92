"""Who wrote it, as lines and sentences say: By Ana Reyes; 记者 李明; 【ソウル＝…】; 김수아 기자."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from snapshotter.extract.credits.claims import Claim, claim
from snapshotter.extract.credits.names import (
    has_cjk,
    is_chinese_name,
    is_full_name,
    is_latin_name,
    is_team,
    leading_chinese_name,
    names,
)
from snapshotter.extract.credits.places import EARLY, below_title, ends_of, find_date, without_date
from snapshotter.extract.words import squeeze
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from snapshotter.extract.blocks import Block
    from snapshotter.extract.credits.places import Place

_BY = pattern(
    r"(?:^|[|•·—–,:]\s*|\d{4},?\s+|\d\s+|[.!]\s+)"
    r"(?:(?i:written|posted|reported|story|words|text|article|published|authored|created|submitted|contributed)\s+)?"
    r"(?:(?:[Bb]y|BY|[Vv]on|VON|[Pp]ar|PAR|[Pp]or|POR|[Dd]i|[Aa]v|[Dd]oor|[Pp]rzez|[Aa]f)\b[:\s]+|"
    r"(?:[Aa]uthor|[Aa]utor(?:in)?|[Aa]uteur|[Aa]utore|[Аа]втор|[Tt]ext|[Ww]ords|[Rr]edaktion|[Ii]nterview)s?\s?:\s*)"
    r"(?P<names>[^\n|•]{2,100})"
)
_BY_WORDS = frozenset(("by", "von", "par", "por", "di", "av", "door", "przez", "af"))
_OTHER_WORK = pattern(
    r"(?:review|edit|check|illustrat|photo|translat|sponsor|power|bild|foto)\w*\s+(?:by|von|par|por)\b", re.I
)
_ENDS_NAMES = pattern(r"\s(?:in|on|at|am|for|is|en|le|el|dans|from|about|last|updated|published)\s|\s\xa0|\xa0\s")
_NAME = r"[\u4e00-\u9fff·]{2,}"
_REPORTER = pattern(
    rf"(?:记者|記者|通讯员|通訊員|撰文|撰稿)[\s:：/]*(?P<names>{_NAME}(?:[\s、，,\u3000]+[\u4e00-\u9fff·]{{2,4}}){{0,5}})"
)
_NAME_WROTE = pattern(r"^[\W]*(?P<names>[^\s/／：:]{2,24}(?:[ 、][\u4e00-\u9fff·]{2,4})*)\s?[/／]\s?文")
_PICTURE = pattern(r"[摄攝]|翻[攝摄]|供图|圖／|图/|图／")
_PARENTHESES = pattern(r"[(（【\[〔]([^()（）【】\[\]]{2,60})[)）】\]〕]")
_NAMES_AND_PLACE = pattern(
    r"^(?P<names>[\u4e00-\u9fff]{2,4}(?:[ 、][\u4e00-\u9fff]{2,4}){0,3}?)(?:[ \s]\S{2,8}(?:报道|電|电|报导))?$"
)
_KOREAN = pattern(r"([가-힣]{2,4})\s?(?:인턴|선임|수습|객원|전문|논설)?\s?(?:기자|특파원)(?=\s|=|$|\(|·|,|[a-z])")
_JAPANESE = pattern(r"^【[^】＝=]{1,12}[＝=]([^】、]{2,8})】")
_RUN = pattern(r"[\s、，,\u3000]+")
_CELL = pattern(r"\s+[|•·⋅—–-]\s+|\s{2,}")


def in_lines(place: Place) -> Iterator[Claim]:
    """What a place's lines claim."""
    korean: list[str] = []
    for line in place.lines:
        text = line.text
        if _may_say_by(text) and (match := _BY.search(text)) and not _OTHER_WORK.search(text[: match.end("names")]):
            yield claim(_by(match["names"]), f"by: line, {place.name}", 5.0 * place.share)
        if not text.isascii() and len(text) < 60:
            yield from _in_chinese_line(text, place)
            korean += _KOREAN.findall(text)
    yield claim(korean, f"by: 기자, {place.name}", 4.0 * place.share)


def _may_say_by(text: str) -> bool:
    return ":" in text or not _BY_WORDS.isdisjoint(text.lower().split())


def names_of_by(text: str) -> list[str]:
    """The names in a line that says By; empty: it doesn't, or of someone else than the author."""
    match = _BY.search(text) if _may_say_by(text) else None
    return _by(match["names"]) if match and not _OTHER_WORK.search(text) else []


def is_other_work(text: str) -> bool:
    """Whether a line names who reviewed, edited or illustrated it."""
    return _OTHER_WORK.search(text) is not None


def _by(text: str) -> list[str]:
    """The names at the start of what stands behind By."""
    found = names([_ENDS_NAMES.split(without_date(text))[0]])
    if len(found) == 1 and found[0] == text.strip() and " " not in found[0]:
        return found  # A user's name needs no capital.
    kept: list[str] = []
    for name in found:
        if not (is_latin_name(name) or is_team(name) or (has_cjk(name) and len(name) < 10)):
            break
        if not kept or " " in name or " " not in kept[0]:  # Else the firm or the section of who came before.
            kept.append(name)
    return kept


def _in_chinese_line(text: str, place: Place) -> Iterator[Claim]:
    if match := _NAME_WROTE.match(text):
        yield claim(_chinese(match["names"].rpartition("记者")[2]), f"by: name/文, {place.name}", 4.0 * place.share)
    if (match := _REPORTER.search(text)) and not _PICTURE.search(text):
        yield claim(_chinese(match["names"]), f"by: 记者, {place.name}", 4.0 * place.share)


def _chinese(run: str) -> list[str]:
    """The names that a run of Chinese characters starts with; what is joined to a place or a verb is cut."""
    found: list[str] = []
    for part in _RUN.split(run):
        name = part if "·" in part else leading_chinese_name(part)
        if not name:
            break
        found.append(name)
    return found


def in_sentences(body: Sequence[Block]) -> Iterator[Claim]:
    """Reporters named in the text's first and last sentences."""
    for index, block in enumerate(ends_of(body)):
        if not block.text.isascii():
            yield from _in_sentence(block.text, early=index < EARLY)
    for block in body[-2:]:
        yield from _signature(block.text[-30:], 2.5)


def _in_sentence(text: str, *, early: bool) -> Iterator[Claim]:
    for piece in (text[:130], text[-70:]) if early else (text[-70:],):
        for inner in _PARENTHESES.findall(piece):
            if (match := _REPORTER.search(inner)) and not _PICTURE.search(inner):
                yield claim(_chinese(match["names"]), "by: (记者)", 3.5)
    yield claim(_KOREAN.findall(text[:40] if early else text[-60:]), "by: 기자, text", 3.5)
    if early and (match := _JAPANESE.match(text)):
        yield claim([match[1]], "by: 【＝】", 3.0)


def _signature(text: str, weight: float) -> Iterator[Claim]:
    """A name in parentheses at the very end: （袁源）, （姚峰 上海报道）."""
    inner = _PARENTHESES.findall(text) if text.rstrip().endswith(("）", ")")) else []
    if inner and (match := _NAMES_AND_PLACE.match(inner[-1])) and all(map(is_chinese_name, _RUN.split(match["names"]))):
        yield claim(_RUN.split(match["names"]), "alone: (name)", weight)


def alone(header: Place, behind: Place, title: str) -> Iterator[Claim]:
    """Names that stand by themselves near the title: in a date's line, beside one, or as a signature at the end."""
    lines = header.lines
    start = below_title(lines, title)
    bare_title = squeeze(title)
    for index, line in enumerate(lines[start:], start) if start else ():
        dated = find_date(line.text)
        beside = dated or any(find_date(other.text) for other in lines[max(0, index - 1) : index + 2])
        if not beside or len(line.text) > 90 or squeeze(line.text) in bare_title:
            continue
        found = names([_CELL.split(without_date(line.text))[0].strip()])
        if found and all(map(is_full_name, found)) and (dated or not has_cjk(found[0])):
            yield claim(found, "alone: beside a date", 2.2 if dated else 1.7)
    for line in behind.lines[:3]:
        yield from _signature(line.text if len(line.text) < 20 else "", 2.0)
