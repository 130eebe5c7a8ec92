"""What names and words are looked up by, and what they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.extract.blocks import lay_out
from snapshotter.extract.body.vocabulary import FADES, MAX_LINE, Names, Vocabulary, line_words, name_words
from snapshotter.extract.tree import parse


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("post-1234", {"post-0", "~post"}),
        ("article__body--wide", {"article__body--wide", "~article", "~body", "~wide"}),
        ("c-header:wide2col", {"c-header:wide0col", "~header", "~wide", "~col"}),
        ("-", {"-"}),
        ("x", {"x"}),  # too short to be a word of its own
        ("n" * 60, {"n" * 40}),
    ],
)
def test_a_name_is_looked_up_whole_and_in_words(name, words):
    assert set(name_words(name)) == words


@pytest.mark.parametrize(
    ("line", "some"),
    [
        ("By Ana Reyes", {"^by", "^by ana", "^by ana reyes", "=by ana reyes", "reyes$"}),
        ("Read 12 more", {"^read 0"} - {"^read 0"} | {"^read", "more$"}),
        ("© 2024 Example", {"^©", "example$"}),
        ("责任编辑：陈静", {"^责任", "^责任编辑", "编辑", "陈静$"}),
        ("Автор: Иван", {"^автор", "иван$"}),
    ],
)
def test_a_line_is_looked_up_by_how_it_begins_and_ends(line, some):
    assert some <= line_words(line)


@given(st.text(min_size=1, max_size=MAX_LINE))
def test_any_line_can_be_looked_up(line):
    assert len(line_words(line)) < 60
    assert Vocabulary({}, {}).of_line(line) == 0.0


def test_a_line_weighs_what_its_words_weigh_and_a_long_one_nothing():
    vocabulary = Vocabulary({}, {"^by": -2.0, "reyes$": -0.5, "elsewhere": 9.0})
    assert vocabulary.of_line("By Ana Reyes") == -2.5
    assert vocabulary.of_line("By Ana Reyes" + " and more" * MAX_LINE) == 0.0
    assert vocabulary.of_line("") == 0.0


def test_an_element_is_weighed_with_all_that_it_lies_in():
    vocabulary = Vocabulary({"<p": 1.0, "story": 2.0, "<aside": -3.0}, {})
    layout = lay_out(parse("<body><div class=story><aside><p>text</p></aside></div>"))
    named = Names(vocabulary).of(layout.blocks[0].node)
    assert (named[0], named[1]) == (1.0, -3.0)
    assert named[2] == pytest.approx(2.0 * FADES**2 - 3.0 * FADES + 1.0)
    assert (named[3], named[4]) == (-3.0, 2.0)


def test_elements_of_one_make_differ_in_numbers_only():
    layout = lay_out(parse("<body><div class=a><p id=p1>x</p><p id=p22>y</p><p class=lead>z</p></div><p id=p3>w</p>"))
    names = Names(Vocabulary({}, {}))
    one, same, other, elsewhere = (names.of(block.node).make for block in layout.blocks)
    assert one == same
    assert len({one, other, elsewhere}) == 3


def test_what_lies_in_a_part_says_how_far_above_it_begins():
    layout = lay_out(parse("<body><div class=share-bar><div><p>x</p></div></div><p>y</p>"))
    names = Names(Vocabulary({}, {}))
    assert [names.of(block.node).part for block in layout.blocks] == [3, 0]
