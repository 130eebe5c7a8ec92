"""Regular expressions that are compiled when they are first used.

Of the 200 that read pages one page needs a quarter; a class that holds all Chinese characters takes a millisecond
or three to compile, and a single capture shouldn't take longer than it must.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Pattern:
    """Stands for a compiled pattern; each of its methods is looked up once."""

    def __init__(self, source: str | bytes, flags: int) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(self._source, self._flags), name)
        setattr(self, name, value)
        return value


def pattern(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As ``re.compile``, at the first use: a mistake in ``source`` raises ``re.error`` only then."""
    return cast("re.Pattern[AnyStr]", _Pattern(source, flags))
