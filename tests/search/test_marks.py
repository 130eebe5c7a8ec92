"""What a hit shows of a text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.formats.excerpt import excerpt
from snapshotter.search import text_of
from snapshotter.search.marks import Marker
from snapshotter.search.syntax import understood


def marked(text, query):
    return [piece.text for piece in Marker(understood(query).phrases).pieces(text) if piece.is_match]


@pytest.mark.parametrize(("text", "query", "matches"), [
    ("在重慶市,重庆人", "重庆", ["重慶", "重庆"]),
    ("Café, CAFÉ, cafés", "cafe", ["Café", "CAFÉ"]),
    ("Café, CAFÉ, cafés", "cafe*", ["Café", "CAFÉ", "cafés"]),
    ("COVID-19 and covid 19", '"covid 19"', ["COVID-19", "covid 19"]),
    ("a 2024年5月1日", "2024年5月", ["2024年5月"]),
    ("重庆市 市民", "重庆市 市", ["重庆市", "市"]),  # the longer of two at one place
    ("old and new", "old -new", ["old"]),
    ("old and new", "", []),
    ("by Ann", "author:ann", []),
])  # fmt: skip
def test_matches_are_marked_as_they_are_found(text, query, matches):
    assert marked(text, query) == matches


@given(st.text(max_size=200), st.text(max_size=20))
def test_pieces_are_the_text(text, query):
    marker = Marker(understood(query).phrases)
    assert text_of(marker.pieces(text)) == text
    assert len(text_of(marker.excerpt(text))) <= 90


@pytest.mark.parametrize(("before", "start"), [(0, ""), (28, ""), (29, "..."), (300, "...")])
def test_an_excerpt_has_the_shape_of_the_text_formats(before, start):
    text = "天" * before + "重庆" + "地" * 300
    found = text_of(Marker(understood("重庆").phrases).excerpt(text))
    assert found.startswith(start or text[:1])
    assert found == (excerpt(text, before - 25) if start else text[:89])
    assert found.index("重庆") <= 28
    assert len(found) == (90 if start else 89)


def test_an_excerpt_shows_where_most_of_the_words_stand():
    text = "重庆。" + "天" * 300 + "重庆的小学。" + "地" * 300
    assert [one.text for one in Marker(understood("小学 重庆").phrases).excerpt(text) if one.is_match] == [
        "重庆",
        "小学",
    ]


def test_an_excerpt_begins_with_a_word():
    text = "x" * 100 + " incomprehensible words about harbours and ferries"
    assert text_of(Marker(understood("harbours").phrases).excerpt(text)).startswith("...words about harbours")


@pytest.mark.parametrize("text", ["重" * 2_000_000, "a " * 1_000_000, "\n" * 2_000_000 + "重庆", "é" * 2_000_000])
@pytest.mark.parametrize("query", ["重庆", "a", "a b c " * 30, "重* a* é*"])
def test_marking_is_bounded(text, query):
    began = time.process_time()
    Marker(understood(query).phrases).excerpt(text)
    assert time.process_time() - began < 1
