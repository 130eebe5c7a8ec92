"""How long an answer asks to be left alone for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.schedule.hints import asked_s


@pytest.mark.parametrize(
    ("headers", "body", "expected_s"),
    [
        ({}, b"", 0),
        ({"cache-control": "public, max-age=600"}, b"", 600),
        ({"cache-control": 'MAX-AGE = "60"'}, b"", 60),
        ({"cache-control": "s-maxage=600"}, b"", 0),  # for caches that many share
        ({"cache-control": "no-cache, max-age=600"}, b"", 0),
        ({"expires": "Fri, 20 Nov 2026 09:00:00 GMT", "date": "Fri, 20 Nov 2026 08:00:00 GMT"}, b"", 3600),
        ({"expires": "Fri, 20 Nov 2026 09:00:00", "date": "Fri, 20 Nov 2026 08:00:00 GMT"}, b"", 3600),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT", "date": "Fri, 20 Nov 2026 08:00:00 GMT"}, b"", 0),
        ({"expires": "0", "date": "Fri, 20 Nov 2026 08:00:00 GMT"}, b"", 0),
        ({"expires": "Fri, 20 Nov 2026 09:00:00 GMT"}, b"", 0),  # no date to count from
        ({"cache-control": "max-age=0", "expires": "Fri, 20 Nov 2099 09:00:00 GMT", "date": "x"}, b"", 0),
        ({}, b"<rss><channel><ttl> 60 </ttl><item/>", 3600),
        ({"cache-control": "max-age=7200"}, b"<ttl>60</ttl>", 7200),  # the longer of the two
        ({}, b"<sy:updatePeriod> hourly </sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 900),
        ({}, b"<updatePeriod>daily</updatePeriod><updateFrequency>0</updateFrequency>", 86400),
        ({}, b"<channel><item><ttl>60</ttl></item>", 0),  # an entry's own words
        ({}, b"<ttl>soon</ttl>", 0),
    ],
)
def test_asked(headers, body, expected_s):
    assert asked_s(headers, body) == expected_s


@given(st.dictionaries(st.sampled_from(["cache-control", "expires", "date"]), st.text()), st.binary())
def test_whatever_an_answer_says_it_is_a_number(headers, body):
    assert asked_s(headers, body) >= 0
