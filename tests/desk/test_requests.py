"""site.db: its owner's alone, tokens as hashes, requests decided once and forgotten in time."""

import stat
from contextlib import closing

import pytest

from snapshotter.desk import Ask, Desk, Requests, digest, new_token, requests
from snapshotter.errors import ArchiveError, CannotWrite

ASK = Ask("sn_1", "Wang", "my\nname", "wang@example.org")


@pytest.fixture
def desk(tmp_path):
    with closing(Desk(tmp_path)) as opened:
        yield opened


def test_the_file_is_its_owners_alone(tmp_path):
    (tmp_path / "site.db").touch(0o644)
    with closing(Desk(tmp_path)) as desk:
        Requests(desk).send(ASK)
        assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("site.db*")} == {0o600}


def test_the_secret_stays_and_is_each_archives_own(tmp_path):
    (tmp_path / "other").mkdir()
    with closing(Desk(tmp_path)) as one, closing(Desk(tmp_path)) as again, closing(Desk(tmp_path / "other")) as other:
        assert one.secret == again.secret != other.secret
        assert len(one.secret) == 32


def test_a_request_is_found_by_its_token_alone_which_is_kept_nowhere(tmp_path, desk):
    token = Requests(desk).send(ASK)
    found = Requests(desk).of(token)
    assert (found.subject, found.who, found.why, found.contact) == ("sn_1", "Wang", "my\nname", "wang@example.org")
    assert found.state == "waiting"
    assert Requests(desk).of(new_token()) is None
    assert Requests(desk).of(digest(token)) is None
    assert not any(token.encode() in path.read_bytes() for path in tmp_path.glob("site.db*"))


def test_a_request_is_decided_once(desk):
    book = Requests(desk)
    number = book.of(book.send(ASK)).number
    assert book.decide(number, "declined", "it is true")
    assert not book.decide(number, "hidden", "or not")
    assert not book.decide(number + 1, "hidden", "no such")
    assert [(one.state, one.reason) for one in book.decided()] == [("declined", "it is true")]
    assert book.waiting() == []


def test_personal_data_goes_some_days_after_the_decision(tmp_path, desk, monkeypatch):
    book = Requests(desk)
    decided, waiting = book.of(book.send(ASK)).number, book.of(book.send(ASK)).number
    monkeypatch.setenv("SNAPSHOTTER_NOW", "2026-03-01T00:00:00Z")
    book.decide(decided, "hidden", "so be it")
    monkeypatch.setenv("SNAPSHOTTER_NOW", "2026-03-30T23:59:59Z")
    assert book.forget(30) == 0
    monkeypatch.setenv("SNAPSHOTTER_NOW", "2026-03-31T00:00:00Z")
    assert book.forget(30) == 1
    assert book.forget(30) == 0
    gone, kept = book.numbered(decided), book.numbered(waiting)
    assert (gone.who, gone.why, gone.contact, gone.subject, gone.reason) == ("", "", "", "sn_1", "so be it")
    assert kept.who == "Wang"


def test_what_was_forgotten_is_in_no_file(tmp_path, desk):
    book = Requests(desk)
    number = book.of(book.send(Ask("sn_1", "Zhuravlyov", "why", "z@example.org"))).number
    book.decide(number, "declined", "no")
    book.forget(0)
    assert not any(b"Zhuravlyov" in path.read_bytes() for path in tmp_path.glob("site.db*"))


def test_so_many_may_wait(desk, monkeypatch):
    monkeypatch.setattr(requests, "MOST_WAITING", 2)
    book = Requests(desk)
    assert [len(book.send(ASK)) for _ in range(2)] == [32, 32]
    with pytest.raises(ArchiveError, match="wait for the operator"):
        book.send(ASK)


def test_the_operators_token_is_kept_as_its_hash(tmp_path, desk):
    assert desk.operator_token_sha256 == ""
    for token in ("first", "second"):
        desk.set_operator_token(token)
    assert desk.operator_token_sha256 == digest("second")
    assert b"second" not in (tmp_path / "site.db").read_bytes()


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "site.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(CannotWrite, match=r"site\.db can't be used"):
        Desk(tmp_path)
