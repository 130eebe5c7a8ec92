"""The CDX server, asked as its clients ask."""

import contextlib
import json
import zlib
from dataclasses import replace
from datetime import UTC, datetime

import cdx_toolkit
import pytest
from answers import ask
from browser import served
from captures import capture, page
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select
from starlette.datastructures import QueryParams

from snapshotter.errors import UsageError
from snapshotter.formats import jsonl
from snapshotter.items import Article
from snapshotter.store import Archive
from snapshotter.store.reader import open_catalog
from snapshotter.store.tables import snapshots
from snapshotter.urls import url_key
from snapshotter.web.doors.cdx.query import CdxQuery, Place

A = "https://news.example/2024/07/a.html"


def lines(doors, query):
    found = ask(doors, f"/cdx?{query}")
    assert found.status == 200, found.text
    return [line.split(" ") for line in found.text.splitlines()]


def test_a_line_has_seven_fields(doors, filled):
    first, *_ = lines(doors, f"url={A}")
    it = filled.records[0]
    assert first == [
        "example,news)/2024/07/a.html", "20240701120000", A, "text/html", "200", f"sha256:{it.raw_sha256}",
        str(it.warc_length),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "stamps"),
    [
        ("url=news.example/2024/07/a.html", ["1200", "1210", "1220"]),
        ("url=http://www.news.example/2024/07/a.html?utm_source=x", ["1200", "1210", "1220"]),
        (f"url={A}&from=20240701121&to=20240701121959", ["1210"]),
        (f"url={A}&from=2025", []),
        (f"url={A}&limit=2", ["1200", "1210"]),
        (f"url={A}&limit=-2", ["1210", "1220"]),
        (f"url={A}&offset=1", ["1210", "1220"]),
        (f"url={A}&offset=1&limit=1", ["1210"]),
        (f"url={A}&offset=9", []),
        ("url=*.example&collapse=urlkey&offset=3", ["1203", "1202"]),
        (f"url={A}&sort=reverse", ["1220", "1210", "1200"]),
        (f"url={A}&sort=closest&closest=20240701121101", ["1210", "1220", "1200"]),
        (f"url={A}&collapse=timestamp:10", ["1200"]),
        (f"url={A}&collapse=digest", ["1200", "1210", "1220"]),
        (f"url={A}&filter=timestamp:.*1000", ["1210"]),
        (f"url={A}&filter=!timestamp:.*1000&filter=statuscode:200", ["1200", "1220"]),
        ("url=news.example/2024*", ["1200", "1210", "1220"]),
        ("url=news.example/2024/&matchType=prefix", ["1200", "1210", "1220"]),
        ("url=news.example/20&matchType=prefix", ["1200", "1210", "1220"]),
        ("url=news.example/2/&matchType=prefix", []),
        ("url=news.example&matchType=host", ["1200", "1210", "1220", "1201", "1204"]),
        ("url=news.example&matchType=domain", ["1200", "1210", "1220", "1201", "1204", "1202"]),
        ("url=*.example&collapse=urlkey", ["1200", "1201", "1204", "1203", "1202"]),
        ("url=news.example&matchType=host&limit=-1", ["1204"]),
        ("url=https://nothing.example/", []),
    ],
)
def test_a_query_means_these_captures(doors, query, stamps):
    assert [line[1][8:12] for line in lines(doors, query)] == stamps


def test_the_dialects_differ_in_form_alone(doors):
    table = json.loads(ask(doors, f"/cdx?url={A}&output=json&fl=timestamp,original").text)
    assert table[:2] == [["timestamp", "original"], ["20240701120000", A]]
    assert ask(doors, "/cdx?url=none.example&output=json").text.strip() == "[]"
    objects = [json.loads(line) for line in ask(doors, f"/web/index?url={A}&output=json").text.splitlines()]
    assert [one["timestamp"] for one in objects] == [row[0] for row in table[1:]]
    assert set(objects[0]) == {
        "urlkey", "timestamp", "url", "mime", "status", "digest", "length", "offset", "filename",
    }  # fmt: skip
    key, stamp, rest = ask(doors, f"/web/index?url={A}").text.splitlines()[0].split(" ", 2)
    assert (key, stamp, json.loads(rest)["url"]) == ("example,news)/2024/07/a.html", "20240701120000", A)
    assert ask(doors, "/web/index?url=none.example&output=json").status == 404
    assert json.loads(ask(doors, f"/web/index?url={A}&showNumPages=true").text)["pages"] == 1
    contained = ask(doors, f"/web/index?url={A}&filter=timestamp:2110&filter=~url:07.a&filter=!=status:404&output=json")
    assert contained.status == 404
    assert len(ask(doors, f"/web/index?url={A}&filter=timestamp:1210&filter==status:200").text.splitlines()) == 1


