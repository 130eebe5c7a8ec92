"""Dated fixtures: a saved page of a site, and what its rules must read off it. ``HOST/DATE/`` holds

page.html        the payload as it came, content-decoded
meta.json        its URL, Content-Type, time of capture (the frozen clock), and the site's name
expected.json    the article, field by field
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snapshotter.clock import rfc3339
from snapshotter.curation.survey import Saved
from snapshotter.errors import UsageError
from snapshotter.sites import default_folder, match_site
from snapshotter.urls import host

if TYPE_CHECKING:
    from snapshotter.items import Article
    from snapshotter.sites import Site, Sites

FIELDS = (
    "title", "subtitle", "category", "published_at", "zone_source", "authors", "editors", "source_name",
    "republished_from", "language", "site_name", "verdict", "body_text",
)  # fmt: skip
"""What of an article is expected; the body as a list of its paragraphs, so that a difference can be read."""
MAX_BYTES = 20 << 20
_META = ("url", "content_type", "captured_at", "site")


@dataclass(frozen=True, slots=True)
class Fixture:
    """One folder of them, read."""

    folder: Path
    page: Saved
    site: str
    """The name of the site whose rules it tests."""
    expected: dict[str, Any]

    @property
    def name(self) -> str:
        """``HOST/DATE``."""
        return f"{self.folder.parent.name}/{self.folder.name}"


def fixtures_folder(sites: Path) -> Path:
    """Where the fixtures of a folder of site rules lie: ``tests/sites`` of the project, else ``fixtures`` in it."""
    project = default_folder().parent.parent
    is_projects = sites.resolve() == (project / "data" / "sites").resolve() and (project / "tests").is_dir()
    return project / "tests" / "sites" if is_projects else sites / "fixtures"


def fixtures(folder: Path, site: str = "") -> Iterator[Fixture]:
    """All fixtures, or those of one site; by host and date. Raises UsageError for one that can't be read."""
    for place in sorted(folder.glob("*/*/meta.json")):
        fixture = _read(place.parent)
        if not site or fixture.site == site:
            yield fixture


def save(folder: Path, page: Saved, site: str, article: Article) -> Fixture:
    """Write a fixture in ``folder``, over one of the same host and day; the fixture. Raises OSError."""
    place = folder / host(page.url) / f"{page.captured_at:%Y-%m-%d}"
    place.mkdir(parents=True, exist_ok=True)
    stated = (page.url, page.content_type, rfc3339(page.captured_at), site)
    expected = expected_of(article)
    _write(place / "page.html", page.content)
    _write(place / "expected.json", _json(expected))
    _write(place / "meta.json", _json(dict(zip(_META, stated, strict=True))))
    return Fixture(place, page, site, expected)


def expected_of(article: Article) -> dict[str, Any]:
    """What ``expected.json`` says of an article."""
    found: dict[str, Any] = {field: getattr(article, field) for field in FIELDS}
    found["body_text"] = article.body_text.split("\n\n") if article.body_text else []
    return {field: list(value) if isinstance(value, tuple) else value for field, value in found.items()}


def check(fixture: Fixture, sites: Sites) -> list[str]:
    """What the rules read otherwise than expected, a line a field; empty: nothing, the fixture passes."""
    site: Site | None = match_site(sites, fixture.page.url)
    if site is None or site.name != fixture.site:
        return [f"site: expected {fixture.site}; {fixture.page.url} is of {site.name if site else 'none'}"]
    reading = fixture.page.read(site).article
    said = expected_of(reading)
    differing = [field for field in FIELDS if field in fixture.expected and said[field] != fixture.expected[field]]
    lines = [f"{field}: {_difference(fixture.expected[field], said[field])}" for field in differing]
    return lines + [warning for warning in reading.warnings if "read generically" in warning or "no layout" in warning]


def _difference(expected: Any, said: Any) -> str:
    if not isinstance(expected, list) or not isinstance(said, list) or max(len(expected), len(said)) < 4:
        return f"expected {_short(expected)}, read {_short(said)}"
    first = next((n for n, (one, other) in enumerate(zip(expected, said, strict=False)) if one != other), None)
    place = min(len(expected), len(said)) if first is None else first
    one, other = (part[place] if place < len(part) else "nothing" for part in (expected, said))
    counted = f"{len(expected)} paragraphs expected, {len(said)} read"
    return f"{counted}; the first that differs, {place + 1}: expected {_short(one)}, read {_short(other)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 160 else f"{text[:157]}…"


def _read(folder: Path) -> Fixture:
    try:
        meta, expected = (_table(folder / name) for name in ("meta.json", "expected.json"))
        url, content_type, captured_at, site = (str(meta[key]) for key in _META)
        page = folder / "page.html"
        if page.stat().st_size > MAX_BYTES:
            raise ValueError(f"page.html is larger than {MAX_BYTES:,} bytes")  # noqa: TRY301
        moment = datetime.fromisoformat(captured_at)
        if moment.tzinfo is None:
            raise ValueError(f"captured_at {captured_at} has no zone")  # noqa: TRY301
        saved = Saved(url, page.read_bytes(), content_type, moment)
    except (OSError, ValueError, KeyError, RecursionError) as error:
        raise UsageError(f"fixture {folder}: {error!s}; mend it, or take the folder away") from error
    return Fixture(folder, saved, site, expected)


def _table(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise ValueError(f"{path.name} holds no object")  # noqa: TRY004
    return found


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    os.replace(part, path)  # noqa: PTH105
