"""Charts as inline SVG: drawn here, no script, in the colours of the page."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from markupsafe import Markup

WIDTH, HEIGHT, FOOT, HEAD = 640, 190, 28, 28


def columns(values: Mapping[str, int], title: str) -> Markup:
    """A column a value, the first and last named below. ``title``: what it shows, for who doesn't see it."""
    most = max(values.values(), default=0) or 1
    step = WIDTH / max(len(values), 1)
    width = min(step * 0.8, 44)
    bars = []
    for place, (name, value) in enumerate(values.items()):
        height = max((HEIGHT - FOOT - HEAD) * value / most, 1 if value else 0)
        x, y = place * step + (step - width) / 2, HEIGHT - FOOT - height
        bars.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}">'
            f"<title>{escape(name)}: {value:,}</title></rect>"
        )
    names = list(values)
    ends = [(0, "start", names[0]), (WIDTH, "end", names[-1])] if len(names) > 1 else [(0, "start", "".join(names))]
    labels = "".join(
        f'<text x="{x}" y="{HEIGHT - 7}" text-anchor="{anchor}">{escape(name)}</text>' for x, anchor, name in ends
    )
    top = f'<text x="0" y="{HEAD - 9}">{most:,}</text><path class="axis" d="M0 {HEIGHT - FOOT}H{WIDTH}"/>'
    return _svg("".join(bars) + labels + top, HEIGHT, title)


def _svg(inner: str, height: int, title: str) -> Markup:
    return Markup(  # noqa: S704  (numbers, and text that is escaped)
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">{inner}</svg>'
    )


def share(part: int, whole: int) -> int:
    """Per cent, whole."""
    return round(100 * part / whole) if whole else 0
