"""Which of the times on a page is believed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.extract.blocks import lay_out
from snapshotter.extract.evidence import gather
from snapshotter.extract.times.dates import Clock
from snapshotter.extract.times.published import Shown, find_published
from snapshotter.extract.tree import parse

TITLE = "<h1>A bridge is opened</h1>"
TEXT = "<p>" + "The bridge over the river was opened to all who had waited for it. " * 4 + "</p>"


def read(html, clock=Clock(), url="https://news.example/bridge", stated=""):  # noqa: B008  (a frozen value)
    tree = parse(html)
    evidence, layout = gather(tree), lay_out(tree)
    body = [index for index, block in enumerate(layout.blocks) if len(block.text) > 200]
    first = body[0] if body else len(layout.blocks)
    shown = Shown(
        layout.blocks[:first],
        layout.blocks[first + 1 :],
        url,
        stated,
        [layout.blocks[index] for index in body[:2]],
        "A bridge is opened",
        layout.blocks,
    )
    return find_published(evidence, shown, clock)


def ld(**fields):
    values = ", ".join(f'"{name}": "{value}"' for name, value in fields.items())
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", {values}}}</script>'


def meta(name, value):
    return f'<meta property="{name}" content="{value}">'


@pytest.mark.parametrize(
    ("html", "raw"),
    [
        # each place alone
        (ld(datePublished="2024-05-01T08:30:00Z"), "2024-05-01T08:30:00Z"),
        (meta("article:published_time", "2024-05-01"), "2024-05-01"),
        (meta("published-date", "2024-05-01"), "2024-05-01"),
        ('<span itemprop="datePublished" content="2024-05-01">x</span>', "2024-05-01"),
        ('<time datetime="2024-05-01T08:30">1 May</time>', "2024-05-01T08:30"),
        (TITLE + "<p>May 1, 2024</p>" + TEXT, "May 1, 2024"),
        ('<script>var page = {"publishTime": "2024-05-01 08:30"}</script>' + TEXT, "2024-05-01 08:30"),
        (TITLE + TEXT + "<p>Published: 1 May 2024</p>", "1 May 2024"),
        (TITLE + "<p>1 May 2024 - " + TEXT[3:], "1 May 2024"),
        # what agrees wins over what stands alone
        (ld(datePublished="2024-05-03") + meta("date", "2024-05-01") + TITLE + "<p>Published 1 May 2024</p>" + TEXT,
         "1 May 2024"),
        # what the page was changed at is no publication
        (ld(datePublished="2024-05-01", dateModified="2024-06-01") + TITLE + "<p>Updated June 1, 2024</p>" + TEXT,
         "2024-05-01"),
        (TITLE + "<p>Last updated 4 Jun 2024, originally created 1 May 2024</p>" + TEXT, "1 May 2024"),
        (TITLE + "<p>2024年5月1日 08:30</p><p>最終更新：2024年6月1日</p>" + TEXT, "2024年5月1日 08:30"),
        # but only its last change casts doubt on a day shown
        (meta("last-modified", "May 1, 2024") + TITLE + "<p>MAY 1, 2024</p><p>Updated: June 2, 2026</p>" + TEXT,
         "MAY 1, 2024"),
        # unless nothing else is told
        (TITLE + "<p>Updated June 1, 2024</p>" + TEXT, "June 1, 2024"),
        # a system that stamps its last build is doubted before the day shown
        (ld(datePublished="2024-06-01T10:00:00Z", dateModified="2024-06-01T10:00:07Z")
         + TITLE + '<p class="post-date">Published May 1, 2024</p>' + TEXT, "May 1, 2024"),
        # though it calls that its publication twice, if an earlier day stands below the title
        (ld(datePublished="2024-06-01T10:00:00Z", dateModified="2024-06-01T10:00:07Z")
         + TITLE + "<p>May 1, 2024</p>" + TEXT, "May 1, 2024"),
        (ld(datePublished="2024-06-01T10:00:00Z", dateModified="2024-07-01T10:00:00Z")
         + TITLE + "<p>May 1, 2024</p>" + TEXT, "2024-06-01T10:00:00Z"),
        # a comment's day, a footer's year, a neighbour's day
        (TITLE + "<p>May 1, 2024</p>" + TEXT + "<div class=comment>June 3, 2024 at 9:15 am</div><p>© 2019</p>",
         "May 1, 2024"),
        (TITLE + "<p>By Ann Bee, May 1, 2024</p><div class=related-teaser><a href=/x>Another, June 5, 2024</a></div>"
         + TEXT, "May 1, 2024"),
        (ld(datePublished="2024-05-01") + '<script type="application/ld+json">{"@type": "VideoObject", "datePublished":'
         ' "2019-01-01"}</script>', "2024-05-01"),
        # a mere day takes the clock shown beside it
        (meta("article:published_time", "2024-05-01T00:00:00") + TITLE + "<p>2024-05-01 08:30</p>" + TEXT,
         "2024-05-01 08:30"),
        # a label in the line before
        (TITLE + "<p>June 2, 2024</p><dl><dt>Published</dt><dd>May 1, 2024</dd></dl>" + TEXT, "May 1, 2024"),
    ],
)  # fmt: skip
def test_the_time_that_most_speaks_for_is_believed(html, raw):
    assert read(html).raw == raw


def test_the_address_settles_which_is_the_month():
    html = meta("date", "05/01/2024") + TITLE + TEXT
    assert read(html, url="https://news.example/2024/01/05/bridge").published_at.startswith("2024-01-05")
    assert read(html).published_at.startswith("2024-05-01")


def test_points_are_no_american_habit():
    html = meta("date", "11/01/2023 12:43:42") + TITLE + TEXT + "<p>01.11.2023</p>"
    assert read(html, Clock("", "de")).raw == "01.11.2023"


def test_the_sites_rule_wins():
    assert read(ld(datePublished="2024-05-03"), stated="2024-05-01").raw == "2024-05-01"


def test_the_address_alone_tells_the_day():
    found = read(TITLE + TEXT, url="https://news.example/2024/05/01/bridge.html")
    assert (found.published_at, found.precision) == ("2024-05-01T00:00:00Z", "day")
    assert read(TITLE + TEXT, url="https://news.example/2024/may/01/bridge").published_at == "2024-05-01T00:00:00Z"
    assert read(TITLE + TEXT, url="https://news.example/item/20249999").published_at == ""


@pytest.mark.parametrize("shown", ["May 1, 2024 at 9:30 PM", "May 1, 2024"])
def test_a_time_declared_in_utc_is_shown_by_another_days_clock(shown):
    found = read(meta("article:published_time", "2024-05-02T01:30:00Z") + TITLE + f"<p>{shown}</p>" + TEXT)
    assert (found.raw, found.published_at, found.zone_source) == (shown, "2024-05-02T01:30:00Z", "stated")
    assert found.precision != "day"


@pytest.mark.parametrize(
    ("html", "clock", "published_at", "precision", "source"),
    [
        ("<p>2024-05-01 08:30:15</p>", Clock("Asia/Shanghai", "zh"), "2024-05-01T00:30:15Z", "second", "site"),
        ("<p>2024-05-01 08:30</p>", Clock("", "zh-CN"), "2024-05-01T00:30:00Z", "minute", "assumed"),
        ("<p>2024-05-01 08:30 GMT</p>", Clock("Asia/Shanghai", "zh"), "2024-05-01T08:30:00Z", "minute", "stated"),
        ("<p>2024-05-01</p>", Clock("", "en"), "2024-05-01T00:00:00Z", "day", "assumed"),
        (meta("date", "2024-05-01T00:00:00+00:00"), Clock("", "en"), "2024-05-01T00:00:00Z", "day", "stated"),
    ],
)
def test_precision_and_zone_are_as_the_page_tells_them(html, clock, published_at, precision, source):
    found = read(TITLE + html + TEXT, clock)
    assert (found.published_at, found.precision, found.zone_source) == (published_at, precision, source)


def test_a_time_told_from_now_counts_from_the_capture():
    clock = Clock("Asia/Shanghai", "zh", datetime(2024, 5, 1, 4, 0, tzinfo=UTC))
    assert read(TITLE + "<p>发布于 昨天 08:30</p>" + TEXT, clock).published_at == "2024-04-30T00:30:00Z"
    assert read(TITLE + "<p>3小时前</p>" + TEXT, clock).published_at == "2024-05-01T01:00:00Z"
    assert read(TITLE + "<p>3小时前</p>" + TEXT, Clock("Asia/Shanghai", "zh")).published_at == ""


def test_a_time_after_the_capture_is_none_of_the_pages():
    html = TITLE + "<p>Friday, 7 June 2024: the river feast</p><p>1 May 2024</p>" + TEXT
    assert read(html, Clock("", "en", datetime(2024, 5, 2, tzinfo=UTC))).raw == "1 May 2024"


def test_a_change_is_kept_apart():
    found = read(ld(datePublished="2024-05-01T08:30:00Z", dateModified="2024-06-01T10:00:00Z"))
    assert (found.published_at, found.modified_at) == ("2024-05-01T08:30:00Z", "2024-06-01T10:00:00Z")
    assert read(TITLE + "<p>Updated June 1, 2024</p>" + TEXT).modified_at == "2024-06-01T00:00:00Z"


@pytest.mark.parametrize(
    ("published", "updated"),
    [
        ("نشر في", "آخر تحديث"),
        ("פורסם", "עודכן"),
        ("تاریخ انتشار:", "بروزرسانی:"),
        ("प्रकाशित:", "अपडेट:"),
        ("প্রকাশ:", "আপডেট:"),
        ("เผยแพร่", "อัปเดตล่าสุด"),
        ("Ngày đăng:", "Cập nhật:"),
        ("Julkaistu", "Päivitetty"),
        ("Megjelent:", "Frissítve:"),
        ("Objavljeno:", "Ažurirano:"),
        ("Δημοσίευση:", "Τελευταία ενημέρωση:"),
        ("Diterbitkan", "Diperbarui"),
        ("Paskelbta", "Atnaujinta"),
        ("გამოქვეყნდა:", "განახლდა:"),
    ],
)
def test_the_label_tells_the_change_in_many_languages(published, updated):
    found = read(f"{TITLE}<p>{updated} 2024-05-03 10:00</p><p>{published} 2024-05-01 08:30</p>{TEXT}")
    assert (found.published_at, found.modified_at) == ("2024-05-01T08:30:00Z", "2024-05-03T10:00:00Z")


def test_what_is_no_time_is_a_warning():
    found = read(meta("article:published_time", "tomorrow, perhaps"))
    assert (found.published_at, found.raw) == ("", "")
    assert found.warnings == ("not a time: 'tomorrow, perhaps'",)


def test_a_zone_nobody_knows_is_a_warning():
    found = read(TITLE + "<p>May 1, 2024</p>" + TEXT, Clock("Middle/Earth"))
    assert found.published_at == ""
    assert "Middle/Earth" in found.warnings[0]


def test_every_candidate_says_where_it_is_from_and_what_it_weighs():
    found = read(ld(datePublished="2024-05-01") + meta("date", "2024-05-02") + TITLE + "<p>May 3, 2024</p>" + TEXT)
    assert [one.place for one in found.candidates] == ["json-ld", "header", "meta"]
    weights = [one.weight for one in found.candidates]
    assert weights == sorted(weights, reverse=True)


def test_a_page_without_times_has_none():
    assert read(TITLE + TEXT)[:5] == ("", "", "", "", "")
    assert read("").published_at == ""


def test_a_page_of_nothing_but_times_is_read_in_bounded_time():
    days = [day % 28 + 1 for day in range(5000)]
    found = read(TITLE + "".join(f"<p><time datetime=2024-05-{day:02}>x</time> {day} May 2024</p>" for day in days))
    assert found.published_at.startswith("2024-05-")
    assert len(found.candidates) <= 200


_PARTS = st.sampled_from(
    [
        ld(datePublished="2024-05-01"),
        ld(datePublished="2024-05-01T00:00:00Z", dateModified="soon"),
        meta("date", "05/01/2024"),
        meta("article:published_time", "9999-99-99"),
        "<time pubdate>3 hours ago</time>",
        "<time datetime=x class=published></time>",
        TITLE,
        TEXT,
        "<p>Updated 2024-05-02 10:00</p>",
        "<p>昨天 08:30</p>",
        "<p>01.02.03</p>",
        "<script>publishTime: '1714552200'</script>",
    ]
)


@given(
    st.lists(_PARTS, max_size=8).map("".join), st.sampled_from(["", "https://a.example/2024/5/1/x", "http://[", "\0"])
)
def test_any_page_has_a_time_in_utc_or_none(html, url):
    for clock in (Clock(), Clock("Asia/Tokyo", "ja", datetime(2024, 5, 3, tzinfo=UTC))):
        found = read(html, clock, url)
        assert bool(found.published_at) == bool(found.raw) == bool(found.precision) == bool(found.zone_source)
        assert found.published_at == "" or found.published_at.endswith("Z")
