"""Writes the table that folds traditional characters onto simplified ones: ``snapshotter/fulltext/simplified.txt``.

    python tools/fold_table.py > snapshotter/fulltext/simplified.txt

Which character stands for which is asked of OpenCC (Apache-2.0), one character at a time; what it has for words is of
no use to bigrams. Two lines: the characters, and beneath each the one it is folded onto.
"""

from __future__ import annotations

from itertools import chain

from opencc import OpenCC

BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000))


def pairs() -> list[tuple[str, str]]:
    """Each character that isn't its own simplified form, with that form."""
    characters = [chr(code) for code in chain.from_iterable(range(*block) for block in BLOCKS)]
    simplified = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return [
        (one, simple) for one, simple in zip(characters, simplified, strict=True) if one != simple and len(simple) == 1
    ]


if __name__ == "__main__":
    print("".join(one for one, _ in pairs()))
    print("".join(simple for _, simple in pairs()))
