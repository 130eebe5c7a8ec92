"""The clock time beside a date: 21:41, 下午3点05分, 9.41 p.m. ET, 21h41, 오후 3:05."""

from __future__ import annotations

import re
from typing import NamedTuple

from snapshotter.extract.times.zones import WRITTEN
from snapshotter.extract.words import any_of
from snapshotter.patterns import pattern

_AFTERNOON = frozenset({"pm", "下午", "晚上", "晚间", "晚", "傍晚", "夜", "午後", "오후", "م", "مساء", "μμ", "ch"})
_MORNING = frozenset({"am", "凌晨", "早上", "上午", "午前", "清晨", "早", "오전", "새벽", "ص", "صباحا", "πμ", "sa"})
_TIME = (
    r"(?P<half>[ap]\.?m\.?|上午|中午|下午|晚上|晚间|凌晨|早上|清晨|傍晚|午前|午後|[早晚夜]|오전|오후|새벽)?\s*"
    r"(?P<hour>\d{1,2})\s*(?:[:：時时点點시h]|\.(?=\d\d\b))\s*(?P<minute>[0-5]\d)(?!\d)(?:[分분m])?"
    r"(?:\s*[:：]?\s*(?P<second>[0-5]\d)(?!\d)(?:[.,]\d+)?[秒초]?)?"
    r"(?:\s*(?P<half2>(?:[ap]\.?\s?m|[πμ]\.?μ)(?!\w)\.?|(?:صباحا|مساء|ص|م|SA|CH)(?!\w)))?"
    r"(?:\s*(?:Uhr|uur|น)(?!\w)\.?)?\s*[(（]?" + WRITTEN + "?"
)
_LEAD = any_of(r"""
    [\s,，、日号)）(（|｜·•@/–—-] T at\b um\b às?\b a␣las\b alle(?:␣ore)?\b ore\b as\b kl\.? klo\b klokken\b om\b
    o\b ob\b godz\. saat\b lúc\b ora\b u\b в\b о\b об\b เวลา الساعة (?:星期|周|週). [月火水木金土日]曜日?
    (?:mon|tues|wednes|thurs|fri|satur|sun)day
""")
_BEHIND = pattern(rf"{_LEAD}{{0,12}}?{_TIME}", re.I)
_AHEAD = pattern(
    r"(?<![\d:.])(?P<hour>\d{1,2})[:：](?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?"
    r"(?:\s*(?P<half>[ap]\.?m\b\.?))?\s*[(（]?" + WRITTEN + r"?[)）]?(?:\s*Uhr)?[\s,|·•/–—-]*(?:on\s+|am\s+)?$",
    re.I,
)


class ClockTime(NamedTuple):
    """A clock time as written."""

    hour: int
    """0 to 24."""
    minute: int
    second: int | None
    """None: not written."""
    zone: str
    """As written; empty: none is."""
    start: int
    end: int
    is_half: bool = False
    """Whether it is of a clock of twelve hours, in Latin letters."""


def time_behind(text: str, position: int) -> ClockTime | None:
    """The clock time that begins at ``position``, behind at most a comma, a weekday, an ``um`` or ``at``."""
    match = _BEHIND.match(text, position)
    return _read(match, 0) if match else None


def time_ahead(text: str, position: int, floor: int = 0) -> ClockTime | None:
    """The clock time that ends right before ``position``, after ``floor``: ``21:41, 1 июля 2024``."""
    start = max(floor, position - 40)
    if ":" not in text[start:position] and "：" not in text[start:position]:
        return None
    match = _AHEAD.search(text[start:position])
    return _read(match, start) if match else None


def _read(match: re.Match[str], shift: int) -> ClockTime | None:
    parts = match.groupdict()
    half = (parts["half"] or parts.get("half2") or "").lower().replace(".", "").replace(" ", "")
    hour = full_hour(int(parts["hour"]), half)
    if hour > 24 or (hour == 24 and int(parts["minute"])):
        return None
    second = int(parts["second"]) if parts["second"] else None
    start, end = match.start() + shift, match.end() + shift
    return ClockTime(hour, int(parts["minute"]), second, parts["zone"] or "", start, end, half in ("am", "pm"))


def full_hour(hour: int, half: str) -> int:
    """The hour of 24, from one of 12 and the half of the day as any language writes it."""
    if half in _AFTERNOON and hour < 12:
        return hour + 12
    if half == "中午" and hour < 11:
        return hour + 12
    return 0 if half in _MORNING and hour == 12 else hour
