"""The queue of pages to save: bounded, in order, whole after a kill."""

from contextlib import closing

import pytest

from snapshotter.desk import Desk, queue
from snapshotter.desk.queue import Queue, QueueFull


@pytest.fixture
def pages(tmp_path):
    with closing(Desk(tmp_path)) as desk:
        yield Queue(desk)


def at(monkeypatch, minute):
    monkeypatch.setenv("SNAPSHOTTER_NOW", f"2026-03-01T00:{minute:02}:00Z")


def test_pages_are_taken_in_the_order_they_were_asked_for(pages, monkeypatch):
    ids = []
    for minute in range(3):
        at(monkeypatch, minute)
        ids.append(pages.ask(f"https://a.example/{minute}", "192.0.2.1"))
    assert [pages.ahead(pages.of(one)) for one in ids] == [0, 1, 2]
    assert [pages.take().id for _ in range(3)] == ids
    assert pages.take() is None


def test_a_page_that_waits_is_not_asked_for_twice(pages):
    first = pages.ask("https://a.example/1", "192.0.2.1")
    assert pages.ask("https://a.example/1", "192.0.2.9") == first
    pages.take()
    assert pages.ask("https://a.example/1", "192.0.2.9") == first
    pages.end(first, "sn_1")
    assert pages.ask("https://a.example/1", "192.0.2.9") != first
    assert (pages.of(first).state, pages.of(first).snapshot_id) == ("done", "sn_1")


@pytest.mark.parametrize(
    ("bound", "url", "client"),
    [
        ("MOST_WAITING", "https://{0}.example/", "192.0.2.{0}"),
        ("MOST_OF_CLIENT", "https://{0}.example/", "192.0.2.1"),
        ("MOST_OF_HOST", "https://a.example/{0}", "192.0.2.{0}"),
    ],
)
def test_so_many_wait_and_no_more(pages, monkeypatch, bound, url, client):
    monkeypatch.setattr(queue, bound, 2)
    for number in range(2):
        pages.ask(url.format(number), client.format(number))
    with pytest.raises(QueueFull):
        pages.ask(url.format(2), client.format(2))
    pages.end(pages.take().id, "", "network")
    pages.ask(url.format(2), client.format(2))


def test_what_was_running_when_all_was_killed_waits_again_thrice(pages):
    one = pages.ask("https://a.example/1", "192.0.2.1")
    for _ in range(3):
        assert pages.take().id == one
        assert pages.of(one).state == "running"
        pages.recover()
    assert (pages.of(one).state, pages.of(one).reason) == ("failed", "fault")
    assert pages.take() is None


def test_who_asked_is_kept_as_a_hash_and_no_longer_than_needed(tmp_path, pages):
    one = pages.ask("https://a.example/1", "192.0.2.77")
    assert not any(b"192.0.2.77" in path.read_bytes() for path in tmp_path.glob("site.db*"))
    pages.end(pages.take().id, "", "robots")
    with closing(Desk(tmp_path)) as desk:
        assert desk.rows(queue.select(queue.saves.c.client, queue.saves.c.reason)) == [("", "robots")]
    assert pages.of(one).reason == "robots"


def test_what_ended_is_dropped_after_a_month(pages, monkeypatch):
    at(monkeypatch, 0)
    one = pages.ask("https://a.example/1", "192.0.2.1")
    pages.end(pages.take().id, "sn_1")
    monkeypatch.setenv("SNAPSHOTTER_NOW", "2026-03-30T23:59:59Z")
    pages.forget()
    assert pages.of(one)
    monkeypatch.setenv("SNAPSHOTTER_NOW", "2026-03-31T00:00:00Z")
    pages.forget()
    assert pages.of(one) is None
