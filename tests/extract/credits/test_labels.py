"""Labelled lines."""

import pytest

from snapshotter.extract.credits.labels import read_labels


@pytest.mark.parametrize(
    ("line", "kind", "value"),
    [
        ("来源：江城日报", "source", "江城日报"),
        ("来源: 江城日报 2024-07-01 21:41", "source", "江城日报"),
        ("来源: 江城日报 北京 举报", "source", "江城日报"),
        ("文章来源：江城日报　作者：李明", "source", "江城日报"),
        ("稿源：新山网 编辑：王芳", "source", "新山网"),
        ("2024-07-01 来源：《江城日报》", "source", "江城日报"),
        ("來源：港口通訊社", "source", "港口通訊社"),
        ("出处：江城科技 作者： 李明 编辑：王芳   人气： 5380 次", "source", "江城科技"),
        ("作者：李明", "author", "李明"),
        ("作 者：李明", "author", "李明"),
        ("作者: 李 明 ：江城大学，北京", "author", "李 明"),
        ("文/李明 图/王芳", "author", "李明"),
        ("文丨江城论坛特约评论员 李明", "author", "江城论坛特约评论员 李明"),
        ("记者 李明", "author", "李明"),
        ("作者 李明 王小芳", "author", "李明 王小芳"),
        ("江城日报记者 李明 王小芳", "author", "李明 王小芳"),
        ("本报记者：李明", "author", "李明"),
        ("取材・文＝山田太郎", "author", "山田太郎"),
        ("文● 山田／港編集部", "author", "山田／港編集部"),
        ("责任编辑：陈静", "editor", "陈静"),
        ("（责编：陈静、赵强）", "editor", "陈静、赵强"),
        ("编辑 | 陈静", "editor", "陈静"),
        ("编辑：陈静 校对：赵强", "editor", "陈静"),
        ("编辑 陈静 校对 赵强", "editor", "陈静"),
        ("【责任编辑:陈静】", "editor", "陈静"),
        ("本文转自：江城晚报", "from", "江城晚报"),
        ("转载自:江城晚报", "from", "江城晚报"),
    ],
)
def test_labelled_lines(line, kind, value):
    assert next(iter(read_labels([line])[kind]), "") == value


def test_one_line_holds_many():
    found = read_labels(["2024-07-01 10:22  出处：江城科技 作者：李明 编辑：王芳"])
    assert (found["source"], found["author"], found["editor"]) == (["江城科技"], ["李明"], ["王芳"])


@pytest.mark.parametrize(
    "line",
    [
        "他说，作者应当负责。",
        "时间来源于自然",
        "The editor: John",
        "编辑部迁往江城",
        "记者从会上了解到，一切顺利",
        "编辑 查看历史",
        '作者： size="20"',
        "江城日报记者 李明 摄",
        "",
    ],
)
def test_what_is_no_label(line):
    found = read_labels([line])
    assert not any(found[kind] for kind in ("author", "editor", "source", "from"))
