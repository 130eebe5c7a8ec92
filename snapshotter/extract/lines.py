"""All that a page shows, line by line: the article's text and whatever else there is."""

from __future__ import annotations

from snapshotter.extract.blocks import lay_out
from snapshotter.extract.decode import decode
from snapshotter.extract.tree import parse


def shown_lines(payload: bytes, content_type: str = "") -> list[str]:
    """The lines that a page shows, in its order. As ``extract`` takes it; never raises, whatever the bytes."""
    layout = lay_out(parse(decode(payload, content_type).text))
    return [line for block in layout.blocks for line in block.text.split("\n") if line]
