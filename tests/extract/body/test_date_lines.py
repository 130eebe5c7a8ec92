"""A line that is there for its date, and a sentence that has one."""

import pytest

from snapshotter.extract.blocks import lay_out
from snapshotter.extract.body.boilerplate import is_about, is_date_line
from snapshotter.extract.body.decision import find_body
from snapshotter.extract.tree import parse

PARAGRAPHS = [f"第{n}天，工人们在河边又砌好了一排石头，江水照旧从桥下流过，看热闹的人站在两岸。" for n in range(2, 10)]
LAST = "2018年3月20日，镇上的人第一次从这座新桥上走过。"


@pytest.mark.parametrize(
    ("line", "is_for_its_date"),
    [
        ("2024年5月1日 12:00", True),
        ("2024-05-01 12:00 来源：江边日报", True),
        ("Updated 3 May 2024", True),
        (LAST, False),
        ("镇长说：“2018年3月20日，桥通了。”", False),
    ],
)
def test_a_whole_sentence_is_not_there_for_its_date(line, is_for_its_date):
    assert is_date_line(line) == is_for_its_date


def test_a_last_paragraph_that_begins_with_a_date_is_the_articles():
    inside = "".join(f"<p>{one}</p>" for one in [*PARAGRAPHS, LAST])
    layout = lay_out(parse(f"<html><body><article>{inside}</article><footer>© 2026</footer></body></html>"))
    assert [layout.blocks[index].text for index in find_body(layout, "")][-1] == LAST


@pytest.mark.parametrize(
    ("line", "is_label"),
    [
        ("记者：江晓渔 林远", True),
        ("记者：江晓渔 编辑：林远", True),
        ("（记者：江晓渔）", True),
        ("记者：桥修好以后，您最想做的是什么？", False),
        ("記者：謝謝您接受我們的採訪。", False),
        ("声明：本文只代表作者本人的看法。", True),
    ],
)
def test_a_reporters_question_is_no_byline(line, is_label):
    assert is_about(line) == is_label


def test_an_interview_may_end_with_the_reporter():
    last = "记者：谢谢您今天接受我们的采访，祝这座桥长久平安。"
    inside = "".join(f"<p>{one}</p>" for one in [*PARAGRAPHS, last])
    layout = lay_out(parse(f"<html><body><article>{inside}</article><footer>© 2026</footer></body></html>"))
    assert [layout.blocks[index].text for index in find_body(layout, "")][-1] == last
