"""Text → moment: the forms in which Chinese, Japanese, Korean, English and European pages write a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

from snapshotter.clock import rfc3339
from snapshotter.errors import BadDate
from snapshotter.extract.times.clocktimes import ClockTime, full_hour, time_ahead, time_behind
from snapshotter.extract.times.months import month
from snapshotter.extract.times.numerals import in_numerals
from snapshotter.extract.times.relative import read_relative
from snapshotter.extract.times.zones import WRITTEN, Clock, read_zone
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Clock", "Moment", "in_utc", "moments", "read_moment"]

_LONGEST = 400
"""No time is looked for behind so many characters."""
_YEARS = range(1980, 2100)
_BUDDHIST = 543
"""How many years before ours the Thai count begins."""
_DAY_FIRST = frozenset({"es", "pt", "fr", "it", "de", "nl", "el", "tr", "id", "vi", "ro"})
"""Languages whose dates begin with the day, though the clock beside them has twelve hours."""
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}

_ISO = pattern(
    r"\s*(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ]([01]\d|2[0-3]):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?\s?(?:(Z)|([+-])(\d\d):?(\d\d))?)?\s*$"
)
_EPOCH = pattern(r"\s*(\d{10})(?:\d{3})?(?:\.\d+)?\s*$")
_YEAR = pattern(r"(?:19|20|25)\d\d")
_WITH_YEAR = tuple(
    pattern(form)
    for form in (
        r"(?<![\d.])(?P<year>(?:19|20|25)\d\d)\s*(?:[-/.．_]|年|년)\s*(?P<month>\d{1,2})\s*(?:[-/.．_]|月|월)\s*"
        r"(?P<day>\d{1,2})(?!\d)\s*(?:日|일|号|號|\.(?!\d))?(?:\s*[(（]\S{1,3}[)）])?",
        r"(?<![\d.])(?P<first>\d{1,2})\s?(?P<mark>[./-])\s?(?P<then>\d{1,2})\s?(?P=mark)\s?"
        r"(?P<year>(?:19|20|25)\d\d)(?!\d)",
        r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
        rf"(?:[T\s]?(?P<hour>[01]\d|2[0-3]):?(?P<minute>[0-5]\d)(?::?(?P<second>[0-5]\d))?{WRITTEN}?)?(?!\d)",
        r"(?<!\d)(?P<day>\d{1,2})\s*tháng\s*(?P<month>\d{1,2})[\s,]*(?:năm\s*)?(?P<year>(?:19|20)\d\d)(?!\d)",
    )
)
_CHINESE_YEAR = tuple(
    pattern(form)
    for form in (
        r"(?P<era>令和|平成|昭和|民國|民国)\s*(?P<year>\d{1,3}|元)\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日"
        r"(?:\s*[(（]\S{1,3}[)）])?",
        r"(?<!\d)(?P<roc>1[01]\d)年\s?(?P<month>\d{1,2})月\s?(?P<day>\d{1,2})日",
    )
)
_SHORT_YEAR = tuple(
    pattern(form)
    for form in (
        r"(?<![\d./])(?P<first>\d{1,2})(?P<mark>[./])(?P<then>\d{1,2})(?P=mark)(?P<short>\d\d)(?![\d./]|:\d)",
        r"(?<![\d-])(?P<short>[012]\d)-(?P<month>\d\d)-(?P<day>\d\d)(?=\s+\d\d:\d\d)",
        r"(?<![\d/-])(?P<roc>1[01]\d)(?P<mark>[/-])(?P<month>\d\d)(?P=mark)(?P<day>\d\d)(?![\d/-])",
    )
)
_THAI = pattern(r"(?<!\d)(?P<day>\d{1,2})\s?(?P<name>[ก-๛]{1,3}\.\s?[ก-๛]|[ก-๛]{5,10})\.?\s?(?P<thai>[56]\d)(?![\d:.])")
_BEFORE_NUMBER = pattern(r"[^\W\d_][^\s\d,/:()（）\[\]|·、–—-]{1,14}(?=[\s,./–—-]{0,3}(?:del?\s|พ\.ศ\.\s?|of\s)?\d)")
_DAY_AHEAD = pattern(
    r"(?<![\d:.])(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º|ª|°|-го|-е|-а)?[\s,./-]*(?:de\s+|of\s+|ta[’']\s+|d[’'])?$", re.I
)
_YEAR_BEHIND = pattern(
    r"\.?[\s,./-]*(?:del?\s+|พ\.ศ\.\s*)?(?P<year>(?:19|20|25)\d\d)(?!\d)(?:\s*г\.?(?:ода)?(?!\w)|\s*р\.)?", re.I
)
_DAY_BEHIND = pattern(r"\.?[\s,./-]*(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?(?![\d:])[\s,./-]*(?:del?\s+|of\s+)?", re.I)
_YEAR_AFTER_DAY = pattern(
    rf"(?:(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)\s+(?:{WRITTEN}\s+)?)?(?P<year>(?:19|20|25)\d\d)(?!\d)", re.I
)
_YEAR_AHEAD = pattern(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:\.?,?[\s-]*(?:m\.\s*|gada\s*)?|ko\s)$")
_YEAR_DAY_MONTH = pattern(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:\.\s?gada|\s?жылғы)\s+(?P<day>\d{1,2})\.?\s+(?P<name>[^\W\d_]{3,12})", re.I
)
_OTHER_DIGITS = {
    **{ord(zero) + value: str(value) for zero in "٠۰०๐০૦੦౦೦൦၀០໐０" for value in range(10)},
    **dict.fromkeys(map(ord, "\u200e\u200f\xa0\u2002\u202f"), " "), ord("："): ":", ord("／"): "/",
}  # fmt: skip

Parts = dict[str, str | None]


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
    start: int = 0
    """Where in the text it was read from it stands."""
    swapped: datetime | None = None
    """The clock time in the other reading, where nothing tells the day from the month (``01/02/2024``)."""


def read_moment(text: str, clock: Clock = Clock()) -> Moment:  # noqa: B008  (a frozen value)
    """The first time that ``text`` states, by the earliest of the known forms in its first 400 characters.

    ``clock`` settles what order ``01/02/2024`` is in, what ``CST`` means and what ``昨天`` counts from. Raises BadDate
    where there is none, or none that can be.
    """
    if found := moments(text, clock):
        return found[0]
    raise BadDate(text[:_LONGEST], "no form known, or no such day")


def moments(text: str, clock: Clock) -> list[Moment]:
    """All times that ``text`` states in its first 400 characters, in order; those that can't be are left out."""
    text = text[:_LONGEST]
    if match := _ISO.match(text):
        return _in_years([_iso(match)])
    if epoch := _EPOCH.match(text):
        local = datetime.fromtimestamp(int(epoch[1]), UTC).replace(tzinfo=None)
        return _in_years([Moment(local, "second", UTC, text.strip())])
    plain = text if text.isascii() else text.translate(_OTHER_DIGITS)
    found: list[Moment] = []
    floor = 0
    for start, end, parts in sorted(_dates(plain, clock), key=lambda one: (one[0], -one[1])):
        if start >= floor and (moment := _moment(text, (start, end), floor, parts, clock)):
            found.append(moment)
            floor = max(end, start + len(moment.raw))
    found = _in_years(found)
    return found or _in_years(_relative(plain, text, clock))


