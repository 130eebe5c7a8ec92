"""In whose words and whose time a snapshot is printed: locale, zone, name of the archive."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from snapshotter.clock import rfc3339
from snapshotter.errors import UsageError

SHANGHAI = ZoneInfo("Asia/Shanghai")

_UTC_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_LOCAL_TIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wording:
    """The fixed words of one edition of the snapshot text format; values stand between them."""

    subscriptions: str
    category: str
    published: str
    source: str
    disclaimer: tuple[str, str]
    """Before and after the archive's name."""
    captured: str
    notice: str
    url: str
    more: tuple[str, str]
    """Before and after the category."""


WORDINGS = {
    "zh-CN": Wording(
        subscriptions="我的订阅",
        category="类别:",
        published="发布时间:",
        source="来源:",
        disclaimer=(
            "以上内容为资讯信息快照,由",
            "爬虫进行采集并收录,本站未对信息做任何修改,信息内容不代表本站立场。",
        ),
        captured="快照生成时间:",
        notice="本站信息快照查询为非营利公共服务,如有侵权请联系我们进行删除。",
        url="信息原文地址:",
        more=("更多关于", "的资讯:"),
    ),
    "en": Wording(
        subscriptions="My subscriptions",
        category="Category: ",
        published="Published: ",
        source="Source: ",
        disclaimer=(
            "The above is a snapshot of published information, collected and kept by the crawler of ",
            ". This site has altered nothing in it; what it says is not the position of this site.",
        ),
        captured="Snapshot made: ",
        notice="Looking up snapshots is a non-profit public service. "
        "If one infringes your rights, please contact us to have it removed.",
        url="Original address: ",
        more=("More about ", ":"),
    ),
}


@dataclass(frozen=True, slots=True)
class Edition:
    """How snapshots are printed."""

    locale: str = "zh-CN"
    """A key of WORDINGS."""
    zone: ZoneInfo = SHANGHAI
    """What the printed times are in; they carry no offset."""
    host: str = ""
    """Name of the archive, for records that don't carry one."""

    @classmethod
    def of(cls, locale: str, timezone: str, host: str) -> Edition:
        """The edition that the settings name. Raises UsageError if there is none such."""
        if locale not in WORDINGS:
            raise UsageError(f"no edition in the locale {locale!r}; there are {', '.join(WORDINGS)}")
        try:
            zone = ZoneInfo(timezone)
        except (KeyError, ValueError, OSError) as error:
            raise UsageError(f"not a time zone: {timezone!r}; say one like Asia/Shanghai") from error
        return cls(locale, zone, host)

    @property
    def wording(self) -> Wording:
        """The words of its locale."""
        return WORDINGS[self.locale]


def to_local(moment: str, zone: ZoneInfo) -> str:
    """``2024-07-01T13:41:00Z`` as ``2024-07-01 21:41:00`` in ``zone``; empty stays empty.

    Raises ValueError if it isn't a time of the record's form, or leaves the years 1 to 9999.
    """
    if not moment:
        return ""
    if not _UTC_TIME.fullmatch(moment):
        raise ValueError(f"not a time like 2024-07-01T13:41:00Z: {moment[:80]!r}")
    try:
        local = datetime.fromisoformat(moment).astimezone(zone)
    except OverflowError as error:
        raise ValueError(f"beyond the calendar: {moment}") from error
    return local.replace(tzinfo=None).isoformat(" ")


def published_local(published_at: str, precision: str, zone: ZoneInfo) -> str:
    """A publish time as ``to_local`` has it; one that is stated to the day is that day's midnight, in any zone.

    A day is stored as midnight of its own zone: twelve hours later it is that day in UTC, whatever the zone was.
    Turned into another zone, midnight would become an hour, or a day, that no page states. Raises ValueError.
    """
    local = to_local(published_at, zone)
    if precision != "day" or not local:
        return local
    return f"{datetime.fromisoformat(published_at) + timedelta(hours=12):%Y-%m-%d} 00:00:00"


def to_utc(local: str, zone: ZoneInfo) -> str:
    """The reverse of ``to_local``. Of a clock time that came twice (summer time's end), the first.

    Raises ValueError if it isn't such a time, or never was one in ``zone``.
    """
    if not local:
        return ""
    if not is_local(local):
        raise ValueError(f"not a time like 2024-07-01 21:41:00: {local[:80]!r}")
    try:
        moment = rfc3339(datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC))
    except OverflowError as error:
        raise ValueError(f"beyond the calendar: {local}") from error
    if to_local(moment, zone) != local:
        raise ValueError(f"{local} never was in {zone}; is the text of another time zone?")
    return moment


def is_local(text: str) -> bool:
    """Whether it has the form of a printed time."""
    return _LOCAL_TIME.fullmatch(text) is not None
