"""Subscriptions: known by their token alone, bounded, ended for good."""

from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapshotter.desk import Desk, new_token, subscriptions
from snapshotter.desk.subscriptions import Subscriptions, Wishes
from snapshotter.errors import ArchiveError

NAMES = st.lists(st.text(), max_size=5).map(tuple)


@pytest.fixture
def book(tmp_path):
    with closing(Desk(tmp_path)) as desk:
        yield Subscriptions(desk)


@given(st.builds(Wishes, NAMES, NAMES, NAMES))
@settings(deadline=None)
def test_what_is_written_is_read(wishes):
    assert Wishes.loads(wishes.dumps()) == wishes


def test_a_subscription_is_had_changed_and_ended_by_its_token(tmp_path, book):
    token, other = book.begin(Wishes(("教育",))), book.begin(Wishes(searches=("重庆",)))
    assert book.of(token) == Wishes(("教育",))
    assert book.change(token, Wishes(sources=("日报",)))
    assert (book.of(token), book.of(other)) == (Wishes(sources=("日报",)), Wishes(searches=("重庆",)))
    book.end(token)
    assert book.of(token) is None
    assert not book.change(token, Wishes(("x",)))
    assert book.of(new_token()) is None
    assert not any(other.encode() in path.read_bytes() for path in tmp_path.glob("site.db*"))


def test_wishes_are_bounded_and_each_once(book):
    many = tuple(str(number) for number in range(100))
    kept = book.of(book.begin(Wishes(many, ("a", "a"), many)))
    assert [len(kept.channels), kept.sources, len(kept.searches)] == [40, ("a",), 10]


def test_so_many_subscriptions_and_no_more(book, monkeypatch):
    monkeypatch.setattr(subscriptions, "MOST", 1)
    book.begin(Wishes(("a",)))
    with pytest.raises(ArchiveError):
        book.begin(Wishes(("a",)))
