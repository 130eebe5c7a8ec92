"""Pages that keep a parser busy are told before they are parsed, and those of honest people aren't taken for such."""

import time

import pytest

from snapshotter.extract.blocks import lay_out
from snapshotter.extract.tangle import MAX_DEPTH, MAX_OPTIONS, MAX_SPACES, MAX_TAG, is_endless, is_tangled
from snapshotter.extract.tree import parse

MANY = 100_000

ATTACKS = {
    "elements nested": "<div>" * MANY + "x",
    "elements nested and closed": "<div>" * MANY + "x" + "</div>" * MANY,
    "elements of all kinds nested": "<div><span><section><my-own>" * MANY,
    "lists in lists": "<ul><li>" * MANY,
    "tables in tables": "<table><tr><td>" * MANY,
    "formatting never closed, opened anew in each paragraph": "<p><font>x" * MANY,
    "formatting closed by others": "<b><p></i>x" * MANY,
    "links never closed": "<a href=x><p>y" * MANY,
    "formatting in upper case": "<P><FONT>x" * MANY,
    "attributes": "<p " + " ".join(f"a{number}" for number in range(MANY)) + ">x",
    "attributes of a tag that is never closed": "<p " + " ".join(f"a{number}" for number in range(MANY)),
    "attributes behind a text": "x" * MAX_TAG + "<p " + " ".join(f"a{number}" for number in range(MANY)) + ">x",
    "attributes of many a tag": ("<p " + " ".join(f"a{number}" for number in range(15_000)) + ">x") * 30,
    "attributes added to the root": "".join(f"<html a{number}=1>" for number in range(MANY)) + "x",
    "attributes added to the body": "<body>x" + "".join(f"<body a{number}=1>" for number in range(MANY)),
    "end tags in comments": "<div><!--</div>-->" * 60_000,
    "end tags that reach nothing": "<div><table><td></div></table>" * 30_000,
    "attributes parted by slashes": "<a " + "/".join(f"a{number}" for number in range(60_000)) + ">x",
    "attributes parted by nothing": "<a " + "".join(f'a{number}=""' for number in range(60_000)) + ">x",
    "attributes behind a quoted end": '<a x=">" ' + " ".join(f"a{number}" for number in range(60_000)) + ">x",
    "scripts never closed": "<select>" + "<option>" * 4_001 + "<script " * MANY,
    "formatting opened anew": "".join(f"<b a={number}>" for number in range(50)) + "<p>x" * MANY,
    "options": "<select>" + "<option>x" * MANY,
    "end tags of what isn't open": "<div></p>" * MANY,
    "elements behind one whose name begins like script": "<scriptx>" + "<div>" * MANY,
    "elements behind a comment of nothing": "<!-->" + "<div>" * MANY,
    "elements behind a comment of a hyphen": "<!--->" + "<div>" * MANY,
    "elements behind a comment that ends oddly": "<!-- x --!>" + "<div>" * MANY,
    "elements behind a comment in a title": "<title><!--</title>" + "<div>" * MANY,
    "elements behind a comment in an attribute": "<p title='<!--'>" + "<div>" * MANY,
    "elements in the style of a drawing": "<svg><style>" + "<div>" * MANY,
}


@pytest.mark.timeout(40)
@pytest.mark.parametrize("page", ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_is_told_and_ends_quickly(page):
    began = time.process_time()
    layout = lay_out(parse(page))
    assert time.process_time() - began < 3  # each took minutes or hours; a fraction of a second now
    assert layout.warnings[0] == "nested too deep; read as far as it could be"


def test_what_stands_before_the_tangle_is_read():
    layout = lay_out(parse("<p>A sentence of the article.</p>" + "<div>" * MANY + "x"))
    assert layout.blocks[0].text == "A sentence of the article."


ORDINARY = {
    "nothing": "",
    "many paragraphs": "<p>A sentence of a very long page.</p>" * 50_000,
    "paragraphs that nobody closed": "<p>A sentence of a very long page." * 50_000,
    "rows and cells that nobody closed": "<table>" + "<tr><td>1<td>2" * 20_000 + "</table>",
    "list items that nobody closed": "<ul>" + "<li>one" * 20_000 + "</ul>",
    "formatting that is closed": "<p><b>Bold</b>, <i>slanted</i>.</p>" * 20_000,
    "links": "<li><a href=/x>A headline</a></li>" * 20_000,
    "deep as frameworks make it": ("<div>" * 100 + "x" + "</div>" * 100) * 200,
    "deep at the bound": "<div>" * MAX_DEPTH + "x" + "</div>" * MAX_DEPTH,
    "a form of all countries": "<select>" + "<option value=x>X</option>" * (MAX_OPTIONS - 100) + "</select>",
    "an image in its attribute": '<img src="data:image/png;base64,' + "A" * 3_000_000 + '">',
    "scripts with comparisons": "<script>" + "for(i=0;i<n;i++)x[i]=1 < 2;\n" * 1_500 + "</script>" + "<p>a</p>" * 2_000,
    "JSON with markup in it": "<script type=application/json>{" + r"<p>A sentence.<\/p>" * 20_000 + "}</script>",
    "JSON with more markup": "<script type=application/json>{" + r"<div>A sentence.<\/div>" * 20_000 + "}</script>",
    "a style sheet": "<style>" + "p { color: red; margin: 0 }\n" * 20_000 + "</style>",
    "a text without a tag": "A sentence, and another one. " * 50_000,
}  # fmt: skip


@pytest.mark.parametrize("page", ORDINARY.values(), ids=ORDINARY.keys())
def test_a_big_page_of_honest_people_is_none(page):
    assert not is_tangled(page, page.count("<"))


@pytest.mark.parametrize(
    ("part", "is_one"),
    [
        ("<p " + "a " * (MAX_TAG // 2), True),
        ("text, " * MAX_TAG + "<p class=a", False),
        ("text, " * MAX_TAG, False),
        ("<p " + "a " * (MAX_SPACES - 100) + "x" * MAX_TAG, False),
        ("<p " + "a" * MAX_TAG, False),
        ("a < b " * MAX_TAG, False),
        ("", False),
    ],
)
def test_a_tag_is_endless_by_its_attributes_not_by_its_length(part, is_one):
    assert is_endless(part) is is_one
