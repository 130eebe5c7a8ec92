"""What became of articles, as the archive keeps it."""

from dataclasses import replace

import pytest
from captures import answer, capture, page
from fastwarc.warc import ArchiveIterator, WarcRecordType

from snapshotter.items import Article
from snapshotter.rebuild import rebuild
from snapshotter.store import Archive, ArchiveReader
from snapshotter.verify import verify

A = "https://news.example/2024/07/01/a-long-headline.html"
B = "https://news.example/2024/07/02/b-long-headline.html"
C = "https://news.example/2024/07/03/c-long-headline.html"
TEXT = "\n\n".join(
    f"Sentence {number} of what the council of Harrow Bay said about its new bridge." for number in range(12)
)
OK = Article(title="A bridge for Harrow Bay", body_text=TEXT, published_at="2024-07-01T04:00:00Z")
OTHER = Article(title="A tram for Milbury", body_text=TEXT.replace("Harrow Bay", "Milbury").replace("bridge", "tram"))


@pytest.fixture
def archive(tmp_path):
    with Archive.open(tmp_path, archive_name="td.example") as archive:
        yield archive


def add(archive, url, article=OK, minute=0, *, status="200 OK", final_url="", truncated="", body=None):
    block = answer(body if body is not None else f"{minute}".encode(), status)
    (snapshot,) = archive.add([capture(page(url, block, minute, final_url=final_url, truncated=truncated), article)])
    return snapshot


def of(*snapshots):
    return [(one.change, one.revision, one.verdict) for one in snapshots]


def saying(text: str) -> Article:
    return replace(OK, body_text=text)


def test_noise_is_unchanged_and_keeps_its_own_bytes(archive, tmp_path):
    states = [saying(f"{TEXT}\n\n{number} comments\n\n{number} minutes ago") for number in range(3)]
    found = [add(archive, A, state, minute) for minute, state in enumerate(states)]
    found += [add(archive, A, saying(TEXT.replace("Sentence 7", "Sentence 8")), 3), add(archive, A, states[0], 4)]
    assert of(*found) == [
        ("new", 1, "ok"),
        ("unchanged", 1, "ok"),
        ("unchanged", 1, "ok"),
        ("revised", 2, "ok"),
        ("revised", 3, "ok"),
    ]
    assert found[1].text_sha256 != found[0].text_sha256
    archive.close()
    with next((tmp_path / "warc").iterdir()).open("rb") as stream:
        assert len(list(ArchiveIterator(stream, record_types=WarcRecordType.response))) == 5
    assert list(verify(tmp_path)) == []


@pytest.mark.parametrize(
    ("bad", "change", "verdict"),
    [
        ({"article": Article(verdict="paywall")}, "unchanged", "paywall"),
        ({"article": Article(verdict="consent")}, "unchanged", "consent"),
        ({"article": Article(verdict="captcha")}, "unchanged", "captcha"),
        ({"article": Article(verdict="empty")}, "unchanged", "empty"),
        ({"article": Article(verdict="not-article")}, "unchanged", "not-article"),
        ({"article": Article(verdict="soft-404")}, "gone", "soft-404"),
        ({"truncated": "disconnect", "article": saying(TEXT[:100])}, "unchanged", "truncated"),
        ({"status": "404 Not Found"}, "gone", "http-status"),
        ({"status": "410 Gone"}, "gone", "http-status"),
        ({"status": "503 Service Unavailable"}, "unchanged", "http-status"),
        ({"body": b""}, "unchanged", "empty"),
        ({"article": saying(TEXT[:100])}, "unchanged", "truncated"),
        ({"article": Article(title="news.example", body_text="Welcome.")}, "unchanged", "not-article"),
        ({"final_url": "https://news.example/"}, "gone", "soft-404"),
        (
            {"final_url": "https://news.example/category/world", "article": Article(verdict="not-article")},
            "gone",
            "soft-404",
        ),
        ({"final_url": B, "article": OTHER}, "gone", "soft-404"),  # what stands there now is another text
    ],
)
def test_a_bad_capture_displaces_nothing_and_the_article_comes_back(archive, bad, change, verdict):
    good, then, back = add(archive, A), add(archive, A, **{"article": OK, **bad, "minute": 1}), add(archive, A, OK, 2)
    assert of(good, then, back) == [("new", 1, "ok"), (change, 1, verdict), ("unchanged", 1, "ok")]
    assert then.article_id == good.article_id
    assert then.url_key == good.url_key
    assert [one.id for one in archive.history(A)] == [good.id, then.id, back.id]
    assert archive.get(A).id == back.id
    assert archive.known(B) is None


