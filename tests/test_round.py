"""What a round follows, leaves and remembers; no network."""

from datetime import UTC, datetime, timedelta

import pytest
from captures import capture, page

from snapshotter.clock import NOW_VARIABLE
from snapshotter.discover import Candidate
from snapshotter.due import FLUSH, Round
from snapshotter.errors import ArchiveError
from snapshotter.items import Discovery
from snapshotter.middlewares import ROBOTS_AGE, ROBOTS_OLDEST
from snapshotter.schedule.glance import outlooks
from snapshotter.schedule.intervals import Answer, Bounds
from snapshotter.state import State
from snapshotter.store import Archive

START = datetime(2026, 11, 20, 8, tzinfo=UTC)
SEED = Candidate("https://news.example/", "listing")
FULL = Answer(200, sha256="a")


def article(number, **discovery):
    return Candidate(f"https://news.example/2026/11/20/{number}.html", "article", Discovery("section", **discovery), 1)


def listing(path, depth=1, turn=0):
    return Candidate(f"https://news.example/{path}", "listing", depth=depth, turn=turn)


@pytest.fixture
def archive(tmp_path, monkeypatch):
    monkeypatch.setenv(NOW_VARIABLE, START.isoformat())
    with Archive.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def begin(archive, monkeypatch):
    """A round, so many minutes after the start, and what it begins with."""

    def begun(minutes=0, seeds=(SEED,), articles=10):
        monkeypatch.setenv(NOW_VARIABLE, (START + timedelta(minutes=minutes)).isoformat())
        made = Round(archive, Bounds(), articles)
        return made, made.begin("news.example", seeds)

    return begun


def outlook(archive, minutes=0):
    (one,) = outlooks(archive.folder, {"news.example": [SEED.url]}, START + timedelta(minutes=minutes))
    return one


def urls(candidates):
    return [candidate.url.removeprefix("https://news.example/") for candidate in candidates]


def test_a_round_begins_with_the_seeds_and_ends_with_what_it_left(archive, begin):
    assert outlook(archive).due == 1
    one, due = begin()
    assert urls(due) == [""]
    found = one.listed("news.example", SEED, FULL, [article(1), article(1), article(2), listing("politics/")])
    assert urls(found.follow) == ["2026/11/20/1.html", "2026/11/20/2.html", "politics/"]
    one.done(article(1).url)
    one.end()
    left = outlook(archive, 1)
    assert (left.places, left.waiting, left.visits) == (1, 1, 0)  # the section wasn't read
    _, due = begin(1)
    assert urls(due) == ["politics/", "2026/11/20/2.html"]
    assert due[1].discovery == Discovery("section", START)


def test_seeds_that_are_no_more_are_forgotten_and_what_was_found_on_them_stays(begin):
    one, _ = begin()
    one.listed("news.example", SEED, FULL, [listing("politics/")])
    one.end()
    _, due = begin(1, seeds=[listing("world/", depth=0)])
    assert sorted(urls(due)) == ["politics/", "world/"]


def test_traps_and_depths_are_not_even_remembered(archive, begin):
    one, _ = begin()
    far = [listing(f"calendar/2026/11/{day:02}/" * 3) for day in range(1, 29)] + [listing("a/", depth=4)]
    deep = Candidate("https://news.example/2026/11/20/9.html", "article", depth=4)
    looped = Candidate("https://news.example" + "/a/b" * 40 + "/9.html", "article", depth=1)
    assert one.listed("news.example", SEED, FULL, [*far, deep, looped]).follow == []
    one.end()
    assert outlook(archive).due == 0


def test_further_pages_are_turned_where_all_is_new(begin):
    one, _ = begin()
    second = listing("index_2.html", turn=1)
    assert second in one.listed("news.example", SEED, FULL, [article(1), second]).follow
    found = one.listed("news.example", SEED, FULL, [article(1), article(2), second])
    assert urls(found.follow) == ["2026/11/20/2.html"]
    assert urls(found.known) == ["2026/11/20/1.html"]
    assert one.listed("news.example", SEED, FULL, [second]).follow == []


