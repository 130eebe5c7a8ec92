"""Whose clock a written time is: the zones that pages write, and the one meant where they write none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from snapshotter.errors import BadDate
from snapshotter.patterns import pattern

_ZONES = {  # in minutes east of UTC
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 60, "cet": 60, "mez": 60, "cest": 120, "mesz": 120, "eet": 120,
    "eest": 180, "msk": 180, "мск": 180, "ist": 330, "北京时间": 480, "北京時間": 480, "hkt": 480, "sgt": 480,
    "awst": 480, "日本時間": 540, "jst": 540, "kst": 540, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780,
    "est": -300, "edt": -240, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "wib": 420,
}  # fmt: skip
_REGIONS = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}
_OFFSET = pattern(r"(?:utc|gmt)?\s*([+-])(\d{1,2}):?(\d\d)?")
WRITTEN = (
    r"(?P<zone>[+-]\d\d:?\d\d\b|(?:UTC|GMT)\s*[+-]\d{1,2}(?::?\d\d)?|Z\b|"
    r"(?:" + "|".join(sorted({*_ZONES, *_REGIONS, "cst"} - {"z"}, key=len, reverse=True)) + r")(?!\w))"
)
"""Pattern of a zone behind a clock time."""

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
_HOMES = {
    "zh": "Asia/Shanghai", "ja": "Asia/Tokyo", "ko": "Asia/Seoul", "th": "Asia/Bangkok", "vi": "Asia/Ho_Chi_Minh",
    "hi": "Asia/Kolkata", "tr": "Europe/Istanbul", "de": "Europe/Berlin", "it": "Europe/Rome", "pl": "Europe/Warsaw",
    "cs": "Europe/Prague", "sk": "Europe/Bratislava", "hu": "Europe/Budapest", "sv": "Europe/Stockholm",
    "da": "Europe/Copenhagen", "nb": "Europe/Oslo", "no": "Europe/Oslo", "nn": "Europe/Oslo", "fi": "Europe/Helsinki",
    "nl": "Europe/Amsterdam", "el": "Europe/Athens", "ro": "Europe/Bucharest", "bg": "Europe/Sofia",
    "uk": "Europe/Kyiv", "he": "Asia/Jerusalem", "en-gb": "Europe/London", "en-ie": "Europe/Dublin",
    "fr-fr": "Europe/Paris", "es-es": "Europe/Madrid", "pt-pt": "Europe/Lisbon", "pt-br": "America/Sao_Paulo",
    "en-in": "Asia/Kolkata", "ru-ru": "Europe/Moscow", "fa": "Asia/Tehran", "bn-bd": "Asia/Dhaka",
    "ka": "Asia/Tbilisi", "hy": "Asia/Yerevan", "az": "Asia/Baku", "is": "Atlantic/Reykjavik", "et": "Europe/Tallinn",
    "lv": "Europe/Riga", "lt": "Europe/Vilnius", "sl": "Europe/Ljubljana", "hr": "Europe/Zagreb",
    "mk": "Europe/Skopje", "sq": "Europe/Tirane", "be": "Europe/Minsk", "mt": "Europe/Malta",
}  # fmt: skip
"""By language, or language and country, where nearly all who publish in it share one clock."""


class Clock(NamedTuple):
    """What settles how a time is read where the page leaves it open."""

    zone: str = ""
    """IANA name of the site's zone; empty: not known."""
    language: str = ""
    """BCP 47."""
    captured_at: datetime | None = None
    """When the page was got, aware: what ``昨天`` and ``3 hours ago`` count from. None: such times aren't read."""

    @property
    def is_chinese(self) -> bool:
        """Whether the page is in Chinese."""
        return self.language.lower().startswith("zh")

    @property
    def home(self) -> tzinfo:
        """Whose clock a time without a zone is: the site's; else that of the language, if it has one; else UTC.

        Raises BadDate if there is no such zone as the site's.
        """
        return region(self.zone, self.zone) if self.zone else home_of(self.language)


@lru_cache(maxsize=256)
def home_of(language: str) -> tzinfo:
    """The zone in which those who publish in a language live; UTC where they live in many."""
    tag = language.lower()
    if tag.startswith("zh"):
        return CHINA
    name = _HOMES.get(tag) or _HOMES.get(tag.split("-")[0])
    return ZoneInfo(name) if name else UTC


def region(name: str, raw: str) -> tzinfo:
    """The zone of an IANA name. Raises BadDate, of the time ``raw``, where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadDate(raw, f"its zone {name!r} is not in the IANA database") from error


def read_zone(text: str, clock: Clock, local: datetime) -> tzinfo | None:
    """The zone that ``text`` writes behind the clock time ``local``; None: it writes none."""
    text = text.strip().lower()
    minutes: float | None = _ZONES.get(text)
    if text == "cst":  # China's or Chicago's
        minutes = 480 if clock.is_chinese or clock.zone.startswith("Asia/") else -360
    elif text in _REGIONS:
        minutes = (region(_REGIONS[text], text).utcoffset(local) or timedelta()).total_seconds() / 60
    elif (offset := _OFFSET.fullmatch(text)) and int(offset[2]) <= 14 and int(offset[3] or 0) < 60:
        minutes = int(f"{offset[1]}1") * (60 * int(offset[2]) + int(offset[3] or 0))
    return None if minutes is None else timezone(timedelta(minutes=minutes))
