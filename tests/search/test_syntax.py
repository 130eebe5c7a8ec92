"""Whatever is typed is a query."""

import sqlite3
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.search.syntax import MAX_OPEN, MAX_PHRASES, understood


@pytest.mark.parametrize(("text", "match"), [
    ("重庆", '"重庆"'),
    ("重庆市 小学", '("重庆 庆市" AND "小学")'),
    ("重", '"重"*'),
    ("Covid-19", '"covid 19"'),
    ("vac*", '"vac"*'),
    ("v*", '"v"'),  # too short to be a beginning
    ('"old town"', '"old town"'),
    ("“old town”", '"old town"'),
    ('"old town', '"old town"'),  # never closed
    ("a OR b c", '("a" OR ("b" AND "c"))'),
    ("a | b", '("a" OR "b")'),
    ("a AND b", '("a" AND "b")'),
    ("a -b", '(("a") NOT ("b"))'),
    ("a NOT b", '(("a") NOT ("b"))'),
    ("(a OR b) c", '(("a" OR "b") AND "c")'),
    ("（甲乙｜丙丁）－戊己", '((("甲乙" OR "丙丁")) NOT ("戊己"))'),
    ("title:重庆", 'title : ("重庆")'),
    ("author:王小米", '"\ue000王小 \ue000小米"'),
    ("author:Ann", '"\ue000ann"'),
    ("or and not", '("or" AND "and" AND "not")'),  # operators are upper case
    ("ORANGE", '"orange"'),
    ("a OR", '"a"'),
    ("OR a", '"a"'),
    (")) a ((", '"a"'),
    ("NEAR(a b)", '("near" AND ("a" AND "b"))'),
    ("body:a ^b + {c}", '("body a" AND "b" AND "c")'),
    ("", ""),
    ("，。 - * ( ) \" '", ""),
])  # fmt: skip
def test_what_is_typed_is_understood(text, match):
    assert understood(text).match == match


@pytest.mark.parametrize(
    ("text", "without"), [("-a", '("a")'), ("-(a OR b)", '(("a" OR "b"))'), ("-a -b", '("a" OR "b")')]
)
def test_what_only_excludes_says_so(text, without):
    wanted = understood(text)
    assert (wanted.match, wanted.without, wanted.phrases) == ("", without, ())


@pytest.fixture(scope="module")
def engine():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(body, title, content='', tokenize='ascii')")
    return connection


TYPED = st.text(alphabet=st.one_of(st.characters(), st.sampled_from('"“”()（）-*|: ORANDNOT重庆^{}+\\\0')), max_size=80)


@given(TYPED)
def test_fts5_takes_any_query(engine, text):
    wanted = understood(text)
    for expression in filter(None, (wanted.match, wanted.without)):
        engine.execute("SELECT rowid FROM words WHERE words MATCH ?", (expression,)).fetchall()


@pytest.mark.parametrize("text", [
    "(" * 5000, "a OR " * 5000, '"' * 5000, "-" * 5000, "的 " * 5000, "a* " * 5000, "重" * 100_000, "a(" * 300,
    "(-" * 300, "\u0301" * 5000, "title:" * 900,
])  # fmt: skip
def test_queries_are_bounded(engine, text):
    began = time.process_time()
    wanted = understood(text)
    assert wanted.match.count("*") <= MAX_OPEN
    assert wanted.match.count(" AND ") + wanted.match.count(" OR ") < MAX_PHRASES
    for expression in filter(None, (wanted.match, wanted.without)):
        engine.execute("SELECT rowid FROM words WHERE words MATCH ?", (expression,)).fetchall()
    assert time.process_time() - began < 0.5
