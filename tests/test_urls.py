"""URLs: the key that makes two one article, what is requested, one site or two."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from real_pages import real_urls
from w3lib.url import safe_url_string

from snapshotter.errors import UsageError
from snapshotter.urls import article_likeness, clean, host, intrudes, same_site, section_like, trap, url_key
from snapshotter.urls.keys import _PLAIN


@pytest.mark.parametrize(
    ("key", "urls"),
    [
        (
            "example.com/news/1",
            [
                "https://example.com/news/1",
                "http://www.example.com:80/news/1/",
                "HTTPS://EXAMPLE.COM:443/news/1#comments",
                "https://user:secret@example.com/news/1",
                "https://m.example.com/news/1?utm_source=rss&utm_medium=feed",
                "https://www.example.com/news//1/index.html?fbclid=abc&spm=1.2.3",
                "https://example.com./news/./x/../%31",
                "https://example.com/news/1;jsessionid=0A1B2C3D4E5F?PHPSESSID=0123456789abcdef",
                " https://example.com/news/1?from=singlemessage&isappinstalled=0\n",
                "example.com/news/1",
            ],
        ),
        (
            "example.com/cheap-homemade-costumes-424",
            [
                "https://example.com/cheap-homemade-costumes-424/amp",
                "https://amp.example.com/cheap-homemade-costumes-424?amp",
                "https://example.com/cheap-homemade-costumes-424.amp?outputType=amp",
            ],
        ),
        (
            "example.com/a-long-story.html",
            ["https://example.com/a-long-story.amp.html", "https://example.com/a-long-story.html"],
        ),
        (
            "example.com/",
            ["https://example.com", "https://www.example.com/index.php", "http://example.com/?utm_campaign=x"],
        ),
        ("example.com/?id=3", ["https://example.com/index.php?id=3", "https://example.com/?id=3&gclid=9"]),
        ("example.com/a?b=1&c=2", ["https://example.com/a?c=2&b=1", "https://example.com/a?b=1&c=2&from=rss&"]),
        (
            "example.com/%E4%B8%AD?q=%E6%96%87+x",
            ["https://example.com/中?q=文 x", "https://example.com/%e4%b8%ad?q=%e6%96%87%20x"],
        ),
        ("xn--mnchen-3ya.de/", ["https://münchen.de/", "https://xn--mnchen-3ya.de"]),
        ("127.0.0.1:8080/x", ["http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x/"]),
        ("[::1]/x", ["http://[::1]:80/x"]),
    ],
)
def test_urls_of_one_article_have_one_key(key, urls):
    assert {url: url_key(url) for url in urls} == dict.fromkeys(urls, key)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/news/1", "https://example.com/news/2"),
        ("https://example.com/News/1", "https://example.com/news/1"),
        ("https://example.com/a?id=1", "https://example.com/a?id=2"),
        ("https://example.com/a?from=1", "https://example.com/a?from=2"),  # 'from' with a value that may select
        ("https://example.com/a?ref=main", "https://example.com/a?ref=dev"),
        ("https://example.com/a?x=1&x=2", "https://example.com/a?x=2&x=1"),
        ("https://news.example.com/a", "https://sport.example.com/a"),
        ("https://www3.example.com/a", "https://example.com/a"),
        ("https://example.com/gear/amp", "https://example.com/gear"),  # a page about amps
        ("https://example.com/a%2Fb", "https://example.com/a/b"),
        ("https://m.de/a", "https://de/a"),
        ("https://example.com:8080/a", "https://example.com/a"),
        ("https://example.com/a.html", "https://example.com/a"),
    ],
)
def test_urls_of_two_articles_have_two_keys(one, other):
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize(
    "junk", ["", " ", "::", "http://", "mailto:a@b.c", "javascript:void(0)", "http://[", "ftp://x/y", "\udc80"]
)
def test_the_key_of_junk_is_some_text(junk):
    assert url_key(url_key(junk)) == url_key(junk)


@pytest.mark.parametrize(
    ("url", "cleaned"),
    [
        ("https://example.org/a?utm_source=x#top", "https://example.org/a?utm_source=x"),  # requested as published
        (" https://example.org ", "https://example.org/"),
        ("https://example.org?a=1", "https://example.org/?a=1"),
        ("https://example.org/a b/中?q=文", "https://example.org/a%20b/%E4%B8%AD?q=%E6%96%87"),
        ("https://example.org/%e4%b8%ad", "https://example.org/%e4%b8%ad"),  # quoted already: the publisher's own
        ("http://example.org/a|b[c]", "http://example.org/a%7Cb%5Bc%5D"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    ],
)
def test_a_clean_url_is_what_a_browser_would_request(url, cleaned):
    assert clean(url) == cleaned


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org/a",
        "//example.org/a",
        "ftp://example.org/a",
        "mailto:a@example.org",
        "http://",
        "http://a b/",
        "http://[x/",
        "http://x:y/",
    ],
)
def test_what_is_no_web_url_is_a_usage_error(url):
    with pytest.raises(UsageError, match="URL"):
        clean(url)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.example.com/a", "http://example.com/b", True),
        ("https://news.example.co.uk/", "https://example.co.uk/", True),
        ("https://news.example.co.uk/", "https://sport.example.co.uk/", True),
        ("https://example.co.uk/", "https://other.co.uk/", False),
        ("https://finance.sina.com.cn/", "https://news.sina.com.cn/", True),
        ("https://finance.sina.com.cn/", "https://politics.people.com.cn/", False),
        ("https://one.github.io/", "https://two.github.io/", False),
        ("https://example.com/", "https://example.org/", False),
        ("https://notexample.com/", "https://example.com/", False),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:9000/", True),
        ("http://127.0.0.1/", "http://10.0.0.1/", False),
        ("http://1.0.0.1/", "http://2.0.0.1/", False),
        ("mailto:a@example.com", "https://example.com/", False),
        ("", "", False),
    ],
)
def test_one_registered_domain_is_one_site(one, other, same):
    assert same_site(one, other) is same
    assert same_site(other, one) is same


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://WWW.Example.com:8080/a", "www.example.com"),
        ("https://example.com?x", "example.com"),
        ("http://user:80@example.com:80/", "example.com"),
        ("http://[::1]:80/", "::1"),
        ("/a", ""),
        ("http://[", ""),
    ],
)
def test_host(url, name):
    assert host(url) == name


ODD = "/?#&=%:;.@[]()-_~+ ,'\"|\\^`{}<>!$*019abfABFMmpwxyz\t\n\r\0\x7f中é٠\udc80"
texts = st.text(alphabet=st.sampled_from(ODD), max_size=40)
urls = st.one_of(
    st.text(max_size=30),
    texts.map("http://{}".format),
    texts.map("https://www.example.com/{}".format),
    texts.map("http://m.example.com:80/a-1/{}/amp".format),
    texts.map("https://example.com/a?{}&from=rss".format),
)


@settings(max_examples=400, deadline=None)
@given(urls)
def test_nothing_breaks_on_junk_and_normal_forms_are_stable(url):
    key = url_key(url)
    assert url_key(key) == key
    for rule in (article_likeness, section_like, trap, host):
        rule(url)
    same_site(url, "https://example.com/")
    try:
        cleaned = clean(url)
    except UsageError:
        return
    assert clean(cleaned) == cleaned
    assert url_key(cleaned) == key
    assert cleaned.isascii()
    assert host(cleaned)


@settings(max_examples=150, deadline=None)
@given(st.from_regex(re.compile(_PLAIN.pattern, _PLAIN.flags), fullmatch=True))
def test_the_short_way_for_plain_urls_agrees_with_w3lib(url):
    assert safe_url_string(url) == url


def test_no_two_real_articles_share_a_key():
    by_key = defaultdict(set)
    for url in real_urls():
        by_key[url_key(url)].add(clean(url))
    assert {key: found for key, found in by_key.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("url", "listed_by", "intruding"),
    [
        ("http://127.0.0.1/", "https://example.com/", True),
        ("http://127.1/", "https://example.com/", True),  # what resolvers take for 127.0.0.1
        ("http://0x7f000001/", "https://example.com/", True),
        ("http://[::ffff:10.0.0.1]/", "https://example.com/", True),
        ("http://169.254.169.254/latest", "https://example.com/", True),
        ("http://router/", "https://example.com/", True),
        ("http://printer.local./", "https://example.com/", True),
        ("http://127.0.0.1:8000/", "http://localhost:8000/", False),  # who starts at home may stay there
        ("https://example.org/", "https://example.com/", False),
        ("http://8.8.8.8/", "https://example.com/", False),
    ],
)
def test_a_link_from_the_open_web_into_the_local_network_intrudes(url, listed_by, intruding):
    assert intrudes(url, listed_by) is intruding


@pytest.mark.parametrize("url", ["https://user:secret@example.org/a", "https://user@example.org/a"])
def test_a_password_is_not_kept(url):
    assert clean(url) == "https://example.org/a"
