"""What the API is asked and answers, as its description says it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import Path, Query

from snapshotter.formats import jsonl
from snapshotter.formats.schema import json_schema
from snapshotter.items import Snapshot
from snapshotter.web.doors.cdx.query import Place

MOST, BY_DEFAULT = 100, 20

SnapshotId = Annotated[str, Path(pattern=r"^sn_[0-9a-z]{1,64}$", description="A snapshot's id.")]
ArticleId = Annotated[str, Path(pattern=r"^ar_[0-9a-z]{1,64}$", description="An article's id.")]
Name = Annotated[str, Query(max_length=200)]
Moment = Annotated[
    str,
    Query(pattern=r"^([0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}Z)?$", description="RFC 3339, UTC, whole seconds."),
]
Cursor = Annotated[str, Query(max_length=400, description="What `next` of the page before said.")]
Limit = Annotated[int, Query(ge=1, le=MOST)]
Offset = Annotated[int, Query(ge=0, le=1000)]
Words = Annotated[str, Query(max_length=300, description="What to search for.")]

Body = dict[str, Any]


def record_schema() -> Body:
    """The record's schema, as a part of the description."""
    said = json_schema()
    return {name: value for name, value in said.items() if name not in {"$schema", "$id"}}


def answers(schema: Body, *statuses: int) -> dict[int | str, dict[str, Any]]:
    """The description of a route's answers."""
    told: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {"schema": schema}}}}
    told |= {
        status: {"description": PROBLEMS[status], "content": {"application/problem+json": {"schema": PROBLEM}}}
        for status in (400, *statuses)
    }
    return told | {304: {"description": "As you have it."}}


PROBLEMS = {
    400: "It can't be understood.",
    404: "There is none.",
    451: "It was taken down, or a rule withholds it.",
    503: "It takes too long, or the archive is damaged.",
}
PROBLEM: Body = {
    "type": "object",
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
    "required": ["type", "title", "status"],
}  # fmt: skip


def listed(item: Body, **more: Body) -> Body:
    """The schema of an object with ``items``."""
    properties = {"items": {"type": "array", "items": item}, **more}
    return {"type": "object", "properties": properties, "required": list(properties)}


def record(it: Snapshot) -> bytes:
    """The record as JSON Lines has it."""
    return jsonl.dumps(it).encode()


def with_records(records: Iterable[Snapshot], **more: object) -> bytes:
    """An object whose ``items`` are records, each as JSON Lines has it."""
    items = ",\n".join(jsonl.dumps(one) for one in records)
    rest = "".join(f', "{name}": {json.dumps(value, ensure_ascii=False)}' for name, value in more.items())
    return f'{{"items": [{items}]{rest}}}'.encode()


def with_items(items: Iterable[Mapping[str, object]], **more: object) -> bytes:
    """An object with ``items``."""
    return json.dumps({"items": list(items), **more}, ensure_ascii=False).encode(errors="replace")


def place_of(cursor: str) -> Place | None:
    """Where a page begins. Raises UsageError."""
    return Place.parse(cursor) if cursor else None
