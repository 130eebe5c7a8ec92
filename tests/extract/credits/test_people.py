"""Authors and editors, from pages."""

import pytest

from snapshotter.extract import extract
from snapshotter.extract.blocks import lay_out
from snapshotter.extract.credits import Around, find_credits
from snapshotter.extract.evidence import gather
from snapshotter.extract.tree import parse

TITLE = "The old bridge is open again after nine years"
SENTENCE = "The old stone bridge was opened again on Monday, and people came from both sides of the river to see it. "
BODY = f"<p>{SENTENCE * 4}</p><p>{SENTENCE * 4}</p>"
ZH_TITLE = "江城老桥今日重新开放"
ZH = "七月一日，江城老桥重新开放，两岸居民纷纷前来观看，场面十分热闹，一位老人说他等了九年。"
PERSON = (
    '<script type="application/ld+json">{"@type":"NewsArticle","headline":"x","author":{"name":"Ana Reyes"}}</script>'
)
TWO = (
    '<script type="application/ld+json">{"@type":"NewsArticle","author":[{"@type":"Person","name":"Ana Reyes"},'
    '{"@type":"Person","name":"Tom Jansen"}]}</script>'
)
BY_ID = (
    '<script type="application/ld+json">{"@graph":[{"@type":"Article","author":{"@id":"#a"}},'
    '{"@type":"Person","@id":"#a","name":"Ana Reyes"}]}</script>'
)


def page(head: str = "", byline: str = "", behind: str = "", title: str = TITLE, body: str = BODY) -> bytes:
    return (
        f"<html><head>{head}</head><body><main><h1>{title}</h1>{byline}"
        f"<article>{body}</article>{behind}</main></body></html>"
    ).encode()