def test_what_is_left_of_a_text_is_told_with_a_warning(archive):
    add(archive, A)
    retracted = add(archive, A, replace(OK, body_text="The story was wrong, and was taken back."), 1)
    assert of(retracted) == [("revised", 2, "ok")]
    assert retracted.warnings == ("body: less than a fifth of the text of the last capture",)


def test_a_moved_article_is_one_article(archive, tmp_path):
    first = add(archive, A)
    moved = add(archive, A, OK, 1, final_url=B)
    later = add(archive, B, saying(TEXT.replace("Sentence 3", "Sentence three")), 2)
    assert of(first, moved, later) == [("new", 1, "ok"), ("unchanged", 1, "ok"), ("revised", 2, "ok")]
    assert len({one.article_id for one in (first, moved, later)}) == 1
    assert (moved.url, moved.final_url, moved.url_key) == (A, B, B.removeprefix("https://"))
    assert archive.history(A) == archive.history(B) == [first, moved, later]
    archive.close()
    rebuild(tmp_path)
    with ArchiveReader.open(tmp_path) as reader:
        assert reader.history(B) == [first, moved, later]


def test_an_article_that_is_found_under_its_new_address_first_is_no_second_one(archive):
    first, second, moved = add(archive, A), add(archive, B, OK, 1), add(archive, A, OK, 2, final_url=B)
    assert of(first, second, moved) == [("new", 1, "ok"), ("unchanged", 1, "ok"), ("unchanged", 1, "ok")]
    assert len({one.article_id for one in (first, second, moved)}) == 1


DATED = replace(OK, published_precision="second")
EDITED = replace(DATED, title="No bridge for Harrow Bay", body_text=f"{TEXT.replace('Sentence 3', 'Line 3')}\n\nMore.")
MOVED = "https://news.example/world/2024/07/01/a-long-headline.html"


@pytest.mark.parametrize(
    ("old", "new", "article"),
    [
        (A, MOVED, EDITED),  # the name of its page is the same
        ("https://news.example/c1002-400831.html", "https://news.example/c4001-400831.html", EDITED),  # its number is
        (A, B, replace(EDITED, title=OK.title)),  # its title is
    ],
)
def test_an_article_that_moved_and_was_edited_before_it_is_found_again_is_no_second_one(archive, old, new, article):
    found = [add(archive, old, DATED), add(archive, new, article, 1), add(archive, old, article, 2, final_url=new)]
    assert of(*found) == [("new", 1, "ok"), ("revised", 2, "ok"), ("unchanged", 2, "ok")]
    assert len({one.article_id for one in found}) == 1
    assert archive.history(old) == archive.history(new) == found


DAILY, DAILY_EDITED = replace(DATED, published_precision="day"), replace(EDITED, published_precision="day")


def test_where_only_the_day_is_told_its_number_tells_a_moved_and_edited_article(archive):
    old, new = "https://news.example/2024/07/01/bridge-400831", "https://news.example/world/2024/07/01/bridge-400831"
    found = [
        add(archive, old, DAILY),
        add(archive, new, DAILY_EDITED, 1),
        add(archive, old, DAILY_EDITED, 2, final_url=new),
    ]
    assert of(*found) == [("new", 1, "ok"), ("revised", 2, "ok"), ("unchanged", 2, "ok")]
    assert len({one.article_id for one in found}) == 1


@pytest.mark.parametrize("title", [OK.title, EDITED.title])
@pytest.mark.parametrize(
    "day", ["of-the-day", *(f"{one}{{}}" for one in ("240701-", "010724-", "01072024-", "07012024-", "240702-"))]
)
def test_reports_of_a_day_that_resemble_each_other_stay_apart(archive, title, day):
    morning, evening = (f"https://news.example/{when}/market-report-{day.format(when)}.html" for when in ("am", "pm"))
    assert (
        add(archive, morning, DAILY).article_id
        != add(archive, evening, replace(DAILY_EDITED, title=title), 1).article_id
    )