def test_what_is_captured_is_known_whatever_its_listing_says(archive, begin):
    archive.add([capture(page(article(1).url))])
    one, _ = begin()
    found = one.listed("news.example", SEED, FULL, [article(1), article(2)])
    assert (urls(found.follow), urls(found.known)) == (["2026/11/20/2.html"], ["2026/11/20/1.html"])


def test_an_article_whose_address_leads_to_another_by_now_is_visited_no_more(archive, begin):
    (other,) = archive.add([capture(page(article(1).url))])
    one, due = begin(60 * 24)
    assert urls(due) == ["", "2026/11/20/1.html"]
    one.done(article(1).url, "ar_of_another")
    one.end()
    _, due = begin(60 * 24 * 8)
    assert "2026/11/20/1.html" not in urls(due)
    assert other.article_id != "ar_of_another"


def test_one_that_waited_and_was_captured_all_the_same_waits_no_more(archive, begin):
    one, _ = begin()
    one.listed("news.example", SEED, FULL, [article(1)])
    one.end()  # the crawl was killed between the capture and its note
    archive.add([capture(page(article(1).url))])
    _, due = begin(1)
    assert article(1).url not in [candidate.url for candidate in due if candidate.discovery.at]
    assert outlook(archive, 1).waiting == 0


def test_only_so_many_articles_a_round_the_rest_stays(archive, begin):
    one, _ = begin()
    one.listed("news.example", SEED, FULL, [article(number) for number in range(25)])
    one.end()
    assert len(begin(1)[1]) == 10
    assert outlook(archive, 1).waiting == 25


def test_one_that_was_given_up_is_tried_once_a_day_while_it_is_listed(archive, begin):
    one, _ = begin()
    one.listed("news.example", SEED, FULL, [article(1)])
    for _ in range(4):
        one.missed("news.example", article(1).url, 404)
    one.end()
    assert outlook(archive, 60 * 24).waiting == 0
    one, _ = begin(60)
    one.listed("news.example", SEED, FULL, [article(1)])  # a feed that is ahead of its pages by some hours
    one.end()
    assert outlook(archive, 60 * 24).waiting == 0
    _, due = begin(60 * 25)
    assert article(1).url in [candidate.url for candidate in due]


def test_outcomes_are_written_now_and_then(archive, begin):
    one, _ = begin()
    one.listed("news.example", SEED, FULL, [article(number) for number in range(2 * FLUSH)])
    for number in range(FLUSH):
        one.done(article(number).url)
    assert outlook(archive).waiting == FLUSH
    for number in range(FLUSH):
        one.missed("news.example", article(FLUSH + number).url)
    assert outlook(archive).waiting == 0
    assert outlook(archive, 10).waiting == FLUSH


@pytest.mark.parametrize(
    ("hours", "at_most", "is_kept"),
    [(23, ROBOTS_AGE, True), (25, ROBOTS_AGE, False), (29 * 24, ROBOTS_OLDEST, True), (31 * 24, ROBOTS_OLDEST, False)],
)
def test_robots_txt_is_kept_for_a_day_and_for_a_month_where_there_is_no_other(begin, hours, at_most, is_kept):
    one, _ = begin()
    one.keep_robots("https://news.example", 200, b"Disallow: /")
    one.keep_robots("https://news.example", 200, b"Disallow: /x")
    one.end()
    kept = (200, b"Disallow: /x") if is_kept else None
    assert begin(hours * 60)[0].robots("https://news.example", at_most) == kept


def test_a_source_that_a_run_is_at_says_so(archive, tmp_path):
    archive.lease({"news.example"})
    assert outlook(archive).is_at_work
    archive.close()
    assert not outlook(archive).is_at_work


def test_a_state_that_is_none_is_told(tmp_path):
    (tmp_path / "state.db").write_bytes(b"rubbish" * 1000)
    with pytest.raises(ArchiveError, match=r"state\.db can't be used"):
        State(tmp_path)
