"""People and origin, from lines around an article."""

import pytest

from snapshotter.extract.blocks import lay_out, parse
from snapshotter.extract.byline import Byline, find_byline, names, read_labels
from snapshotter.extract.evidence import gather


def byline(html: str, body: str = "") -> Byline:
    root, _ = parse(f"<html><body>{html}</body></html>")
    ends = lay_out(parse(f"<body>{body}</body>")[0]).blocks if body else []
    return find_byline(gather(root), lay_out(root).blocks, ends)


@pytest.mark.parametrize(
    ("line", "kind", "value"),
    [
        ("来源：江城日报", "source", "江城日报"),
        ("来源: 江城日报 2024-07-01 21:41", "source", "江城日报"),
        ("文章来源：江城日报　作者：李明", "source", "江城日报"),
        ("稿源：新山网 编辑：王芳", "source", "新山网"),
        ("2024-07-01 来源：《江城日报》", "source", "江城日报"),
        ("來源：港口通訊社", "source", "港口通訊社"),
        ("作者：李明", "author", "李明"),
        ("作 者：李明", "author", "李明"),
        ("文/李明 图/王芳", "author", "李明 图/王芳"),
        ("记者 李明", "author", "李明"),
        ("本报记者：李明", "author", "李明"),
        ("责任编辑：陈静", "editor", "陈静"),
        ("（责编：陈静、赵强）", "editor", "陈静、赵强"),
        ("编辑 | 陈静", "editor", "陈静"),
        ("编辑：陈静 校对：赵强", "editor", "陈静"),
        ("【责任编辑:陈静】", "editor", "陈静"),
        ("本文转自：江城晚报", "from", "江城晚报"),
        ("转载自:江城晚报", "from", "江城晚报"),
    ],
)
def test_labelled_lines(line, kind, value):
    assert next(iter(read_labels([line])[kind]), "") == value


@pytest.mark.parametrize(
    "line",
    ["他说，作者应当负责。", "时间来源于自然", "The editor: John", "编辑部迁往江城", "记者从会上了解到，一切顺利"],
)
def test_a_word_in_a_sentence_is_no_label(line):
    assert not any(read_labels([line]).values())


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (["李明、王芳"], ["李明", "王芳"]),
        (["李 明 王小芳"], ["李明", "王小芳"]),
        (["本报记者 李明"], ["李明"]),
        (["江城日报记者李明"], ["李明"]),
        (["Ana Reyes and Tom O'Neill"], ["Ana Reyes", "Tom O'Neill"]),
        (["By Ana Reyes, Tom O'Neill"], ["Ana Reyes", "Tom O'Neill"]),
        (["https://www.example.com/ana"], []),
        (["admin"], []),
        (["Ana Reyes", "Ana Reyes"], ["Ana Reyes"]),
    ],
)
def test_single_names(values, wanted):
    assert names(values) == wanted


@pytest.mark.parametrize(
    ("html", "authors"),
    [
        ('<meta name="author" content="Ana Reyes">', ("Ana Reyes",)),
        ('<meta property="article:author" content="https://social.example/ana"><p>By Ana Reyes</p>', ("Ana Reyes",)),
        ('<meta name="author" content="Ana Reyes"><p>作者：李明</p>', ("李明",)),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","author":{"name":"Ana Reyes"}}</script>',
            ("Ana Reyes",),
        ),
        ('<meta property="og:site_name" content="The Post"><meta name="author" content="The Post">', ()),
        ('<span itemprop="author"><b>Ana</b> Reyes</span>', ("Ana Reyes",)),
        ("<p>Written by Ana Reyes on 1 July 2024</p>", ("Ana Reyes",)),
        ("<p>Von Ana Reyes</p>", ("Ana Reyes",)),
        ("<p>By the way, nobody came.</p>", ("the way", "nobody came")),
    ],
)
def test_authors_from_the_page(html, authors):
    assert byline(html).authors == authors


def test_editors_are_never_authors():
    found = byline("<p>作者：李明</p><p>责任编辑：陈静</p><meta name=author content=陈静>")
    assert (found.authors, found.editors) == (("李明",), ("陈静",))


def test_reporters_in_the_first_and_last_sentence():
    assert byline("", "<p>本报讯（记者 李明）昨日，老桥重新开放。</p>").authors == ("李明",)
    assert byline("", "<p>老桥重新开放。</p><p>本报记者 李明 王小芳 江城报道</p>").authors == ("李明", "王小芳")
