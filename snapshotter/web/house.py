"""The house rules: what the site lets people ask of it, and what it opened for that."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from threading import Event, Thread
from typing import Any

from snapshotter.desk import Desk, Requests
from snapshotter.errors import ArchiveError, UsageError
from snapshotter.wire import Fence

HOUR_S = 3600.0
GOODBYE_S = 5.0

log = logging.getLogger(__name__)

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Rules:
    """From the settings."""

    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    """Whose X-Forwarded-For is believed."""
    operator_token_sha256: str = ""
    """Empty: that of the token made last by ``serve --new-operator-token``."""
    keep_days: int = 30
    """How long personal data of a request is kept after the decision."""
    saves_pages: bool = False
    """Whether readers may have pages captured."""
    open_also: tuple[IPv4Network | IPv6Network, ...] = ()
    """Networks that count as the open internet there."""
    sends_mail: bool = False
    """Whether subscriptions' news can be had by e-mail."""
    sites: str = ""
    """The folder of site rules; empty: those that are built in."""

    @classmethod
    def of(cls, get: Callable[..., Any]) -> Rules:
        """``get``: a setting by its name. Raises UsageError."""
        named = get("SNAPSHOTTER_TRUSTED_PROXIES") or ()
        names = named.replace(",", " ").split() if isinstance(named, str) else named
        try:
            proxies = tuple(ip_network(name, strict=False) for name in names)
            days = int(get("SNAPSHOTTER_TAKEDOWN_KEEP_DAYS"))
        except ValueError as error:
            raise UsageError(
                f"{error}: SNAPSHOTTER_TRUSTED_PROXIES lists networks, SNAPSHOTTER_TAKEDOWN_KEEP_DAYS is a number"
            ) from error
        token = str(get("SNAPSHOTTER_OPERATOR_TOKEN_SHA256") or "").strip().lower()
        if token and not _SHA256.fullmatch(token):  # nobody could ever sign in
            raise UsageError("SNAPSHOTTER_OPERATOR_TOKEN_SHA256 is no SHA-256: 64 hexadecimal digits, of the token")
        return cls(
            proxies,
            token,
            max(days, 0),
            _is_on(get, "SNAPSHOTTER_SAVE_NOW"),
            Fence.of(get("SNAPSHOTTER_OPEN_WEB_ALSO") or "").also,
            bool(get("SNAPSHOTTER_MAIL")),
            str(get("SNAPSHOTTER_SITES") or ""),
        )

    def is_open_also(self, name: str) -> bool:
        """Whether a host is an address in one of ``open_also``."""
        try:
            address = ip_address(name)
        except ValueError:
            return False
        return any(address.version == one.version and address in one for one in self.open_also)


def _is_on(get: Callable[..., Any], name: str) -> bool:
    """Whether a setting says yes. Raises UsageError where it says neither."""
    said = str(get(name) or "False").strip().lower()
    if said not in {"true", "1", "false", "0"}:
        raise UsageError(f"{name}={said[:40]}: True or False")
    return said in {"true", "1"}


@dataclass(frozen=True)
class House:
    """The rules, and the desk where people's wishes are kept."""

    rules: Rules
    desk: Desk | None
    """None: its file can't be used; the site is for reading alone."""

    @classmethod
    def open(cls, folder: Path, rules: Rules) -> House:
        """The house of an archive."""
        try:
            return cls(rules, Desk(folder))
        except ArchiveError as error:
            log.warning("the site takes no requests: %s", error)
            return cls(rules, None)

    def tidy(self) -> None:
        """Erases the personal data that is due."""
        if self.desk is None:
            return
        try:
            Requests(self.desk).forget(self.rules.keep_days)
        except ArchiveError as error:
            log.warning("personal data that is due isn't erased yet: %s", error)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Has it tidied every hour, aside, while the block runs."""
        ended = Event()

        def keep() -> None:
            self.tidy()
            while not ended.wait(HOUR_S):
                self.tidy()

        keeper = Thread(target=keep, daemon=True)
        keeper.start()
        try:
            yield
        finally:
            ended.set()
            keeper.join(GOODBYE_S)
