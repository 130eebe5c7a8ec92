"""Times as web archives' addresses and headers write them: 14 digits, and HTTP dates."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

_DIGITS = re.compile(r"\d{1,14}", re.ASCII)
_EARLIEST = "10000101000000"
_LATEST = "99991231235959"


def digits(moment: str) -> str:
    """``2024-07-01T12:00:00Z`` as ``20240701120000``."""
    return re.sub(r"\D", "", moment, flags=re.ASCII)


def bounds(stamp: str) -> tuple[str, str]:
    """The first and the last second that 1 to 14 digits may mean, RFC 3339; a month or day out of its range is the
    nearest one within it (``20240231`` is the 29th).

    Raises ValueError where it isn't digits.
    """
    if not _DIGITS.fullmatch(stamp):
        raise ValueError(f"no time of up to 14 digits: {stamp[:40]!r}")
    return _clamped(stamp + _EARLIEST[len(stamp) :]), _clamped(stamp + _LATEST[len(stamp) :])


def _clamped(full: str) -> str:
    year, month = max(int(full[:4]), 1), min(max(int(full[4:6]), 1), 12)
    day = min(max(int(full[6:8]), 1), _days(year, month))
    hour, minute, second = min(int(full[8:10]), 23), min(int(full[10:12]), 59), min(int(full[12:14]), 59)
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"


def _days(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in {4, 6, 9, 11} else 31


def http_date(moment: str) -> str:
    """A record's time as ``Mon, 01 Jul 2024 12:00:00 GMT`` (RFC 9110, section 5.6.7)."""
    return format_datetime(datetime.fromisoformat(moment), usegmt=True)


def from_http_date(text: str) -> str:
    """A header's time as RFC 3339, UTC. Raises ValueError where it is none."""
    try:
        moment = parsedate_to_datetime(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    except (ValueError, OverflowError, TypeError, IndexError) as error:
        raise ValueError(f"no HTTP date: {text[:60]!r}") from error
