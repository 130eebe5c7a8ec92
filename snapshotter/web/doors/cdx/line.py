"""One capture as a line of an index, under the names of both dialects; what is asked of such lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import re2

from snapshotter.errors import UsageError
from snapshotter.items import Snapshot
from snapshotter.urls import surt
from snapshotter.web.doors.moments import digits

Line = Mapping[str, str]

WAYBACK = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
PYWB = ("urlkey", "timestamp", "url", "mime", "status", "digest", "length", "offset", "filename")
TWINS = {"url": "original", "mime": "mimetype", "status": "statuscode"}
"""pywb's names, and the Internet Archive's for the same."""
FIELDS = frozenset((*WAYBACK, *PYWB))
LONGEST_PATTERN = 300
MOST_MEMORY = 1 << 20
"""Of a pattern, in bytes."""

_FILTER = re.compile(r"(!?)([=~]?)(!?)([a-z]{1,20}):(.*)", re.DOTALL)
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]+")


def line_of(it: Snapshot) -> Line:
    """The line, under the Internet Archive's names. What isn't known is ``-``."""
    said = {
        "urlkey": surt(it.final_url),
        "timestamp": digits(it.captured_at),
        "original": it.final_url,
        "mimetype": it.content_type.partition(";")[0].strip().lower(),
        "statuscode": str(it.http_status or ""),
        "digest": f"sha256:{it.raw_sha256}" if it.raw_sha256 else "",
        "length": str(it.warc_length),
        "offset": str(it.warc_offset),
        "filename": PurePath(it.warc_file).name,
    }
    return {name: _BLANK.sub("%20", value) or "-" for name, value in said.items()}


@dataclass(frozen=True, slots=True)
class Filter:
    """What a line must be, or mustn't."""

    field: str
    kind: str
    """``regex`` (the whole value), ``found`` (a regex somewhere), ``equal``, ``contains``."""
    value: str
    is_not: bool
    regex: Any = None

    @classmethod
    def parse(cls, text: str, *, is_pywb: bool) -> Filter:
        """``[!]field:regex``; of pywb ``[!][=|~]field:text``, where a text without a sign is contained.

        Raises UsageError. The regexes are RE2's: linear in time, whatever they are.
        """
        found = _FILTER.fullmatch(text[: LONGEST_PATTERN + 40])
        if not found or found[4] not in FIELDS or len(found[5]) > LONGEST_PATTERN:
            raise UsageError(f"filter={text[:80]!r}: write it as [!]field:regex, with a field of {sorted(FIELDS)}")
        kind = {"=": "equal", "~": "found", "": "contains" if is_pywb else "regex"}[found[2]]
        regex = _compiled(found[5]) if kind in {"regex", "found"} else None
        return cls(TWINS.get(found[4], found[4]), kind, found[5], bool(found[1]) != bool(found[3]), regex)

    def passes(self, line: Line) -> bool:
        """Whether the line is wanted."""
        value = line[self.field]
        if self.regex is not None:
            is_so = (self.regex.fullmatch if self.kind == "regex" else self.regex.search)(value) is not None
        else:
            is_so = value == self.value if self.kind == "equal" else self.value in value
        return is_so != self.is_not


def _compiled(text: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MOST_MEMORY
    try:
        return re2.compile(text, options)
    except (re2.error, UnicodeEncodeError) as error:
        raise UsageError(f"filter: no regular expression that can be used: {text[:80]!r}") from error


def field_names(text: str) -> tuple[str, ...]:
    """The names of ``fl=``. Raises UsageError."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if unknown := [name for name in names if name not in FIELDS]:
        raise UsageError(f"fl={unknown[0][:40]!r}: the fields are {', '.join(sorted(FIELDS))}")
    return names[: len(FIELDS)]


def chosen(line: Line, names: tuple[str, ...]) -> list[str]:
    """The values of these fields."""
    return [line[TWINS.get(name, name)] for name in names]
