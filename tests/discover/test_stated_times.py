"""Times as feeds and sitemaps state them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.discover.dates import Zone, stated_time, zone_of
from snapshotter.sites import Site

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BEIJING = Zone(ZoneInfo("Asia/Shanghai"), "site")
CHICAGO = Zone(ZoneInfo("America/Chicago"), "site")


@pytest.mark.parametrize(
    ("raw", "utc", "source"),
    [
        ("2024-05-01T12:00:00+02:00", "2024-05-01T10:00:00Z", "stated"),
        ("2024-05-01T12:00:00.123Z", "2024-05-01T12:00:00Z", "stated"),
        ("2024-05-01T12:00+0530", "2024-05-01T06:30:00Z", "stated"),
        ("2024-05-01T12:00:00", "2024-05-01T04:00:00Z", "site"),
        ("2024-05-01 12:00:00", "2024-05-01T04:00:00Z", "site"),
        ("2024-05-01", "2024-04-30T16:00:00Z", "site"),
        ("20240501T120000Z", "2024-05-01T12:00:00Z", "stated"),
        ("Wed, 01 May 2024 12:00:00 GMT", "2024-05-01T12:00:00Z", "stated"),
        ("Wed, 1 May 24 12:00 -0400", "2024-05-01T16:00:00Z", "stated"),
        ("01-May-2024 12:00:00 EDT", "2024-05-01T16:00:00Z", "stated"),
        ("Wed, 01 May 2024 12:00:00", "2024-05-01T04:00:00Z", "site"),
        ("Wed, 01 May 2024 12:00:00 CST", "2024-05-01T04:00:00Z", "site"),  # China Standard Time
        ("Wed May 01 12:00:00 CST 2024", "2024-05-01T04:00:00Z", "site"),
        ("Wed, 01 May 2024 12:00:00 XYZ", "2024-05-01T04:00:00Z", "site"),
        ("May 1, 2024 at 1:30 PM EST", "2024-05-01T18:30:00Z", "stated"),
        ("May 1, 2024 12:30 AM", "2024-04-30T16:30:00Z", "site"),
        ("2026年11月20日 08:00", "2026-11-20T00:00:00Z", "site"),
        ("2024年5月1日12时05分", "2024-05-01T04:05:00Z", "site"),
        ("2024年5月1日 下午3：05", "2024-05-01T07:05:00Z", "site"),
        ("2024/5/1 8:05:06", "2024-05-01T00:05:06Z", "site"),
        ("2024.05.01 08:05", "2024-05-01T00:05:00Z", "site"),
        ("发布时间：2024-05-01 08:05 来源", "2024-05-01T00:05:00Z", "site"),
        ("2024-05-01 08:05:60 +0800", "2024-05-01T00:05:59Z", "stated"),
        ("", "", ""),
        ("yesterday", "", ""),
        ("2024-13-45", "", ""),
        ("2024-05-01T25:00:00Z", "", ""),
        ("0000-00-00 00:00:00", "", ""),
        ("1970-01-01T00:00:00Z", "", ""),  # an empty field of a database
        ("2026-11-24T00:00:00Z", "", ""),  # not yet
        ("9999-12-31T23:59:59-12:00", "", ""),
    ],
)
def test_stated_times_in_utc(raw, utc, source):
    assert stated_time(raw, BEIJING, AT) == (utc, source)


def test_central_time_is_central_time_elsewhere():
    assert stated_time("Wed, 01 May 2024 12:00:00 CST", CHICAGO, AT) == ("2024-05-01T18:00:00Z", "stated")


@pytest.mark.parametrize(
    ("site", "url", "language", "hours", "source"),
    [
        (Site("a", "A", ("a.cn",), timezone="Europe/Berlin"), "https://a.cn/", "zh", 1, "site"),
        (Site("a", "A", ("a.cn",)), "https://a.cn/", "", 8, "assumed"),
        (None, "https://a.com/", "zh-Hans", 8, "assumed"),
        (None, "https://a.com.tw/", "", 8, "assumed"),
        (None, "https://a.com/", "en", 0, "assumed"),
    ],
)
def test_where_the_zone_comes_from(site, url, language, hours, source):
    zone = zone_of(site, url, language)
    assert zone.source == source
    assert zone.zone.utcoffset(AT.replace(tzinfo=None)) == timedelta(hours=hours)


@given(st.integers(700_000_000, 1_700_000_000).map(lambda s: datetime.fromtimestamp(s, UTC)), st.integers(-12, 14))
def test_an_iso_time_is_read_back(moment, hours):
    shifted = moment + timedelta(hours=hours)
    raw = shifted.strftime("%Y-%m-%dT%H:%M:%S") + f"{hours:+03d}:00"
    assert stated_time(raw, BEIJING, AT) == (moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "stated")


@given(st.text(alphabet="0123456789-/:年月日 TZ+MayCST下午.,", max_size=40))
def test_junk_is_never_an_error(raw):
    utc, source = stated_time(raw, BEIJING, AT)
    assert bool(utc) == bool(source)
