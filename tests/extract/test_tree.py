"""Text → tree → tokens: what is written out again is what a browser shows, tag by tag."""

from html import unescape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from snapshotter.extract import extract
from snapshotter.extract.blocks import lay_out
from snapshotter.extract.tree import MAX_TAGS, NUMBER, UNSEEN_TAGS, Token, attribute, number, parse, tokens

URL = "https://www.example.com/2024/page.html"


def read(html: str) -> list[Token]:
    """The tokens inside the body, without those that say nothing."""
    return [token for token in tokens(parse(html))[0][1:-1] if token != ("", "", "")]


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<P CLASS=Big>a</P>", [("p", ' class="Big"', "a"), ("/p", "", "")]),
        ("<p>a<br/>b", [("p", "", "a"), ("br", "", "b"), ("/p", "", "")]),
        ("<p title='a > b'>c", [("p", ' title="a &gt; b"', "c"), ("/p", "", "")]),
        ('<p title=\'say "so"\'>c', [("p", ' title="say &quot;so&quot;"', "c"), ("/p", "", "")]),
        ("<p title='a\nb'>c", [("p", ' title="a\nb"', "c"), ("/p", "", "")]),
        ("<p>a<!-- <b>x</b> > -->b</p>", [("p", "", "ab"), ("/p", "", "")]),
        ("<p>a<!-->b", [("p", "", "ab"), ("/p", "", "")]),
        ("<p>a<?php echo 1 ?>b", [("p", "", "a"), ("", "", "b"), ("/p", "", "")]),
        ("<p>a<?php echo '<b>' ?>b", [("p", "", "a"), ("", "", "' ?&gt;b"), ("/p", "", "")]),
        ("<p>a<?x <div hidden='' ?>b", [("p", "", "a"), ("", "", "b"), ("/p", "", "")]),
        ("<p>1 < 2 & 3 > 2", [("p", "", "1 &lt; 2 &amp; 3 &gt; 2"), ("/p", "", "")]),
        ("<p>a&nbsp;b&amp;nbsp;", [("p", "", "a\xa0b&amp;nbsp;"), ("/p", "", "")]),
        ("<p>a\0b</p>", [("p", "", "ab"), ("/p", "", "")]),
        ("<p>a</b>c", [("p", "", "ac"), ("/p", "", "")]),
        ("<my:tag>a", [("my:tag", "", "a"), ("/my:tag", "", "")]),
        ("<i><p>a</i>", [("i", "", ""), ("/i", "", ""), ("p", "", ""), ("i", "", "a"), ("/i", "", ""), ("/p", "", "")]),
    ],
)  # fmt: skip
def test_markup_is_written_out_as_a_browser_took_it(html, wanted):
    assert read(html) == wanted


@pytest.mark.parametrize("tag", sorted(set(UNSEEN_TAGS) - {"frameset", "frame", "map", "embed", "link", "meta"}))
def test_what_a_browser_never_shows_is_gone(tag):
    found = "".join(text for *_, text in tokens(parse(f"<p>before</p><{tag}>unseen</{tag}><p>behind</p>"))[0])
    assert found == ("before" if tag == "plaintext" else "beforebehind")


@pytest.mark.parametrize(
    ("attributes", "name", "value"),
    [
        (' class="a b" id="c"', "class", "a b"),
        (' class="a b" id="c"', "id", "c"),
        (' data-id="x" id="c"', "id", "c"),
        (' data-id="x"', "id", ""),
        (' title="id=" id="c"', "id", "c"),
        (' href="?a=1&amp;b=2"', "href", "?a=1&b=2"),
        (' alt="say &quot;so&quot;"', "alt", 'say "so"'),
        (' hidden=""', "hidden", ""),
        ("", "class", ""),
    ],
)
def test_an_attribute_is_read_by_its_whole_name(attributes, name, value):
    assert attribute(attributes, name) == value


VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=40)


@given(VALUES, VALUES)
@settings(max_examples=100, deadline=None)
def test_an_attribute_survives_whatever_is_in_it(one, other):
    quoted = one.replace("&", "&amp;").replace('"', "&quot;"), other.replace("&", "&amp;").replace("'", "&#39;")
    written = read(f"<p class=\"{quoted[0]}\" title='{quoted[1]}'>x</p>")[0][1]
    assert (attribute(written, "class"), attribute(written, "title")) == (one, other)


