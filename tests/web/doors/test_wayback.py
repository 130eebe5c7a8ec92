"""Captures by URL and time: as RFC 7089 has it, and as the Wayback Machine's clients ask."""

import gzip
import hashlib
from datetime import datetime

import pytest
from answers import ask
from browser import served
from captures import answer as response
from captures import capture, page
from memento_client import MementoClient

from snapshotter.items import Article
from snapshotter.store import Archive
from snapshotter.web.doors.timemap import read_links
from snapshotter.web.headers import ORIGINAL_POLICY

A = "https://news.example/2024/07/a.html"
B = "https://www.news.example/b?x=1&y=2"
ODD = "https://news.example/odd.html"
TIMES = ["20240701120000", "20240701121000", "20240701122000"]


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (f"/web/{TIMES[0]}/{A}", None),
        (f"/web/20240701120501/{A}", TIMES[1]),
        (f"/web/20240701120500/{A}", TIMES[0]),  # as near to both: the earlier
        (f"/web/1999/{A}", TIMES[0]),
        (f"/web/2024070112/{A}", TIMES[0]),
        (f"/web/99999999999999/{A}", TIMES[2]),
        (f"/web/{A}", TIMES[2]),
        (f"/web/2/{A}", TIMES[0]),
        (f"/web/0/{A}", TIMES[0]),
        (f"/web/{TIMES[0]}/https:/news.example/2024/07/a.html", None),  # a proxy took a slash
        (f"/web/{TIMES[0]}/news.example/2024/07/a.html", None),
    ],
)
def test_an_address_leads_to_the_nearest_capture(doors, path, to):
    answer = ask(doors, path)
    if to is None:
        assert (answer.status, answer.headers["Memento-Datetime"]) == (200, "Mon, 01 Jul 2024 12:00:00 GMT")
        assert "The quarry affair" in answer.text
    else:
        assert (answer.status, answer.headers["Location"]) == (302, f"{doors}/web/{to}/{A}")


def test_a_query_belongs_to_the_url(doors):
    answer = ask(doors, f"/web/20240701120100/{B}")
    assert answer.status == 200
    assert read_links(answer.headers["Link"])[0].url == B
    assert ask(doors, "/web/20240701120100/https://www.news.example/b?x=2").status == 404


@pytest.mark.parametrize("door", ["/timegate", "/web"])
@pytest.mark.parametrize(
    ("headers", "to"),
    [
        ({}, TIMES[2]),
        ({"Accept_Datetime": "Mon, 01 Jul 2024 12:11:00 GMT"}, TIMES[1]),
        ({"Accept_Datetime": "Thu, 01 Jan 1970 00:00:00 GMT"}, TIMES[0]),
    ],
)
def test_the_timegate_negotiates(doors, door, headers, to):
    answer = ask(doors, f"{door}/{A}", **headers)
    assert (answer.status, answer.headers["Location"]) == (302, f"{doors}/web/{to}/{A}")
    assert answer.headers["Vary"] == "accept-datetime"
    assert answer.headers["Memento-Datetime"] is None
    links = {rel: link.url for link in read_links(answer.headers["Link"]) for rel in link.rel.split()}
    assert links["original"] == A
    assert links["timemap"] == f"{doors}/timemap/link/{A}"
    assert {"first", "last", "memento"} <= set(links)


def test_a_memento_names_its_neighbours(doors):
    links = read_links(ask(doors, f"/web/{TIMES[1]}/{A}").headers["Link"])
    rels = {rel: link for link in links for rel in link.rel.split() if rel != "memento"}
    assert (rels["first"].url, rels["last"].url) == tuple(f"{doors}/web/{TIMES[end]}/{A}" for end in (0, 2))
    assert rels["prev"] == rels["first"]
    assert rels["next"] == rels["last"]
    assert [link.datetime for link in links if "memento" in link.rel] == [
        f"Mon, 01 Jul 2024 12:{minute}:00 GMT" for minute in ("00", "10", "20")
    ]


def test_the_timemap_lists_them_all(doors):
    answer = ask(doors, f"/timemap/link/{A}")
    assert answer.headers["Content-Type"].startswith("application/link-format")
    listed = [link for link in read_links(answer.text) if "memento" in link.rel]
    assert [link.url for link in listed] == [f"{doors}/web/{stamp}/{A}" for stamp in TIMES]
    assert ask(doors, f"/web/timemap/link/{A}").text == answer.text
    again = ask(doors, f"/timemap/json/{A}", If_None_Match=ask(doors, f"/timemap/json/{A}").headers["ETag"])
    assert again.status == 304


def test_who_has_the_bytes_is_not_sent_them_again(doors, filled):
    for path in (f"/web/{TIMES[0]}id_/{A}", f"/original/{filled.records[0].id}", f"/proof/{filled.records[0].id}.json"):
        first = ask(doors, path)
        again = ask(doors, path, If_None_Match=first.headers["ETag"])
        assert (first.status, again.status, again.body) == (200, 304, b""), path
        assert again.headers["Memento-Datetime"] == first.headers["Memento-Datetime"]
        assert ask(doors, path, If_None_Match='"another"').body == first.body


