"""How ``/api/capture`` is described, which the room for people answers: the words for its two addresses."""

from __future__ import annotations

from snapshotter.desk.queue import DONE, FAILED, REASONS, RUNNING, WAITING
from snapshotter.desk.tokens import PATTERN
from snapshotter.web.doors.api.model import PROBLEM, Body

_TEXT: Body = {"type": "string"}
_WHY = {
    400: "It names no page on the open internet.",
    403: "Another site's page can't ask for this.",
    404: "There is no such capture.",
    408: "It didn't come in time.",
    413: "It is too long.",
    415: "It isn't application/json.",
    429: "Too many pages wait, or you asked too often; `Retry-After` says when to come again.",
    503: "Nothing can be kept right now.",
}


def _object(required: int, **properties: Body) -> Body:
    """The schema of an object; the first properties are always there."""
    return {"type": "object", "properties": properties, "required": list(properties)[:required]}


def _answers(status: int, words: str, schema: Body, *problems: int) -> Body:
    told = {"description": words, "content": {"application/json": {"schema": schema}}}
    faults = {
        str(one): {"description": _WHY[one], "content": {"application/problem+json": {"schema": PROBLEM}}}
        for one in problems
    }
    return {str(status): told, **faults}


_ASKED = _object(1, url={**_TEXT, "maxLength": 2000, "description": "Of a page on the open internet."})
_PLACE = _object(2, id=_TEXT, status_url={**_TEXT, "description": "Where to ask what came of it."})
_STATE = _object(
    4,
    id=_TEXT,
    url=_TEXT,
    state={"enum": [WAITING, RUNNING, DONE, FAILED]},
    asked_at={**_TEXT, "format": "date-time"},
    snapshot_id=_TEXT,
    snapshot_url=_TEXT,
    reason={"enum": list(REASONS)},
)
_ID = {"name": "capture_id", "in": "path", "required": True, "schema": {**_TEXT, "pattern": f"^{PATTERN}$"}}

CAPTURES: Body = {
    "/capture": {
        "post": {
            "summary": "Save a page now",
            "operationId": "save_page",
            "requestBody": {"required": True, "content": {"application/json": {"schema": _ASKED}}},
            "responses": _answers(202, "It waits.", _PLACE, 400, 403, 408, 413, 415, 429, 503),
        }
    },
    "/capture/{capture_id}": {
        "get": {
            "summary": "What came of a page that was to be saved",
            "operationId": "saved_page",
            "parameters": [_ID],
            "responses": _answers(200, "How far it is.", _STATE, 404),
        }
    },
}
