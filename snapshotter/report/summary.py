"""The text a person reads when a run has ended."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from snapshotter.report.exits import meaning

if TYPE_CHECKING:
    from snapshotter.report.run import RunReport, SiteCounts

MAX_ROWS = 20
HEADINGS = ("found", "fetched", "new", "revised", "unchanged", "gone", "bad", "failed")


def summary(report: RunReport) -> str:
    """What the run did: a head line, a table of sites, then what was skipped, what failed and why.

    The sites with most to tell come first, at most MAX_ROWS of them; the last row is the total.
    """
    total = report.totals()
    parts = [_head(report, total), "", *_table(report, total), ""]
    for title, counts in (
        ("Bad copies", Counter({v: n for v, n in total.verdicts.items() if v not in ("ok", "http-status")})),
        ("Skipped", total.skipped),
        ("Failed", total.failed),
    ):
        if counts:
            parts.append(f"{title + ':':<12}{_listed(counts)}")
    parts += [f"{'Error:':<12}{error['where']}: {error['what']}" for error in report.errors[:5]]
    if report.errors_total > 5:
        parts.append(f"{'':<12}and {report.errors_total - 5} more")
    if report.unwritable:
        parts.append(f"{'Not written:':<13}{report.unwritable}")
    parts += [f"{'Alarm:':<12}{alarm}" for alarm in report.alarms[:MAX_ROWS]]
    status = report.exit_status()
    return "\n".join([*parts, f"{'Exit:':<12}{int(status)}, {meaning(status)}"]) + "\n"


def size(count: float) -> str:
    """A number of bytes for people: ``812 B``, ``1.2 MB``."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def duration(seconds: float) -> str:
    """``12.4 s``, ``3 min 07 s``, ``2 h 05 min``."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def _head(report: RunReport, total: SiteCounts) -> str:
    rate = total.fetched / max(report.seconds, 0.001)
    sites, responses = _counted(len(report.sites), "site"), _counted(total.fetched, "response")
    return f"{sites} in {duration(report.seconds)}: {responses}, {size(total.bytes)}, {rate:.1f} pages/s"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _table(report: RunReport, total: SiteCounts) -> list[str]:
    """Aligned rows; one site alone needs no total."""
    ranked = sorted(report.sites.items(), key=lambda item: (-item[1].verdicts.total(), -item[1].fetched, item[0]))
    rows = [("", *HEADINGS), *((site, *_row(counts)) for site, counts in ranked[:MAX_ROWS])]
    if rest := ranked[MAX_ROWS:]:
        from snapshotter.report.run import SiteCounts  # noqa: PLC0415  (who only writes a size needn't load it)

        others = SiteCounts()
        for _, counts in rest:
            others.add(counts)
        rows.append((f"{len(rest):,} more", *_row(others)))
    if len(ranked) != 1:
        rows.append(("all", *_row(total)))
    first = max(len(row[0]) for row in rows)
    widths = [max(len(row[column]) for row in rows) for column in range(1, len(HEADINGS) + 1)]
    return [
        f"  {row[0]:<{first}}" + "".join(f"  {cell:>{width}}" for cell, width in zip(row[1:], widths, strict=True))
        for row in rows
    ]


def _row(counts: SiteCounts) -> tuple[str, ...]:
    changes = counts.changes
    numbers = (
        counts.found.total(),
        counts.fetched,
        changes["new"],
        changes["revised"],
        changes["unchanged"],
        changes["gone"] + changes["withdrawn"],
        counts.bad,
        counts.failed.total(),
    )
    return tuple(f"{number:,}" if number else "·" for number in numbers)


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {reason}" for reason, count in counts.most_common(12))
