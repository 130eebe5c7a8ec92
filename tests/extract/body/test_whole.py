"""Tables and lists of an article: whole, or as the model has them."""

import time

import pytest

from snapshotter.extract import extract
from snapshotter.extract.blocks import Layout, lay_out
from snapshotter.extract.body.whole import made_whole
from snapshotter.extract.tree import parse

NAMES = ("Ashford", "Birling", "Corrin", "Dunmore", "Elstow", "Fenwick")
SENTENCE = (
    "The county council published the figures for the first half of the year on Monday, and said that the rise in "
    "visitors was larger than in any year since the harbour was opened again."
)
HEAD = "".join(f"<th>{name}</th>" for name in ("Town", "May", "June", "July"))
FIGURES = "".join(f"<tr><td>{name}</td><td>{n}12</td><td>{n}.5</td><td></td></tr>" for n, name in enumerate(NAMES))
TABLE = f"<table><tr>{HEAD}</tr>{FIGURES}</table>"


def rows(cells: str) -> str:
    return "<table>" + "".join(f"<tr>{cells.format(name)}</tr>" for name in NAMES) + "</table>"


def between(html: str) -> tuple[Layout, int, int]:
    """It between two paragraphs; where their blocks are."""
    layout = lay_out(parse(f"<div><p>{SENTENCE}</p>{html}<p>{SENTENCE}</p></div>"))
    return layout, 0, len(layout.blocks) - 1


@pytest.mark.parametrize("behind", [f"<p>{SENTENCE}</p>", ""], ids=["between paragraphs", "at the end"])
def test_an_article_has_all_rows_of_its_table(behind):
    article = f"<h1>Visitors by town</h1><p>{SENTENCE}</p><p>{SENTENCE}</p>{TABLE}{behind}"
    page = f"<html lang=en><head><title>Visitors by town</title></head><body><article>{article}</article></body></html>"
    found = extract(page.encode(), url="https://news.example/visitors.html").body_text
    assert [name for name in (*NAMES, "Town", "512", "5.5") if name not in found] == []


@pytest.mark.parametrize(
    "table",
    [
        rows("<td><a href=/a>{0}</a></td><td><a href=/b>{0}, too</a></td>"),
        rows("<td><img src=a.jpg></td><td>{0}, 9.99</td>"),
        rows("<td>{0}</td><td></td><td></td>"),
        rows("<td>{0}</td>"),
        rows(f"<td>{{0}}</td><td>{SENTENCE * 3}</td>"),
        "<table><tr><td>Town</td><td>May</td><td>June</td><td>July</td></tr></table>",
        rows("<td>{0}</td><td><form><input name=q></form> 1</td>"),
        rows("<td>{0}</td><td>" + rows("<td>{0}</td>").replace("{", "{{").replace("}", "}}") + "</td>"),
    ],
    ids=["links", "goods", "gaps", "a column", "columns of the page", "a row", "a form", "tables in it"],
)
def test_tables_of_other_things_are_not_added(table):
    layout, first, last = between(table)
    assert made_whole([first, last], layout) == [first, last]


def test_a_table_before_or_away_from_the_article_is_not_added():
    layout = lay_out(parse(f"{TABLE}<div><p>{SENTENCE}</p></div><div>{TABLE}</div>"))
    paragraph = next(place for place, block in enumerate(layout.blocks) if block.text == SENTENCE)
    assert made_whole([paragraph], layout) == [paragraph]
    assert made_whole([], layout) == []


@pytest.mark.parametrize(
    ("html", "own", "is_whole"),
    [
        ("<ul><li>Bring water</li><li>Bring a hat and a coat</li><li>Go</li></ul>", [2], True),
        ("<ol><li><p>Bring water</p></li><li><p>Bring a hat and a coat</p></li></ol>", [2], True),
        ("<ul><li>Bring water and bread</li><li>Hats</li></ul>", [2], False),
        ("<ul><li>Bring water</li><li>Hats</li></ul>", [], False),
        ("<ul><li>Bring water and a coat</li><li><div>Share</div></li></ul>", [1], False),
        ("<ul><li>Bring water and a coat</li><li>Hats<ul><li>or none</li></ul></li></ul>", [1], False),
    ],
    ids=["more than half", "with paragraphs", "less than half", "nothing", "another element", "a list in it"],
)
def test_a_list_is_whole_where_more_than_half_of_it_is_the_articles(html, own, is_whole):
    layout, first, last = between(html)
    kept = [first, *own, last]
    assert made_whole(kept, layout) == (list(range(last + 1)) if is_whole else kept)


@pytest.mark.parametrize(
    "html",
    ["<ul><li>a" * 20_000, "<table><tr><td>1<td>2<tr><td>3<td>4" * 10_000, TABLE * 3_000, "<ul><li>a</ul>" * 20_000],
    ids=["lists in lists", "tables in tables", "tables", "lists"],
)
def test_many_of_them_take_no_longer_than_as_much_text(html):
    layout, first, last = between(html)
    began = time.process_time()
    made_whole(range(first, last + 1, 2), layout)
    assert time.process_time() - began < 2
