"""A page's blocks in numbers."""

import numpy as np
import pytest

from snapshotter.extract.blocks import Block, Node, lay_out
from snapshotter.extract.body.features import MAX_ASKED, NAMES, UNSHOWN, Page, worth
from snapshotter.extract.body.vocabulary import Vocabulary
from snapshotter.extract.tree import parse

SENTENCE = (
    "On day one the workers set another row of stones, and the river went on below them as before, slow and brown."
)


def described(html, title=""):
    layout = lay_out(parse(f"<html><body>{html}</body></html>"))
    page = Page(layout, title, Vocabulary({"story": 2.0}, {"^by": -1.0}))
    return layout.blocks, page


def columns(page):
    return {name: page.rows()[:, at].tolist() for at, name in enumerate(NAMES)}


@pytest.mark.parametrize(
    ("text", "size", "link_chars", "value"),
    [
        ("", 0, 0, 0.0),
        ("Home", 4, 4, -4.0),
        ("Home", 4, 0, -8.0),
        ("Yes, they did.", 14, 0, 14.0),
        ("a" * 40, 40, 0, 0.0),
        ("a" * 400, 400, 100, 300.0),
        ("a" * 900, 900, 0, 400),
    ],
)
def test_a_block_is_worth_its_text_or_costs_what_a_menus_line_costs(text, size, link_chars, value):
    block = Block(Node("", "p", None, 0, 0, 1), [text], text, size, link_chars)
    assert worth([block], np.array([float(size)]), np.array([link_chars / max(len(text), 1)])).tolist() == [value]


def test_a_row_has_a_number_for_every_name():
    _, page = described(f"<div class=story><h1>The bridge</h1><p>By Ana</p><p>{SENTENCE}</p></div>", "The bridge")
    assert page.rows().shape == (3, len(NAMES))
    assert np.isfinite(page.rows()).all()
    found = columns(page)
    assert found["from_headline"] == [0, 1, 2]
    assert found["words"] == [0.0, -1.0, 0.0]
    assert found["since_heading"] == [0, 1, 2]
    assert found["words_1_before"] == [0, 0.0, -1.0]
    assert found["page_solid"] == [1, 1, 1]


def test_a_headline_that_is_not_shown_is_far():
    _, page = described(f"<p>{SENTENCE}</p>", "Another title")
    assert columns(page)["from_headline"] == [UNSHOWN]


def test_what_is_said_twice_is_marked():
    _, page = described(f"<p>{SENTENCE}</p><p>{SENTENCE}</p><p>{SENTENCE}!</p>")
    assert columns(page)["repeated"] == [0.5, 1, 0]


def test_rows_of_links_pictures_and_far_menus_are_not_asked_about():
    menu = "".join(f"<li><a href=/{n}>Section {n}</a></li>" for n in range(30))
    blocks, page = described(f"<ul>{menu}</ul><div><p>{SENTENCE}</p><img src=a><p>{SENTENCE}</p></div><ul>{menu}</ul>")
    assert [blocks[index].text for index in page.asked] == [SENTENCE, SENTENCE]


def test_only_so_many_blocks_are_asked_about():
    _, page = described(f"<p>{SENTENCE}</p>" * (MAX_ASKED + 10))
    assert len(page.asked) == MAX_ASKED


@pytest.mark.parametrize("html", ["<p>x</p>", "<img src=a>", "<a href=/>home</a>", "<div>" * 300 + "deep"])
def test_small_and_odd_pages_have_finite_numbers(html):
    _, page = described(html, "x")
    assert page.rows().shape == (len(page.asked), len(NAMES))
    assert np.isfinite(page.rows()).all()
