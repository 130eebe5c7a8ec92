"""Settings without Scrapy, for what is done before Scrapy would have loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from snapshotter import settings


class PlainSettings:
    """The settings of ``snapshotter.settings`` and what the command line gives."""

    def __init__(self) -> None:
        self.given: dict[str, Any] = {}
        """What was set here; the last one counts."""

    def get(self, name: str, default: Any = None, /) -> Any:
        """The value of a setting."""
        return self.given.get(name, getattr(settings, name, default))

    def set(self, name: str, value: Any, priority: str) -> None:
        """Set one."""
        self.given[name] = value

    def setdict(self, values: Mapping[str, Any], priority: str) -> None:
        """Set several."""
        self.given.update(values)
