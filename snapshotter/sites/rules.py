"""The keys of a site rule file and what each may hold. Every reader raises ValueError saying what it wants instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lxml.etree import XPath, XPathError
from parsel import css2xpath

from snapshotter.durations import rising, seconds
from snapshotter.errors import UsageError
from snapshotter.sites.model import FIELDS, Layout, Seeds
from snapshotter.urls import clean

_Reader = Callable[[Any], Any]

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def site_fields(table: Mapping[str, Any]) -> dict[str, Any]:
    """The keyword arguments of a Site, all but its name. Raises ValueError naming the key."""
    fields = _fields(_SITE, ("site_name", "hosts"), table)
    return {**fields.pop("urls", {}), **fields}


def _fields(readers: Mapping[str, _Reader], required: tuple[str, ...], table: object) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise ValueError("must be a table")  # noqa: TRY004 (one kind of error for all of a file's faults)
    fields = {}
    for key, value in table.items():
        if key not in readers:
            raise ValueError(f"{key}: no such key; there are {', '.join(sorted(readers))}")
        try:
            fields[key] = readers[key](value)
        except (ValueError, UsageError) as error:
            raise ValueError(f"{key}: {error}") from error
    for key in required:
        if not fields.get(key):
            raise ValueError(f"{key}: is missing or empty")
    return fields


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text that isn't empty")
    return value


def _number(least: float, kind: type[float], value: object) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or kind(value) != value or value < least:
        raise ValueError(f"must be {'a whole number' if kind is int else 'a number'}, {least} or more")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004
    return value


def _each(reader: _Reader, value: object) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise ValueError("must be a list")  # noqa: TRY004
    return tuple(reader(_text(item)) for item in value)


def _texts_by_text(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError("must be a table")  # noqa: TRY004
    return {prefix: _text(name) for prefix, name in value.items()}


def _host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise ValueError(f"{text!r} is no host: lower case, no scheme, no port, no path")
    return text


def _zone(value: object) -> str:
    name = _text(value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no zone of the IANA database, such as Asia/Shanghai") from error
    return name


def _language(value: object) -> str:
    text = _text(value)
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(f"{text!r} is no BCP 47 language, such as zh-CN")
    return text


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression ({error})") from error


def _selector(text: str) -> str:
    try:
        XPath(text if is_xpath(text) else css2xpath(text))
    except (SyntaxError, XPathError) as error:  # cssselect's errors are SyntaxErrors
        raise ValueError(f"{text!r} is no selector ({error})") from error
    return text


def is_xpath(selector: str) -> bool:
    """Whether a rule's selector is XPath: it starts with ``/``, ``./`` or ``(``. All others are CSS."""
    return selector.startswith(("/", "./", "("))


def _day(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("must be a day, written as 2021-01-31 without quotes")  # noqa: TRY004
    return value


def _layouts(value: object) -> tuple[Layout, ...]:
    if not isinstance(value, list):
        raise ValueError("must be written as [[layouts]]")  # noqa: TRY004
    layouts = [Layout(**_fields(_LAYOUT, ("name", "selectors"), item)) for item in value]
    ends = [layout.valid_until or date.max for layout in layouts]
    if len(set(ends)) < len(ends):
        raise ValueError("two end on the same day, or have none; only the one in use is without valid_until")
    return tuple(sorted(layouts, key=lambda layout: layout.valid_until or date.max, reverse=True))


def _seeds(value: object) -> Seeds:
    return Seeds(**_fields(dict.fromkeys(("feeds", "sitemaps", "sections"), partial(_each, clean)), (), value))


_PATTERNS = partial(_each, _pattern)
_SELECTORS = dict.fromkeys(FIELDS, partial(_each, _selector))
_LAYOUT: dict[str, _Reader] = {
    "name": _text,
    "valid_until": _day,
    "selectors": partial(_fields, _SELECTORS, ()),
}
_SITE: dict[str, _Reader] = {
    "site_name": _text,
    "hosts": partial(_each, _host),
    "timezone": _zone,
    "language": _language,
    "delay_s": partial(_number, 0, float),
    "max_pages": partial(_number, 1, int),
    "render": _flag,
    "revisit": lambda value: rising(_each(seconds, value)),
    "seeds": _seeds,
    "urls": partial(_fields, dict.fromkeys(("article", "listing", "skip"), _PATTERNS), ()),
    "categories": _texts_by_text,
    "layouts": _layouts,
}
