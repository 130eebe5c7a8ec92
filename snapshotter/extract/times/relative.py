"""Times told from now: 3小时前, 昨天 08:30, yesterday, vor 2 Tagen; and those without a year."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from snapshotter.extract.times.clocktimes import time_behind
from snapshotter.extract.times.months import month
from snapshotter.extract.words import any_of
from snapshotter.patterns import pattern

_UNITS = {
    1: "秒钟? 秒鐘? 초 sec(?:ond(?:e|o|i)?)?s? sekunden? секунд[уы]? saniye",
    60: r"分钟? 分鐘 분 min(?:ute|uto|uti|uten|uut|ut|uter|utter|uta|uty)?[sn]?\.? мин(?:ут[уы]?)?\.? хвилин[уи]? "
    "dakika phút نาที मिनट دقيقة دقائق m",
    3600: r"小时 小時 時間 시간 hours? hrs? stunden? heures? horas? or[ae] uur uren tim(?:me|mar|er|en)? godzin[ęy]? "
    "час(?:а|ов)? годин[уи]? saat giờ ชั่วโมง घंटे? ساعة ساعات h",
    86400: "天 日 일 days? tag(?:en)? jours? días? dias? giorn[oi] dag(?:en|ar|e|er)? dni dzień день дня дней дні gün "
    "ngày วัน दिन يوم أيام d",
    604800: "周 週間? 주 weeks? wochen? semaines? semanas? settiman[ae] weken недел[юиь] тижн\\w+ tygod\\w+ hafta",
    2629800: "个月 個月 か月 ヶ月 カ月 개월 months? monat(?:en)? mois mes(?:es)? mesi miesi\\w+ месяц(?:а|ев)? ay",
    31557600: "年 년 years? jahr(?:en)? ans? años? ann[oi] anos? jaar lat[a]? rok год(?:а)? лет yıl",
}
_FEW = {"一": 1, "两": 2, "兩": 2, "二": 2, "三": 3, "半": 0.5}
_AGO = pattern(
    r"(?:(?P<lead>\b(?:vor|il y a|hace|há|för)\s+|(?:منذ|قبل)\s+)|(?<![\w.]))"
    r"(?P<count>\d{1,3}|[一两兩二三半]|an?|one|eine?[rnm]?|une?|una|uma|um|een|en|ett)\s*(?:"
    + "|".join(f"(?P<u{seconds}>{any_of(words)})" for seconds, words in _UNITS.items())
    + r")(?P<trail>[以之]?前|\s*전|\s+(?:ago|fa|geleden|sedan|siden|назад|тому|temu|önce|trước|पहले)\b|ที่แล้ว)?"
    r"(?![^\W\d_]{2})",
    re.I,
)
_DAYS = {
    "今天 今日 today heute aujourd'hui hoy oggi hoje vandaag i␣dag idag сегодня сьогодні dzisiaj dziś bugün 오늘": 0,
    "昨天 昨日 昨晚 yesterday gestern hier ayer ieri ontem gisteren i␣går igår вчера вчора wczoraj dün 어제": 1,
    "前天 一昨日 おととい vorgestern avant-hier anteayer eergisteren позавчера przedwczoraj 그저께": 2,
}
_DAY = pattern("|".join(rf"(?P<d{days}>(?<![^\W_]){any_of(words)})" for words, days in _DAYS.items()), re.I)
_NOW = pattern(any_of("刚刚 剛剛 刚才 just␣now たった今 방금 gerade␣eben à␣l['’]instant только␣что az␣önce"), re.I)
_NUMBERED = pattern(
    r"(?<![\d年/.-])(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日?(?!\d)|"
    r"(?<![\d年/.:-])(?P<month2>\d\d)[-/](?P<day2>\d\d)(?=\s+\d\d:\d\d)"
)
_NAMED = pattern(
    r"(?<!\w)(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.)?\s+(?:de\s+)?(?P<name>[^\W\d_]{3,12})\.?(?=,?\s*\d{1,2}[:h])|"
    r"(?<!\w)(?P<name2>[^\W\d_]{3,12})\.?\s+(?P<day2>\d{1,2})(?:st|nd|rd|th)?(?=,?\s*(?:at\s+)?\d{1,2}:)",
    re.I,
)


class Told(NamedTuple):
    """A time told from another."""

    local: datetime
    precision: str
    """``minute``, or ``day`` where it is told no finer than to the hour."""
    start: int
    end: int


def read_relative(text: str, now: datetime, language: str = "") -> Told | None:
    """The time that ``text`` tells from ``now``, the clock time of its reader; None: it tells none."""
    if len(text) > 120:
        return None
    return _ago(text, now) or _named_day(text, now) or _without_year(text, now, language)


def _ago(text: str, now: datetime) -> Told | None:
    if match := _NOW.search(text):
        return Told(now, "minute", *match.span())
    for match in _AGO.finditer(text):
        if match["lead"] or match["trail"]:
            seconds = next(unit for unit in _UNITS if match[f"u{unit}"])
            count = match["count"]
            amount = int(count) if count.isdigit() else _FEW.get(count, 1)
            return Told(now - timedelta(seconds=seconds * amount), "day" if seconds > 60 else "minute", *match.span())
    return None


def _named_day(text: str, now: datetime) -> Told | None:
    """``昨天 08:30``; without the clock only where the line is little else."""
    match = _DAY.search(text)
    if not match:
        return None
    day = now - timedelta(days=next(days for days in _DAYS.values() if match[f"d{days}"]))
    if time := time_behind(text, match.end()):
        local = day.replace(hour=time.hour % 24, minute=time.minute, second=time.second or 0, microsecond=0)
        return Told(local, "minute", match.start(), time.end)
    if len(text) < 20 or not text[: match.start()].strip(" :："):
        return Told(day.replace(hour=0, minute=0, second=0, microsecond=0), "day", *match.span())
    return None


def _without_year(text: str, now: datetime, language: str) -> Told | None:
    """``7月1日 21:41``: the last such day that isn't after tomorrow."""
    for match in (*_NUMBERED.finditer(text), *_NAMED.finditer(text)):
        parts = match.groupdict()
        name = parts.get("name") or parts.get("name2")
        number = month(name, language) if name else int(parts.get("month") or parts.get("month2") or 0)
        day = int(parts["day"] or parts["day2"] or 0)
        time = time_behind(text, match.end())
        for year in (now.year, now.year - 1):
            try:
                local = datetime(year, number, day, *((time.hour % 24, time.minute) if time else ()))  # noqa: DTZ001
            except ValueError:
                continue
            if local <= now + timedelta(days=1):
                return Told(local, "minute" if time else "day", match.start(), time.end if time else match.end())
    return None
