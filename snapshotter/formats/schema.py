"""The record's fields and their types, read off the dataclasses, so that reader, schema and record can't drift."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from operator import itemgetter
from typing import Any, get_args, get_type_hints

from snapshotter.errors import BadRecord
from snapshotter.formats.utf8 import is_well_formed
from snapshotter.items import CHANGES, FAILURES, SCHEMA, VERDICTS, Snapshot

MAX_INT = 2**63 - 1
"""Beyond it, the readers that people use fall back on floats."""
TIMES = tuple(field.name for field in fields(Snapshot) if field.name.endswith("_at"))
TIME_PATTERN = r"^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z)?$"
CHOICES: dict[str, tuple[str, ...]] = {
    "schema": (SCHEMA,),
    "change": ("", *CHANGES),
    "verdict": (*VERDICTS, *FAILURES),
}
JSON_SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TIME = re.compile(TIME_PATTERN.replace("$", r"\Z"), re.ASCII)


@dataclass(frozen=True, slots=True)
class Kind:
    """The type of a field: a string, an integer, or a list of strings or of objects with string fields."""

    item: type
    """``str``, ``int`` or the dataclass of a list's objects."""
    many: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its objects; empty where it has none."""
        return tuple(field.name for field in fields(self.item)) if is_dataclass(self.item) else ()


def _kind(hint: Any) -> Kind:
    many = get_args(hint)
    return Kind(many[0], many=True) if many else Kind(hint)


KINDS: dict[str, Kind] = {name: _kind(hint) for name, hint in get_type_hints(Snapshot).items()}
"""Each field of Snapshot, in order."""


def check(record: dict[str, Any]) -> Snapshot:
    """The snapshot of a record as ``json.loads`` gives it.

    Raises BadRecord, which names the key, for one that is missing, unknown or of another type, for a null, and for
    a time, schema, change or verdict that can't be.
    """
    if record.keys() != KINDS.keys():
        raise BadRecord(_wrong_keys(record.keys(), KINDS))
    if any(type(value) is not str for value in _texts(record)) or not is_well_formed("".join(_texts(record))):
        for key in _TEXTS:
            _string(key, record[key])
    return Snapshot(**record | {key: one(key, record[key]) for key, one in _CHECKS.items()})


def _wrong_keys(found: Any, wanted: Any, place: str = "") -> str:
    missing = ", ".join(key for key in wanted if key not in found)
    unknown = ", ".join(sorted(key[:40] for key in found if key not in wanted)[:10])
    faults = [f"missing: {missing}"] * bool(missing) + [f"unknown: {unknown}"] * bool(unknown)
    return f"{place}keys {'; '.join(faults)}"


def _string(key: str, value: Any) -> str:
    if type(value) is not str:
        raise BadRecord(f"{key}: should be a string, is {_named(value)}")
    if not is_well_formed(value):
        raise BadRecord(f"{key}: holds a lone surrogate, which has no UTF-8")
    return value


def _integer(key: str, value: Any) -> int:
    if type(value) is not int:
        raise BadRecord(f"{key}: should be an integer, is {_named(value)}")
    if not 0 <= value <= MAX_INT:
        raise BadRecord(f"{key}: should be from 0 to {MAX_INT}, is out of it")
    return value


def _time(key: str, value: Any) -> str:
    if not _TIME.match(_string(key, value)):
        raise BadRecord(f"{key}: should be empty or like 2024-07-01T13:41:00Z, is {value[:40]!r}")
    return str(value)


def _choice(key: str, value: Any) -> str:
    if value not in CHOICES[key]:
        raise BadRecord(f"{key}: should be one of {', '.join(filter(None, CHOICES[key]))}; is {_named(value)}")
    return str(value)


def _list_of(kind: Kind) -> Callable[[str, Any], tuple[Any, ...]]:
    def check_list(key: str, value: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise BadRecord(f"{key}: should be a list, is {_named(value)}")
        return tuple(item(f"{key}[{n}]", each) for n, each in enumerate(value))

    item = _object_of(kind) if kind.keys else _string
    return check_list


def _object_of(kind: Kind) -> Callable[[str, Any], Any]:
    wanted = dict.fromkeys(kind.keys)

    def check_object(key: str, value: Any) -> Any:
        if type(value) is not dict:
            raise BadRecord(f"{key}: should be an object, is {_named(value)}")
        if value.keys() != wanted.keys():
            raise BadRecord(_wrong_keys(value.keys(), wanted, f"{key}: "))
        checks = {name: _time if name in TIMES else _string for name in wanted}
        return kind.item(**{name: checks[name](f"{key}.{name}", each) for name, each in value.items()})

    return check_object


def _named(value: Any) -> str:
    names = {"NoneType": "null", "dict": "an object", "list": "a list", "bool": "a boolean", "float": "a fraction"}
    return repr(value)[:40] if isinstance(value, str | int) else names.get(type(value).__name__, "something else")


def _check_of(name: str, kind: Kind) -> Callable[[str, Any], Any]:
    if kind.many:
        return _list_of(kind)
    if name in CHOICES:
        return _choice
    if name in TIMES:
        return _time
    return _integer if kind.item is int else _string


_TEXTS = tuple(name for name, kind in KINDS.items() if _check_of(name, kind) is _string)
_texts = itemgetter(*_TEXTS)
_CHECKS = {name: _check_of(name, kind) for name, kind in KINDS.items() if name not in _TEXTS}


def json_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of one record."""
    return {
        "$schema": JSON_SCHEMA_DIALECT,
        "$id": f"urn:snapshotter:schema:{SCHEMA}",
        "title": "A snapshot of a news article, as one line of JSON",
        **_closed({name: _property(name, kind) for name, kind in KINDS.items()}),
    }


def _property(name: str, kind: Kind) -> dict[str, Any]:
    if kind.many:
        return {"type": "array", "items": _closed(dict.fromkeys(kind.keys)) if kind.keys else {"type": "string"}}
    if kind.item is int:
        return {"type": "integer", "minimum": 0, "maximum": MAX_INT}
    if name in CHOICES:
        return {"type": "string", "enum": list(CHOICES[name])}
    if name in TIMES:
        return {"type": "string", "pattern": TIME_PATTERN}
    return {"type": "string"}


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    named = {name: rule or _property(name, Kind(str)) for name, rule in properties.items()}
    return {"type": "object", "properties": named, "required": list(named), "additionalProperties": False}


def table_schema() -> dict[str, Any]:
    """Frictionless Table Schema (version 2) of the records."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": [{"name": name, "type": _column(name, kind)} for name, kind in KINDS.items()],
        "primaryKey": ["id"],
    }


def _column(name: str, kind: Kind) -> str:
    if kind.many:
        return "array"
    if kind.item is int:
        return "integer"
    return "datetime" if name in TIMES else "string"
