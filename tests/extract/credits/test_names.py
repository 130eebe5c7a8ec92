"""Names: taken apart, cleaned, told from what is none."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.extract.credits.names import (
    MAX_NAMES,
    is_chinese_name,
    is_full_name,
    is_latin_name,
    is_team,
    leading_chinese_name,
    names,
)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("李明、王芳", ["李明", "王芳"]),
        ("李 明 王小芳", ["李明", "王小芳"]),
        ("本报记者 李明", ["李明"]),
        ("江城日报记者李明", ["李明"]),
        ("최윤호 기자", ["최윤호"]),
        ("Ana Reyes and Tom O'Neill", ["Ana Reyes", "Tom O'Neill"]),
        ("By Ana Reyes, Tom O'Neill", ["Ana Reyes", "Tom O'Neill"]),
        ("Linny and Peter", ["Linny", "Peter"]),
        ("Ana Reyes, Staff Writer", ["Ana Reyes"]),
        ("Ana Reyes, DVM", ["Ana Reyes"]),
        ("Ana Reyes Senior Reporter", ["Ana Reyes"]),
        ("Ana Reyes December 2, 2025", ["Ana Reyes"]),
        ("Ana Reyes Ana Reyes", ["Ana Reyes"]),
        ("Von Ana Reyes und Tom Jansen", ["Ana Reyes", "Tom Jansen"]),
        ("https://www.example.com/ana", []),
        ("admin", []),
        ("佚名", []),
        ("5 min read", []),
        ("", []),
    ],
)
def test_single_names(value, wanted):
    assert names([value]) == wanted


def test_each_name_once():
    assert names(["Ana Reyes", "Ana Reyes"]) == ["Ana Reyes"]


@pytest.mark.parametrize("text", ["李明", "王小芳", "欧阳明月", "司马光", "牛镛"])
def test_chinese_names(text):
    assert is_chinese_name(text)
    assert is_full_name(text)


@pytest.mark.parametrize(
    "text", ["时间", "关注", "记者", "高的", "李", "李明的故事", "新闻中心", "江城日报", "Li Ming"]
)
def test_what_is_no_chinese_name(text):
    assert not is_chinese_name(text)


@pytest.mark.parametrize(
    ("run", "name"),
    [
        ("李明", "李明"),
        ("李明北京报道", "李明"),
        ("邱大明桃園傳真", "邱大明"),
        ("王小芳摄", "王小芳"),
        ("从会上获悉", ""),
    ],
)
def test_a_name_joined_to_what_follows(run, name):
    assert leading_chinese_name(run) == name


@pytest.mark.parametrize("text", ["Ana Reyes", "Dr. Tom O'Neill", "Ludwig van Beek", "J. R. Hartley", "Zoë Ångström"])
def test_latin_names(text):
    assert is_latin_name(text)


@pytest.mark.parametrize(
    "text", ["ana reyes", "The Bridge", "Read More", "Using This Site", "A", "Ana wrote this", "İ" * 60]
)
def test_what_is_no_latin_name(text):
    assert not is_latin_name(text)


@pytest.mark.parametrize(
    ("text", "told"), [("The Harbour Post staff", True), ("Editorial Team", True), ("Ana Reyes", False)]
)
def test_teams(text, told):
    assert is_team(text) == told


@given(st.lists(st.text(max_size=200), max_size=5))
def test_any_text_gives_few_clean_names(values):
    found = names(values)
    assert len(found) <= MAX_NAMES
    assert all(1 < len(name) < 60 and name == name.strip() for name in found)


@pytest.mark.parametrize("unit", [" ", "\xa0 ", "a ", "- ", "by ", "( ", "李 ", "记者", "· a", "Dr "])
def test_what_is_no_list_of_names_is_read_in_little_time(unit):
    started = time.process_time()
    names([unit * (1990 // len(unit))])
    assert time.process_time() - started < 0.2


def test_white_space_of_any_kind_is_none_of_a_name():
    assert names(["Ana Reyes\x1f.", "\u2028|Bo Lind"]) == ["Ana Reyes", "Bo Lind"]


def test_a_long_list():
    assert names(["Ana Reyes, " * 150]) == ["Ana Reyes"]
    assert names(["a" * 100_000]) == []