STRANGER = "\n\n".join(f"Line {number} of the tram stops at {number} other places in Milbury." for number in range(9))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (A, B),  # two that a machine writes at the same time
        ("https://news.example/20240701-harrow.html", "https://news.example/20240701-milbury.html"),
        ("https://news.example/harrow/index.html", "https://news.example/milbury/index.html"),
    ],
)
def test_what_was_published_at_the_same_time_and_resembles_an_article_is_not_it(archive, old, new):
    assert add(archive, old, DATED).article_id != add(archive, new, EDITED, 1).article_id


@pytest.mark.parametrize(
    ("url", "other"),
    [
        (MOVED, replace(EDITED, published_at="2024-07-01T04:00:01Z")),
        (MOVED, replace(EDITED, published_precision="day")),
        (MOVED, replace(EDITED, body_text=STRANGER)),
        (MOVED.replace("news.", "other."), EDITED),
    ],
)
def test_what_has_the_name_of_an_articles_page_is_not_it(archive, url, other):
    assert add(archive, A, DATED).article_id != add(archive, url, other, 1).article_id


@pytest.mark.parametrize(
    "other", [replace(OK, published_at=""), replace(OK, published_at="2024-07-02T04:00:00Z"), OTHER]
)
def test_the_same_words_at_another_time_are_another_article(archive, other):
    assert add(archive, A).article_id != add(archive, B, other, 1).article_id


def test_the_same_words_on_another_site_are_another_article(archive):
    assert add(archive, A).article_id != add(archive, A.replace("news.", "other."), OK, 1).article_id


def test_two_that_were_merged_go_on_as_the_earlier(archive):
    first, second = add(archive, A), add(archive, B, replace(OK, published_at="", body_text=f"{TEXT}\n\nAnd more."), 1)
    assert first.article_id != second.article_id
    merged = add(archive, A, replace(OK, body_text=f"{TEXT}\n\nAnd more."), 2, final_url=B)
    assert (merged.article_id, merged.change) == (first.article_id, "revised")
    assert add(archive, B, OTHER, 3).article_id == first.article_id  # whatever it says: it is that article's address


def test_an_address_that_leads_to_the_latest_article_makes_no_revisions(archive):
    latest = "https://news.example/go/latest-12345"
    monday, tuesday = add(archive, latest, OK, 0, final_url=A), add(archive, latest, OTHER, 1, final_url=B)
    assert of(monday, tuesday) == [("new", 1, "ok"), ("new", 1, "ok")]
    assert monday.article_id != tuesday.article_id


def test_a_page_that_is_rewritten_in_its_place_is_the_same_article(archive):
    first, second = add(archive, A), add(archive, A, OTHER, 1)
    assert (second.article_id, second.change, second.revision) == (first.article_id, "revised", 2)


def test_a_canonical_address_that_appears_later_is_the_articles_too(archive):
    first, second = add(archive, A), add(archive, A, replace(OK, canonical_url=C), 1)
    assert (second.article_id, second.change) == (first.article_id, "unchanged")
    assert archive.history(C) == [first, second]


def test_a_page_that_goes_back_and_forth_has_an_end(archive):
    one, other = saying(TEXT), saying(TEXT.replace("Sentence 4", "Sentence four"))
    found = [add(archive, A, (one, other)[minute % 2], minute) for minute in range(9)]
    assert [snapshot.change for snapshot in found] == ["new", "revised", "revised", "revised"] + 5 * ["unchanged"]
    third = add(archive, A, saying(TEXT.replace("Sentence 4", "Sentence IV")), 9)
    assert (third.change, third.revision) == ("revised", 5)


def test_an_older_capture_that_says_little_is_not_doubted(archive):
    add(archive, A, OK, 60)
    early = add(archive, A, saying(TEXT[:90]), 0)
    assert early.verdict == "ok"


def test_gone_stays_gone_until_it_is_back(archive):
    add(archive, A)
    again = [add(archive, A, OK, minute, status="404 Not Found") for minute in (1, 2)]
    back = add(archive, A, saying(TEXT.replace("Sentence 1 ", "Sentence one ")), 3)
    assert of(*again, back) == [("gone", 1, "http-status")] * 2 + [("revised", 2, "ok")]
