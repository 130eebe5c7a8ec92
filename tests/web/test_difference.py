"""What changed between two texts: the two can be read back from it, and it marks no more than it must."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.items import Snapshot
from snapshotter.web.difference import ADDED, GONE, SAME, changes, difference, sentences

TEXTS = st.text(st.sampled_from("甲乙丙。！；\n ab.")) | st.text()


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_back(old, new):
    runs = changes(old, new)
    assert "".join(run.text for run in runs if run.kind != ADDED) == old
    assert "".join(run.text for run in runs if run.kind != GONE) == new


@given(st.text())
def test_sentences_are_the_text(text):
    assert "".join(sentences(text)) == text


def test_a_changed_word_is_marked_within_its_sentence():
    assert changes("新增两条线路。票价2元。", "新增三条线路。票价2元。") == [
        (SAME, "新增"), (GONE, "两"), (ADDED, "三"), (SAME, "条线路。票价2元。"),
    ]  # fmt: skip


def test_a_new_sentence_in_front_leaves_the_others_alone():
    runs = changes("末班车为凌晨0时30分。\n\n完。", "夜3路开往公园。末班车为凌晨0时50分。\n\n完。")
    assert runs[0] == (ADDED, "夜3路开往公园。")
    assert [run.text for run in runs if run.kind == GONE] == ["3"]


def test_strangers_are_not_torn_to_letters():
    assert [run.kind for run in changes("今天下雨。", "球队赢了比赛!")] == [GONE, ADDED]


def test_the_size_of_a_change_is_told():
    found = difference(Snapshot(title="一", body_text="甲。"), Snapshot(title="一", body_text="甲。乙丙。"))
    assert (found.added, found.gone, found.is_none) == (3, 0, False)
    assert difference(Snapshot(title="一"), Snapshot(title="一")).is_none


def test_giant_texts_are_bounded():
    runs = changes("甲。" * 50_000, "乙。" * 50_000)
    assert [run.kind for run in runs] == [GONE, ADDED]


@pytest.mark.parametrize("length", [580, 5_000, 60_000])
@pytest.mark.parametrize("unit", ["ab", "甲甲乙。", "天地玄黄宇宙洪荒。" * 9 + "\n", "ab" * 150 + "."])
def test_hostile_repetition_is_bounded_in_time(unit, length):
    source = random.Random(1)
    old, new = ("".join(source.choices(unit, k=length)) for _ in range(2))
    began = time.process_time()
    runs = changes(old, new)
    assert time.process_time() - began < 8
    assert "".join(run.text for run in runs if run.kind != ADDED) == old
