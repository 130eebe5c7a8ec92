"""Holds a crawl's records against the site's own list: was everything kept, once, and word for word?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from demo.story import Story, stories

Record = Mapping[str, Any]


def faults(records: Iterable[Record], visit: int) -> list[str]:
    """What the records of a crawl at that visit leave out, have twice, make up or get wrong, a line each."""
    expected = {story.path: story for story in stories(visit)}
    found: dict[str, Record] = {}
    lines = []
    for record in records:
        path = path_of(record)
        if path not in expected:
            lines.append(f"not an article of the site: {record['url']} ({record['verdict']})")
        elif path in found:
            lines.append(f"twice: {found[path]['url']} and {record['url']}")
        else:
            found[path] = record
    for path, story in expected.items():
        if path not in found:
            lines.append(f"missing: {path}")
        else:
            lines += [f"{path}: {fault}" for fault in _differences(found[path], story, visit)]
    return lines


def path_of(record: Record) -> str:
    """The canonical path of the article that a record is of."""
    url = record["final_url"] or record["url"]
    return urlsplit(record["canonical_url"] or url).path


def truth(story: Story) -> dict[str, Any]:
    """What a good record says of a story, field by field."""
    return {
        "title": story.title,
        "subtitle": story.subtitle or (story.description if story.paper == "en" else ""),  # the Courier's standfirst
        "category": story.category,
        "published_at": story.published_at,
        "authors": list(story.authors),
        "editors": list(story.editors),
        "source_name": story.source,
        "republished_from": story.republished_from,
        "body_text": story.body_text,
        "verdict": story.verdict,
    }


def _differences(record: Record, story: Story, visit: int) -> Iterator[str]:
    """Field by field; of a withdrawn article only that it is gone, of a listing only that it is one."""
    expected = truth(story) | {"change": story.change(visit)}
    if expected["change"] == "gone":
        expected = {"change": "gone", "http_status": 410}
    elif story.kind == "listing":
        expected = {key: expected[key] for key in ("verdict", "change")}
    for key, value in expected.items():
        if record[key] != value:
            yield f"{key} is {_short(record[key])}, should be {_short(value)}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:200]} … {text[-80:]} ({len(text)} characters)"
