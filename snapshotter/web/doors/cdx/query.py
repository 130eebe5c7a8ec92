"""What is asked of the CDX server, read from the parameters."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import NamedTuple

from starlette.datastructures import QueryParams

from snapshotter.errors import UsageError
from snapshotter.web.doors.answers import LONGEST_URL
from snapshotter.web.doors.cdx.line import FIELDS, PYWB, TWINS, WAYBACK, Filter, field_names
from snapshotter.web.doors.moments import bounds

MATCHES = ("exact", "prefix", "host", "domain")
SORTS = ("default", "reverse", "closest")
MOST_FILTERS = 10
MOST_LINES = 10_000
"""In one answer."""
BLOCK = 3_000
"""Lines of a page of size 1, as clients estimate it."""
MOST_OFFSET = 20_000
"""Beyond it there is resumeKey."""
MOST_BLOCKS, MOST_PAGES = 5, 10_000

_NUMBER = re.compile(r"-?\d{1,9}", re.ASCII)
_COLLAPSE = re.compile(r"([a-z]{1,20})(?::(\d{1,3}))?", re.ASCII)


class Place(NamedTuple):
    """Where a capture stands in the order of the index."""

    url_key: str
    captured_at: str
    id: str

    def __str__(self) -> str:
        """As a resume key."""
        return base64.urlsafe_b64encode(json.dumps(self).encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> Place:
        """A resume key again. Raises UsageError."""
        try:
            said = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            place = cls(*said)
            "".join(place).encode()  # a lone surrogate is a string, but none that the catalog can be asked for
        except (ValueError, TypeError, RecursionError) as error:
            raise UsageError(f"resumeKey, or cursor: not one that this server gave: {text[:60]!r}") from error
        return place


@dataclass(frozen=True, slots=True)
class CdxQuery:
    """A request. ``parse`` says what each field is by default."""

    url: str
    match: str
    since: str
    """RFC 3339, UTC; empty: from the beginning."""
    until: str
    limit: int
    """Negative: the last ones."""
    offset: int
    """Lines passed over before the first of them; a page has none."""
    sort: str
    closest: str
    filters: tuple[Filter, ...]
    collapse: tuple[tuple[str, int], ...]
    """Fields, and how many of their characters; 0: all."""
    fields: tuple[str, ...]
    is_json: bool
    resume: Place | None
    shows_resume_key: bool
    page: int | None
    page_size: int
    """In blocks."""
    shows_num_pages: bool

    @classmethod
    def parse(cls, params: QueryParams, *, is_pywb: bool) -> CdxQuery:
        """Raises UsageError for what can't be understood; parameters that aren't known are passed over."""
        url, match = _url_and_match(params.get("url", ""), params.get("matchType", ""))
        since, until = _span(params)
        given = params.get("fl") or params.get("fields") or ""
        page = params.get("page")
        resume = params.get("resumeKey")
        sort = params.get("sort") or "default"
        if sort not in SORTS:
            raise UsageError(f"sort={sort[:40]!r}: one of {', '.join(SORTS)}")
        return cls(
            url=url,
            match=match,
            since=since,
            until=until,
            limit=_number(params, "limit", MOST_LINES, (-MOST_LINES, MOST_LINES)) or MOST_LINES,
            offset=_number(params, "offset", 0, (0, MOST_OFFSET)),
            sort=sort,
            closest=_moment(params.get("closest", "")),
            filters=_filters(params, is_pywb=is_pywb),
            collapse=tuple(_collapse(one) for one in params.getlist("collapse")[:MOST_FILTERS]),
            fields=field_names(given) or (PYWB if is_pywb else WAYBACK),
            is_json=params.get("output", "") == "json",
            resume=Place.parse(resume) if resume else None,
            shows_resume_key=_is_set(params, "showResumeKey"),
            page=None if page is None else _number(params, "page", 0, (0, MOST_PAGES)),
            page_size=max(_number(params, "pageSize", 1, (0, MOST_BLOCKS)), 1),
            shows_num_pages=_is_set(params, "showNumPages"),
        )


def _url_and_match(url: str, match: str) -> tuple[str, str]:
    url = url.strip()
    if not url or len(url) > LONGEST_URL:
        raise UsageError(f"url=: name one, of up to {LONGEST_URL} characters")
    if match and match not in MATCHES:
        raise UsageError(f"matchType={match[:40]!r}: one of {', '.join(MATCHES)}")
    if not match and url.startswith("*."):
        return url[2:], "domain"
    if not match and url.endswith("*"):
        return url[:-1], "prefix"
    return url, match or "exact"


def _span(params: QueryParams) -> tuple[str, str]:
    since, until = params.get("from", ""), params.get("to", "")
    try:
        return bounds(since)[0] if since else "", bounds(until)[1] if until else ""
    except ValueError as error:
        raise UsageError(f"from and to: {error}") from error


def _moment(stamp: str) -> str:
    try:
        return bounds(stamp)[0] if stamp else ""
    except ValueError as error:
        raise UsageError(f"closest: {error}") from error


def _number(params: QueryParams, name: str, default: int, span: tuple[int, int]) -> int:
    """A number, brought into the span. Raises UsageError."""
    text = params.get(name, "")
    if text and not _NUMBER.fullmatch(text):
        raise UsageError(f"{name}={text[:40]!r}: a whole number")
    return min(max(int(text), span[0]), span[1]) if text else default


def _filters(params: QueryParams, *, is_pywb: bool) -> tuple[Filter, ...]:
    given = params.getlist("filter")
    if len(given) > MOST_FILTERS:
        raise UsageError(f"filter: at most {MOST_FILTERS}")
    return tuple(Filter.parse(text, is_pywb=is_pywb) for text in given)


def _collapse(text: str) -> tuple[str, int]:
    found = _COLLAPSE.fullmatch(text)
    if not found or found[1] not in FIELDS:
        raise UsageError(f"collapse={text[:40]!r}: a field, or field:characters")
    return TWINS.get(found[1], found[1]), int(found[2] or 0)


def _is_set(params: QueryParams, name: str) -> bool:
    return params.get(name, "").lower() in {"true", "1", "yes"}
