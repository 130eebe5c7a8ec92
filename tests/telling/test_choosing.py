"""Events chosen by what a subscription wishes."""

import sqlite3
from contextlib import closing

import pytest

from snapshotter.desk.subscriptions import Wishes
from snapshotter.search import SearchIndex
from snapshotter.telling.choosing import Choosing
from snapshotter.telling.events import events, latest
from snapshotter.telling.round import NO_INDEX

GARDEN = Wishes(searches=("青菜",))


@pytest.fixture
def reader(room):
    with room.reader() as made:
        yield made


@pytest.fixture
def index(room, reader):
    with SearchIndex.open(room.folder) as made:
        made.catch_up(reader)
        yield made


def test_who_wishes_a_search_that_fails_waits_and_loses_nothing(room, reader, index):
    found = events(reader, 0, latest(reader))
    assert [one.channel for one in Choosing(found, index, reader).chosen(GARDEN, 0)] == ["教育"]
    with closing(sqlite3.connect(room.folder / "search.db")) as damaged:
        damaged.execute("ALTER TABLE documents RENAME TO elsewhere")
    choosing = Choosing(found, index, reader)
    assert [choosing.chosen(GARDEN, 0) for _ in range(2)] == [None, None]
    assert list(choosing.unsearched) == ["青菜"]
    assert "search.db can't be read: no such table: documents. " in choosing.unsearched["青菜"]
    assert [one.channel for one in choosing.chosen(Wishes(channels=("教育",)), 0)] == ["教育"]


def test_without_an_index_only_what_needs_none_is_chosen(reader):
    choosing = Choosing(events(reader, 0, latest(reader)), NO_INDEX, reader)
    assert choosing.chosen(GARDEN, 0) is None
    assert choosing.unsearched == {"青菜": "there is no search index"}
    assert len(choosing.chosen(Wishes(sources=("The Courier",)), 0)) == 2
    assert Choosing([], NO_INDEX, reader).chosen(GARDEN, 0) == []
