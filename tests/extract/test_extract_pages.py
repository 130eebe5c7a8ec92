"""Whole pages: what is read off them, field by field, and that nothing can make extract raise."""

import json
import random
import time
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import fromstring

from snapshotter.extract import extract
from snapshotter.items import VERDICTS, Article
from snapshotter.sites import Layout, Site

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))
URL = "https://www.example.com/2024/page.html"


def read(page: Path, **kwargs) -> Article:
    return extract(page.read_bytes(), url=URL, **kwargs)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_read_as_its_json_says(page):
    wanted = json.loads(page.with_suffix(".json").read_text("utf-8"))
    got = json.loads(json.dumps(asdict(read(page))))
    assert {key: got[key] for key in wanted} == wanted


@pytest.mark.parametrize("codec", ["gb18030", "big5hkscs", "utf-16", "utf-16-le", "utf-8-sig"])
def test_the_encoding_changes_nothing_but_its_own_fields(codec):
    page = next(page for page in PAGES if page.stem == "zh-republished")
    text = page.read_text("utf-8").replace("charset=utf-8", "")
    if codec == "big5hkscs":
        text = text.encode(codec, "ignore").decode(codec)
    plain, other = extract(text.encode(), url=URL), extract(text.encode(codec), url=URL)
    assert (other.title, other.body_text, other.body_html) == (plain.title, plain.body_text, plain.body_html)


def test_body_html_and_body_text_hold_the_same_words():
    for page in PAGES:
        article = read(page)
        root = fromstring(f"<div>{article.body_html}</div>")
        for line in root.xpath(".//br"):
            line.tail = "\n" + (line.tail or "")
        assert "".join(root.itertext()).split() == article.body_text.split() or "<td>" in article.body_html


SITE = Site(
    name="example",
    site_name="Example Post",
    hosts=("example.com",),
    timezone="Europe/Vienna",
    language="de-AT",
    categories={"example.com/2024/": "Jahr"},
    layouts=(
        Layout("2025-01", None, {"title": ("h1.neu",), "body": ("div.neu",)}),
        Layout(
            "2020-01",
            None,
            {
                "title": ("//h2[@class='t']/text()",),
                "published": (".when::attr(data-t)",),
                "authors": (".who",),
                "body": ("#text",),
                "remove": (".extra",),
            },
        ),
    ),
)
RULED = (
    "<html><h1>Example Post</h1><h2 class=t>Der Titel</h2><i class=when data-t='2024-07-01 12:00'></i>"
    "<b class=who>Von Eva Muster</b><div id=text><p>Ein Satz, der zählt.</p>"
    "<div class=extra><p>Ein Satz, der nicht zählt, obwohl er länger ist.</p></div></div></html>"
)


def test_a_sites_rules_win_and_the_record_names_them():
    article = extract(RULED.encode(), url=URL, site=SITE)
    assert article.extractor == "site:example@2020-01"
    assert (article.title, article.body_text, article.authors) == ("Der Titel", "Ein Satz, der zählt.", ("Eva Muster",))
    assert (article.published_at, article.zone_source) == ("2024-07-01T10:00:00Z", "site")
    assert (article.category, article.category_source, article.site_name) == ("Jahr", "site", "Example Post")


def test_rules_that_find_nothing_fall_back_with_a_warning():
    page = next(page for page in PAGES if page.stem == "en-jsonld")
    article = read(page, site=SITE)
    assert article.extractor == "generic@1"
    assert article.body_text == read(page).body_text
    assert "no layout of example.toml fits this page" in article.warnings


def test_a_rule_without_a_body_is_read_generically_for_it():
    article = extract(RULED.replace("id=text", "").encode(), url=URL, site=SITE)
    assert article.extractor == "site:example@2020-01"
    assert "Ein Satz, der zählt." in article.body_text
    assert "example@2020-01 finds no body; read generically" in article.warnings


