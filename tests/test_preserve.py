import gzip
import hashlib
import io
import pickle
import subprocess
import sys
import zlib
from dataclasses import replace
from random import Random

import pytest
from captures import REQUEST, answer, page

from snapshotter.errors import BadHttp
from snapshotter.formats import warc
from snapshotter.preserve import preserve, simhash

HTML = "<html><head><title>标题</title></head><body><p>正文</p></body></html>".encode()
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Odd:  \xe9 \r\n\r\n"
    b"4;x=y\r\nabcd\r\n3\r\nefg\r\n0\r\nT: 1\r\n\r\n"
)


def records(data: bytes) -> list[warc.Record]:
    return list(warc.read(io.BytesIO(data)))


def test_the_records_hold_the_bytes_of_the_wire():
    preserved = preserve(page("https://news.example/a", CHUNKED), None, unread="for speed")
    (request,), (response,) = records(preserved.request), records(preserved.response)
    assert (request.block, response.block) == (REQUEST, CHUNKED)
    assert response.get("WARC-Payload-Digest") == f"sha256:{hashlib.sha256(b'abcdefg').hexdigest()}"
    assert preserved.capture.raw_sha256 == hashlib.sha256(b"abcdefg").hexdigest()
    assert preserved.head == CHUNKED[: CHUNKED.index(b"4;x")]


def test_both_records_of_an_exchange_name_each_other_and_its_facts():
    preserved = preserve(page("https://news.example/a"), None, unread="for speed")
    (request,), (response,) = records(preserved.request), records(preserved.response)
    assert request.get("WARC-Concurrent-To") == response.id == preserved.traffic.response_id
    assert response.get("WARC-Concurrent-To") == request.id
    for record in (request, response):
        assert record.get("WARC-Target-URI") == "https://news.example/a"
        assert record.get("WARC-Date") == "2024-07-01T12:00:00Z"
        assert record.get("WARC-IP-Address") == "192.0.2.7"
        assert record.get_all("WARC-Protocol") == ["http/1.1", "tls/1.3"]


def test_redirects_are_kept_in_their_order():
    preserved = preserve(
        page("http://news.example/a", answer(HTML), final_url="https://news.example/a"), None, unread="for speed"
    )
    assert [record.type for record in records(preserved.hops)] == ["request", "response"]
    assert b"302 Found" in records(preserved.hops)[1].block
    assert (preserved.capture.url, preserved.capture.final_url) == ("http://news.example/a", "https://news.example/a")


def test_a_redirect_that_is_no_http_is_kept_as_it_is():
    whole = page("http://news.example/a", final_url="https://news.example/a")
    odd = replace(whole, redirects=(replace(whole.redirects[0], response_block=b"<html>moved</html>"),))
    _, response = records(preserve(odd, None, unread="for speed").hops)
    assert (response.block, response.get("WARC-Payload-Digest")) == (b"<html>moved</html>", "")


def test_equal_redirects_of_two_captures_have_ids_of_their_own():
    first, second = (
        preserve(page(f"http://news.example/{name}", final_url="https://news.example/"), None, unread="for speed")
        for name in "ab"
    )
    ids = [record.id for one in (first, second) for record in records(one.hops + one.request + one.response)]
    assert len(set(ids)) == len(ids) == 8


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "GZIP, identity"])
def test_a_body_that_came_compressed_is_stored_as_it_came(coding):
    body = bytes(range(256)) * 700  # would compress well: so it shows
    preserved = preserve(
        page("https://news.example/a", answer(body, "200 OK", f"Content-Encoding: {coding}")), None, unread="for speed"
    )
    assert len(preserved.response) > len(body)
    assert gzip.decompress(preserved.response).endswith(body + b"\r\n\r\n")
    assert len(records(preserved.response)) == 1


def test_a_plain_body_is_compressed():
    body = bytes(range(256)) * 700
    preserved = preserve(page("https://news.example/a", answer(body)), None, unread="for speed")
    assert len(preserved.response) < len(body) / 10


def test_truncation_is_stated():
    cut = page("https://news.example/a", answer(b"abc")[:-1], truncated="disconnect")
    preserved = preserve(cut, None, unread="for speed")
    assert records(preserved.response)[0].get("WARC-Truncated") == "disconnect"
    assert preserved.capture.verdict == "truncated"


def test_what_is_no_http_is_refused():
    with pytest.raises(BadHttp):
        preserve(page("https://news.example/a", b"SSH-2.0-x\r\n"), None, unread="for speed")


def test_left_out_extraction_says_so():
    preserved = preserve(page("https://news.example/a"), None, unread="for speed")
    assert (preserved.article.verdict, preserved.capture.verdict) == ("empty", "empty")
    assert preserved.article.warnings == ("unread: for speed",)


def test_extraction_reads_the_decoded_content():
    block = answer(gzip.compress(HTML), "200 OK", "Content-Encoding: gzip")
    preserved = preserve(page("https://news.example/2024/a.html", block), None)
    assert preserved.article.title == "标题"
    assert preserved.article.extractor


def test_a_gzip_bomb_costs_a_bounded_article():
    block = answer(gzip.compress(b" " * 200_000_000), "200 OK", "Content-Encoding: gzip")
    preserved = preserve(page("https://news.example/a", block), None)
    assert preserved.article.warnings[0].startswith("content: longer than")
    assert len(preserved.response) < 300_000


@pytest.mark.parametrize("status", ["404 Not Found", "304 Not Modified", "204 No Content"])
def test_nothing_is_read_where_there_can_be_no_article(status):
    preserved = preserve(page("https://news.example/a", answer(b"" if status[0] != "4" else HTML, status)), None)
    assert preserved.article.title == ""


def test_the_same_page_gives_the_same_bytes_and_survives_the_way_to_the_parent():
    made = preserve(page("https://news.example/a", answer(zlib.compress(HTML))), None, unread="for speed")
    assert preserve(page("https://news.example/a", answer(zlib.compress(HTML))), None, unread="for speed") == made
    assert pickle.loads(pickle.dumps(made)) == made


def test_a_worker_loads_neither_scrapy_nor_the_catalog():
    heavy = ("scrapy", "twisted", "sqlalchemy", "trafilatura")
    code = f"import sys, snapshotter.preserve; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def zh(seed: int) -> str:
    return "".join(Random(seed).choices([chr(0x4E00 + number) for number in range(900)], k=1500))


def en(seed: int) -> str:
    return " ".join(Random(seed).choices([f"{number * 7919:x}" for number in range(300)], k=400))


def distance(one: str, other: str) -> int:
    return (int(simhash(one), 16) ^ int(simhash(other), 16)).bit_count()


@pytest.mark.parametrize("language", [zh, en])
def test_simhash_tells_copies_from_strangers(language):
    text = language(1)
    assert distance(text, text[:700] + text[760:] + "责任编辑") <= 8
    assert distance(text, language(2)) >= 12


def test_simhash_ignores_case_and_white_space():
    assert simhash(en(1)) == simhash(en(1).upper().replace(" ", "\n\n "))


@pytest.mark.parametrize("text", ["", "short", "a" * 33])
def test_simhash_of_too_little_is_empty(text):
    assert simhash(text) == ""


def test_simhash_stays_what_it_is():
    assert simhash("今天的新闻是明天的历史，" * 3 + "快照不会说谎，它只记得当时写了什么。" * 3) == "97772585dda3c193"
