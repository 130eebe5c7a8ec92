import io
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from snapshot_strategies import printed_snapshots, texts, times

from snapshotter.errors import BadRecord, BadText, UsageError
from snapshotter.formats import jsonl, text
from snapshotter.formats.edition import WORDINGS, Edition, to_local, to_utc
from snapshotter.items import Related, Snapshot

GOLDEN = Path(__file__).parent / "golden"
SEED = Path(__file__).parents[3] / "shared" / "seed" / "000_1cc5c4bdefc1f5ec.txt"
ZH, EN = Edition("zh-CN", host="snapshots.example"), Edition("en", ZoneInfo("UTC"), "snapshots.example")
SAMPLES = [(GOLDEN / "zh-CN.txt", ZH), (GOLDEN / "en.txt", EN)] + [(SEED, ZH)] * SEED.exists()

ARTICLE = Snapshot(
    title="标题",
    category="教育",
    category_source="page",
    published_at="2024-07-01T13:41:00Z",
    source_name="晨报",
    body_text="第一段\n\n第二段",
    captured_at="2024-07-01T16:45:02Z",
    final_url="https://news.example/1.html",
    archive="snapshots.example",
    related=(Related("甲", "甲文", "2024-03-19T05:21:00Z"), Related("", "乙文", "2024-03-18T05:21:00Z")),
)
PRINTED = text.write(ARTICLE, edition=ZH)


@pytest.mark.parametrize(("path", "edition"), SAMPLES, ids=lambda it: getattr(it, "name", ""))
def test_a_sample_read_and_written_is_byte_identical(path, edition):
    data = path.read_bytes()
    snapshot = text.read(data.decode(), zone=edition.zone)
    assert text.write(snapshot, edition=edition).encode() == data
    through_json = jsonl.loads(jsonl.dumps(snapshot))
    assert text.write(through_json, edition=edition).encode() == data


def test_a_sample_is_read_field_by_field():
    snapshot = text.read((GOLDEN / "zh-CN.txt").read_bytes().decode())
    paragraphs = snapshot.body_text.split("\n\n")
    assert (snapshot.category, snapshot.category_source) == ("科技", "page")
    assert snapshot.title == "临江市建成首座潮汐能示范电站:一年可发电 2100 万度"
    assert snapshot.published_at == "2025-03-18T01:30:00Z"
    assert (snapshot.published_raw, snapshot.zone_source) == ("2025-03-18 09:30:00", "assumed")
    assert snapshot.captured_at == "2025-03-18T02:02:41Z"
    assert (snapshot.source_name, snapshot.archive, snapshot.url) == ("临江晚报", "snapshots.example", "")
    assert (len(paragraphs), paragraphs[1], paragraphs[3]) == (8, snapshot.title, "图为电站外景。\n摄影/何川")
    assert paragraphs[4].startswith("  两段")
    assert [(item.title[:2], item.excerpt[:4]) for item in snapshot.related] == [("临江", "本报讯("), ("", "...利")]


def test_the_text_is_laid_out_as_the_format_says():
    assert PRINTED.split("\n") == [
        "• 我的订阅",
        "  • 教育",
        "",
        "标题",
        "",
        "类别:教育\u00a0发布时间:2024-07-01 21:41:00\u00a0来源:晨报",
        "",
        "第一段",
        "",
        "第二段",
        "",
        "标题",
        "",
        "以上内容为资讯信息快照,由snapshots.example爬虫进行采集并收录,本站未对信息做任何修改,信息内容不代表本站立场。",
        "",
        "快照生成时间:2024-07-02 00:45:02",
        "",
        "本站信息快照查询为非营利公共服务,如有侵权请联系我们进行删除。",
        "",
        "信息原文地址:https://news.example/1.html",
        "",
        "甲",
        "甲文",
        "2024-03-19 13:21:00",
        "乙文",
        "2024-03-18 13:21:00",
        "更多关于教育的资讯:",
    ]


@settings(max_examples=150, deadline=None)
@given(printed_snapshots, st.sampled_from([ZH, EN, Edition("zh-CN", ZoneInfo("Europe/Berlin"))]))
def test_what_is_written_is_read_back(snapshot, edition):
    printed = text.write(snapshot, edition=edition)
    back = text.read(printed, zone=edition.zone)
    assert back == text.carried(snapshot, edition=edition)
    assert text.write(back, edition=edition) == printed


@settings(max_examples=100, deadline=None)
@given(st.text().filter(lambda body: not set("\r\f") & set(body)))
def test_a_body_is_carried_to_the_character(body):
    assert text.read(text.write(replace(ARTICLE, body_text=body), edition=ZH)).body_text == body


