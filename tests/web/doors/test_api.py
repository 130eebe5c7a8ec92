"""The API: records as in the exports, pages, errors; and whatever its description allows."""

import base64
import json

import pytest
import schemathesis
from answers import ask
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.checks import positive_data_acceptance

from snapshotter.formats import jsonl
from snapshotter.formats.schema import json_schema

EACH_ITS_OWN = {"date", "x-request-id", "request-id"}
REFUSED_ALL_THE_SAME = [positive_data_acceptance]
"""A cursor is told by what is in it: no schema says which are ours."""


def said(doors, path, status=200):
    answer = ask(doors, f"/api/{path}")
    assert answer.status == status, answer.text
    kind = "application/json" if status == 200 else "application/problem+json"
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return json.loads(answer.body)


def test_a_record_is_that_of_the_exports(doors, filled):
    it = filled.records[0]
    answer = ask(doors, f"/api/snapshots/{it.id}")
    assert answer.text == jsonl.dumps(it)
    assert ask(doors, f"/api/snapshots/{it.id}", If_None_Match=answer.headers["ETag"]).status == 304


def test_pages_follow_each_other_and_end(doors, filled):
    got, cursor = [], ""
    while True:
        page = said(doors, f"snapshots?limit=3&cursor={cursor}")
        got += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert sorted(got) == sorted(one.id for one in filled.records)
    assert len(said(doors, "snapshots?since=2024-07-01T12:10:00Z&channel=Politics")["items"]) == 2


def test_an_article_has_its_captures(doors, filled):
    it = filled.records[2]
    article = said(doors, f"articles/{it.article_id}")
    assert article["latest"]["id"] == it.id
    assert [one["revision"] for one in article["captures"]] == [3, 2, 1]


def test_search_gives_records_with_excerpts(doors, filled):
    found = said(doors, "search?q=重庆")
    assert [(one["record"]["id"], one["excerpt"][:2]) for one in found["items"]] == [(filled.records[4].id, "重庆")]


def test_lists_and_figures(doors, filled):
    assert said(doors, "channels")["items"] == [{"name": "Politics", "revisions": 7}]
    assert said(doors, "sources")["items"] == [{"name": "The Example", "revisions": 4}]
    assert said(doors, "stats")["captures"] == 7
    related = said(doors, f"related/{filled.records[0].id}")["items"]
    assert [one["id"] for one in related] == [filled.records[4].id]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("snapshots/sn_0", 404), ("snapshots/x", 400), ("articles/ar_0", 404), ("related/sn_0", 404), ("nothing", 404),
        ("snapshots?limit=0", 400), ("snapshots?limit=101", 400), ("snapshots?cursor=x", 400),
        ("snapshots?since=now", 400), ("search?offset=-1", 400), ("search?q=" + "x" * 301, 400),
    ],
)  # fmt: skip
def test_errors_are_problems(doors, path, status):
    assert said(doors, path, status)["status"] == status


def test_the_description_is_openapi_with_the_records_schema(doors, filled):
    described = json.loads(ask(doors, "/api/openapi.json").body)
    assert described["openapi"].startswith("3.1")
    schema = described["paths"]["/snapshots/{snapshot_id}"]["get"]["responses"]["200"]["content"]["application/json"]
    Draft202012Validator(schema["schema"]).validate(json.loads(jsonl.dumps(filled.records[0])))
    assert schema["schema"]["required"] == json_schema()["required"]
    assert ask(doors, "/api/docs").status == 404


@pytest.mark.parametrize("path", ["snapshots", "stats", "snapshots/sn_0", "search?q=x", "openapi.json", ""])
def test_head_says_what_get_does(doors, path):
    got, headed = ask(doors, f"/api/{path}"), ask(doors, f"/api/{path}", "HEAD")
    assert (headed.status, headed.body) == (got.status, b"")
    for name in ("Content-Length", "Content-Type", "ETag"):
        assert headed.headers[name] == got.headers[name]


def test_a_cursor_that_holds_no_text_is_refused(doors):
    cursor = base64.urlsafe_b64encode(rb'["\ud800", "\ud800", "\ud800"]').decode()
    assert said(doors, f"snapshots?cursor={cursor}", 400)["status"] == 400


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_door_leads_to_the_description_with_and_without_a_slash(doors, method):
    answers = [ask(doors, path, method) for path in ("/api", "/api/")]
    assert {(one.status, one.headers["Location"]) for one in answers} == {(307, "/api/openapi.json")}
    told = [{name: value for name, value in one.headers.items() if name.lower() not in EACH_ITS_OWN} for one in answers]
    assert told[0] == told[1]
    assert answers[0].headers["Access-Control-Allow-Origin"] == "*"


def test_the_description_is_kept_like_any_answer(doors):
    described = ask(doors, "/api/openapi.json")
    assert described.headers["Access-Control-Allow-Origin"] == "*"
    assert ask(doors, "/api/openapi.json", If_None_Match=described.headers["ETag"]).status == 304
    assert "/capture" not in described.json()["paths"]  # this site saves no pages


def test_what_the_description_allows_is_answered_as_it_says(doors):
    schema = schemathesis.openapi.from_url(f"{doors}/api/openapi.json")
    asked = sum(_asked(operation.ok()) for operation in schema.get_all_operations())
    assert asked > 100


def _asked(operation):
    """How often an operation was asked: status, media type, headers and body are as described."""
    count = 0

    @given(operation.as_strategy())
    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def check(case):
        nonlocal count
        count += 1
        case.call_and_validate(excluded_checks=REFUSED_ALL_THE_SAME)

    check()
    return count
