"""Text → moment, in the forms that pages write."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.errors import BadDate
from snapshotter.extract.times.dates import Clock, in_utc, moments, read_moment

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
    ("二〇二四年七月一日", "2024-07-01 00:00:00", "day", None),
    ("二零二四年十二月三十一日 星期二", "2024-12-31 00:00:00", "day", None),
    ("二〇二四年十月二十日", "2024-10-20 00:00:00", "day", None),
    ("二〇二四年一月十号 21:41", "2024-01-10 21:41:00", "minute", None),
    ("2024年七月1日", "2024-07-01 00:00:00", "day", None),
    ("十二月 1, 2024", "2024-12-01 00:00:00", "day", None),
    ("1 ביולי 2024", "2024-07-01 00:00:00", "day", None),
    ("1 יולי 2024 21:41", "2024-07-01 21:41:00", "minute", None),
    ("۱ ژوئیه ۲۰۲۴", "2024-07-01 00:00:00", "day", None),
    ("1 جويلية 2024", "2024-07-01 00:00:00", "day", None),
    ("1 جولائی 2024", "2024-07-01 00:00:00", "day", None),
    ("১ জুলাই ২০২৪", "2024-07-01 00:00:00", "day", None),
    ("जुलै 1, 2024", "2024-07-01 00:00:00", "day", None),
    ("૧ જુલાઈ ૨૦૨૪", "2024-07-01 00:00:00", "day", None),
    ("1 ஜூலை 2024", "2024-07-01 00:00:00", "day", None),
    ("1 ივლისი, 2024", "2024-07-01 00:00:00", "day", None),
    ("1 հուլիսի 2024", "2024-07-01 00:00:00", "day", None),
    ("1. јула 2024.", "2024-07-01 00:00:00", "day", None),
    ("1 ліпеня 2024", "2024-07-01 00:00:00", "day", None),
    ("2024 жылғы 1 шілде", "2024-07-01 00:00:00", "day", None),
    ("2024. gada 1. jūlijs", "2024-07-01 00:00:00", "day", None),
    ("2024ko uztailaren 1a", "2024-07-01 00:00:00", "day", None),
    ("1. júlí 2024", "2024-07-01 00:00:00", "day", None),
    ("1 ta’ Lulju 2024", "2024-07-01 00:00:00", "day", None),
    ("1 Julai 2024", "2024-07-01 00:00:00", "day", None),
    ("Hulyo 1, 2024", "2024-07-01 00:00:00", "day", None),
    ("1. srpanj 2024.", "2024-07-01 00:00:00", "day", None),
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
    ("发布时间：2024年7月1日 晚上9点05分", "2024-07-01 21:05:00", "minute", None),
    ("2024年7月1日 中午1:05", "2024-07-01 13:05:00", "minute", None),
    ("113年7月1日", "2024-07-01 00:00:00", "day", None),
    ("平成31年4月30日", "2019-04-30 00:00:00", "day", None),
    ("2024年7月1日 새벽 12:30", "2024-07-01 00:30:00", "minute", None),
    ("２０２４年７月１日　２１：４１", "2024-07-01 21:41:00", "minute", None),
    ("1 июля 2024 г. в 21:41", "2024-07-01 21:41:00", "minute", None),
    ("21:41, 1 июля 2024", "2024-07-01 21:41:00", "minute", None),
    ("1 липня 2024, 21:41", "2024-07-01 21:41:00", "minute", None),
    ("9:41 PM, July 1, 2024", "2024-07-01 21:41:00", "minute", None),
    ("1. července 2024 21:41", "2024-07-01 21:41:00", "minute", None),
    ("1. júla 2024 o 21:41", "2024-07-01 21:41:00", "minute", None),
    ("2024. július 1. 21:41", "2024-07-01 21:41:00", "minute", None),
    ("1. heinäkuuta 2024 klo 21.41", "2024-07-01 21:41:00", "minute", None),
    ("1. juli 2024 kl. 21.41", "2024-07-01 21:41:00", "minute", None),
    ("1 juli 2024 om 21:41 uur", "2024-07-01 21:41:00", "minute", None),
    ("1 de julho de 2024 às 21h41", "2024-07-01 21:41:00", "minute", None),
    ("1 lipca 2024, godz. 21:41", "2024-07-01 21:41:00", "minute", None),
    ("1 iulie 2024 21:41", "2024-07-01 21:41:00", "minute", None),
    ("1 Ιουλίου 2024, 21:41", "2024-07-01 21:41:00", "minute", None),
    ("1 юли 2024", "2024-07-01 00:00:00", "day", None),
    ("2024 m. liepos 1 d.", "2024-07-01 00:00:00", "day", None),
    ("1 tháng 7, 2024 21:41", "2024-07-01 21:41:00", "minute", None),
    ("1 يوليو 2024", "2024-07-01 00:00:00", "day", None),
    ("١ يوليو ٢٠٢٤", "2024-07-01 00:00:00", "day", None),
    ("1 जुलाई 2024, 9:41 PM", "2024-07-01 21:41:00", "minute", None),
    ("१ जुलाई २०२४", "2024-07-01 00:00:00", "day", None),
    ("1 กรกฎาคม 2567 เวลา 21:41 น.", "2024-07-01 21:41:00", "minute", None),
    ("1 ก.ค. 2567", "2024-07-01 00:00:00", "day", None),
    ("1 ก.ค. 67 21:41 น.", "2024-07-01 21:41:00", "minute", None),
    ("1 กรกฎาคม 67", "2024-07-01 00:00:00", "day", None),
    ("01-Jul-2024", "2024-07-01 00:00:00", "day", None),
    ("2024 Jul 1", "2024-07-01 00:00:00", "day", None),
    ("26/10/13, 03:48 pm", "2013-10-26 15:48:00", "minute", None),
    ("15-07-2024", "2024-07-15 00:00:00", "day", None),
]


@pytest.mark.parametrize(("text", "local", "precision", "offset"), FORMS)
def test_a_time_is_read_as_written(text, local, precision, offset):
    moment = read_moment(text, Clock(language="zh-CN"))
    assert (str(moment.local), moment.precision) == (local, precision)
    stated = None if moment.zone is None else moment.zone.utcoffset(None).total_seconds() / 60
    assert stated == offset
    assert moment.raw in text
    assert read_moment(moment.raw, Clock(language="zh-CN")).local == moment.local


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
        ("2024年5月1日 12:00", Clock("", "ja"), "2024-05-01T03:00:00Z", "assumed"),
        ("1. Mai 2024 12:00", Clock("", "de-AT"), "2024-05-01T10:00:00Z", "assumed"),
        ("1 May 2024 12:00", Clock("", "en-GB"), "2024-05-01T11:00:00Z", "assumed"),
        ("1 May 2024 12:00", Clock("", "en"), "2024-05-01T12:00:00Z", "assumed"),
        ("May 1, 2024 12:00", Clock(), "2024-05-01T12:00:00Z", "assumed"),
        ("2024-05-01 12:00", Clock("", "lv"), "2024-05-01T09:00:00Z", "assumed"),
        ("2024-05-01 12:00", Clock("", "bn-BD"), "2024-05-01T06:00:00Z", "assumed"),
        ("2024-05-01 12:00", Clock("", "bn"), "2024-05-01T12:00:00Z", "assumed"),
        ("2024-05-01 12:00 CST", Clock("Asia/Shanghai", "en"), "2024-05-01T04:00:00Z", "stated"),
        ("2024-05-01 12:00 CST", Clock("", "en-US"), "2024-05-01T18:00:00Z", "stated"),
    ],
)
def test_utc_and_where_the_zone_came_from(text, clock, utc, source):
    assert in_utc(read_moment(text, clock), clock) == (utc, source)


@pytest.mark.parametrize(
    ("text", "language", "month"),
    [
        ("1 lip 2024", "pl", 7),
        ("1. lip 2024", "hr", 6),
        ("1. srp 2024", "hr", 7),
        ("1. srp 2024", "cs", 8),
        ("1. pro 2024", "cs-CZ", 12),
        ("1 лист. 2024", "uk", 11),
        ("1 Mac 2024", "ms", 3),
        ("1 Julie 2024", "af", 7),
    ],
)
def test_the_language_settles_what_a_short_name_means(text, language, month):
    assert read_moment(text, Clock(language=language)).local.month == month


@pytest.mark.parametrize(
    "text",
    [
        "iPhone 15 Pro 2024",
        "10 LED 2024",
        "Julie 24, 2024",
        "三月 2024",
        "12 คนไทย 67",
        "1 ก.ค. 12:30",
        "二〇二四年",
        "一百年",
    ],
)
def test_words_that_are_months_in_few_languages_are_none_in_others(text):
    assert moments(text, Clock(language="en")) == []


@pytest.mark.parametrize(
    ("language", "month"), [("", 2), ("en", 2), ("en-US", 2), ("en-GB", 1), ("de", 1), ("fr-FR", 1)]
)
def test_the_language_settles_the_order_of_day_and_month(language, month):
    assert read_moment("02/01/2024", Clock(language=language)).local.month == month


def test_a_date_that_can_be_read_two_ways_keeps_the_other():
    moment = read_moment("02/01/2024 12:00", Clock(language="de"))
    assert (str(moment.local), str(moment.swapped)) == ("2024-01-02 12:00:00", "2024-02-01 12:00:00")
    assert read_moment("13/01/2024").swapped is None


@pytest.mark.parametrize(
    ("raw", "language", "local", "swapped"),
    [
        ("10/05/2022 05:22 pm", "es", "2022-05-10 17:22:00", "2022-10-05 17:22:00"),  # the clock of Latin America
        ("10/05/2022 05:22 pm", "zh", "2022-10-05 17:22:00", "2022-05-10 17:22:00"),  # a server's
        ("01.11.2023", "de", "2023-11-01 00:00:00", "None"),
        ("01.11.2023", "en", "2023-11-01 00:00:00", "2023-01-11 00:00:00"),
    ],
)
def test_the_language_tells_whether_the_month_may_come_first(raw, language, local, swapped):
    moment = read_moment(raw, Clock("", language))
    assert (str(moment.local), str(moment.swapped)) == (local, swapped)


def test_all_times_of_a_line_are_read_in_order():
    found = moments("Last updated 04 Jun 2020, originally created 17 Jun 2019 at 9:05", Clock())
    assert [(str(one.local), one.precision) for one in found] == [
        ("2020-06-04 00:00:00", "day"),
        ("2019-06-17 09:05:00", "minute"),
    ]


NOW = datetime(2024, 7, 1, 13, 30, tzinfo=UTC)  # 21:30 in China


@pytest.mark.parametrize(
    ("text", "language", "local", "precision"),
    [
        ("今天 08:30", "zh-CN", "2024-07-01 08:30:00", "minute"),
        ("昨天 08:30", "zh-CN", "2024-06-30 08:30:00", "minute"),
        ("发布于 前天", "zh-CN", "2024-06-29 00:00:00", "day"),
        ("3小时前", "zh-CN", "2024-07-01 18:30:00", "day"),
        ("5分钟前", "zh-CN", "2024-07-01 21:25:00", "minute"),
        ("刚刚", "zh-CN", "2024-07-01 21:30:00", "minute"),
        ("2天前", "zh-CN", "2024-06-29 21:30:00", "day"),
        ("07-01 08:30", "zh-CN", "2024-07-01 08:30:00", "minute"),
        ("12-31 08:30", "zh-CN", "2023-12-31 08:30:00", "minute"),
        ("7月1日 08:30", "zh-CN", "2024-07-01 08:30:00", "minute"),
        ("3時間前", "ja", "2024-07-01 19:30:00", "day"),
        ("3시간 전", "ko", "2024-07-01 19:30:00", "day"),
        ("어제 08:30", "ko", "2024-06-30 08:30:00", "minute"),
        ("5 minutes ago", "en", "2024-07-01 13:25:00", "minute"),
        ("Posted an hour ago", "en", "2024-07-01 12:30:00", "day"),
        ("Yesterday, 8:30 PM", "en", "2024-06-30 20:30:00", "minute"),
        ("Jul 1, 8:30", "en", "2024-07-01 08:30:00", "minute"),
        ("vor 3 Stunden", "de", "2024-07-01 12:30:00", "day"),
        ("gestern, 08:30 Uhr", "de", "2024-06-30 08:30:00", "minute"),
        ("il y a 2 jours", "fr-FR", "2024-06-29 15:30:00", "day"),
        ("hace 5 minutos", "es", "2024-07-01 13:25:00", "minute"),
        ("2 ore fa", "it", "2024-07-01 13:30:00", "day"),
        ("há 2 horas", "pt", "2024-07-01 11:30:00", "day"),
        ("2 uur geleden", "nl", "2024-07-01 13:30:00", "day"),
        ("2 часа назад", "ru", "2024-07-01 11:30:00", "day"),
        ("вчера в 08:30", "ru", "2024-06-30 08:30:00", "minute"),
        ("2 godziny temu", "pl", "2024-07-01 13:30:00", "day"),
        ("2 saat önce", "tr", "2024-07-01 14:30:00", "day"),
    ],
)
def test_a_time_told_from_now_counts_from_the_capture(text, language, local, precision):
    moment = read_moment(text, Clock("", language, NOW))
    assert (str(moment.local), moment.precision, moment.zone) == (local, precision, None)
    assert moment.raw in text


@pytest.mark.parametrize("text", ["3小时前", "昨天 08:30", "5 minutes ago", "07-01 08:30"])
def test_without_a_capture_time_nothing_is_told_from_now(text):
    with pytest.raises(BadDate):
        read_moment(text)


@pytest.mark.parametrize(
    "text",
    [
        "5 minutes",
        "read in 3 min",
        "3小时",
        "the day before yesterday's long and winding meeting",
        "3 comments",
        "99月99日 08:30",
        "",
    ],
)
def test_a_length_of_time_is_no_time(text):
    with pytest.raises(BadDate):
        read_moment(text, Clock("", "en", NOW))


def test_a_zone_nobody_knows_is_a_bad_date():
    with pytest.raises(BadDate, match="Middle/Earth"):
        in_utc(read_moment("2024-05-01"), Clock("Middle/Earth"))


_PIECES = st.sampled_from(
    """
    2024 2567 99 1 07 31 12:30 24:00 年 月 日 / - . : T Z +08:00 令和 July 1st de of 前 ago 小时 yesterday 昨天 pm 下午
    民國 113 กรกฎาคม ١ tháng CST
    """.split()  # noqa: SIM905
)


@given(
    st.text(max_size=80)
    | st.from_regex(r"[0-9年月日/:. TZ+\-]{4,40}")
    | st.lists(_PIECES, max_size=12).map(" ".join)
    | st.lists(_PIECES, max_size=12).map("".join)
)
def test_any_text_is_a_time_or_a_bad_date(text):
    for clock in (Clock(), Clock("", "zh", NOW), Clock("Asia/Tokyo", "de", NOW)):
        try:
            moment = read_moment(text, clock)
        except BadDate:
            continue
        assert moment.precision in ("day", "minute", "second")
        assert 0 <= moment.start < len(text)
        in_utc(moment, clock)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))  # noqa: DTZ001
def test_what_is_written_is_what_is_read(moment):
    minute = moment.replace(second=0, microsecond=0)
    for form in ("%Y年%m月%d日 %H:%M", "%d.%m.%Y, %H:%M Uhr", "%B %d, %Y %I:%M %p", "%Y/%m/%d %H:%M", "%Y%m%dT%H%M"):
        assert read_moment(minute.strftime(form), Clock(language="de")).local == minute
