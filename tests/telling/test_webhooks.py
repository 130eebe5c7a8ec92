"""Webhooks told in rounds: signed, each article once, tried again, given up."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from library import ARTICLES, gone, told
from project import ROOT
from receivers import hook
from takedowns import do

from snapshotter.desk.followers import ENDED, GIVEN_UP, ON
from snapshotter.rebuild import rebuild
from snapshotter.store.withdraw import take_down
from snapshotter.telling import choosing
from snapshotter.telling.events import keep, latest, next_place
from snapshotter.telling.webhook import signature

SCHOOL, CAFE = ARTICLES["school"], ARTICLES["cafe"]
LATER = replace(SCHOOL, body_text=SCHOOL.body_text + "\n\n菜园还养了鸡。")


@pytest.fixture
def receiver():
    with hook() as made:
        yield made


def verify_example():
    """The Python that the docs give to receivers."""
    text = (ROOT / "docs" / "following.md").read_text(encoding="utf-8")
    names = {}
    exec(re.search(r"```python\n(.*?)```", text, re.DOTALL)[1], names)
    return names["is_genuine"]


def entries(heard):
    return [(one["state"], one["title"]) for one in heard.json()["entries"]]


def test_a_follower_is_told_what_is_new_was_revised_and_is_gone_since(room, receiver):
    room.follow(receiver.url, channels="教育")
    assert room.round().told == 0
    room.add(told("garden", replace(SCHOOL, title="又一所学校"), 30), told("bank", CAFE, 31))
    assert room.round().told == 1
    room.add(told("school", LATER, 32))
    assert room.round().told == 1
    room.add(gone("school", 33))
    assert room.round().told == 1
    assert room.round().told == 0
    assert [entries(one) for one in receiver.heard] == [
        [("new", "又一所学校")], [("revised", SCHOOL.title)], [("gone", SCHOOL.title)],
    ]  # fmt: skip
    assert len({one.json()["id"] for one in receiver.heard}) == 3


def test_several_changes_of_an_article_are_one_entry(room, receiver):
    room.follow(receiver.url, sources="山城日报")
    fresh = replace(SCHOOL, title="又一所学校")
    room.add(told("garden", fresh, 30), told("garden", replace(fresh, body_text=LATER.body_text), 31))
    room.add(told("school", LATER, 32), gone("school", 33), told("school", LATER, 34))
    room.round()
    (heard,) = receiver.heard
    assert entries(heard) == [("revised", SCHOOL.title), ("new", "又一所学校")]
    said = heard.json()
    assert said["entries"][1]["url"].startswith("https://archive.example/snapshot/sn_")
    assert (said["more"], said["archive"], said["type"]) == (0, "The Archive", "news")


@pytest.mark.parametrize("words", ["青菜", "小学 老师"])
def test_a_search_is_a_wish_like_any_other(room, receiver, words):
    room.follow(receiver.url, searches=words)
    room.add(told("bank", replace(CAFE, title="Bank"), 30), told("garden", replace(SCHOOL, title="又一所学校"), 31))
    room.round()
    room.add(gone("school", 32))
    room.round()
    assert [entries(one) for one in receiver.heard] == [[("new", "又一所学校")], [("gone", SCHOOL.title)]]


def test_who_cannot_be_searched_for_waits(room, receiver, monkeypatch):
    room.follow(receiver.url, searches="青菜")
    room.follow(receiver.url, channels="Business")
    room.add(told("garden", replace(SCHOOL, title="一"), 30), told("bank", CAFE, 31))
    with monkeypatch.context() as bound:
        bound.setattr(choosing, "MOST_SEARCHES", 0)
        outcome = room.round()
    assert (outcome.told, outcome.left, list(outcome.unsearched)) == (1, 1, ["青菜"])
    assert room.round().told == 1
    assert [entries(one) for one in receiver.heard] == [[("new", CAFE.title)], [("new", "一")]]


def test_a_message_is_signed_as_the_docs_say(room, receiver):
    _, follower = room.follow(receiver.url, channels="教育")
    room.add(told("garden", replace(SCHOOL, title='引"号 & <b>'), 30))
    room.round()
    (heard,) = receiver.heard
    headers, key, is_genuine = heard.headers, room.book.signing_key(follower.id), verify_example()
    assert (headers["Content-Type"], headers["User-Agent"]) == ("application/json", "Snapshotter/test")
    now = int(headers["X-Snapshotter-Timestamp"])
    assert is_genuine(key, headers, heard.body, now + 10)
    assert not is_genuine(key, headers, heard.body + b" ", now)
    assert not is_genuine(key[:-1], headers, heard.body, now)
    assert not is_genuine(key, headers, heard.body, now + 400)
    assert not is_genuine(key, {**headers, "X-Snapshotter-Timestamp": str(now + 1)}, heard.body, now)
    assert not is_genuine(key, {}, heard.body, now)
    assert not any(key.encode() in path.read_bytes() for path in Path(room.folder).glob("site.db*"))


@given(st.text(max_size=40), st.binary(max_size=80), st.integers(0, 2**33))
def test_every_signature_is_verified(key, body, now):
    headers = {"X-Snapshotter-Timestamp": str(now), "X-Snapshotter-Signature": signature(key, str(now), body)}
    assert verify_example()(key, headers, body, now)


@pytest.mark.parametrize("trouble", ["status", "redirect", "dead", "garbage"])
def test_who_is_not_reached_is_told_all_of_it_later(room, receiver, trouble):
    room.follow(receiver.url, channels="教育")
    room.add(told("garden", replace(SCHOOL, title="一"), 30))
    if trouble == "dead":
        room.round(also="10.0.0.0/8")  # loopback is fenced off
    else:
        receiver.status, receiver.location = (302, receiver.url + "/other") if trouble == "redirect" else (500, "")
        receiver.body = b"x" * 1_000_000 if trouble == "garbage" else b""
        assert room.round().failed == 1
        first = receiver.heard.pop()
        assert first.path == "/hook"
    assert receiver.heard == []
    receiver.status = 204
    receiver.body = b""
    assert room.round().told == 0  # not at once
    room.at("2024-07-01T13:05:00Z")
    assert room.round().told == 1
    if trouble != "dead":
        assert receiver.heard[0].json()["id"] == first.json()["id"]
    room.add(told("bed", replace(SCHOOL, title="二"), 31))
    assert room.round().told == 1
    assert [entries(one) for one in receiver.heard] == [[("new", "一")], [("new", "二")]]


def test_a_slow_receiver_is_not_waited_for(room, receiver, monkeypatch):
    monkeypatch.setattr("snapshotter.telling.webhook.LONGEST_S", 0.3)
    receiver.wait_s = 1.5
    room.follow(receiver.url, channels="教育")
    room.add(told("garden", SCHOOL, 30))
    assert room.round().failed == 1


def test_tries_get_rarer_and_end(room, receiver):
    token, _ = room.follow(receiver.url, channels="教育")
    room.add(told("garden", SCHOOL, 30))
    room.round()
    receiver.status = 500
    room.add(told("bed", replace(SCHOOL, title="二"), 31))
    hours = []
    for hour in (*range(4), *range(6, 24 * 7, 6)):
        room.at(f"2024-07-{2 + hour // 24:02}T{hour % 24:02}:00:00Z")
        before = len(receiver.heard)
        outcome = room.round()
        if len(receiver.heard) > before:
            hours.append(hour)
        if outcome.given_up:
            break
    assert hours[:4] == [0, 1, 2, 3]
    assert {later - earlier for earlier, later in pairwise(hours[-5:])} == {12}
    assert 24 * 5 <= hours[-1] <= 24 * 5 + 12
    assert room.book.of(token)[0].state == GIVEN_UP


def test_one_that_never_answered_is_given_up_after_a_day_and_a_410_ends_it_at_once(room, receiver):
    receiver.status = 500
    token, _ = room.follow(receiver.url, channels="教育")
    room.add(told("garden", SCHOOL, 30))
    room.round()
    room.at("2024-07-02T13:00:01Z")
    assert room.round().given_up == 1
    receiver.status = 410
    other, _ = room.follow(receiver.url + "2", channels="教育")
    room.add(told("bed", replace(SCHOOL, title="二"), 31))
    assert room.round().given_up == 1
    assert [room.book.of(one)[0].state for one in (token, other)] == [GIVEN_UP, GIVEN_UP]
    assert room.round() == room.round()


def test_what_is_taken_down_is_told_to_nobody(room, receiver):
    room.follow(receiver.url, channels="教育")
    room.add(told("garden", replace(SCHOOL, title="一"), 30), told("bed", replace(SCHOOL, title="二"), 31))
    do(room.folder, take_down, "https://news.example/2024/07/garden.html")
    room.round()
    assert [entries(one) for one in receiver.heard] == [[("new", "二")]]


def test_a_message_is_bounded(room, receiver, monkeypatch):
    monkeypatch.setattr("snapshotter.telling.round.MOST_ENTRIES", 3)
    room.follow(receiver.url, channels="教育")
    room.add(*(told(f"s{number}", replace(SCHOOL, title=f"第{number}"), 30 + number) for number in range(5)))
    room.round()
    (heard,) = receiver.heard
    assert [title for _, title in entries(heard)] == ["第4", "第3", "第2"]
    assert heard.json()["more"] == 2


def test_an_import_of_old_pages_is_no_news(room, receiver):
    room.follow(receiver.url, channels="教育")
    room.at("2024-07-12T00:00:00Z")
    room.add(told("garden", SCHOOL, 30))
    assert room.round().told == 0


def test_a_rebuilt_catalog_tells_nothing_twice_and_leaves_nothing_out(room, receiver):
    room.follow(receiver.url, channels="教育")
    room.add(told("garden", replace(SCHOOL, title="一"), 30))
    room.round()
    room.add(told("bed", replace(SCHOOL, title="二"), 31), told("bank", CAFE, 32))
    (room.folder / "catalog.db").unlink()
    for rest in room.folder.glob("catalog.db-*"):
        rest.unlink()
    rebuild(room.folder)
    room.add(told("pond", replace(SCHOOL, title="三"), 33))
    room.round()
    room.round()
    assert [sorted(entries(one)) for one in receiver.heard] == [[("new", "一")], [("new", "三"), ("new", "二")]]


@pytest.mark.parametrize("minute", [-600, 30_000])  # of an old page that was imported; of one whose clock went wrong
def test_when_the_last_arrival_was_captured_does_not_matter_to_a_catalog_made_anew(room, receiver, minute):
    room.follow(receiver.url, channels="教育")
    room.add(told("garden", replace(SCHOOL, title="一"), 30), told("bank", CAFE, minute))
    room.round()
    with room.reader() as reader:
        keep(room.desk, replace(next_place(room.desk, reader), id="sn_of_old"))
    room.add(told("pond", replace(SCHOOL, title="二"), 33))
    room.round()
    assert [entries(one) for one in receiver.heard] == [[("new", "一")], [("new", "二")]]


def test_killed_when_the_catalog_was_made_anew_the_next_round_tells_nobody_again(room, receiver):
    token, follower = room.follow(receiver.url, channels="教育")
    with room.reader() as reader:
        keep(room.desk, replace(latest(reader), id="sn_of_old"))  # that number is another's now
        room.add(told("garden", replace(SCHOOL, title="一"), 30))
        place = next_place(room.desk, reader)
    assert room.book.of(token) == [replace(follower, cursor=place.seq - 1)]
    room.book.reached(follower, place.seq)  # and was killed then
    assert room.round().told == 0
    room.add(told("bed", replace(SCHOOL, title="二"), 31))
    assert room.round().told == 1
    assert [entries(one) for one in receiver.heard] == [[("new", "二")]]


def test_who_ends_it_is_told_no_more_and_forgotten(room, receiver):
    token, follower = room.follow(receiver.url, channels="教育")
    other, _ = room.follow(receiver.url, channels="教育")
    room.book.end(other, follower.id)  # not theirs
    assert room.book.of(token)[0].state == ON
    room.book.end(token, follower.id)
    room.subscriptions.end(other)
    room.add(told("garden", SCHOOL, 30))
    assert room.round().told == 0
    assert receiver.heard == []
    assert not any(receiver.url.encode() in path.read_bytes() for path in Path(room.folder).glob("site.db*"))
    assert not room.book.any()
    assert ENDED not in {one.state for one in room.book.of(token)}