PIECES = st.sampled_from(
    ["<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<a href='x>y'>", "</a>", "<br>", "<table>", "<tr>", "<td>",
     "</table>", "<li>", "<ul>", "<!-- <p> > -->", "<!--", "-->", "<![CDATA[", "]]>", "<?x",
     "?>", "<", ">", "</", "&", "&lt;", "&amp;lt;",
     "&nbsp;", "&amp;nbsp;", "&#65;", "&#128;", '"', "'", "\0", "\u3000", "<p title=\"<b>'",
     "<style>", "</style>", "<script>", "</script>",
     "<textarea>", "</textarea>", "<template>", "</template>", "<svg>", "<math>", "</svg>",
     "<pre>\n", "<h1>", "<body class=a>", "<p/>", "<a<b>"]
)  # fmt: skip
PAGES = st.lists(st.one_of(PIECES, st.text(st.characters(exclude_categories=["Cs"]), max_size=8)), max_size=30)


@given(PAGES.map("".join))
@example("<p>a<!-- b --!>c")
@example("<p>a<?x ?>b")
@example("<p <!-- a --> class=b>c <!-- d='e' --> f")
@example('<p title="<b>\'"<!-- <p> > -->')
@example("<svg><style><p>a</style><p>b")
@settings(max_examples=300, deadline=None)
def test_every_text_of_the_tree_is_in_the_tokens(html):
    tree = LexborHTMLParser(html)
    tree.strip_tags(list(UNSEEN_TAGS))
    wanted = tree.body.text() if tree.body is not None else ""
    assert "".join(unescape(text) for *_, text in tokens(parse(html))[0]) == wanted


@given(PAGES.map("".join))
@settings(max_examples=150, deadline=None)
def test_every_tag_is_closed_in_its_turn(html):
    opened = []
    for tag, _, _ in tokens(parse(html))[0]:
        if tag.startswith("/"):
            assert opened.pop() == tag[1:]
        elif tag and tag not in ("br", "hr", "img", "input", "area", "wbr", "col", "source", "track"):
            opened.append(tag)
    assert opened == []


def test_only_so_many_tags_are_read_and_that_is_said():
    read, warnings = tokens(parse("<i>a</i>" * MAX_TAGS))
    assert len(read) == MAX_TAGS
    assert warnings == (f"only the first {MAX_TAGS} tags were read",)


@pytest.mark.parametrize(
    "page",
    ["<p id=a>x</p><p id=b>y</p>", "<!doctype html><!-- c --><p>x<!-- d --><?php e ?><b>y</b><svg><g/></svg></p>"],
)
def test_numbers_are_the_places_in_the_document(page):
    html = number(parse(page))
    numbers = [int(node.attributes[NUMBER] or "") for node in LexborHTMLParser(html).css("*")]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == len(LexborHTMLParser(page).css("*"))


SENTENCE = "The ferry left at noon, as it had for sixty years, and nobody aboard knew that it would not come back. "
UNCLOSED = {
    "a style that is never closed": f"<html><body><style>p {{ }}<h1>The ferry</h1><p>{SENTENCE * 5}</p>",
    "a comment that is never closed": f"<html><body><!-- menu <h1>The ferry</h1><p>{SENTENCE * 5}</p>",
    "a textarea that is never closed": f"<html><body><textarea><h1>The ferry</h1><p>{SENTENCE * 5}</p>",
    "a title that is never closed": f"<html><head><title>The ferry<body><p>{SENTENCE * 5}</p>",
}


@pytest.mark.parametrize("page", UNCLOSED.values(), ids=UNCLOSED.keys())
def test_a_page_swallowed_by_what_it_never_closes_ends_in_an_article_or_a_verdict(page):
    article = extract(page.encode(), url=URL)
    assert SENTENCE.strip() in article.body_text or article.verdict in ("empty", "not-article")


def test_the_lenient_parser_makes_something_of_a_page_that_is_all_style():
    page = UNCLOSED["a style that is never closed"]
    assert [block.text for block in lay_out(parse(page)).blocks] == []
    lenient = lay_out(parse(page, leniently=True))
    assert any(SENTENCE.strip() in block.text for block in lenient.blocks)
    assert "never closed" in lenient.warnings[0]
