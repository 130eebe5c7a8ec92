"""Which rows of the catalog may leave the store: takedowns and access rules as conditions, for every way out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, false, literal, not_, or_, select, true

from snapshotter.access import ALLOW, BLOCK, EMBARGO, EXCLUDE, Access, Rule
from snapshotter.clock import rfc3339, utc_now
from snapshotter.store.tables import aliases, snapshots
from snapshotter.store.takedowns import TAKEN_DOWN

SIGNAL, DEFAULT = -1, -2
"""What ``deciding`` gives where no rule decides."""

_c = snapshots.c
_NOT_TAKEN_DOWN = not_(TAKEN_DOWN)


def shown(access: Access) -> ColumnElement[bool]:
    """Of a row of ``snapshots``: it may be seen, now."""
    return _NOT_TAKEN_DOWN if access.is_open else and_(_NOT_TAKEN_DOWN, allowed(access))


def allowed(access: Access) -> ColumnElement[bool]:
    """Of a row of ``snapshots``: no access rule hides it, now."""
    if access.is_open:
        return true()
    outcomes = [(holds, _outcome(access, index)) for holds, index in _cases(access)]
    otherwise = literal(access.default == ALLOW)
    return case(*outcomes, else_=otherwise) == true() if outcomes else otherwise == true()


def deciding(access: Access) -> ColumnElement[int]:
    """Of a row of ``snapshots``: the index of the rule that decides on it, SIGNAL or DEFAULT."""
    cases = [(holds, literal(index)) for holds, index in _cases(access)]
    return case(*cases, else_=literal(DEFAULT)) if cases else literal(DEFAULT)


def explained(access: Access, index: int, captured_at: str) -> str | None:
    """What to tell whoever asks for a hidden capture; None: as if there were none."""
    kind = access.rules[index].access if index >= 0 else BLOCK if index == SIGNAL else access.default
    if kind == EXCLUDE:
        return None
    if index == SIGNAL:
        return "blocked: its publisher asked for that (honour, in the access rules)"
    if index == DEFAULT:
        return "blocked by the default of the access rules"
    rule = access.rules[index]
    because = f": {rule.reason}" if rule.reason else ""
    if kind == EMBARGO:
        until = datetime.fromisoformat(captured_at) + timedelta(days=rule.days)
        return f"under embargo until {rfc3339(until)}{because}"
    return f"blocked by an access rule{because}"


def _cases(access: Access) -> Iterator[tuple[ColumnElement[bool], int]]:
    for index, rule in enumerate(access.rules):
        yield and_(true(), *_matching(rule)), index
    if access.honour:
        yield or_(false(), *(_c.signals.contains(f" {name} ") for name in access.honour)), SIGNAL


def _outcome(access: Access, index: int) -> ColumnElement[bool]:
    if index == SIGNAL:
        return literal(False)  # noqa: FBT003
    rule = access.rules[index]
    if rule.access == EMBARGO:
        return _c.captured_at <= rfc3339(utc_now() - timedelta(days=rule.days))
    return literal(rule.access == ALLOW)


def _matching(rule: Rule) -> Iterator[ColumnElement[bool]]:
    if rule.prefix:
        led_there = select(aliases.c.article_id).where(_starts(aliases.c.key, rule.prefix))
        yield or_(_starts(_c.url_key, rule.prefix), _c.article_id.in_(led_there))
    if rule.site:
        yield _c.site == rule.site
    if rule.since:
        yield _c.captured_at >= rule.since
    if rule.until:
        yield _c.captured_at < rule.until


def _starts(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """Prefix comparison that an index can serve and that keeps case apart, which LIKE doesn't."""
    behind = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    under = and_(column >= prefix, column < behind)
    return or_(under, column == prefix[:-1]) if prefix.endswith("/") else under