HOSTILE = {
    "nothing": b"",
    "white space": b" \n\t" * 1000,
    "null bytes": b"<p>a\0b, c.\0</p>" * 2000,
    "10,000 deep": b"<div>" * 10_000 + b"hi",
    "inline markup never closed": b"<p><b><i><a href=x>" * 10_000 + b"text",
    "100,000 elements never closed": b"<p>hello, <b>x" * 50_000,
    "a huge attribute": b'<p class="' + b"x" * 3_000_000 + b'">hey</p>',
    "an attribute never closed": b'<p class="' + b"<p>hello</p>" * 100_000,
    "200,000 links": b"<a href=x>y</a>" * 200_000,
    "one endless line": b"word, " * 500_000,
    "one endless run of spaces": b"<p>" + b" " * 3_000_000,
    "deep JSON": b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script>",
    "deep JSON objects": b'<script type="application/ld+json">'
    + b'{"@type":"Article","author":' * 900
    + b"1"
    + b"}" * 900,
    "odd JSON": b'<script type="application/ld+json">{"@type":[1,null],"author":[[[[[["x"]]]]]],"headline":{"a":3}}',
    "nested microdata": b"<div itemprop=author>" * 3000 + b"x",
    "bad URLs": b"<base href='http://[x'><link rel=canonical href='http://[::1'><p><a href='//[a'>text, text</a><img src='http://[b'>",
    "impossible dates": b"<time>2024-99-99</time>" * 5000 + b"<meta name=date content='99999999999999999999'>",
    "lone surrogates": "<p>\ud800, text.</p>".encode("utf-16-le", "surrogatepass"),
    "bytes that are no text": random.Random(1).randbytes(300_000),
    "a frameset": b"<frameset><frame src=x></frameset>",
    "markup that swallows": b"<svg><select><textarea><title>" * 2000 + b"<p>text",
    "entities": b"&#99999999999; &#xD800; &bogus; &#0;" * 1000,
}


@pytest.mark.parametrize("payload", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_pages_end_in_a_verdict(payload):
    started = time.process_time()
    article = extract(payload, url=URL)
    assert article.verdict in VERDICTS
    assert time.process_time() - started < 10


def test_what_was_cut_off_is_said():
    assert any("tags were read" in warning for warning in extract(b"<i>a</i>" * 100_000, url=URL).warnings)
    assert any("bytes were read" in warning for warning in extract(b"a" * 10_000_001, url=URL).warnings)
    assert any("deep" in warning for warning in extract(b"<div>" * 10_000 + b"hi", url=URL).warnings)


@given(st.binary(max_size=600))
@settings(max_examples=150, deadline=None)
def test_no_bytes_make_it_raise(payload):
    assert extract(payload, url=URL, content_type="text/html; charset=").verdict in VERDICTS


FIXTURES = [page.read_bytes() for page in PAGES]


@st.composite
def mutated(draw):
    page = bytearray(draw(st.sampled_from(FIXTURES)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(page) - 1))
        kind = draw(st.sampled_from(["flip", "cut", "drop", "repeat"]))
        if kind == "flip":
            page[at] ^= 1 << draw(st.integers(0, 7))
        elif kind == "cut" and at > 10:
            del page[at:]
        elif kind == "drop":
            del page[at : at + draw(st.integers(0, 40))]
        else:
            page[at:at] = page[at : at + 40] * draw(st.integers(1, 20))
        if not page:
            break
    return bytes(page)


@given(
    mutated(), st.sampled_from(["", "text/html; charset=gbk", "text/html; charset=iso-8859-1", "x; charset=nonsense"])
)
@settings(max_examples=120, deadline=None)
def test_no_damage_makes_it_raise(payload, content_type):
    article = extract(payload, url=URL, content_type=content_type)
    assert article.verdict in VERDICTS
    json.dumps(asdict(article), ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("url", ["", "not a url", "http://[::1", "file:///etc/passwd", "http://e.com/" + "a" * 9000])
def test_any_url_will_do(url):
    assert extract(FIXTURES[0], url=url).title