def _iso(match: re.Match[str]) -> Moment | None:
    year, month_, day, hour, minute, second, utc, sign, hours, minutes = match.groups()
    zone: tzinfo | None = UTC if utc else None
    try:
        if sign:
            zone = timezone(int(sign + "1") * timedelta(hours=int(hours), minutes=int(minutes)))
        local = datetime(int(year), int(month_), int(day), int(hour or 0), int(minute or 0), int(second or 0))  # noqa: DTZ001
    except ValueError:
        return None
    return Moment(local, "second" if second else "minute" if hour else "day", zone, match[0].strip())


def _in_years(found: Sequence[Moment | None]) -> list[Moment]:
    return [moment for moment in found if moment is not None and moment.local.year in _YEARS]


def in_utc(moment: Moment, clock: Clock) -> tuple[str, str]:
    """(RFC 3339 in UTC, where its zone came from): ``stated``, ``site``, or ``assumed``.

    A time without a zone is read in the site's; where that isn't known, in that of the page's language, or in UTC.
    Raises BadDate if there is no such zone as the site's.
    """
    if moment.zone is not None:
        return rfc3339(moment.local.replace(tzinfo=moment.zone)), "stated"
    return rfc3339(moment.local.replace(tzinfo=clock.home)), "site" if clock.zone else "assumed"


def _relative(plain: str, text: str, clock: Clock) -> list[Moment | None]:
    if clock.captured_at is None:
        return []
    told = read_relative(plain, clock.captured_at.astimezone(clock.home).replace(tzinfo=None), clock.language)
    return [Moment(told.local, told.precision, None, text[told.start : told.end].strip(), told.start)] if told else []


def _dates(text: str, clock: Clock) -> Iterator[tuple[int, int, Parts]]:
    """(start, end, parts) of all that looks like a date."""
    if "年" in text:
        yield from in_numerals(text)
    has_year = _YEAR.search(text) is not None
    for form in (*(_WITH_YEAR if has_year else ()), *(_CHINESE_YEAR if "年" in text else ()), *_SHORT_YEAR):
        for match in form.finditer(text):
            yield match.start(), match.end(), match.groupdict()
    if has_year:
        yield from _named(text, clock)
    elif thai := None if text.isascii() else _THAI.search(text):
        yield thai.start(), thai.end(), {**thai.groupdict(), "month": str(month(thai["name"].replace(" ", "")))}


