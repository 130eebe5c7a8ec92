"""The times that feeds and sitemaps state. Not for pages: their bylines are another matter.

feedparser's own reading is not used: it takes a Chinese site's ``CST`` for US Central time, a time without zone for
UTC, and ``2026年11月20日 08:00`` for the first of the month.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from snapshotter.clock import rfc3339
from snapshotter.sites import Site
from snapshotter.urls import host

_NUMERIC = re.compile(
    r"(?P<year>\d{4})[-/.年]\s*(?P<month>\d{1,2})[-/.月]\s*(?P<day>\d{1,2})日?"
    r"(?:[T\s,]*(?P<half>上午|下午|晚上|凌晨|中午)?\s*(?P<hour>\d{1,2})[:：时點点](?P<minute>\d{2})(?:[:：分](?P<second>\d{2}))?)?"
    r"(?:[.,]\d+)?秒?\s*(?P<am>[AaPp]\.?[Mm]\b)?\s*(?P<zone>[Zz]\b|(?:GMT|UTC)?[+-]\d{1,2}:?\d{2}|[A-Z]{2,5}\b)?"
)
_COMPACT = re.compile(  # 20240520T080000Z
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
    r"(?:[T ]?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?)?(?P<zone>Z|[+-]\d\d:?\d\d)?$"
)
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\.\d+)?\s*(?P<am>[AaPp]\.?[Mm]\b)?"
_ZONE = r"(?P<zone>[Zz]\b|(?:GMT|UTC)?[+-]\d{1,2}:?\d{2}|\(?[A-Z]{2,5}\)?)"
_MONTH_NAME = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_RFC822 = re.compile(  # Mon, 20 May 2024 08:00:00 +0800
    rf"(?P<day>\d{{1,2}})[\s-]+{_MONTH_NAME}[\s-]+(?P<year>\d{{4}}|\d\d)(?:,?\s+{_CLOCK}(?:\s*{_ZONE})?)?", re.I
)
_ASCTIME = re.compile(  # Mon May 20 08:00:00 CST 2024
    rf"{_MONTH_NAME}\s+(?P<day>\d{{1,2}})\s+{_CLOCK}(?:\s+{_ZONE})?\s+(?P<year>\d{{4}})", re.I
)
_US = re.compile(  # May 20, 2024 08:00 AM EST
    rf"{_MONTH_NAME}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,\s*(?P<year>\d{{4}})(?:,?\s+(?:at\s+)?{_CLOCK}(?:\s*{_ZONE})?)?",
    re.I,
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905
_OFFSET = re.compile(r"(?:GMT|UTC)?([+-])(\d{1,2}):?(\d{2})", re.I)
_HOURS_EAST = {
    "Z": 0, "GMT": 0, "UT": 0, "UTC": 0, "WET": 0, "BST": 1, "CET": 1, "MEZ": 1, "WEST": 1, "CEST": 2, "MESZ": 2,
    "EET": 2, "EEST": 3, "MSK": 3, "WIB": 7, "HKT": 8, "SGT": 8, "AWST": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11,
    "EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8,
}  # fmt: skip
_CHINA = ("cn", "tw", "hk", "mo")
_FIRST_YEAR = 1990


@dataclass(frozen=True, slots=True)
class Zone:
    """The zone to read times in that state none, and whether it is the ``site``'s or ``assumed``."""

    zone: tzinfo
    source: str


def zone_of(site: Site | None, url: str, language: str = "") -> Zone:
    """The site's zone; else, of a Chinese feed or host, Beijing's; else UTC."""
    if site is not None and site.timezone:
        return Zone(ZoneInfo(site.timezone), "site")
    chinese = language.lower().startswith("zh") or host(url).rpartition(".")[2] in _CHINA
    return Zone(ZoneInfo("Asia/Shanghai") if chinese else UTC, "assumed")


def stated_time(raw: str, zone: Zone, at: datetime) -> tuple[str, str]:
    """What a listing's time means: RFC 3339 in UTC, and ``stated``, ``site`` or ``assumed`` for where its zone is from.

    A day without a time is that day's midnight. Two empty strings: unreadable, before 1990, or more than a day after
    ``at`` (the listing lies).
    """
    try:
        moment, source = _read(raw[:100], zone)
        if moment is None or moment.year < _FIRST_YEAR or moment > at + timedelta(days=1):
            return "", ""
    except (ValueError, OverflowError):
        return "", ""
    return rfc3339(moment), source


def _read(raw: str, zone: Zone) -> tuple[datetime | None, str]:
    for pattern in (_NUMERIC, _RFC822, _ASCTIME, _US, _COMPACT):
        if match := pattern.search(raw):
            parts = match.groupdict()
            offset, source = _offset(parts.get("zone") or "", zone)
            return _moment(parts).replace(tzinfo=offset), source
    return None, ""


def _moment(parts: dict[str, str | None]) -> datetime:
    month, year = parts["month"] or "", int(parts["year"] or 0)
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
    hour, half = int(parts.get("hour") or 0), (parts.get("half") or parts.get("am") or "").lower()
    if half in {"下午", "晚上"} or half.startswith("p"):
        hour = hour % 12 + 12 if hour <= 12 else hour
    elif half.startswith("a") and hour == 12:
        hour = 0
    year += 2000 if year < 70 else 1900 if year < 100 else 0
    return datetime(  # noqa: DTZ001 (the caller gives it its zone)
        year,
        number,
        int(parts["day"] or 0),
        hour,
        int(parts.get("minute") or 0),
        min(int(parts.get("second") or 0), 59),
    )


def _offset(name: str, zone: Zone) -> tuple[tzinfo, str]:
    name = name.strip("()").upper()
    if match := _OFFSET.fullmatch(name):
        minutes = int(match[2]) * 60 + int(match[3])
        return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes)), "stated"
    if name == "CST" and zone.zone.utcoffset(datetime(2024, 1, 1)) == timedelta(hours=8):  # noqa: DTZ001
        return zone.zone, zone.source  # China Standard Time
    if name in _HOURS_EAST:
        return timezone(timedelta(hours=_HOURS_EAST[name])), "stated"
    return zone.zone, zone.source
