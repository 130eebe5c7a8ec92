"""What a page's blocks tell of one another."""

import numpy as np
import pytest

from snapshotter.extract.blocks import lay_out
from snapshotter.extract.body.company import NAMES, NONE, NOWHERE, SURE, look_again
from snapshotter.extract.body.features import Page
from snapshotter.extract.body.vocabulary import Vocabulary
from snapshotter.extract.tree import parse

SENTENCE = (
    "On day one the workers set another row of stones, and the river went on below them as before, slow and brown."
)


def seen_again(html, odds):
    page = Page(lay_out(parse(f"<html><body>{html}</body></html>")), "", Vocabulary({}, {}))
    assert len(page.asked) == len(odds)
    rows = look_again(page, page.rows(), np.array(odds, float))
    assert rows.shape == (len(odds), len(NAMES))
    assert np.isfinite(rows).all()
    return {name: rows[:, at].round(2).tolist() for at, name in enumerate(NAMES)}


def test_a_block_knows_the_odds_beside_it_and_of_its_heading():
    found = seen_again(f"<h2>The bridge</h2><p>{SENTENCE}</p><h2>The river</h2><p>{SENTENCE}!</p>", [1, 2, -3, 40])
    assert found["odds"] == [1, 2, -3, 40]
    assert found["odds_1_before"] == [NONE, 1, 2, -3]
    assert found["odds_1_behind"] == [2, -3, SURE, NONE]
    assert found["heading_odds"] == [1, 1, -3, -3]
    assert found["next_heading_odds"] == [1, -3, -3, NONE]


def test_a_block_knows_what_is_likely_around_it_but_not_by_itself():
    one = f"<div class=part><p>{SENTENCE}</p><p>{SENTENCE}</p></div>"
    found = seen_again(one + one, [50, -50, 50, 50])
    assert found["up_likely"] == [0, 1, 1, 1]
    assert found["up_share"] == [0.33, 0.33, 0.67, 0.67]
    assert found["up2_likely"] == [0.67, 1, 0.67, 0.67]
    assert found["likely_4_before"] == [0, 1, 0.5, 0.67]
    assert found["likely_4_behind"] == [0.67, 1, 1, 0]
    assert found["share_before"] == [0, 0.33, 0.33, 0.67]
    assert found["share_behind"] == [0.67, 0.67, 0.33, 0]
    assert found["page_likely"] == [0.75] * 4
    assert found["make_likely"] == [0.67, 1, 0.67, 0.67]


@pytest.mark.parametrize(
    ("odds", "first", "last"), [([-1, -2], [NOWHERE] * 2, [NOWHERE] * 2), ([-1, 2], [-1, 0], [1, 0])]
)
def test_how_far_it_is_to_the_text(odds, first, last):
    found = seen_again(f"<p>{SENTENCE}</p><p>{SENTENCE}</p>", odds)
    assert (found["from_first"], found["to_last"]) == (first, last)


def test_blocks_that_are_not_asked_about_are_unlikely():
    menu = "".join(f"<li><a href=/{n}>Section {n}</a></li>" for n in range(30))
    found = seen_again(f"<p>{SENTENCE}</p><ul>{menu}</ul>", [5])
    assert found["odds_1_behind"] == [-SURE]
    assert found["likely_4_behind"] == [0]
