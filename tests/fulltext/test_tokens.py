"""Texts as tokens: what is found is what stands there, no more and no less."""

import sqlite3
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapshotter.fulltext import folded, tokens
from snapshotter.search.syntax import understood


@pytest.mark.parametrize(("text", "expected"), [
    ("重庆市", "重庆 庆市 市"),
    ("重慶,ABC", "重庆 庆 abc"),  # traditional as simplified, upper as lower case
    ("Ｗｉｄｅ１", "wide1"),  # full width as half
    ("Café naïve Ångström Đà Nẵng", "cafe naive angstrom da nang"),
    ("cafe\u0301", "cafe"),  # an accent of its own
    ("İstanbul ẞ", "istanbul ß"),
    ("Ёлка йод", "елка йод"),
    ("Ὀδυσσεύς", "οδυσσευς"),
    ("東京タワー", "东京 京タ タワ ワー ー"),
    ("ﾀﾜｰ", "タワ ワー ー"),
    ("서울시", "서울 울시 시"),
    ("สวัสดี", "สว วั ัส สด ดี ี"),
    ("2024年5月", "2024 年 5 月"),
    ("don't e-mail", "don t e mail"),
    ("हिन्दी भाषा", "हिन्दी भाषा"),
    ("مَرحبا", "مَرحبا"),
    ("foo_bar \"x\" * (y) \0 z\ue000q", "foo bar x y z q"),
    ("x" * 100, "x" * 64),
    ("", ""),
    ("，。！", ""),
])  # fmt: skip
def test_tokens(text, expected):
    assert tokens(text) == expected


@given(st.text())
def test_folding_keeps_every_character_in_its_place(text):
    assert len(folded(text)) == len(text)
    assert folded(folded(text)) == folded(text)


@given(st.text())
def test_tokens_hold_nothing_that_fts5_would_part(text):
    for token in tokens(text).split(" "):
        assert all(character.isalnum() or character > "\x7f" for character in token)
        assert not token.startswith(("\ue000", "\ue001"))


WIDE = st.text(alphabet="重庆市区小学大桥，。 a1东東あ서", max_size=30)


@pytest.fixture(scope="module")
def engine():
    return sqlite3.connect(":memory:", isolation_level=None)


@settings(max_examples=300, deadline=None)
@given(
    texts=st.lists(WIDE, min_size=1, max_size=6),
    fragment=st.text(alphabet="重庆市区小学大桥东東あ서", min_size=1, max_size=8),
)
def test_a_fragment_is_found_where_it_stands_and_nowhere_else(engine, texts, fragment):
    engine.execute("DROP TABLE IF EXISTS words")
    engine.execute("CREATE VIRTUAL TABLE words USING fts5(body, title, content='', tokenize='ascii')")
    for number, text in enumerate(texts):
        engine.execute("INSERT INTO words (rowid, body, title) VALUES (?, ?, '')", (number, tokens(text)))
    found = engine.execute("SELECT rowid FROM words WHERE words MATCH ?", (understood(fragment).match,))
    assert {row[0] for row in found} == {n for n, text in enumerate(texts) if folded(fragment) in folded(text)}


def test_the_table_of_simplified_characters_is_what_opencc_says():
    opencc = pytest.importorskip("opencc")
    traditional, simplified = (files("snapshotter.fulltext") / "simplified.txt").read_text("utf-8").split()
    said = opencc.OpenCC("t2s").convert("\n".join(traditional)).split("\n")
    differing = [one for one, ours, theirs in zip(traditional, simplified, said, strict=True) if ours != theirs]
    assert len(traditional) > 3500
    assert len(differing) < 20  # its tables change a little from version to version
