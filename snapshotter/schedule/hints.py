"""How long an answer asks to be left alone for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from snapshotter.patterns import pattern

_HEAD_BYTES = 20_000
_MAX_AGE = pattern(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.I)
_NOT_KEPT = pattern(r"\bno-(?:cache|store)\b", re.I)
_TTL = pattern(rb"<ttl>\s*(\d{1,6})\s*</ttl>", re.I)
_PERIOD = pattern(rb"<(?:\w+:)?updatePeriod>\s*(hourly|daily|weekly|monthly|yearly)\s*<", re.I)
_FREQUENCY = pattern(rb"<(?:\w+:)?updateFrequency>\s*(\d{1,6})\s*<", re.I)
_PERIODS_S = {b"hourly": 3600, b"daily": 86400, b"weekly": 7 * 86400, b"monthly": 30 * 86400, b"yearly": 365 * 86400}


def asked_s(headers: Mapping[str, str], body: bytes) -> float:
    """The longest of what HTTP (RFC 9111, 4.2.1) and the feed itself say, in seconds; 0: nothing.

    ``headers`` have lower-case names. RSS 2.0 ``<ttl>`` is in minutes; ``sy:updatePeriod`` (RSS 1.0 syndication
    module) is divided by ``sy:updateFrequency``. Both are looked for before the first entry.
    """
    return max(_by_http(headers), _by_feed(body[:_HEAD_BYTES]))


def _by_http(headers: Mapping[str, str]) -> float:
    control = headers.get("cache-control", "")
    if _NOT_KEPT.search(control):
        return 0.0
    if match := _MAX_AGE.search(control):
        return float(match[1])
    expires, date = _moment(headers.get("expires", "")), _moment(headers.get("date", ""))
    return max(0.0, (expires - date).total_seconds()) if expires and date else 0.0


def _by_feed(head: bytes) -> float:
    head = re.split(rb"<(?:item|entry)[\s>]", head, maxsplit=1)[0]
    ttl, period, frequency = _TTL.search(head), _PERIOD.search(head), _FREQUENCY.search(head)
    often = max(int(frequency[1]), 1) if frequency else 1
    return max(60.0 * int(ttl[1]) if ttl else 0.0, _PERIODS_S[period[1].lower()] / often if period else 0.0)


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError, TypeError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
