"""Tree → blocks: lines as a browser breaks them."""

import gc
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.extract import extract
from snapshotter.extract.blocks import Block, Node, lay_out
from snapshotter.extract.render import render
from snapshotter.extract.spaces import collapsed
from snapshotter.extract.tree import parse


def lines(html: str) -> list[str]:
    return [block.text for block in lay_out(parse(html)).blocks]


@pytest.mark.parametrize("tag", ["article", "main", "section", "div"])
def test_a_page_without_head_and_body_tags_has_a_body(tag):
    text = "The council met on Tuesday, and agreed on the first item of its list after a long debate. " * 3
    page = (
        f"<!doctype html><title>Harrow Bay</title><meta charset=utf-8><{tag}><h1>Harrow Bay</h1><p>{text}</p></{tag}>"
    )
    article = extract(page.encode(), url="https://example.org/2026/11/story.html")
    assert (article.verdict, article.title, article.body_text) == ("ok", "Harrow Bay", text.strip())


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<p>a</p><p>b</p>", ["a", "b"]),
        ("<p>a <b>b</b>\n   c</p>", ["a b c"]),
        ("<p>中<b>文</b>字</p>", ["中文字"]),
        ("<div>a<p>b</p>c</div>", ["a", "b", "c"]),
        ("<p>　　缩进</p>", ["缩进"]),
        ("<p>\xa0a\xa0b\xa0</p>", ["a\xa0b"]),
        ("<p>a</p><script>x</script><style>y</style><noscript>z</noscript>", ["a"]),
        ("<p>a<span style='display: none'>b</span>c</p><p hidden>d</p>", ["ac"]),
        ("<body style='visibility:hidden'><p>a</p></body>", ["a"]),
        ("<div hidden id='S:1'><p>streamed</p></div>", ["streamed"]),
        ("<p>a</p></body></html><p>b</p>", ["a", "b"]),
        ("<pre>a\n  b</pre>", ["a\n  b"]),
        ("<ul><li>a<li>b</ul>", ["a", "b"]),
        ("<p>a<br>b</p>", ["a", "b"]),
        ("<p>  \n </p><p>&nbsp;</p>", []),
        ("<button><p>article that a button swallowed</p></button>", ["article that a button swallowed"]),
    ],
)
def test_text_is_cut_where_a_browser_breaks_it(html, wanted):
    assert lines(html) == wanted


@pytest.mark.parametrize(
    ("html", "text", "markup"),
    [
        ("<p>a<br>b</p>", "a\nb", "<p>a<br>b</p>"),
        ("<p>a<br><br>b</p>", "a\n\nb", "<p>a</p>\n<p>b</p>"),
        ("<p>a<br>　　b</p>", "a\n\nb", "<p>a</p>\n<p>b</p>"),
        ("<p><b>a<br><br>b</b></p>", "a\n\nb", "<p><strong>a</strong></p>\n<p><strong>b</strong></p>"),
        ("<p>1 &lt; 2 &amp; 3</p>", "1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
        ("<p><a href='/x?a=1&b=2'>l</a></p>", "l", '<p><a href="https://e.com/x?a=1&amp;b=2">l</a></p>'),
        ("<p><a href='javascript:x()'>l</a></p>", "l", "<p>l</p>"),
        ("<p><a href='x' onclick='y'><i>l</i></a></p>", "l", '<p><a href="https://e.com/x"><em>l</em></a></p>'),
        ("<p onclick=x style=y>a<font color=red>b</font></p>", "ab", "<p>ab</p>"),
        ("<h1>a</h1><h3>b</h3>", "a\n\nb", "<h2>a</h2>\n<h3>b</h3>"),
        ("<ol><li>a<li><p>b</p><p>c</p></ol>", "a\n\nb\n\nc", "<ol><li>a</li><li>b<br>c</li></ol>"),
        ("<blockquote><p>a</p></blockquote>", "a", "<blockquote><p>a</p></blockquote>"),
        ("<pre>a\n  &lt;b</pre>", "a\n  <b", "<pre>a\n  &lt;b</pre>"),
        ("<p><code>x</code> y</p>", "x y", "<p><code>x</code> y</p>"),
    ],
)
def test_text_and_html_say_the_same(html, text, markup):
    rendered = render(lay_out(parse(html)).blocks, "https://e.com/")
    assert (rendered.text, rendered.html) == (text, markup)


@pytest.mark.parametrize(
    ("html", "images"),
    [
        (
            "<figure><img src='a.jpg' alt='A'><figcaption>cap</figcaption></figure>",
            [("https://e.com/a.jpg", "A", "cap")],
        ),
        ("<img src='data:x' data-src='//c.com/b.jpg'>", [("https://c.com/b.jpg", "", "")]),
        ("<img src=a.jpg><img src=a.jpg>", [("https://e.com/a.jpg", "", "")]),
        ("<img src=t.gif width=1 height=1>", []),
        ("<img src='javascript:x'>", []),
    ],
)
def test_images(html, images):
    found = render(lay_out(parse(html)).blocks, "https://e.com/").images
    assert [(image.url, image.alt, image.caption) for image in found] == images


def test_an_image_has_its_caption_where_the_body_leaves_it_out():
    blocks = lay_out(parse("<p>Text.</p><figure><img src=/a.png><figcaption>A bridge</figcaption></figure>")).blocks
    found = render(blocks[:2], "https://e.com/", blocks).images
    assert [(image.url, image.caption) for image in found] == [("https://e.com/a.png", "A bridge")]


def test_a_page_that_was_read_leaves_nothing_to_collect():
    page = b"<!doctype html><meta charset=utf-8>" + b"<div><p>A <a href=/b>line</a> of <b>text</b>.</p></div>" * 50
    gc.collect()
    gc.disable()
    try:
        extract(page, url="https://example.org/2026/11/story.html")
        assert not [found for found in gc.get_objects() if isinstance(found, Block | Node)]
    finally:
        gc.enable()


@given(st.text(" \t\n\r\fab\v\xa0\u3000", max_size=60) | st.integers(0, 40).map(lambda many: f"a{many * ' '}b"))
def test_each_run_of_ascii_white_space_becomes_one_space(text):
    assert collapsed(text) == re.sub(r"[ \t\n\r\f]+", " ", text)
