"""The sources' health as a person reads it: a line a source, or the days of one."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from snapshotter.clock import utc_now
from snapshotter.ledger import Day
from snapshotter.ledger.standing import Raised
from snapshotter.report.health import Health

BARS = "▁▂▃▄▅▆▇█"
GAP = "  "
LEAST_SOURCE = 12
DETAIL_DAYS = 14
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400

Paint = Callable[[str, str], str]
"""(text, style) → the text, coloured where it may be."""


def overview(found: Sequence[Health], width: int, paint: Paint) -> list[str]:
    """A table with a line a source, as wide as ``width`` at most (0: as wide as it likes).

    Where it doesn't fit it is drawn with less: fewer days, no lateness, no next visit, names cut.
    """
    for days, last in ((28, 7), (14, 7), (7, 7), (7, 6), (7, 5), (7, 4)):
        rows = _rows(found, days, last)
        widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
        spare = width - sum(widths[1:]) - len(GAP) * (len(widths) - 1)
        if not width or spare >= widths[0]:
            break
    if width:
        widths[0] = min(widths[0], max(LEAST_SOURCE, spare))
    styles = ["bold", *("red" if one.alarms else "green" for one in found)]
    return [_painted(row, widths, style, paint) for row, style in zip(rows, styles, strict=True)]


def detail(one: Health, width: int, paint: Paint) -> list[str]:
    """Everything of one source: its days as a table, then why URLs were skipped and failed, and its fields."""
    rows: list[tuple[str, ...]] = [
        ("day", "listed", "new", "revised", "same", "gone", "skipped", "failed", "late p50", "p95")
    ]
    rows += [_day(day) for day in one.days[-DETAIL_DAYS:]]
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    lines = [
        paint(one.source, "bold"),
        f"  last visit {_ago(one.last_visit_at)}, last new article {_ago(one.last_new_at)}"
        + (f", next visit {_ahead(one.next_due_at)}" if one.next_due_at else ""),
        f"  {sparkline(one.new_by_day)}  new articles a day, the last {len(one.new_by_day)} days",
        "",
        *("  " + GAP.join(f"{cell:>{size}}" for cell, size in zip(row, widths, strict=True)) for row in rows),
        "",
    ]
    shares = ", ".join(f"{name} {share:.0%}" for name, share in one.coverage.items())
    length = one.recent.lengths.quantile(0.5)
    facts = (
        ("found by", _counted(one.recent.listed)),
        ("skipped", _counted(one.recent.skipped)),
        ("failed", _counted(one.recent.failed)),
        ("fields", shares + (f"; texts of about {length:,.0f} characters" if length is not None else "")),
    )
    lines += [_cut(f"  {name:<9} {text}", width) for name, text in facts if text]
    return [*lines, "  (the last 7 days)"] if any(text for _, text in facts) else lines


def alarm_lines(standing: Sequence[Raised], paint: Paint) -> list[str]:
    """A line an alarm."""
    return [f"{paint('ALARM', 'red')} {one.alarm}, since {_ago(one.raised_at)}" for one in standing]


def sparkline(counts: Sequence[int]) -> str:
    """A bar for each count, the highest for the greatest; a dot for 0."""
    top = max(counts, default=0)
    return "".join(BARS[-(-count * len(BARS) // top) - 1] if count else "·" for count in counts)


def cells(text: str) -> int:
    """How many cells of a terminal a text takes: two for each wide character."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _rows(found: Sequence[Health], days: int, last: int) -> list[tuple[str, ...]]:
    """Headings and cells, without the columns behind the ``last`` one, or with nothing in them."""
    rows = [_headings(days)[:last], *(_row(one, days)[:last] for one in found)]
    columns = [column for column in zip(*rows, strict=True) if any(column[1:]) or not found]
    return list(zip(*columns, strict=True))


def _headings(days: int) -> tuple[str, ...]:
    return ("source", "health", "visited", "new article", f"new, {days} days", "late p50/p95", "next visit")


def _row(one: Health, days: int) -> tuple[str, ...]:
    kinds = dict.fromkeys(raised.alarm.kind for raised in one.alarms)
    late = "/".join(_minutes(minutes) for minutes in one.late_minutes)
    return (
        one.source,
        " ".join(kinds) or ("ok" if one.last_visit_at else "not yet"),
        _ago(one.last_visit_at),
        _ago(one.last_new_at),
        f"{sparkline(one.new_by_day[-days:])} {sum(one.new_by_day[-days:]):>5,}",
        "" if late == "-/-" else late,
        _ahead(one.next_due_at),
    )


def _painted(row: Sequence[str], widths: Sequence[int], style: str, paint: Paint) -> str:
    padded = [_cut(cell, size) + " " * (size - cells(_cut(cell, size))) for cell, size in zip(row, widths, strict=True)]
    shown = [paint(cell, style) if style == "bold" or place == 1 else cell for place, cell in enumerate(padded)]
    return GAP.join(shown).rstrip()


def _day(day: Day) -> tuple[str, ...]:
    figures, captured = day.figures, day.figures.captured
    counts = (
        figures.listed.total(), captured["new"], captured["revised"], captured["unchanged"],
        captured["gone"] + captured["withdrawn"], figures.skipped.total(), figures.failed.total(),
    )  # fmt: skip
    late = (_minutes(figures.late.quantile(share)) for share in (0.5, 0.95))
    return (day.day, *(f"{count:,}" if count else "·" for count in counts), *late)


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.most_common(6))


def _minutes(minutes: float | None) -> str:
    return "-" if minutes is None else _length(minutes * _MINUTE)


def _ago(at: str) -> str:
    return f"{_length((utc_now() - datetime.fromisoformat(at)).total_seconds())} ago" if at else "never"


def _ahead(at: str) -> str:
    if not at:
        return ""
    seconds = (datetime.fromisoformat(at) - utc_now()).total_seconds()
    return f"in {_length(seconds)}" if seconds > 0 else "now"


def _length(seconds: float) -> str:
    for unit, size, limit in (("min", _MINUTE, 2 * _HOUR), ("h", _HOUR, 2 * _DAY)):
        if seconds < limit:
            return f"{max(0.0, seconds) / size:.0f} {unit}"
    return f"{seconds / _DAY:.0f} d"


def _cut(text: str, width: int) -> str:
    """As much of a text as ``width`` cells hold (0: all), with an ellipsis where that isn't all."""
    if not width or cells(text) <= width:
        return text
    while cells(text) >= width:
        text = text[:-1]
    return f"{text}…"
