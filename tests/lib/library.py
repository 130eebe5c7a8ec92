"""An archive of articles of our own writing, in several languages, and its search index."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from captures import answer, capture, page

from snapshotter.items import Article, Snapshot
from snapshotter.preserve import Preserved
from snapshotter.search import Query, SearchIndex
from snapshotter.store import Archive

ARTICLES = {
    "school": Article(
        title="重庆一所小学开了菜园", category="教育", source_name="山城日报", language="zh-CN", authors=("王小米",),
        published_at="2024-03-01T01:00:00Z",
        body_text="在重庆市的一所小学里,学生自己种菜。\n\n老师说,孩子们从此爱吃青菜了。",
    ),
    "bridge": Article(
        title="大桥通车", category="交通", source_name="江边晚报", language="zh-CN",
        published_at="2024-05-01T12:00:00Z",
        body_text="连接两岸的大桥昨日通车。庆祝活动持续到深夜,重型车辆暂不放行。",
    ),
    "taiwan": Article(
        title="圖書館延長開放時間", category="文化", language="zh-Hant", published_at="2024-06-01T12:00:00Z",
        body_text="臺北的圖書館從下週起開放到午夜,讀者都說這樣很方便。",
    ),
    "tokyo": Article(
        title="東京タワーの新しい灯り", category="文化", language="ja", published_at="2024-06-02T12:00:00Z",
        body_text="東京タワーの照明が省エネ型に変わった。来場者は写真を撮っていた。",
    ),
    "seoul": Article(
        title="서울시의 새 자전거 도로", category="交通", language="ko", published_at="2024-06-03T12:00:00Z",
        body_text="서울시는 강변에 자전거 도로를 열었다. 시민들은 반겼다.",
    ),
    "cafe": Article(
        title="Café owners welcome the COVID-19 grants", category="Business", source_name="The Courier",
        language="en", authors=("Ann Marsh",), editors=("Bo Lind",), published_at="2024-06-30T23:30:00Z",
        body_text="Owners of small cafés in the old town say the grants came in time.\n\nVaccines had helped, too.",
    ),
    "harbour": Article(
        title="Harbour opens", category="Business", source_name="The Courier", language="en-GB",
        body_text="The new harbour was opened on Monday. Ships from the old town may use it from May 2024 on.",
    ),
}  # fmt: skip


SUBJECTS = ("quarry", "ferry", "vineyard", "observatory", "沙坪坝", "水电站", "灯塔", "博物馆")


def about(number):
    """Filler that all have, a subject that each eighth has, and words that make it no copy of another."""
    subject = SUBJECTS[number % len(SUBJECTS)]
    dice = random.Random(number)
    own = " ".join("".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=9)) for _ in range(60))
    filler = "The council said on Monday that the plan would be discussed. 昨日,有关部门表示将继续推进相关工作。"
    text = f"{filler * 3}{subject} {number}. {filler}{own}."
    at = f"2024-06-01T12:{number % 60:02}:00Z"
    return Article(title=f"Report {number}", category="Politics", body_text=text, published_at=at)


def url(name: str) -> str:
    return f"https://news.example/2024/07/{name}.html"


def told(name: str, article: Article, minute: int = 0, *, status: str = "200 OK") -> Preserved:
    """A capture of an article. The bytes differ as the text does."""
    block = answer(f"<p>{article.title} {article.body_text}</p>".encode(), status)
    return capture(page(url(name), block, minute), article)


def gone(name: str, minute: int) -> Preserved:
    return capture(page(url(name), answer(b"<p>gone</p>", "410 Gone"), minute), Article())


def shelve(folder: Path, *extra: Preserved) -> list[Snapshot]:
    """Stores all ARTICLES, a minute apart, and what else is given."""
    batch = [told(name, article, minute) for minute, (name, article) in enumerate(ARTICLES.items())]
    with Archive.open(folder) as archive:
        return archive.add([*batch, *extra])


def names(index: SearchIndex, archive: Archive, text: str, **filters: object) -> list[str]:
    """What a search finds, by the articles' names, in order."""
    return named(index.search(Query(text, **filters), archive).hits)


def named(hits: Sequence[object]) -> list[str]:
    return [hit.snapshot.url.rpartition("/")[2].removesuffix(".html") for hit in hits]
