"""Dates in Chinese numerals, as documents and newspapers write them: 二〇二四年七月一日, 2024年七月12日."""

from __future__ import annotations

from typing import TYPE_CHECKING

from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIGITS = {
    ord(digit): str(value) for digits in ("〇一二三四五六七八九", "零", "○") for value, digit in enumerate(digits)
}
_DATE = pattern(
    r"(?P<year>(?:19|20)\d\d|[一二][〇零○一二三四五六七八九]{3})\s*年\s*"
    r"(?P<month>十?[一二三四五六七八九]|十)\s*月\s*(?P<day>[二三]?十?[一二三四五六七八九]|[二三]?十|\d\d?)\s*[日号號]"
)


def in_numerals(text: str) -> Iterator[tuple[int, int, dict[str, str | None]]]:
    """(start, end, the parts in digits) of each date whose month is written so."""
    for match in _DATE.finditer(text):
        month, day = _number(match["month"]), _number(match["day"])
        yield match.start(), match.end(), {"year": match["year"].translate(_DIGITS), "month": month, "day": day}


def _number(numeral: str) -> str:
    """A number below 100: 七 → 7, 十二 → 12, 二十 → 20, 三十一 → 31."""
    tens, ten, ones = numeral.rpartition("十")
    count = int(tens.translate(_DIGITS) or 1) if ten else 0
    return str(10 * count + int(ones.translate(_DIGITS) or 0))
