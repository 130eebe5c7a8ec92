"""Who may see what: rules by URL prefix, site, time and the publisher's own signals. Values, read off a TOML file.

::

    default = "allow"                        # what no rule names: allow, block or exclude
    honour = ["noarchive", "tdm"]            # signals that hide a capture which states them

    [[rule]]
    access = "block"                         # allow, block (known, not shown), exclude (not there), embargo
    url = "https://example.org/private/"     # this prefix; ends in / = the folder and all under it
    site = "example"                         # the record's site
    since = 2024-01-01                       # captured then or later; a time without an offset is UTC
    until = 2025-01-01                       # captured before then
    days = 30                                # embargo: not shown until that long after its capture
    reason = "by agreement with the publisher"

All that a rule names must hold; of the rules that match a capture, the one with the longest URL prefix decides (as in
pywb's access lists), among equals the first in the file. Where a rule matches, no signal counts: an ``allow`` is the
publisher's leave.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from snapshotter.clock import rfc3339
from snapshotter.errors import UsageError
from snapshotter.items import Right
from snapshotter.urls import clean, url_key

ALLOW, BLOCK, EXCLUDE, EMBARGO = "allow", "block", "exclude", "embargo"
SIGNALS = ("noarchive", "noindex", "nosnippet", "noai", "noimageai", "tdm", "rsl")
"""What ``honour`` may name. ``tdm``: text and data mining is reserved (TDMRep); ``rsl``: an RSL licence is declared."""

MAX_BYTES, MAX_RULES = 1_000_000, 1_000
_KEYS = {"access": str, "url": str, "site": str, "since": date, "until": date, "days": int, "reason": str}
_ROBOTS = {"robots", "x-robots-tag"}
_VALUED = {"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; a field that is empty asks for nothing."""

    access: str
    prefix: str = ""
    """Beginning of a URL key; with ``/`` at its end also the key without it."""
    site: str = ""
    since: str = ""
    """RFC 3339, UTC: captured then or later."""
    until: str = ""
    """Captured before then."""
    days: int = 0
    """Of an embargo."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """What may leave the archive."""

    default: str = ALLOW
    honour: tuple[str, ...] = ()
    """Of SIGNALS."""
    rules: tuple[Rule, ...] = ()
    """The one that counts most first."""

    @property
    def is_open(self) -> bool:
        """Whether nothing is hidden by it."""
        return self == Access(rules=self.rules) and all(rule.access == ALLOW for rule in self.rules)


OPEN = Access()
"""Everything, but for what was taken down."""


def access_file(setting: str, archive: Path) -> Path | None:
    """The file of rules: that of the setting, or ``access.toml`` beside the archive's folder; None: there is none."""
    beside = archive.absolute().parent / "access.toml"
    return Path(setting) if setting else beside if beside.exists() else None


def load_access(path: Path | None) -> Access:
    """The rules of a file; None: there are none. Raises UsageError naming file and key."""
    if path is None:
        return OPEN
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise ValueError(f"larger than {MAX_BYTES} bytes")  # noqa: TRY301
        return access_of(tomllib.loads(content.decode()))
    except OSError as error:
        raise UsageError(f"the access rules {path} (SNAPSHOTTER_ACCESS): {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the access rules {path}: {error}; mend it there") from error


def access_of(table: Mapping[str, Any]) -> Access:
    """The same of a parsed file. Raises ValueError naming the key."""
    _only(table, ("default", "honour", "rule"), "")
    default, honour, rules = table.get("default", ALLOW), table.get("honour", []), table.get("rule", [])
    if default not in (ALLOW, BLOCK, EXCLUDE):
        raise ValueError(f"default: {default!r:.40} should be allow, block or exclude")
    if type(honour) is not list or any(name not in SIGNALS for name in honour):
        raise ValueError(f"honour: should be a list of {', '.join(SIGNALS)}")
    if type(rules) is not list or len(rules) > MAX_RULES:
        raise ValueError(f"rule: should be tables under [[rule]], at most {MAX_RULES}")
    found = [_rule(rule, f"rule {number}: ") for number, rule in enumerate(rules, 1)]
    return Access(default, tuple(honour), tuple(sorted(found, key=lambda rule: -len(rule.prefix))))


def _rule(table: Any, place: str) -> Rule:
    if type(table) is not dict:
        raise ValueError(f"{place}should be a table under [[rule]]")
    _only(table, _KEYS, place)
    for key, value in table.items():
        if not isinstance(value, _KEYS[key]) or isinstance(value, bool) or value == "":
            raise ValueError(f"{place}{key}: {value!r:.40} can't be used; see the README")
    access, days = table.get("access"), table.get("days", 0)
    if access not in (ALLOW, BLOCK, EXCLUDE, EMBARGO):
        raise ValueError(f"{place}access: should be allow, block, exclude or embargo")
    if (access == EMBARGO) != (0 < days < 100_000):
        raise ValueError(f"{place}days: an embargo has them, from 1 on; nothing else has")
    times = {name: _moment(table[name]) for name in ("since", "until") if name in table}
    return Rule(
        access,
        _prefix(table.get("url", ""), place),
        table.get("site", ""),
        days=days,
        reason=table.get("reason", ""),
        **times,
    )


def _only(table: Mapping[str, Any], known: Iterable[str], place: str) -> None:
    if unknown := sorted(set(table) - set(known)):
        raise ValueError(f"{place}no such key: {unknown[0]!r:.60}")


def _prefix(url: str, place: str) -> str:
    try:
        key = url_key(clean(url)) if url else ""
    except UsageError as error:
        raise ValueError(f"{place}url: {error}") from error
    return f"{key}/" if url.endswith("/") and not key.endswith("/") else key


def _moment(value: date) -> str:
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    return rfc3339(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def signals(rights: Iterable[Right]) -> tuple[str, ...]:
    """Which of SIGNALS a capture's rights state, in that order.

    ``robots`` meta elements and ``X-Robots-Tag`` as far as they speak to everyone (``googlebot: noarchive`` doesn't);
    ``none`` is noindex. Sources: the robots meta specification of the search engines; TDMRep; rslstandard.org.
    """
    found: set[str] = set()
    for right in rights:
        name = right.name.lower()
        if name in _ROBOTS:
            found.update(_directives(right.value))
        elif name == "tdm-reservation" and right.value.strip() == "1":
            found.add("tdm")
        elif name == "rsl":
            found.add("rsl")
    return tuple(name for name in SIGNALS if name in found)


def _directives(value: str) -> Iterable[str]:
    """The directives of a robots value that hold for everyone; a name before a colon makes those behind it its own."""
    for part in value.lower().split(","):
        name, colon, _ = part.strip().partition(":")
        if colon and name.strip() not in _VALUED:
            return
        yield from {"none": ("noindex",), "all": ()}.get(name, (name,)) if re.fullmatch(r"[a-z_-]{1,40}", name) else ()
