"""Followers: of one subscription, bounded, known by tokens that aren't kept."""

from contextlib import closing

import pytest

from snapshotter.desk import Desk, followers
from snapshotter.desk.followers import ENDED, MAIL, ON, WAITING, WEBHOOK, Followers, KnownAlready, TooMany
from snapshotter.desk.subscriptions import Subscriptions, Wishes

URL = "https://receiver.example/hook"


@pytest.fixture
def desk(tmp_path):
    with closing(Desk(tmp_path)) as made:
        yield made


@pytest.fixture
def book(desk):
    return Followers(desk)


@pytest.fixture
def token(desk):
    return Subscriptions(desk).begin(Wishes(("教育",)))


def test_a_webhook_is_on_at_once_an_address_is_asked_first(book, token):
    states = [book.add(token, kind, URL + kind, "en", 7).state for kind in (WEBHOOK, MAIL)]
    assert states == [ON, WAITING]
    assert {(one.kind, one.cursor, one.told_at) for one in book.of(token)} == {(WEBHOOK, 7, ""), (MAIL, 7, "")}
    assert len(book.due()) == 2


def test_there_is_none_without_a_subscription(book):
    assert book.add("0" * 32, WEBHOOK, URL, "en", 0) is None
    assert not book.any()


def test_so_many_and_no_more(desk, book, token, monkeypatch):
    for number in range(followers.MOST_OF_SUBSCRIPTION):
        book.add(token, WEBHOOK, f"{URL}{number}", "en", 0)
    with pytest.raises(KnownAlready):
        book.add(token, WEBHOOK, f"{URL}0", "en", 0)
    with pytest.raises(TooMany):
        book.add(token, WEBHOOK, URL, "en", 0)
    tokens = [Subscriptions(desk).begin(Wishes(("教育",))) for _ in range(4)]
    for one, address in zip(tokens, ("wang@example.org", "Wang@example.org", "wang@Example.org"), strict=False):
        book.add(one, MAIL, address, "en", 0)
    with pytest.raises(KnownAlready):
        book.add(tokens[0], MAIL, "WANG@example.org", "en", 0)
    with pytest.raises(TooMany):
        book.add(tokens[3], MAIL, "WANG@example.org", "en", 0)
    monkeypatch.setattr(followers, "MOST", 8)
    with pytest.raises(TooMany):
        book.add(tokens[3], MAIL, "li@example.org", "en", 0)


def test_no_token_and_no_key_is_kept(tmp_path, book, token):
    name = book.add(token, WEBHOOK, URL, "en", 0).id
    secrets = [book.confirm_token(name), book.stop_token(name), book.signing_key(name), token]
    assert len(set(secrets)) == 4
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("site.db*"))
    assert not any(one.encode() in kept for one in secrets)


def test_what_came_of_one_that_ended_meanwhile_is_not_noted(book, token):
    one = book.add(token, WEBHOOK, URL, "en", 0)
    book.end(token, one.id)
    book.reached(one, 9)
    book.failed(one)
    assert book.of(token) == []
    assert ENDED not in {row.state for row in book.due()}
    assert book.forget() == 1


def test_a_cursor_never_goes_back(book, token):
    one = book.add(token, WEBHOOK, URL, "en", 5)
    book.passed([one.id], 3)
    assert book.of(token)[0].cursor == 5
    book.passed([one.id], 8)
    assert book.of(token)[0].cursor == 8


def test_of_a_webhook_no_question_can_be_confirmed(book, token):
    one = book.add(token, WEBHOOK, URL, "en", 5)
    for wrong in (book.stop_token(one.id), book.signing_key(one.id)):
        assert book.to_confirm(wrong) is None
        book.confirm(wrong)
    book.stop(book.confirm_token(one.id))
    assert book.of(token)[0].state == ON
