"""Charts as inline SVG: drawn here, no script, in the colours of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from markupsafe import Markup

WIDTH, HEIGHT, FOOT, HEAD = 640, 190, 28, 28
SPARK = 20


def columns(values: Mapping[str, int], title: str) -> Markup:
    """A column a value, the first and last named below. ``title``: what it shows, for who doesn't see it."""
    highest = max(values.values(), default=0)
    most = highest or 1
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
    return _svg("".join(bars) + _frame(list(values), f"{highest:,}"), HEIGHT, title)


def _svg(inner: str, height: int, title: str) -> Markup:
    return Markup(  # noqa: S704  (numbers, and text that is escaped)
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">{inner}</svg>'
    )


def share(part: int, whole: int) -> int:
    """Per cent, whole."""
    return round(100 * part / whole) if whole else 0


def spark(values: Sequence[int], title: str) -> Markup:
    """Columns as small as a word. ``title``: as above; the values follow it."""
    most = max(values, default=0) or 1
    bars = "".join(
        f'<rect x="{4 * place}" y="{SPARK - height:.1f}" width="3" height="{height:.1f}"/>'
        for place, value in enumerate(values)
        if (height := max(SPARK * value / most, 1 if value else 0))
    )
    said = escape(f"{title}: {', '.join(map(str, values))}")
    return Markup(  # noqa: S704  (numbers, and text that is escaped)
        f'<svg class="spark" viewBox="0 0 {4 * max(len(values), 1)} {SPARK}" width="{4 * len(values)}" '
        f'height="{SPARK}" role="img" aria-label="{said}">{bars}</svg>'
    )


def curves(values: Mapping[str, tuple[float | None, float | None]], top: str, title: str) -> Markup:
    """Two lines over the same days, the first whole, the second dashed; a day without a value leaves a gap.

    ``top``: what the highest value is called.
    """
    most = max((one for pair in values.values() for one in pair if one), default=0) or 1
    step = WIDTH / max(len(values), 1)

    def drawn(which: int) -> str:
        parts, pen = [], "M"
        for place, pair in enumerate(values.values()):
            value = pair[which]
            if value is None:
                pen = "M"
                continue
            y = HEIGHT - FOOT - (HEIGHT - FOOT - HEAD) * value / most
            parts.append(f"{pen}{(place + 0.5) * step:.1f} {y:.1f}h.1")  # alone it is a dot
            pen = "L"
        return f'<path class="line{which}" d="{"".join(parts)}"/>'

    return _svg(drawn(0) + drawn(1) + _frame(list(values), top), HEIGHT, title)


def _frame(names: Sequence[str], top: str) -> str:
    """The axis, the first and last name below it, what the top is called."""
    ends = [(0, "start", names[0]), (WIDTH, "end", names[-1])] if len(names) > 1 else [(0, "start", "".join(names))]
    labels = "".join(
        f'<text x="{x}" y="{HEIGHT - 7}" text-anchor="{anchor}">{escape(name)}</text>' for x, anchor, name in ends
    )
    axis = f'<path class="axis" d="M0 {HEIGHT - FOOT}H{WIDTH}"/>'
    return f'{labels}<text x="0" y="{HEAD - 9}">{escape(top)}</text>{axis}'
