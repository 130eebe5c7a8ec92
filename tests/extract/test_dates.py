"""Text → moment, in the forms that pages write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.errors import BadDate
from snapshotter.extract.dates import Clock, in_utc, read_moment

FORMS = [
    # text, clock time, precision, offset in minutes (None: not stated)
    ("2024-07-01 21:41:00", "2024-07-01 21:41:00", "second", None),
    ("2024-07-01T21:41:00+08:00", "2024-07-01 21:41:00", "second", 480),
    ("2024-07-01T21:41:00+0800", "2024-07-01 21:41:00", "second", 480),
    ("2024-07-01T13:41:00.123Z", "2024-07-01 13:41:00", "second", 0),
    ("2024-07-01T21:41+08:00", "2024-07-01 21:41:00", "minute", 480),
    ("2024-07-01", "2024-07-01 00:00:00", "day", None),
    ("2024/7/1 9:05", "2024-07-01 09:05:00", "minute", None),
    ("2024.07.01 09:05", "2024-07-01 09:05:00", "minute", None),
    ("20240701", "2024-07-01 00:00:00", "day", None),
    ("20240701T214100Z", "2024-07-01 21:41:00", "second", 0),
    ("20240701214100", "2024-07-01 21:41:00", "second", None),
    ("1719841260", "2024-07-01 13:41:00", "second", 0),
    ("1719841260000", "2024-07-01 13:41:00", "second", 0),
    ("2024年7月1日 21:41", "2024-07-01 21:41:00", "minute", None),
    ("2024年07月01日21时41分", "2024-07-01 21:41:00", "minute", None),
    ("2024年7月1日21時41分05秒", "2024-07-01 21:41:05", "second", None),
    ("2024年7月1日 下午3:05", "2024-07-01 15:05:00", "minute", None),
    ("2024年7月1日 星期一 08:30", "2024-07-01 08:30:00", "minute", None),
    ("2024年7月1日号", "2024-07-01 00:00:00", "day", None),
    ("发布时间：2024-07-01 21:41 来源：江城日报", "2024-07-01 21:41:00", "minute", None),
    ("2024-07-01 21:41:00 CST", "2024-07-01 21:41:00", "second", 480),
    ("2024-07-01 21:41 北京时间", "2024-07-01 21:41:00", "minute", 480),
    ("民國113年7月1日", "2024-07-01 00:00:00", "day", None),
    ("令和6年7月1日 12時30分", "2024-07-01 12:30:00", "minute", None),
    ("令和元年5月1日", "2019-05-01 00:00:00", "day", None),
    ("2024年7月1日（月） 午後9時41分", "2024-07-01 21:41:00", "minute", None),
    ("2024/07/01 21:41 JST", "2024-07-01 21:41:00", "minute", 540),
    ("2024.07.01. 오후 3:05", "2024-07-01 15:05:00", "minute", None),
    ("2024년 7월 1일 15:05", "2024-07-01 15:05:00", "minute", None),
    ("입력 2024.07.01 오전 12:05", "2024-07-01 00:05:00", "minute", None),
    ("July 1, 2024", "2024-07-01 00:00:00", "day", None),
    ("July 1, 2024 at 9:41 p.m. ET", "2024-07-01 21:41:00", "minute", -240),
    ("Jan. 1, 2024 9:41 PM ET", "2024-01-01 21:41:00", "minute", -300),
    ("Jul 1, 2024, 9:41 PM EDT", "2024-07-01 21:41:00", "minute", -240),
    ("Sept. 1, 2024", "2024-09-01 00:00:00", "day", None),
    ("Mon, 01 Jul 2024 13:41:00 GMT", "2024-07-01 13:41:00", "second", 0),
    ("Mon, 01 Jul 2024 13:41:00 +0200", "2024-07-01 13:41:00", "second", 120),
    ("Mon Jul 01 21:41:00 EST 2024", "2024-07-01 21:41:00", "second", -300),
    ("1 July 2024", "2024-07-01 00:00:00", "day", None),
    ("1st July 2024 21:41 BST", "2024-07-01 21:41:00", "minute", 60),
    ("the 2nd of May 2024", "2024-05-02 00:00:00", "day", None),
    ("01.07.2024, 21:41 Uhr", "2024-07-01 21:41:00", "minute", None),
    ("Stand: 01.07.2024 - 21.41 Uhr", "2024-07-01 21:41:00", "minute", None),
    ("1. Juli 2024 um 21:41", "2024-07-01 21:41:00", "minute", None),
    ("1er juillet 2024 à 21h41", "2024-07-01 21:41:00", "minute", None),
    ("1 de julio de 2024 21:41", "2024-07-01 21:41:00", "minute", None),
    ("1 luglio 2024 alle 21:41", "2024-07-01 21:41:00", "minute", None),
    ("1 lipca 2024", "2024-07-01 00:00:00", "day", None),
    ("1 июля 2024, 21:41", "2024-07-01 21:41:00", "minute", None),
    ("1 Temmuz 2024 11:05", "2024-07-01 11:05:00", "minute", None),
    ("01.07.24", "2024-07-01 00:00:00", "day", None),
    ("13/07/2024", "2024-07-13 00:00:00", "day", None),
    ("07/13/2024 9:41 AM", "2024-07-13 09:41:00", "minute", None),
    ("24-07-01 21:41", "2024-07-01 21:41:00", "minute", None),
    ("2024-05-20 24:00", "2024-05-21 00:00:00", "minute", None),
]


@pytest.mark.parametrize(("text", "local", "precision", "offset"), FORMS)
def test_a_time_is_read_as_written(text, local, precision, offset):
    moment = read_moment(text, Clock(language="zh-CN"))
    assert (str(moment.local), moment.precision) == (local, precision)
    stated = None if moment.zone is None else moment.zone.utcoffset(None).total_seconds() / 60
    assert stated == offset
    assert moment.raw in text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2024-13-45",
        "2024-02-30",
        "1812-01-01",
        "2024",
        "99999999999",
        "31/31/2024",
        "0000-00-00",
        "25:99",
        "24:00",
    ],
)
def test_what_is_no_time_is_a_bad_date(text):
    with pytest.raises(BadDate):
        read_moment(text)


@pytest.mark.parametrize(
    ("text", "clock", "utc", "source"),
    [
        ("2024-05-01T12:00+02:00", Clock("Asia/Shanghai", "zh"), "2024-05-01T10:00:00Z", "stated"),
        ("2024-05-01 12:00", Clock("Asia/Shanghai", "en"), "2024-05-01T04:00:00Z", "site"),
        ("2024-05-01 12:00", Clock("Europe/Vienna", "de"), "2024-05-01T10:00:00Z", "site"),
        ("2024-01-01 12:00", Clock("Europe/Vienna", "de"), "2024-01-01T11:00:00Z", "site"),
        ("2024年5月1日 12:00", Clock("", "zh-CN"), "2024-05-01T04:00:00Z", "assumed"),
        ("2024年5月1日", Clock("", "zh-Hant"), "2024-04-30T16:00:00Z", "assumed"),
        ("2024年5月1日 12:00", Clock("", "ja"), "2024-05-01T12:00:00Z", "assumed"),
        ("May 1, 2024 12:00", Clock(), "2024-05-01T12:00:00Z", "assumed"),
        ("2024-05-01 12:00 CST", Clock("Asia/Shanghai", "en"), "2024-05-01T04:00:00Z", "stated"),
        ("2024-05-01 12:00 CST", Clock("", "en-US"), "2024-05-01T18:00:00Z", "stated"),
    ],
)
def test_utc_and_where_the_zone_came_from(text, clock, utc, source):
    assert in_utc(read_moment(text, clock), clock) == (utc, source)


@pytest.mark.parametrize(
    ("language", "month"), [("", 2), ("en", 2), ("en-US", 2), ("en-GB", 1), ("de", 1), ("fr-FR", 1)]
)
def test_the_language_settles_the_order_of_day_and_month(language, month):
    assert read_moment("02/01/2024", Clock(language=language)).local.month == month


def test_a_zone_nobody_knows_is_a_bad_date():
    with pytest.raises(BadDate, match="Middle/Earth"):
        in_utc(read_moment("2024-05-01"), Clock("Middle/Earth"))


@given(st.text(max_size=80) | st.from_regex(r"[0-9年月日/:. TZ+\-]{4,40}"))
def test_any_text_is_a_time_or_a_bad_date(text):
    try:
        moment = read_moment(text)
    except BadDate:
        return
    assert moment.precision in ("day", "minute", "second")
    in_utc(moment, Clock())
