"""E-mails by a real mail server on loopback: nothing before it is confirmed, each with a way out."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from library import ARTICLES, told
from receivers import post_office

from snapshotter.desk.followers import ASKED, GIVEN_UP, MAIL, ON
from snapshotter.errors import UsageError
from snapshotter.formats.edition import WORDINGS, Edition
from snapshotter.items import Snapshot
from snapshotter.telling.mail import Mailer, is_address
from snapshotter.telling.message import Entry, House, News, as_text
from snapshotter.telling.words import WORDS

pytestmark = pytest.mark.filterwarnings("ignore:.imghdr. is deprecated:DeprecationWarning")  # apprise tries it
SCHOOL = ARTICLES["school"]


@pytest.fixture
def post():
    with post_office() as made:
        yield made


def token_of(text, kind):
    return re.search(rf"https://archive\.example/{kind}/([0-9A-Za-z_-]{{32}})\n", text)[1]


def test_nothing_but_the_question_is_sent_before_its_owner_says_yes(room, post):
    token, _ = room.follow("wang+news@example.org", MAIL, channels="教育")
    room.add(told("garden", SCHOOL, 30))
    assert (room.round(post.url).asked, room.book.of(token)[0].state) == (1, ASKED)
    assert room.round(post.url).told == 0
    ((to, question),) = post.got
    assert to == "wang+news@example.org"
    assert question["Subject"] == "The Archive: confirm your e-mails"
    room.book.confirm(token_of(question.get_content(), "confirm"))
    assert room.book.of(token)[0].state == ON
    assert room.round(post.url).told == 1
    _, news = post.got[1]
    text = news.get_content()
    assert news["Subject"] == "The Archive: 1 article"
    assert f"{SCHOOL.title}\nnew  山城日报  2024-03-01 09:00:00\nhttps://archive.example/snapshot/sn_" in text
    stop = token_of(text, "stop")
    assert news["List-Unsubscribe"] == f"<https://archive.example/stop/{stop}>"
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    room.book.stop(stop)
    room.add(told("bed", replace(SCHOOL, title="二"), 31))
    assert room.round(post.url).told == 0
    assert not any(b"wang+news" in path.read_bytes() for path in Path(room.folder).glob("site.db*"))


def test_a_question_that_nobody_answers_is_forgotten(room, post):
    token, _ = room.follow("wang@example.org", MAIL, channels="教育")
    room.round(post.url)
    confirm = token_of(post.got[0][1].get_content(), "confirm")
    room.at("2024-07-03T13:00:00Z")
    room.round(post.url)
    assert room.book.of(token) == []
    room.book.confirm(confirm)
    assert room.book.to_confirm(confirm) is None
    assert not any(b"wang@" in path.read_bytes() for path in Path(room.folder).glob("site.db*"))


def test_what_a_mail_server_does_not_take_is_sent_later(room, post):
    token, _ = room.follow("wang@example.org", MAIL, channels="教育")
    post.is_down = True
    assert room.round(post.url).failed == 1
    post.is_down = False
    assert room.round(post.url).asked == 0
    room.at("2024-07-01T13:05:00Z")
    assert room.round(post.url).asked == 1
    assert room.book.of(token)[0].state == ASKED


def test_an_address_that_was_given_up_is_erased_after_a_month(room, post):
    token, follower = room.follow("wang@example.org", MAIL, channels="教育")
    room.round(post.url)
    room.book.confirm(token_of(post.got[0][1].get_content(), "confirm"))
    post.is_down = True
    room.add(told("garden", SCHOOL, 30))
    for day, state in ((2, [ON]), (7, [GIVEN_UP]), (31, [GIVEN_UP])):
        room.at(f"2024-07-{day:02}T13:00:00Z")
        room.round(post.url)
        assert [one.state for one in room.book.of(token)] == state
    room.at("2024-08-01T13:00:00Z")
    room.round(post.url)
    assert room.book.of(token) == []
    assert room.book.to_stop(room.book.stop_token(follower.id)) is None
    assert not any(b"wang@" in path.read_bytes() for path in Path(room.folder).glob("site.db*"))


def test_without_a_mail_server_e_mails_wait(room, post):
    token, _ = room.follow("wang@example.org", MAIL, channels="教育")
    assert room.round().left == 1
    room.round(post.url)
    room.book.confirm(token_of(post.got[0][1].get_content(), "confirm"))
    room.add(told("garden", SCHOOL, 30))
    assert room.round().left == 1
    assert room.round(post.url).told == 1
    assert GIVEN_UP not in {one.state for one in room.book.of(token)}


@pytest.mark.parametrize(
    ("locale", "more", "subject", "rest"),
    [
        ("en", 0, "1 article", ""), ("en", 1, "2 articles", "1 more is on"), ("en", 2, "3 articles", "2 more are on"),
        ("zh-CN", 0, "1 篇新动态", ""), ("zh-CN", 1, "2 篇新动态", "还有 1 篇，"),
        ("zh-CN", 2, "3 篇新动态", "还有 2 篇，"),
    ],
)  # fmt: skip
def test_one_is_not_told_as_many(locale, more, subject, rest):
    house = House("The Archive", "https://archive.example", Edition.of("en", "Asia/Shanghai", "The Archive"))
    news = News("msg_", (Entry("new", Snapshot(title="一")),), more)
    said, text = as_text(news, house, locale, "https://archive.example/stop/x")
    assert said == f"The Archive: {subject}"
    assert rest in text


def test_a_title_adds_no_line_to_a_message(room, post):
    room.follow("wang@example.org", MAIL, channels="教育")
    room.round(post.url)
    room.book.confirm(token_of(post.got[0][1].get_content(), "confirm"))
    room.add(told("garden", replace(SCHOOL, title="一\r\nBcc: x@example.com\u2028 <b>&amp; {0} %s"), 30))
    room.round(post.url)
    to, news = post.got[1]
    assert to == "wang@example.org"
    assert news["Bcc"] is None
    assert "一 Bcc: x@example.com <b>&amp; {0} %s\n" in news.get_content()


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("wang@example.org", True), ("a.b+c-d_e@sub.example-x.co.uk", True), ("wang@example", False),
        ("wang@example.org,li@example.org", False), ("wang@example.org\nBcc: x@y.org", False), ("@example.org", False),
        ("Wang <wang@example.org>", False), ("wang@[127.0.0.1]", False), ("wang@localhost", False), ("", False),
        ("a" * 65 + "@example.org", False), ("wang@" + "a" * 64 + ".org", False), (".wang@example.org", False),
        ("wang@example.org?x=y", False), ("wang@example.org&to=li@example.org", False), ("wáng@example.org", False),
        ("wang@-example.org", False), ("wang@example..org", False), (f"a@{'b.' * 130}org", False),
        ("w%61@example.org", False),
    ],
)  # fmt: skip
def test_an_address_is_one_address(address, is_one):
    assert is_address(address) is is_one


@pytest.mark.parametrize(
    "server",
    [
        "smtp.example.org", "json://secret.example.org?from=a@b.org", "mailto://u:secret@smtp.example.org",
        "mailto://u:secret@smtp.example.org?from=a@b.org&to=c@d.org", "mailto://u:secret@x.org?from=a@b.org#x",
    ],
)  # fmt: skip
def test_a_mail_server_that_cannot_be_used_is_refused_without_its_password(server):
    with pytest.raises(UsageError, match="SNAPSHOTTER_MAIL") as caught:
        Mailer(server)
    assert "secret" not in str(caught.value)


def test_every_word_is_there_in_both_languages():
    assert set(WORDS) == set(WORDINGS)
    assert len({tuple(words) for words in WORDS.values()}) == 1
    assert all(all(words.values()) for words in WORDS.values())