def people(**parts: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    article = extract(page(**parts), url="https://news.example.com/2024/07/01/bridge-123.html")
    return article.authors, article.editors


@pytest.mark.parametrize(
    ("parts", "authors"),
    [
        ({"head": '<meta name="author" content="Ana Reyes">'}, ("Ana Reyes",)),
        ({"head": PERSON}, ("Ana Reyes",)),
        ({"head": BY_ID}, ("Ana Reyes",)),
        ({"byline": "<p>Written by Ana Reyes on 1 July 2024</p>"}, ("Ana Reyes",)),
        ({"byline": "<p>July 1, 2024 by Ana Reyes 5 Comments</p>"}, ("Ana Reyes",)),
        ({"byline": "<p>Von Ana Reyes</p>"}, ("Ana Reyes",)),
        ({"byline": "<p>Written by</p><p>Ana Reyes</p>"}, ("Ana Reyes",)),
        ({"byline": "<p>By Ana Reyes and Tom Jansen, Harbour</p>"}, ("Ana Reyes", "Tom Jansen")),
        ({"byline": "<p>Ana Reyes · July 1, 2024</p>"}, ("Ana Reyes",)),
        ({"byline": "<div class=author-name>Ana Reyes</div>"}, ("Ana Reyes",)),
        ({"byline": "<p><a href=/authors/ana-reyes>Ana Reyes</a> | 3 min</p>"}, ("Ana Reyes",)),
        ({"byline": "<p><a rel=author href=/x>ana</a> wrote</p>"}, ("ana",)),
        ({"byline": '<span itemprop="author"><b>Ana</b> Reyes</span>'}, ("Ana Reyes",)),
        # Two places against one; and what readers see against what the system says of itself.
        ({"head": '<meta name="author" content="Tom Jansen">', "byline": "<p>By Ana Reyes</p>"}, ("Ana Reyes",)),
        ({"head": '<meta name="author" content="webmaster">' + PERSON}, ("Ana Reyes",)),
        ({"head": TWO, "byline": "<p>By Ana Reyes</p>"}, ("Ana Reyes", "Tom Jansen")),
        ({"head": PERSON, "byline": "<p>By Ana Reyes Correspondent</p>"}, ("Ana Reyes",)),
        ({"head": PERSON, "behind": "<p>By Tom Jansen</p>"}, ("Ana Reyes",)),
        # Others' work, the site, and sentences.
        ({"byline": "<p>Reviewed by Tom Jansen</p><p>By Ana Reyes</p>"}, ("Ana Reyes",)),
        ({"byline": "<p>Photo by Tom Jansen</p>"}, ()),
        ({"byline": "<p>By continuing you agree to our terms.</p>"}, ()),
        (
            {
                "head": '<meta property="article:author" content="https://social.example/ana">',
                "byline": "<p>By Ana Reyes</p>",
            },
            ("Ana Reyes",),
        ),
        (
            {
                "head": f"<title>{TITLE} | Harbour</title><meta name=author content=Harbour>",
                "byline": "<p>By Ana Reyes</p>",
            },
            ("Ana Reyes",),
        ),
    ],
)
def test_authors(parts, authors):
    assert people(**parts)[0] == authors


@pytest.mark.parametrize(
    ("parts", "authors", "editors"),
    [
        ({"byline": "<p>作者：李明</p>", "behind": "<p>责任编辑：陈静</p>"}, ("李明",), ("陈静",)),
        ({"byline": "<p>江城日报记者 李明 王小芳</p>"}, ("李明", "王小芳"), ()),
        ({"byline": "<p>李明/江城青年报</p><p>2024-07-01 09:10</p>"}, (), ()),
        ({"byline": "<p>江城网·新山商报记者李明/文受访者供图</p>"}, ("李明",), ()),
        ({"byline": "<p>李明 2024-07-01 14:27:02</p>"}, ("李明",), ()),
        ({"body": f"<p>江城讯（记者 李明）{ZH * 4}</p><p>{ZH * 4}</p>"}, ("李明",), ()),
        ({"body": f"<p>（江城社記者邱大明桃園1日電）{ZH * 4}</p><p>{ZH * 4}</p>"}, ("邱大明",), ()),
        ({"body": f"<p>{ZH * 4}</p><p>{ZH * 4}（李明 上海报道）</p>"}, ("李明",), ()),
        ({"body": f"<p>{ZH * 4}</p><p>{ZH * 4}</p>", "behind": "<p>（李明）</p>"}, ("李明",), ()),
        ({"behind": "<p>文/李明</p><p>编辑 陈静 校对 赵强</p>"}, ("李明",), ("陈静", "赵强")),
        ({"byline": "<p>作者：李明 编辑：李明</p>"}, ("李明",), ("李明",)),
        ({"head": "<meta name=author content=陈静>", "behind": "<p>【责任编辑：陈静】</p>"}, (), ("陈静",)),
        ({"body": f"<p>{ZH * 4}</p><p>记者从会上了解到，{ZH * 4}</p>"}, (), ()),
        ({"byline": "<p>新江社记者 李明 摄</p>"}, (), ()),
    ],
)  # fmt: skip
def test_chinese_authors_and_editors(parts, authors, editors):
    whole = {"title": ZH_TITLE, "body": f"<p>{ZH * 4}</p><p>{ZH * 4}</p>", **parts}
    assert people(**whole) == (authors, editors)


@pytest.mark.parametrize(
    ("body", "author"),
    [
        ("<p>【ソウル＝小山和樹】港に新しい灯台が建ち、この夏から公開される。</p>", "小山和樹"),
        ("<p>[서울=항구뉴스]김수아 인턴 기자 = 오래된 다리가 다시 열렸다. 주민들이 모여들었다.</p>", "김수아"),
    ],
)
def test_agencies_datelines(body, author):
    assert people(title="港の灯台", body=body + body.replace(author, "") * 3)[0] == (author,)


def test_what_was_weighed_can_be_told():
    tree = parse(page(head=PERSON, byline="<p>By Tom Jansen</p>").decode())
    evidence, layout = gather(tree), lay_out(tree)
    found = find_credits(evidence, Around(layout.blocks[:2], body=layout.blocks[2:], title=TITLE)).people
    assert found.authors == ("Tom Jansen",)
    assert [(one.value, one.where) for one in found.candidates] == [
        ("Tom Jansen", "by: line, header"),
        ("Ana Reyes", "machine: json-ld author"),
    ]
    assert found.candidates[0].weight > found.candidates[1].weight
