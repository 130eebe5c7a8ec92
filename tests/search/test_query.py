"""A query is saved as a URL, and whatever stands in a URL is a query."""

from datetime import UTC
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.search.query import MAX_LIMIT, MAX_OFFSET, ORDERS, STATES, Query, seconds

WORDS = st.text(alphabet=st.characters(codec="utf-8"), max_size=50)


@given(st.builds(
    Query, text=WORDS, channel=WORDS, source=WORDS, site=WORDS, language=WORDS, since=WORDS, until=WORDS,
    state=st.sampled_from(STATES), order=st.sampled_from(ORDERS), limit=st.integers(1, MAX_LIMIT),
    offset=st.integers(0, MAX_OFFSET),
))  # fmt: skip
def test_a_query_comes_back_from_its_url(query):
    assert Query.from_params(dict(parse_qsl(urlencode(query.to_params()), keep_blank_values=True))) == query


def test_a_url_says_only_what_isnt_usual():
    assert Query("重庆", channel="教育").to_params() == {"q": "重庆", "channel": "教育"}


@given(st.dictionaries(st.sampled_from(["q", "limit", "offset", "order", "state", "since", "channel", "x"]), st.text()))
def test_any_parameters_are_a_query(params):
    query = Query.from_params(params)
    assert 0 < query.limit <= MAX_LIMIT
    assert 0 <= query.offset <= MAX_OFFSET
    assert query.order in ORDERS
    assert query.state in STATES


@pytest.mark.parametrize(("text", "end", "expected"), [
    ("2024-07-01", False, "2024-06-30T16:00:00+00:00"),  # a day of Shanghai
    ("2024-07-01", True, "2024-07-01T16:00:00+00:00"),  # taken in
    ("2024-07-01T08:00:00Z", True, "2024-07-01T08:00:00+00:00"),
    ("2024-07-01T08:00", False, "2024-07-01T00:00:00+00:00"),
    ("yesterday", False, None),
    ("9999-12-31", True, None),
    ("", False, None),
])  # fmt: skip
def test_a_day_begins_in_the_archives_zone(text, end, expected):
    wanted = seconds(expected, UTC) if expected else None
    assert seconds(text, ZoneInfo("Asia/Shanghai"), end=end) == wanted