@pytest.mark.parametrize(
    "body",
    [
        "",
        "标题",
        "标题\n\n标题",
        "\n",
        "\n\n\n",
        "  起首空格\n\n结尾空格  ",
        "一行\n又一行",
        "行\u2028分隔\x85\x0b\x1c",
        "信息原文地址:\n\n更多关于教育的资讯:",
        PRINTED,
        f"{PRINTED}\n\n{PRINTED}",
    ],
)
def test_a_body_of_the_format_s_own_lines_is_still_the_body(body):
    assert text.read(text.write(replace(ARTICLE, body_text=body), edition=ZH)).body_text == body


@pytest.mark.parametrize(
    ("given_fields", "carried_fields"),
    [
        ({"body_text": "一\r\n二\r三"}, {"body_text": "一\n二\n三"}),
        ({"body_text": "一\f二"}, {"body_text": "一 二"}),
        ({"title": "上行\r\n下行"}, {"title": "上行 下行"}),
        ({"title": ""}, {"title": ""}),
        ({"category": "科技", "category_source": "guessed"}, {"category": "", "category_source": ""}),
        ({"category": "", "published_at": "", "source_name": ""}, {"published_raw": "", "zone_source": ""}),
        ({"final_url": "", "url": "https://news.example/2"}, {"final_url": "https://news.example/2"}),
        ({"archive": ""}, {"archive": "snapshots.example"}),
        ({"related": ()}, {"related": ()}),
        ({"related": (Related("题", "文", ""), Related("", "", "2024-01-01T00:00:00Z"))}, {"related": ()}),
        (
            {"related": (Related("有题无文", "", "2024-01-01T00:00:00Z"),)},
            {"related": (Related("", "有题无文", "2024-01-01T00:00:00Z"),)},
        ),
        (
            {"related": (Related("题", "2024-01-01 00:00:00", "2024-01-01T00:00:00Z"),)},
            {"related": (Related("", "题", "2024-01-01T00:00:00Z"),)},
        ),
    ],
)
def test_what_has_no_place_in_the_format_is_carried_as_documented(given_fields, carried_fields):
    back = text.read(text.write(replace(ARTICLE, **given_fields), edition=ZH))
    assert {name: getattr(back, name) for name in carried_fields} == carried_fields


def test_ten_related_articles_are_printed():
    many = tuple(Related(f"题{n}", "文", "2024-01-01T00:00:00Z") for n in range(12))
    assert len(text.read(text.write(replace(ARTICLE, related=many), edition=ZH)).related) == 10


def test_a_lone_surrogate_is_written_as_utf_8_can_hold_it():
    assert "坏\ufffd字" in text.encode(replace(ARTICLE, body_text="坏\ud800字"), edition=ZH, first=True).decode()


@pytest.mark.parametrize("edited", ["\ufeff" + PRINTED, PRINTED + "\n", PRINTED.replace("\n", "\r\n")])
def test_what_editors_do_to_a_file_is_let_pass(edited):
    assert text.read(edited) == text.read(PRINTED)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("• 我的订阅", "我的订阅", "line 1: a snapshot text begins with"),
        ("  • 教育", "• 教育", "line 2"),
        ("标题\n\n类别", "标题\n副题\n类别", "line 5: should be blank"),
        ("类别:教育", "类别:体育", "line 6: should begin with “类别:教育"),
        ("21:41:00", "21:41", "line 6: not a time"),
        ("21:41:00", "25:41:00", "line 6: hour must be in"),
        ("\u00a0来源:", " 来源:", "line 6: has no “来源:”"),
        ("标题\n\n以上", "别题\n\n以上", "line 12: above the disclaimer should be the title again"),
        ("爬虫", "", "line 14: should end with “爬虫"),
        ("快照生成", "生成", "line 16: should begin with"),
        ("00:45:02", "00:61:02", "line 16"),
        ("如有侵权", "", "line 18: should be"),
        ("信息原文", "原文", "line 20: should begin with"),
        ("\n甲文", "\n甲文\n再一行", "from line 22 on: a related article is"),
        ("2024-03-18 13:21:00", "2024-03-18", "from line 22 on"),
        ("更多关于教育", "更多关于体育", "the last line should be “更多关于教育的资讯:”"),
        ("第一段", "第一\f段", "line 8: a carriage return or form feed"),
        (PRINTED[10:], "", "line 2: the text ends in its head"),
        (PRINTED[120:], "", "the text ends in the middle"),
        (PRINTED, "", "line 1"),
    ],
)
def test_what_is_not_the_format_is_refused_with_its_line(old, new, message):
    assert old in PRINTED
    with pytest.raises(BadText, match=message):
        text.read(PRINTED.replace(old, new, 1))