def test_memento_client_finds_its_way(doors):
    client = MementoClient(timegate_uri=f"{doors}/timegate/", check_native_timegate=False)
    at = f"{doors}/web/{TIMES[0]}/{A}"  # the original itself is out of reach
    found = client.get_memento_info(at, datetime(2024, 7, 1, 12, 11))  # noqa: DTZ001  (its own way)
    mementos = found["mementos"]
    assert mementos["closest"]["uri"] == [f"{doors}/web/{TIMES[1]}/{A}"]
    assert mementos["closest"]["http_status_code"] == 200
    assert mementos["first"]["uri"] == [f"{doors}/web/{TIMES[0]}/{A}"]
    assert mementos["last"]["uri"] == [f"{doors}/web/{TIMES[2]}/{A}"]
    assert client.get_original_uri(mementos["closest"]["uri"][0]) == A


def test_the_raw_bytes_are_those_that_were_archived(doors, filled):
    answer = ask(doors, f"/web/{TIMES[1]}id_/{A}")
    assert answer.body == b"<p>second</p>"
    assert hashlib.sha256(answer.body).hexdigest() == filled.records[1].raw_sha256
    assert answer.headers["Memento-Datetime"] == "Mon, 01 Jul 2024 12:10:00 GMT"
    assert answer.headers["X-Archive-Orig-Content-Type"] == "text/html; charset=utf-8"
    assert ask(doors, f"/web/2024id_/{A}").headers["Location"] == f"/web/{TIMES[0]}id_/{A}"


@pytest.mark.parametrize(
    ("modifier", "to"), [("im_", "id_"), ("js_", "id_"), ("cs_", "id_"), ("oe_", "id_"), ("if_", ""), ("mp_", "")]
)
def test_parts_of_replayed_pages_lead_to_page_or_bytes(doors, modifier, to):
    answer = ask(doors, f"/web/{TIMES[1]}{modifier}/{B}")
    assert (answer.status, answer.headers["Location"]) == (302, f"/web/{TIMES[1]}{to}/{B}")


def test_archived_headers_can_do_nothing(doors):
    answer = ask(doors, f"/web/20240701120400id_/{ODD}")
    assert answer.status == 200
    assert answer.headers.get_all("Content-Security-Policy") == [ORIGINAL_POLICY]
    assert answer.headers["Location"] is answer.headers["Set-Cookie"] is None
    assert answer.headers.get_all("X-Archive-Orig-Set-Cookie") == ["a=1", "b=2"]
    assert answer.headers["X-Archive-Orig-X-Odd"] == "a b"
    assert not [name for name in answer.headers if "bad name" in name.lower() or "é" in name]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "door", ["/web/2024/", "/web/2024id_/", "/web/", "/web/*/", "/web/2024*/", "/timegate/", "/timemap/link/"]
)
@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://news.example/none", 404),
        ("javascript:alert(1)", 400),
        ("file:///etc/passwd", 400),
        ("//evil.example/", 400),
        ("https://", 400),
        ("https://news.example/" + "x" * 5000, 400),
        ("https://news.example/%0d%0aSet-Cookie:%20x=1", 404),
        ("https://news.example/%ff%00", 404),
        ("灯塔", 400),
        ("https://[::1", 400),
    ],
)
def test_what_is_no_url_of_the_archive_is_told(doors, door, url, status):
    answer = ask(doors, door + url)
    assert answer.status == status
    assert answer.headers["Set-Cookie"] is None


def test_a_date_that_is_none_is_told(doors):
    for date in ("yesterday", "Mon, 99 Jul 2024 12:00:00 GMT", "0", "Mon, 01 Jul 99999 12:00:00 GMT"):
        assert ask(doors, f"/timegate/{A}", Accept_Datetime=date).status == 400


@pytest.mark.parametrize(
    ("accepts", "coding"), [("gzip, br", "gzip"), ("identity", None), ("", None), ("gzip;q=0, br", None)]
)
def test_a_content_coding_is_kept_for_who_accepts_it(tmp_path, accepts, coding):
    packed = gzip.compress(b"<p>packed</p>", mtime=0)
    block = response(packed, "200 OK", "Content-Encoding: gzip")
    with Archive.open(tmp_path) as archive:
        archive.add([capture(page(A, block), Article(title="T", body_text="One."))])
    with served(tmp_path) as address:
        answer = ask(address, f"/web/{TIMES[0]}id_/{A}", Accept_Encoding=accepts)
    assert answer.headers["Content-Encoding"] == coding
    assert answer.headers["X-Archive-Orig-Content-Encoding"] == "gzip"
    assert answer.body == (packed if coding else b"<p>packed</p>")
