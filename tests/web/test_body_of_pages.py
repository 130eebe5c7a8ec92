"""The text as HTML: to the character the text, whatever the record holds."""

import re
import time
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.web.body import rendered

PIECES = st.sampled_from(
    ["<p>", "</p>", "<a href='javascript:x'>", "</a>", "<script>", "甲", "\n\n", "&amp;", "<br>", "<li>"]
)


def told(html):
    paragraphs = re.findall(r"<p[^>]*>(.*?)</p>", html, re.DOTALL)
    return "\n\n".join(unescape(re.sub(r"<[^>]*>", "", one)) for one in paragraphs)


@given(st.lists(PIECES | st.text()).map("".join), st.lists(PIECES | st.text()).map("".join))
def test_no_markup_can_alter_the_text(text, html):
    made = rendered(text, html)
    assert told(made) == text.replace("\r\n", "\r\n") if text else made == ""
    assert set(re.findall(r"<(/?\w+)", made)) <= {"p", "/p", "div", "/div", "a", "/a", "em", "/em", "strong", "/strong"}


@pytest.mark.parametrize(
    ("text", "html", "made"),
    [
        ("A < B", "", "<p>A &lt; B</p>"),
        ("H\n\nT", "<h3>H</h3>\n<p>T</p>", '<p class="heading" role="heading" aria-level="2">H</p>\n<p>T</p>'),
        ("a\nb", "<p>a<br>b</p>", "<p>a\nb</p>"),
        ("Q", "<blockquote><p>Q</p></blockquote>", '<p class="quote">Q</p>'),
        ("x", "<p>y</p>", "<p>x</p>"),  # the markup says something else: only the text counts
        (
            "一\n\n二",
            "<ul><li>一</li><li>二</li></ul>",
            '<div role="list">\n<p class="item" role="listitem">一</p>\n<p class="item" role="listitem">二</p>\n</div>',
        ),
        (
            "see it",
            '<p>see <a href="https://e.example/?a&amp;b" onclick="x()">it</a></p>',
            '<p>see <a href="https://e.example/?a&amp;b" rel="noopener noreferrer nofollow">it</a></p>',
        ),
        ("bad", '<p><a href="javascript:alert(1)">bad</a></p>', '<p><a rel="noopener noreferrer nofollow">bad</a></p>'),
    ],
)
def test_paragraphs_are_what_the_markup_says(text, html, made):
    assert rendered(text, html) == made


@pytest.mark.parametrize("html", ["<p>" * 500_000, "<p>" + "<" * 1_500_000 + "</p>", "<li><p>" * 200_000 + "</p>"])
def test_markup_that_never_ends_costs_no_more_than_its_length(html):
    began = time.process_time()
    assert rendered("x\n\ny", html) == "<p>x</p>\n<p>y</p>"
    assert time.process_time() - began < 5