def _named(text: str, clock: Clock) -> Iterator[tuple[int, int, Parts]]:
    """The dates with the month's name."""
    for match in _YEAR_DAY_MONTH.finditer(text):
        if number := month(match["name"], clock.language):
            yield match.start(), match.end(), {**match.groupdict(), "month": str(number)}
    for word in _BEFORE_NUMBER.finditer(text):
        if number := month(word[0], clock.language):
            yield from _around(text, word, number)


def _around(text: str, word: re.Match[str], number: int) -> Iterator[tuple[int, int, Parts]]:
    """The date around a month's name."""
    start, end = word.span()
    ahead = text[max(0, start - 16) : start]
    shift = start - len(ahead)
    parts: Parts = {"month": str(number)}
    if (day := _DAY_AHEAD.search(ahead)) and (year := _YEAR_BEHIND.match(text, end)):
        yield shift + day.start(), year.end(), {**parts, **day.groupdict(), **year.groupdict()}
    elif day := _DAY_BEHIND.match(text, end):
        if year := _YEAR_AFTER_DAY.match(text, day.end()):
            yield start, year.end(), {**parts, **day.groupdict(), **year.groupdict()}
        elif year := _YEAR_AHEAD.search(ahead):
            end = day.end("day")
            end += text[end : end + 1] == "."
            yield shift + year.start(), end, {**parts, **day.groupdict(), **year.groupdict()}


def _moment(text: str, span: tuple[int, int], floor: int, parts: Parts, clock: Clock) -> Moment | None:
    """A date, and the clock time beside it."""
    start, end = span
    plain = text.translate(_OTHER_DIGITS)
    time = _own_time(parts) or time_behind(plain, end)
    if time is None and (time := time_ahead(plain, start, floor)):
        start = time.start
    end = max(end, time.end) if time else end
    try:
        local, swapped = _local(parts, time, clock)
    except (ValueError, OverflowError):
        return None
    precision = "day" if time is None else "minute" if time.second is None else "second"
    zone = read_zone(time.zone, clock, local) if time else None
    return Moment(local, precision, zone, text[start:end].strip(" ,，(（"), start, swapped)


def _own_time(parts: Parts) -> ClockTime | None:
    """The clock time inside the date, as in 20240701T214100Z."""
    if not parts.get("hour"):
        return None
    second = parts.get("second")
    return ClockTime(
        full_hour(int(parts["hour"] or 0), ""), int(parts["minute"] or 0), int(second) if second else None,
        parts.get("zone") or "", 0, 0,
    )  # fmt: skip


def _local(parts: Parts, time: ClockTime | None, clock: Clock) -> tuple[datetime, datetime | None]:
    """(the clock time written, the one with day and month exchanged if that may be meant). ValueError: neither is."""
    year = _year(parts, clock)
    hour, minute, second = (time.hour, time.minute, time.second or 0) if time else (0, 0, 0)

    def on(month_: int, day: int) -> datetime:
        moment = datetime(year, month_, day, hour % 24, minute, second)  # noqa: DTZ001
        return moment + timedelta(days=hour // 24)

    if not parts.get("first"):
        return on(int(parts["month"] or 0), int(parts["day"] or 0)), None
    one, two = int(parts["first"] or 0), int(parts["then"] or 0)
    if one > 12 or two > 12:
        return (on(one, two) if two > 12 else on(two, one)), None
    american, european = on(one, two), on(two, one)
    if _is_american(parts, time, clock):
        return american, european
    return european, None if parts["mark"] == "." and not _may_be_english(clock) else american


def _year(parts: Parts, clock: Clock) -> int:
    """The year of our count. ValueError: of one that the page can't mean."""
    if era := parts.get("era"):
        return _ERAS[era] + (1 if parts["year"] == "元" else int(parts["year"] or 0))
    if roc := parts.get("roc"):
        if not clock.is_chinese:
            raise ValueError
        return 1911 + int(roc)
    if thai := parts.get("thai"):
        return 2500 - _BUDDHIST + int(thai)
    year = int(parts.get("year") or 0) or 2000 + int(parts.get("short") or 0)
    return year - _BUDDHIST if year > 2500 else year


def _is_american(parts: Parts, time: ClockTime | None, clock: Clock) -> bool:
    """Whether ``one/two/2024`` starts with the month: an American habit, as is, of who writes no Latin tongue of
    their own, the clock of twelve hours.
    """
    language = clock.language.lower()
    half = bool(time and time.is_half) and language.split("-")[0] not in _DAY_FIRST
    return parts["mark"] == "/" and (language in ("", "en", "en-us") or half)


def _may_be_english(clock: Clock) -> bool:
    return clock.language.lower().split("-")[0] in ("", "en")