def test_a_resume_key_goes_on_where_it_ended(doors):
    whole = lines(doors, "url=*.news.example")
    got, key = [], ""
    while True:
        text = ask(doors, f"/cdx?url=*.news.example&limit=2&showResumeKey=true&resumeKey={key}").text
        part, _, key = text.partition("\n\n")
        got += [line.split(" ") for line in part.splitlines()]
        key = key.strip()
        if not key:
            break
    assert got == whole


@pytest.mark.parametrize(
    "query",
    [
        "", "url=", "url=x&matchType=all", "url=x&limit=a", "url=x&limit=99999999999999999", "url=x&from=abc",
        "url=x&filter=statuscode", "url=x&filter=nothing:x", "url=x&filter=~original:(", "url=x&fl=nothing",
        "url=x&filter=~original:(?=a)", "url=x&collapse=x:y", "url=x&resumeKey=!!!", "url=x&resumeKey=e30",
        "url=x&sort=sideways", "url=" + "x" * 5000, "url=x&page=-x", "url=x&closest=now",
        "url=x" + "&filter=original:x" * 11,
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_told(doors, query):
    for door in ("/cdx", "/web/index"):
        assert ask(doors, f"{door}?{query}").status == 400


@pytest.mark.parametrize(
    "query",
    [
        "url=%00&matchType=domain", "url=%ff%fe", "url=..%2f..%2fetc", "url=' OR 1=1 --", "url=*",
        "url=*.", "url=%ed%a0%80",
        "url=x&limit=-999999999", "url=x&from=99999999999999&to=0", "url=[::1", "url=灯塔&matchType=prefix",
        "url=news.example*&filter=original:" + "(a%2B)%2B" * 20 + "$", "url=x&page=999999999",
    ],
)  # fmt: skip
def test_odd_queries_are_harmless(doors, query):
    for door in ("/cdx", "/web/index"):
        assert ask(doors, f"{door}?{query}").status in {200, 400, 404}


@given(st.builds(Place, st.text(), st.text(), st.text()))
def test_a_resume_key_is_read_again(place):
    assert Place.parse(str(place)) == place


@given(st.text())
def test_no_other_resume_key_is(text):
    with contextlib.suppress(UsageError):
        assert Place.parse(text)


@given(st.lists(st.tuples(st.sampled_from(["url", "limit", "from", "filter", "collapse", "page", "fl"]), st.text())))
def test_parameters_are_understood_or_refused(pairs):
    try:
        query = CdxQuery.parse(QueryParams([("url", "x"), *pairs]), is_pywb=True)
    except UsageError:
        return
    assert 0 < abs(query.limit) <= 10_000


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """10,000 captures of 2,500 pages: one real one, its row repeated, which takes a tenth of the time."""
    folder = tmp_path_factory.mktemp("cdx") / "archive"
    with Archive.open(folder) as archive:
        (first,) = archive.add(
            [capture(page("https://news.example/2024/0.html"), Article(title="T", body_text="One."))]
        )
    with contextlib.closing(open_catalog(folder / "catalog.db")) as catalog, catalog.engine.begin() as connection:
        row = connection.execute(select(snapshots)).mappings().one()
        connection.execute(insert(snapshots), [{**row, **_another(first, number)} for number in range(9_999)])
    with served(folder) as address:
        yield address


def _another(first, number):
    url, at = f"https://news.example/2024/{number % 2500:05}.html", f"2024-08-0{number // 2500 + 1}T00:00:00Z"
    names = {"id": f"sn_{number}", "article_id": f"ar_{number % 2500}", "final_url": url, "captured_at": at}
    record = jsonl.dumps(replace(first, **names)).encode()
    return {**names, "url_key": url_key(url), "record": zlib.compress(record)}


@pytest.mark.parametrize("door", ["/cdx", "/web/index"])
def test_cdx_toolkit_pages_through_ten_thousand_captures(large, door):
    client = cdx_toolkit.CDXFetcher(source=large + door)
    assert client.get_size_estimate("news.example/*", as_pages=True) == 4
    seen = {(one["urlkey"], one["timestamp"]) for one in client.iter("news.example/*")}
    assert len(seen) == 10_000


def test_the_last_page_is_followed_by_nothing(large):
    assert len(ask(large, "/cdx?url=news.example/*&page=3").text.splitlines()) == 1000
    beyond = ask(large, "/cdx?url=news.example/*&page=4&output=json")
    assert (beyond.status, beyond.body) == (200, b"")


def test_a_moment_in_the_future_is_fine(doors):
    year = datetime.now(UTC).year + 1
    assert lines(doors, f"url={A}&from={year}") == []
