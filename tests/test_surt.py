"""SURT against the Internet Archive's own, as a test dependency brings it along."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surt import surt as reference

from snapshotter.urls import surt

SESSION = "0123456789abcdef0123456789ABCDEF"


def expected(url):
    """What the reference says; what it raises on is its own key, as cdxj-indexer has it."""
    try:
        return reference(url)
    except Exception:
        return url


@pytest.mark.parametrize("url", [
    "", "a.com/b", "filedesc://x", "about:blank", "dns:www.a.com", "mailto:X@y.Z", "urn:pageinfo:https://Ex.com/A/?q=B",
    "data:text/html,<P>", "http://", "http:///", "http:////a.com/y", "http://https://a.com/x", "HTTPS://A.com",
    "http://www.example.com/", "https://News.Example.com:443/A/b/../c/?z=1&a=2#x", "http://example.com:8080/",
    "http://www.com/", "http://www1.co/", "https://www.www.a.com", "http://www2.a.com//b///c/", "http://localhost/x",
    "http://a.com:/x", "http://a.com:99999/x", "http://a.com:x/", "http://u:p@a.com/", "http://[::1]:80/a",
    "http://1249796/", "http://0x10/", "http://010.1/", "http://1.2.3.4/x/", "http://1.2.3.4.5/", "http://256.1.1.1/",
    "http://a..b.com./", "http://-.com", "http://a_b.com/x", "http://例え.jp/道?Q=é", "https://news.example/新闻/%E4%BD%A0",
    "http://a.com/..", "http://a.com/../../b", "http://a.com/%2525/x%20y", "http://a.com/a%0Ab", "http://a.com/x.html#y",
    "http://a.com?", "http://a.com/?a", "http://a.com/?a=1&&b", "http://a.com/?b=2&a", "http://a.com/index.html?",
    f"http://a.com/x;jsessionid={SESSION}?PHPSESSID={SESSION}&b", f"http://a.com/?sid={SESSION}", "http://a.com/?sid=1",
    "http://a.com/?a=1&CFID=1&cftoken=2&b=2", "http://a.com/?ASPSESSIONIDabcdefgh=abcdefghijklmnopqrstuvwx&c",
    "http://a.com/(a(0123456789abcdefghijklmn))/x.aspx?y", "http://a.com/(0123456789abcdefghijklmn)/x.ASPX",
])  # fmt: skip
def test_keys_are_those_of_the_archives_indexes(url):
    assert surt(url) == expected(url)


PIECES = [
    "a", "B", "..", ".", "/", "//", "%20", "%2520", "%", "é", "你", "?", "&", "=", "#", ";", f"sid={SESSION}", "www.",
    "com", "1", "127", ":", ":80", "443", "@", "(", ")", " ", "\n", "x.aspx", "(0123456789abcdefghijklmn)", "+", "_",
    "cfid=1&cftoken=2", "%0a", "%2e", "%2f", "[", "]", "~", "-",
]  # fmt: skip
STARTS = ["http://", "https://", "", "urn:", "http://a.com/", "https://www.b.org/?", "HTTP://", "http://https://"]


@settings(deadline=None, max_examples=500)
@given(st.sampled_from(STARTS), st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_odd_urls_have_the_same_keys_too(start, rest):
    if not re.search(r"\d\.\d", rest):  # the reference asks the network for those
        assert surt(start + rest) == expected(start + rest)


@pytest.mark.parametrize("url", [
    "http://a.com/?" + "cfid=" * 60_000, "http://a.com/" + "%25" * 80_000, "http://a.com/" + "/(a(" * 60_000,
    "http://a.com/?" + "cfid=" * 1_600, "http://a.com/" + "%25" * 2_700, "http://" + "a." * 4_000, "\ud800",
])  # fmt: skip
def test_hostile_urls_cost_little_and_raise_nothing(url):
    start = time.process_time()
    surt(url)
    assert time.process_time() - start < 1
