"""A second look at a text that differs from the last one: do the pages differ, or only how they were read?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from snapshotter.change import folded, only_read_otherwise
from snapshotter.codings import content
from snapshotter.errors import BadHttp, ExtractError
from snapshotter.http1 import payload, read_head
from snapshotter.preserve import Preserved
from snapshotter.reading import MAX_CONTENT_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from snapshotter.items import Snapshot


def recheck(
    preserved: Preserved, blocks: Sequence[bytes], before: Snapshot, blocks_before: Sequence[bytes]
) -> Preserved:
    """The capture, which says so if its page shows the same article as that of the last good one, ``before``.

    ``blocks``, ``blocks_before``: the answers of both, as they crossed the wire, those of further pages included.
    Costs a parse each; for a worker.
    """
    try:
        shown, shown_before = _shown(blocks), _shown(blocks_before)
    except (BadHttp, ExtractError):
        return preserved
    if not only_read_otherwise(before, preserved.article, shown_before, shown):
        return preserved
    return replace(preserved, capture=replace(preserved.capture, reads_as=before.id))


def _shown(blocks: Sequence[bytes]) -> frozenset[str]:
    return frozenset().union(*map(_lines, blocks))


def _lines(response_block: bytes) -> frozenset[str]:
    from snapshotter.extract.lines import shown_lines  # noqa: PLC0415  (who only looks on needn't load it)

    head = read_head(response_block)
    decoded, _ = content(payload(response_block, head), ",".join(head.get_all("content-encoding")), MAX_CONTENT_BYTES)
    return frozenset(map(folded, shown_lines(decoded, head.get("content-type") or "")))