@settings(max_examples=200, deadline=None)
@given(texts, st.integers(0, len(PRINTED)), st.integers(0, 40))
def test_a_damaged_text_is_read_or_refused_and_nothing_else(junk, at, cut):
    damaged = PRINTED[:at] + junk + PRINTED[at + cut :]
    try:
        snapshot = text.read(damaged)
    except BadText:
        return
    text.write(snapshot, edition=ZH)


def test_a_stream_of_texts_is_parted_by_form_feed_lines():
    file = io.BytesIO()
    records = [ARTICLE, replace(ARTICLE, body_text="a\n\f\nb"), replace(ARTICLE, title="")]
    assert text.write_all(records, file, edition=ZH) == 3
    assert file.getvalue().count(b"\n\f\n") == 2
    file.seek(0)
    assert list(text.read_all(file)) == [text.carried(record, edition=ZH) for record in records]
    assert list(text.read_all(io.BytesIO())) == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (f"{PRINTED}\n\f\n".encode(), "from line 29 on, line 1"),
        (f"{PRINTED}\n\f\n{PRINTED[:200]}".encode(), "from line 29 on, line"),
        (PRINTED.encode("gbk", "replace"), "from line 1 on isn't UTF-8"),
    ],
)
def test_a_torn_stream_is_refused_with_its_line(data, message):
    with pytest.raises(BadText, match=message):
        list(text.read_all(io.BytesIO(data)))


def test_a_stream_without_end_is_refused_early(monkeypatch):
    monkeypatch.setattr(text, "MAX_TEXT_BYTES", 1000)
    with pytest.raises(BadText, match="over 1000 bytes"):
        list(text.read_all(io.BytesIO(b"x" * 5000)))


def test_a_record_with_a_time_that_is_none_is_refused():
    with pytest.raises(BadRecord, match="published_at: not a time"):
        text.write(replace(ARTICLE, published_at="yesterday"), edition=ZH)


@pytest.mark.parametrize(
    ("local", "zone", "utc"),
    [
        ("2024-07-01 21:41:00", "Asia/Shanghai", "2024-07-01T13:41:00Z"),
        ("2024-10-27 02:30:00", "Europe/Berlin", "2024-10-27T00:30:00Z"),  # came twice: the first
        ("1989-07-01 12:00:00", "Asia/Shanghai", "1989-07-01T03:00:00Z"),  # China had summer time then
        ("", "UTC", ""),
    ],
)
def test_printed_times_are_read_in_the_zone(local, zone, utc):
    assert to_utc(local, ZoneInfo(zone)) == utc
    assert to_local(utc, ZoneInfo(zone)) == local


@pytest.mark.parametrize(
    ("local", "message"),
    [
        ("2024-03-31 02:30:00", "never was in Europe/Berlin"),
        ("2024-02-30 02:30:00", "day"),
        ("٢٠٢٤-03-31 02:30:00", "not a time"),
        ("0001-01-01 00:00:00", "beyond the calendar"),
    ],
)
def test_a_time_that_never_was_is_refused(local, message):
    with pytest.raises(ValueError, match=message):
        to_utc(local, ZoneInfo("Europe/Berlin"))


def test_a_time_beyond_the_calendar_is_refused():
    with pytest.raises(ValueError, match="beyond the calendar"):
        to_local("9999-12-31T23:59:59Z", ZoneInfo("Asia/Shanghai"))


@given(times)
def test_times_come_back_from_the_printed_form(moment):
    assert to_utc(to_local(moment, ZoneInfo("UTC")), ZoneInfo("UTC")) == moment


def test_the_editions_have_the_same_lines():
    editions = (Edition(locale, host="snapshots.example") for locale in WORDINGS)
    assert len({text.write(ARTICLE, edition=edition).count("\n") for edition in editions}) == 1


@pytest.mark.parametrize(("locale", "zone"), [("fr", "UTC"), ("en", "Mars/Base"), ("en", "../etc"), ("en", "")])
def test_an_edition_there_is_not_is_refused(locale, zone):
    with pytest.raises(UsageError, match=r"no edition|not a time zone"):
        Edition.of(locale, zone, "")
    assert Edition.of("en", "UTC", "a") == Edition("en", ZoneInfo("UTC"), "a")


@pytest.mark.parametrize(
    ("stored", "zone"),
    [
        ("2025-12-12T00:00:00Z", "Asia/Shanghai"),  # midnight in UTC
        ("2025-12-11T16:00:00Z", "UTC"),  # in Shanghai
        ("2025-12-12T08:00:00Z", "Asia/Tokyo"),  # in Los Angeles
    ],
)
def test_a_day_stays_the_day_that_the_page_states(stored, zone):
    snapshot = Snapshot(published_at=stored, published_precision="day", captured_at="2025-12-12T20:00:00Z")
    assert "发布时间:2025-12-12 00:00:00" in text.write(snapshot, edition=Edition(zone=ZoneInfo(zone)))
