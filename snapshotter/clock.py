"""The clock seam: the one place that asks what time it is."""

from __future__ import annotations

import os
from datetime import UTC, datetime

NOW_VARIABLE = "SNAPSHOTTER_NOW"


def utc_now() -> datetime:
    """The present moment, aware, in UTC, cut to whole seconds.

    The environment variable ``SNAPSHOTTER_NOW`` (RFC 3339) stops the clock there, so that
    archives made by tests compare byte for byte. Raises ValueError if it holds no time.
    """
    frozen = os.environ.get(NOW_VARIABLE)
    moment = datetime.fromisoformat(frozen).astimezone(UTC) if frozen else datetime.now(UTC)
    return moment.replace(microsecond=0)


def rfc3339(moment: datetime) -> str:
    """``2024-07-01T13:41:00Z``: UTC, whole seconds (RFC 3339, section 5.6)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
