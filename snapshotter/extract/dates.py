"""Text → moment: the forms in which Chinese, Japanese, Korean, English and European pages write a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from snapshotter.clock import rfc3339
from snapshotter.errors import BadDate

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
_YEARS = range(1980, 2100)

_MONTH_NAMES = (
    "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari styczeń stycznia leden ledna "
    "ocak января янв ianuarie січня",
    "february feb februar février févr fevrier febrero febbraio fevereiro fev februari luty lutego únor února "
    "şubat февраля фев februarie лютого",
    "march mar märz mrz mars marzo março marco maart mrt marzec marca březen března mart марта мар martie березня",
    "april apr avril avr abril abr aprile kwiecień kwietnia duben dubna nisan апреля апр aprilie квітня",
    "may mai mayo maggio mag maio mei maj maja květen května mayıs мая травня",
    "june jun juni juin junio giugno giu junho czerwiec czerwca červen června haziran июня июн iunie червня",
    "july jul juli juillet juil julio luglio lug julho lipiec lipca červenec července temmuz июля июл iulie липня",
    "august aug août aout agosto ago augustus sierpień sierpnia srpen srpna ağustos августа авг augusti серпня",
    "september sep sept septembre septiembre settembre set setembro wrzesień września září eylül сентября сен "
    "septembrie вересня",
    "october oct oktober okt octobre octubre ottobre ott outubro out październik października říjen října ekim "
    "октября окт octombrie жовтня",
    "november nov novembre noviembre novembro listopad listopadu kasım ноября ноя noiembrie листопада",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro desember desembro grudzień grudnia "
    "prosinec prosince aralık декабря дек decembrie грудня",
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}
_MONTH = "(?P<name>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")(?![^\W\d_])\.?"
_ZONES = {  # in minutes east of UTC
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 60, "cet": 60, "mez": 60, "cest": 120, "mesz": 120, "eet": 120,
    "eest": 180, "msk": 180, "мск": 180, "ist": 330, "北京时间": 480, "北京時間": 480, "hkt": 480, "sgt": 480,
    "awst": 480, "日本時間": 540, "jst": 540, "kst": 540, "aest": 600, "aedt": 660,
    "est": -300, "edt": -240, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
}  # fmt: skip
_REGIONS = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
_AFTERNOON = frozenset({"pm", "下午", "晚上", "傍晚", "午後", "오후"})
_MORNING = frozenset({"am", "凌晨", "早上", "上午", "午前", "오전"})

_ZONE = (
    r"(?P<zone>[+-]\d\d:?\d\d\b|(?:UTC|GMT)\s*[+-]\d{1,2}(?::?\d\d)?|Z\b|"
    r"(?:" + "|".join(sorted({*_ZONES, *_REGIONS, "cst"} - {"z"}, key=len, reverse=True)) + r")(?!\w))"
)
_CLOCK_TIME = re.compile(
    r"(?:[\s,，T日号)）(（|·•@/-]|at\b|um\b|à\b|a las\b|alle\b|kl\.?|в\b|(?:星期|周|週).|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|[月火水木金土日]曜日?)*?"
    r"(?P<half>[ap]\.?m\.?|上午|中午|下午|晚上|凌晨|早上|傍晚|午前|午後|오전|오후)?\s*"
    r"(?P<hour>\d{1,2})\s*(?:[:：时時点點시h]|\.(?=\d\d\b))\s*(?P<minute>[0-5]\d)(?:[分m분])?"
    r"(?:\s*[:：]?\s*(?P<second>[0-5]\d)(?:[.,]\d+)?[秒초]?)?(?:\s*(?P<half2>a\.?m\b\.?|p\.?m\b\.?))?(?:\s*Uhr)?"
    r"\s*[(（]?" + _ZONE + "?",
    re.I,
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DATES = tuple(
    re.compile(form, re.I)
    for form in (
        rf"(?<!\d){_YEAR}\s*(?:[-/.．_]|年|년)\s*(?P<month>\d{{1,2}})\s*(?:[-/.．_]|月|월)\s*(?P<day>\d{{1,2}})(?!\d)"
        r"\s*(?:日|일|号|號|\.)?(?:\s*[(（]\S{1,3}[)）])?",
        r"(?P<era>令和|平成|昭和|民國|民国)\s*(?P<year>\d{1,3}|元)\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日"
        r"(?:\s*[(（]\S{1,3}[)）])?",
        r"(?<!\w)(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º|ª|-го)?[\s,.-]*(?:de\s+|of\s+)?"
        rf"{_MONTH}[\s,.-]*(?:del?\s+)?{_YEAR}(?!\d)(?:\s*г\.?(?:ода)?|\s*р\.)?",
        rf"(?<!\w){_MONTH}[\s-]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*[,.-]?\s*{_YEAR}(?!\d)",
        rf"(?<!\w){_MONTH}\s*(?P<day>\d{{1,2}})\s+"
        rf"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)\s+(?:{_ZONE}\s+)?{_YEAR}",
        rf"(?<![\d.])(?P<first>\d{{1,2}})(?P<mark>[./-])(?P<then>\d{{1,2}})(?P=mark)\s?{_YEAR}(?!\d)",
        rf"(?<!\d){_YEAR}(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
        rf"(?:[T\s]?(?P<hour>[01]\d|2[0-3]):?(?P<minute>[0-5]\d):?(?P<second>[0-5]\d)?{_ZONE}?)?(?!\d)",
        r"(?<!\d)(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<short>\d\d)(?![\d.])",
        r"(?<![\d-])(?P<short>[012]\d)-(?P<month>\d\d)-(?P<day>\d\d)(?=\s+\d\d:\d\d)",
    )
)
_EPOCH = re.compile(r"\s*(\d{10})(?:\d{3})?(?:\.\d+)?\s*$")
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+-])(\d{1,2}):?(\d\d)?")

Parts = dict[str, str | None]


class Clock(NamedTuple):
    """What settles how a time is read where the page leaves it open."""

    zone: str = ""
    """IANA name of the site's zone; empty: not known."""
    language: str = ""
    """BCP 47."""

    @property
    def is_chinese(self) -> bool:
        """Whether times without a zone are China's."""
        return self.language.lower().startswith("zh")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as a page writes it."""

    local: datetime
    """The clock time written; naive."""
    precision: str
    """``day``, ``minute`` or ``second``."""
    zone: tzinfo | None
    """The zone written with it; None: it states none."""
    raw: str
    """The page's own text of it, nothing around it."""


