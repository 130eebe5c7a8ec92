"""The medium that an article names as its source, and whom it was taken over from."""

import pytest

from snapshotter.extract import extract

TITLE = "江城老桥今日重新开放"
TEXT = "七月一日，江城老桥重新开放，两岸居民纷纷前来观看，场面十分热闹，一位老人说他等了九年。"
AGENCY = (
    '<script type="application/ld+json">{"@type":"NewsArticle","author":{"@type":"Organization","name":"港口通訊社"},'
    '"publisher":{"@type":"Organization","name":"江城新聞"}}</script>'
)


def origin(head: str = "", byline: str = "", behind: str = "", body: str = f"<p>{TEXT * 4}</p><p>{TEXT * 4}</p>"):
    html = f"<html><head>{head}</head><body><main><h1>{TITLE}</h1>{byline}<article>{body}</article>{behind}</main>"
    article = extract(html.encode(), url="https://news.example.com/2024/07/01/c_123456.html")
    return article.source_name, article.source_url, article.republished_from


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        ({"byline": "<p>2024-07-01 21:41 来源：江城日报</p>"}, "江城日报"),
        ({"byline": "<p>来源</p><p>江城日报</p>"}, "江城日报"),
        ({"byline": "<p>2024-07-01 21:41 江城日报</p>"}, "江城日报"),
        ({"byline": "<p>新江社</p><p>2024-07-01 21:41</p>"}, "新江社"),
        ({"byline": "<p>李明/江城青年报</p><p>2024-07-01 09:10</p>"}, "江城青年报"),
        ({"head": "<meta name=source content='来源：江城网'>"}, "江城网"),
        ({"head": AGENCY}, "港口通訊社"),
        ({"behind": "<p>来源：江城晚报</p>"}, "江城晚报"),
        # A word that names no medium gives way to one that does.
        ({"byline": "<p>2024-07-01 来源：转载文章</p>", "behind": "<p>来源：江城晚报</p>"}, "江城晚报"),
        ({"byline": "<p>2024-07-01 来源：江城日报</p>", "behind": "<p>来源：江城晚报</p>"}, "江城日报"),
        ({"byline": "<p>2024-07-01 点击查看更多新闻</p>"}, ""),
        ({}, ""),
    ],
)
def test_source(parts, name):
    assert origin(**parts)[0] == name


def test_a_linked_source_has_an_address():
    byline = '<p>2024-07-01 来源：<a href="/goto/daily">江城日报</a></p>'
    assert origin(byline=byline)[:2] == ("江城日报", "https://news.example.com/goto/daily")


def test_what_it_was_taken_over_from_is_kept_apart():
    found = origin(byline="<p>来源：江城网</p>", behind="<p>本文转自：江城晚报</p>")
    assert (found[0], found[2]) == ("江城网", "江城晚报")
