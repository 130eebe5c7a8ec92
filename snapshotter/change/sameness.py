"""Is it the same article still, and can its text be believed: from what the last good capture said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from snapshotter.change.reading import agree, alike, words

if TYPE_CHECKING:
    from collections.abc import Collection

    from snapshotter.change.reading import Text, Words

COLLAPSED = 0.2
"""A text of less than so much of the last one is looked at twice."""
A_TEXT = 400
"""A text of fewer characters can't collapse."""
SHARED = 1 / 3
"""So much of the shorter text's lines, by length, makes two texts one article's."""
_LINE = 12
"""A shorter line may stand in any article."""


def continues(before: Text, after: Text) -> bool:
    """Whether two texts are one article's: under the same title, or with a third of their lines the same."""
    old, new = words(before), words(after)
    if old.title and old.title.casefold() == new.title.casefold():
        return True
    return _shared(old, new) >= SHARED


def doubt(before: Text, after: Text) -> tuple[str, str]:
    """(verdict, warning) for a text of which little is left; ``ok`` and no warning: nothing to doubt.

    ``truncated`` where all that is left is part of what was there, ``not-article`` where neither title nor text have
    anything to do with it; else ``ok``, with a warning: a text may well have been replaced by a short one.
    """
    if len(before.body_text) < A_TEXT or len(after.body_text) >= COLLAPSED * len(before.body_text):
        return "ok", ""
    old, new = words(before), words(after)
    whole, left = "\n".join(old.lines), [line.rstrip(". …") for line in new.lines]
    if all(line in whole for line in left):
        return "truncated", "body: only a part of the text of the last capture"
    if old.title != new.title and not any(line in whole for line in left if len(line) > _LINE):
        return "not-article", "body: a few words that have nothing to do with the last capture's"
    return "ok", "body: less than a fifth of the text of the last capture"


def only_read_otherwise(before: Text, after: Text, shown_before: Collection[str], shown_after: Collection[str]) -> bool:
    """Whether two pages show the same and only the reading of them differs.

    ``shown_…``: every line of the pages, ``folded``. True if each line that one text has and the other hasn't stands
    on the other's page all the same, and the lines of both have the same order.
    """
    old, new = words(before), words(after)
    if old.title != new.title or not agree(old, new):
        return False
    here, there = set(new.lines), set(old.lines)
    lost = [line for line in old.lines if line not in here]
    won = [line for line in new.lines if line not in there]
    if not all(line in shown_after for line in lost) or not all(line in shown_before for line in won):
        return False
    return [line for line in old.lines if line in here] == [line for line in new.lines if line in there]


def says_the_same(before: Text, after: Text) -> bool:
    """Whether noise at most parts two texts."""
    return alike(words(before), words(after))


def _shared(old: Words, new: Words) -> float:
    known = {line for line in old.lines if len(line) > _LINE}
    length = min(sum(map(len, old.lines)), sum(map(len, new.lines)))
    return sum(len(line) for line in new.lines if line in known) / length if length else 0.0