def read_moment(text: str, clock: Clock = Clock()) -> Moment:  # noqa: B008  (a frozen value)
    """The first time that ``text`` states, by the earliest of the known forms in its first 400 characters.

    ``clock`` settles what order ``01/02/2024`` is in and what ``CST`` means. Raises BadDate where there is none, or
    one that can't be.
    """
    text = text[:400]
    if epoch := _EPOCH.match(text):
        local = datetime.fromtimestamp(int(epoch[1]), UTC).replace(tzinfo=None)
        return _checked(Moment(local, "second", UTC, text.strip()))
    found = [match for form in _DATES if (match := form.search(text))]
    if not found:
        raise BadDate(text, "no known form")
    return _checked(_moment(min(found, key=lambda match: (match.start(), -match.end())), clock))


def in_utc(moment: Moment, clock: Clock) -> tuple[str, str]:
    """(RFC 3339 in UTC, where its zone came from): ``stated``, ``site``, or ``assumed``.

    A time without a zone is read in the site's; on a Chinese page of no known site in China's; else in UTC.
    Raises BadDate if there is no such zone as the site's.
    """
    if moment.zone is not None:
        return rfc3339(moment.local.replace(tzinfo=moment.zone)), "stated"
    if clock.zone:
        return rfc3339(moment.local.replace(tzinfo=_region(clock.zone, moment.raw))), "site"
    return rfc3339(moment.local.replace(tzinfo=CHINA if clock.is_chinese else UTC)), "assumed"


def _region(name: str, raw: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadDate(raw, f"its zone {name!r} is not in the IANA database") from error


def _checked(moment: Moment) -> Moment:
    if moment.local.year not in _YEARS:
        raise BadDate(moment.raw, f"the year {moment.local.year}")
    return moment


def _moment(match: re.Match[str], clock: Clock) -> Moment:
    """A date, and the clock time right behind it."""
    parts, end = match.groupdict(), match.end()
    if not parts.get("hour") and (time := _CLOCK_TIME.match(match.string, end)):
        parts, end = {**parts, **time.groupdict()}, time.end()
    raw = match.string[match.start() : end].strip(" ,，(（")
    year, month, day = _date(parts, clock)
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    hour = _full_hour(hour, (parts.get("half") or parts.get("half2") or "").lower().replace(".", ""))
    midnight = hour == 24 and minute == 0
    try:
        local = datetime(year, month, day, 0 if midnight else hour, minute, second)  # noqa: DTZ001
        local += timedelta(days=midnight)
    except (ValueError, OverflowError) as error:
        raise BadDate(raw, str(error)) from error
    precision = "day" if not parts.get("hour") else "second" if parts.get("second") else "minute"
    return Moment(local, precision, _zone((parts.get("zone") or "").strip().lower(), clock, local), raw)


def _date(parts: Parts, clock: Clock) -> tuple[int, int, int]:
    if era := parts.get("era"):
        year = _ERAS[era] + (1 if parts["year"] == "元" else int(parts["year"] or 0))
    else:
        year = int(parts.get("year") or 0) or 2000 + int(parts.get("short") or 0)
    if name := parts.get("name"):
        return year, _MONTHS[name.lower()], int(parts["day"] or 0)
    if first := parts.get("first"):
        one, two = int(first), int(parts["then"] or 0)
        return (year, one, two) if _is_month_first(one, two, parts, clock) else (year, two, one)
    return year, int(parts["month"] or 0), int(parts["day"] or 0)


def _is_month_first(one: int, two: int, parts: Parts, clock: Clock) -> bool:
    """Whether ``one/two/2024`` starts with the month: an American habit, as is the clock of twelve hours."""
    if one > 12 or two > 12:
        return two > 12
    american = clock.language.lower() in ("", "en", "en-us") or bool(parts.get("half2"))
    return american and parts["mark"] != "."


def _full_hour(hour: int, half: str) -> int:
    if half in _AFTERNOON and hour < 12:
        return hour + 12
    return 0 if half in _MORNING and hour == 12 else hour


def _zone(text: str, clock: Clock, local: datetime) -> tzinfo | None:
    minutes: float | None = _ZONES.get(text)
    if text == "cst":  # China's or Chicago's
        minutes = 480 if clock.is_chinese or clock.zone.startswith("Asia/") else -360
    elif text in _REGIONS:
        minutes = (_region(_REGIONS[text], text).utcoffset(local) or timedelta()).total_seconds() / 60
    elif (offset := _OFFSET.fullmatch(text)) and int(offset[2]) <= 14:
        minutes = int(f"{offset[1]}1") * (60 * int(offset[2]) + int(offset[3] or 0))
    return None if minutes is None else timezone(timedelta(minutes=minutes))
