import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.change.shapes import heads_others, is_boilerplate, without_noise

CHANGING = """
阅读 3 | 阅读量：23 | 3人参与 | 12条评论 | 评论（3） | 3.4万阅读 | 分享 3 收藏 4 | 6K shares | 1,027 views | Views: 58
4 likes · 3 shares | 12 people reading | Comments (3) | 17 min ago | 3h ago | an hour ago | just now | 刚刚 | 3分钟前
更新于3小时前 | 昨天 10:32 | 更新时间：2024-05-01 10:03 | Updated May 1, 2024 at 10:54 a.m. ET | 3時間前 | 5분 전
Last updated: May 1, 2024, 10:10 am EDT | 最后更新：2024年5月1日 10:38 | Aktualisiert am 1. Mai 2024 um 10:32 Uhr
il y a 3 heures | vor 5 Minuten | hace 2 horas | Sponsored | Story continues below advertisement | 广告 | Anzeige
分享到微信 微博 | Share on Facebook Twitter Email | Ad | Updated 3 minutes ago | Published 5 days ago | 扫一扫分享本页
Sign up for our daily newsletter | 2,630 people have joined the discussion | 1,204 people like this | 9703 plays
已有2630人参与讨论 | 共12条评论 | 网友评论 12 条 | 已收藏 33 | 今日浏览 233 | 粉丝 3.2万 | 0:00 / 3:45
Reading time: 6 minutes | 5 Min. Lesezeit | Temps de lecture : 3 min | 全文共1234字，阅读需要3分钟
This article has been viewed 4,123 times. | Listen to this article 6 min | 3 free articles remaining
暂无评论 | Be the first to comment
"""
OWN = """
死亡人数：4 | 死亡4人 | He died 3 hours ago. | Update: The mayor resigned | 1,234 | 4 | Adverts are bad | 3 people died
12 comments from readers were wrong | Share prices fell 3% | 2024年5月1日 | May 1, 2024 | Update 3 | Views: 58 people
Stand 3 | likes | 阅读 3 本书 | 5 years | 3人死亡 | 5 次 | 更新世的化石 | 广告法修订 | 推广普通话 | Facebook
刚刚过去的一年 | 623 people have died | 3人参与抢救 | 1:20 / 3:45 | He read 3 times | 已有12人死亡 | 共12条
2,630 people like Berlin | Be the first | 阅读需要勇气 | 全文共同发布 | 12 times | The play was played 3 times over
"Sponsored by nobody", he said | Published works | 三分钟前他还在场，随后离开。
"""


def lines(table: str) -> list[str]:
    return [line for row in table.strip().splitlines() for line in row.split(" | ")]


@pytest.mark.parametrize("line", lines(CHANGING))
def test_what_changes_by_itself_is_left_out(line):
    assert without_noise(line) == ""


@pytest.mark.parametrize("line", lines(OWN))
def test_what_somebody_wrote_is_kept(line):
    assert without_noise(line) == line


def test_a_line_keeps_what_stands_beside_its_noise():
    assert without_noise("本报记者 李明 | 3小时前 | 阅读 12") == "本报记者 李明"
    assert without_noise("A | B") == "A | B"


@pytest.mark.parametrize("line", ["相关阅读", "Related articles:", "READ MORE:", "【延伸阅读】", "猜你喜欢"])
def test_headings_of_other_pages(line):
    match = heads_others(line)
    assert match is not None
    assert match.end() == len(line)


@pytest.mark.parametrize("line", ["Related parties sued", "More than four", "相关新闻发布会今天举行"])
def test_headings_of_the_articles_own(line):
    assert heads_others(line) is None


def test_boilerplate_is_known_by_its_shape():
    assert is_boilerplate("（责任编辑：王芳）")
    assert is_boilerplate("未经授权不得转载，违者必究")
    assert not is_boilerplate("他说，编辑部昨天收到了来信")


@given(st.text(alphabet="1 ,.a広告年月日:：|分享前阅读agoviewsupdtd", max_size=160))
def test_no_line_takes_long(line):
    began = time.process_time()
    without_noise(line)
    heads_others(line)
    assert time.process_time() - began < 0.1
