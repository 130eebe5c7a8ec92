"""What a list shows of an article's beginning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.web.teaser import WIDTH, teaser


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        (" \n ", ""),
        ("一句。\n\n又一句。", "一句。 又一句。"),  # all of it
        ("头" * 60 + "。" + "尾" * 60, "头" * 60 + "。"),  # a whole sentence
        ("“头" + "头" * 60 + "。”" + "尾" * 60, "“头" + "头" * 60 + "。”"),
        ("头。" + "尾" * 200, "头。" + "尾" * 93 + "…"),  # too little of it is whole
        ("word " * 80, "word " * 37 + "word…"),
        ("It is 3.5 miles. " * 30, ("It is 3.5 miles. " * 11).strip()),  # no sentence ends in a number
        ("It rained. " * 16 + "Then Mr. J. Li came. " * 9, ("It rained. " * 16).strip()),  # nor in a short form
        ("x" * 900, "x" * WIDTH + "…"),
    ],
)
def test_it_ends_where_a_reader_would(text, shown):
    assert teaser(text) == shown


@given(st.text())
def test_it_is_the_beginning_of_the_text(text):
    shown = teaser(text)
    assert " ".join(text.split()).startswith(shown.removesuffix("…").rstrip())
    assert len(shown) <= WIDTH + 1
