"""What a hostile site sends to make us think for hours; each of these took minutes or more."""

import gzip
import time

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings import Settings

from snapshotter import codings, http1
from snapshotter.clock import utc_now
from snapshotter.discover import Reply
from snapshotter.discover.html import links_of, parse
from snapshotter.errors import BadHttp
from snapshotter.extract import extract
from snapshotter.extract.body.boilerplate import names_a_part
from snapshotter.extract.credits import names
from snapshotter.extract.credits.labels import read_labels
from snapshotter.extract.evidence import tolerant_json
from snapshotter.extract.times.dates import read_moment
from snapshotter.handler import _response
from snapshotter.items import VERDICTS, Exchange
from snapshotter.middlewares import Redirects, retry_after_s
from snapshotter.urls import url_key

OK = b"HTTP/1.1 200 OK\r\n"
WIDE_GAP = "\u2003" * 50_000


PAGE = "http://a.example/"


def ld(text: str) -> bytes:
    return f"<script type=application/ld+json>{text}</script>".encode()


def many_headers() -> None:
    block = OK + b"a:\r\n" * 30_000 + b"\r\n"
    exchange = Exchange("http://a.example/", utc_now(), b"", block)
    assert len(_response(Request("http://a.example/"), http1.read_head(block), exchange).headers.getlist("A")) == 30_000


def menus_in_menus() -> None:
    page = parse(Reply("http://a.example/", b"<nav>" * 200 + b"<a href=/x>y</a>" * 200_000))
    assert page is not None
    links_of(page, "http://a.example/")


@pytest.mark.parametrize(
    "work",
    [
        lambda: names_a_part("ads" + "_1" * 240 + "!"),
        lambda: read_moment("2024-05-01 " + "sunday" * 60),
        lambda: names([f"a{WIDE_GAP}b", f"a{WIDE_GAP[:1900]}b"]),
        lambda: extract(f"<title>a{WIDE_GAP}b</title>".encode(), url="http://a.example/"),
        lambda: extract(b"<title>" + b"long" * 50_000 + b"</title>" + b"<h2>Head</h2>" * 2000, url="http://a.example/"),
        lambda: extract(b"<b>" * 1000 + b"<br>x" * 20_000, url="http://a.example/"),
        lambda: read_labels(["作者:甲 " * 200_000]),
        lambda: url_key("http://a.example/x" + "/index.html" * 20_000),
        lambda: tolerant_json("/*" * 100_000),
        lambda: codings.content(gzip.compress(b"") * 400_000, "gzip", 1 << 20),
        lambda: http1.payload(OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 3_000_000),
        lambda: names_a_part("share" + "-1111" * 14 + "."),
        lambda: extract(ld('{"@type": "NewsArticle", "articleBody": "<p>Text. ' + "<" * 100_000 + '"}'), url=PAGE),
        lambda: extract(ld('{"@type":' * 900 + '"x"' + "}" * 900), url=PAGE),
        lambda: extract(b"<time>" * 1_500 + b"long " * 1_000_000, url=PAGE),
        lambda: extract(b"<!--" * 500_000 + b"-->", url=PAGE),
        lambda: extract((b"<a href=" + b"l" * 4000 + b"><table><td>") * 20 + b"<br>y" * 3_000, url=PAGE),
        many_headers,
        menus_in_menus,
    ],
)
def test_no_page_takes_more_than_its_share_of_time(work):
    began = time.process_time()
    work()
    assert time.process_time() - began < 30  # each took minutes, or all memory, before its bound; a few seconds now


def test_codings_and_interim_responses_come_to_an_end():
    assert codings.content(b"x", ",".join(["gzip"] * 6), 10) == (b"x", False)
    with pytest.raises(BadHttp, match="interim"):
        http1.read_head(b"HTTP/1.1 100 Continue\r\n\r\n" * 101 + OK + b"\r\n")


@pytest.mark.parametrize("value", ["Mon, 20 May 99999999999 08:00:00 GMT", "soon", ""])
def test_an_unreadable_retry_after_is_none(value):
    assert retry_after_s(Response("http://a.example/", headers={"Retry-After": value})) == 0


def test_a_redirect_takes_no_validators_along_and_stays_out_of_the_local_network():
    redirects = Redirects(Settings())
    redirects.crawler = type("Crawler", (), {"spider": None})()
    headers = {"If-None-Match": '"1"', "If-Modified-Since": "Mon, 20 May 2024 08:00:00 GMT", "Accept": "*/*"}
    request = Request("http://a.example/", headers=headers)

    def redirected(to: str) -> Request:
        answer = Response(request.url, status=302, headers={"Location": to})
        made = redirects.process_response(request, answer)
        assert isinstance(made, Request)
        return made

    assert redirected("http://b.example/").headers.to_unicode_dict() == {"Accept": "*/*"}
    with pytest.raises(IgnoreRequest, match="redirect into the local network"):
        redirected("http://127.1/admin")


@pytest.mark.parametrize(
    "text", ['{"@type": "NewsArticle", "headline": "&#' + "1" * 5_000 + ';"}', "{&#" + "1" * 5_000]
)
def test_a_reference_to_no_character_breaks_nothing(text):
    assert extract(ld(text), url=PAGE).verdict in VERDICTS


def test_half_a_character_in_json_is_replaced():
    article = extract(ld(r'{"@type": "NewsArticle", "headline": "A \ud800 b \ud83d\ude00"}'), url=PAGE)
    assert article.title == "A \ufffd b \U0001f600"


def test_a_language_is_no_novel():
    assert len(extract(b"<html lang=" + b"aa-" * 100_000 + b">text", url=PAGE).language) < 40
