"""What extraction scores on a page set in the benchmark's form: ``truth.jsonl``, ``pages/ID.html`` or ``.html.gz``."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from engines import on_its_clock, payload_of
from real_pages import DEV
from scoring import Row, groups, score, summary

from snapshotter.extract import extract

HERE = Path(__file__).parent
SETS = {"own": HERE} | ({"development": DEV} if DEV.exists() else {})
"""The page sets that are here, by name."""

Scores = dict[str, float]
"""Per cent by measure, two decimals."""


class Measured(NamedTuple):
    """The scores of a page set."""

    groups: dict[str, Scores]
    pages: dict[str, Scores]
    """By the page's id."""


@cache
def measured(name: str) -> Measured:
    """Extract every page of the set once, and score it."""
    folder = SETS[name]
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        truths = [json.loads(line) for line in lines]
    rows = {truth["id"]: score(truth, said(truth, folder / "pages")) for truth in truths}
    found = {group.name: _scores(group.rows) for group in groups(rows.values())}
    return Measured(found, {page: _scores([row]) for page, row in rows.items()})


def said(truth: dict[str, Any], pages: Path) -> dict[str, Any]:
    """What is extracted of a page, as the scorer takes it."""
    captured = truth.get("captured_at")
    article = extract(
        payload_of(pages, truth["id"]),
        url=truth["url"] or "https://example.com/",
        captured_at=datetime.fromisoformat(captured) if captured else None,
    )
    return {
        "title": article.title, "authors": article.authors, "published": on_its_clock(article),
        "source": article.source_name, "body": article.body_text,
    }  # fmt: skip


def _scores(rows: list[Row]) -> Scores:
    return {measure: round(value, 2) for measure, value in summary(rows).items()}
