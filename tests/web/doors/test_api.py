"""The API: records as in the exports, pages, errors; and whatever its description allows."""

import json

import pytest
import schemathesis
from answers import ask
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from snapshotter.formats import jsonl
from snapshotter.formats.schema import json_schema


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


def test_whatever_the_description_allows_is_no_error_of_ours(doors):
    schema = schemathesis.openapi.from_url(f"{doors}/api/openapi.json")
    asked = 0
    for operation in schema.get_all_operations():
        asked += _asked(operation.ok())
    assert asked > 100


def _asked(operation):
    count = 0

    @given(operation.as_strategy())
    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def check(case):
        nonlocal count
        count += 1
        answer = case.call()
        assert answer.status_code < 500, (case.formatted_path, answer.content[:200])

    check()
    return count
