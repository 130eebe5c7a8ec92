"""waybackpy, a client of the Internet Archive's, asked to look here instead."""

from datetime import datetime

import pytest
from answers import ask
from waybackpy import WaybackMachineAvailabilityAPI, WaybackMachineCDXServerAPI

AGENT = "Mozilla/5.0 (a test)"
A = "https://news.example/2024/07/a.html"
TIMES = ["20240701120000", "20240701121000", "20240701122000"]


@pytest.fixture
def index(doors):
    def over(url, **options):
        client = WaybackMachineCDXServerAPI(url, AGENT, **options)
        client.endpoint = f"{doors}/cdx/search/cdx"
        return client

    return over


@pytest.fixture
def nearest(doors):
    client = WaybackMachineAvailabilityAPI(A, AGENT)
    client.endpoint = f"{doors}/wayback/available"
    return client


def test_it_lists_the_captures(index, filled):
    found = list(index(A, limit="2").snapshots())  # two at once, and on by the resume key
    assert [one.timestamp for one in found] == TIMES
    assert [one.digest for one in found] == [f"sha256:{one.raw_sha256}" for one in filled.records[:3]]
    assert {(one.original, one.statuscode, one.mimetype) for one in found} == {(A, "200", "text/html")}
    assert found[0].datetime_timestamp == datetime(2024, 7, 1, 12)  # noqa: DTZ001  (its own way)


def test_it_narrows_them(index):
    found = index(
        "news.example/2024*", start_timestamp="202407011205", filters=["statuscode:200"], collapses=["urlkey"]
    )
    assert [one.timestamp for one in found.snapshots()] == TIMES[1:2]


def test_it_finds_the_nearest(index, nearest):
    assert index(A).near(year=2024, month=7, day=1, hour=12, minute=11).timestamp == TIMES[1]
    assert index(A).oldest().timestamp == TIMES[0]
    assert index(A).newest().timestamp == TIMES[2]
    assert nearest.near(year=2024, month=7, day=1, hour=12, minute=11).archive_url.endswith(f"/web/{TIMES[1]}/{A}")
    assert nearest.oldest().archive_url.endswith(f"/web/{TIMES[0]}/{A}")
    assert nearest.newest().timestamp() == datetime(2024, 7, 1, 12, 20)  # noqa: DTZ001


def test_availability_is_told_in_its_form(doors):
    found = ask(doors, f"/wayback/available?url={A}&timestamp=20240701").json()
    closest = {"available": True, "url": f"{doors}/web/{TIMES[0]}/{A}", "timestamp": TIMES[0], "status": "200"}
    assert found == {"url": A, "timestamp": "20240701", "archived_snapshots": {"closest": closest}}
    assert ask(doors, "/wayback/available?url=https://none.example/").json()["archived_snapshots"] == {}
    for wrong in ("", "url=javascript:x", f"url={A}&timestamp=now"):
        assert ask(doors, f"/wayback/available?{wrong}").status == 400
