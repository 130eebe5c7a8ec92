"""What several steps share: how much there is to read, what is the same, how a vocabulary becomes a pattern."""

from __future__ import annotations

import unicodedata
from html import unescape

from snapshotter.patterns import pattern

_ENDLESS_REFERENCE = pattern(r"&#(?:\d{8,}|[xX][0-9a-fA-F]{7,});?")
CLAUSE_END = pattern(r"[,;:!?.…۔؟،](?:[\s\"'”’»)\]]|$)|[。！？，、；：…।]")
"""Where a clause or sentence ends: prose has such places, a label has none."""
_NOT_LETTERS = pattern(r"[\W_]+")
_LOWER = bytes(range(256)).lower()
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())


def weight(text: str) -> int:
    """How much there is to read: a letter counts 1, a CJK character 2."""
    return len(text) if text.isascii() else (len(text) + len(text.encode("utf-8", "replace"))) // 2


def squeeze(text: str) -> str:
    """Letters and digits alone, width and case folded: what two writings of one line have in common."""
    if text.isascii():
        return text.encode("ascii").translate(_LOWER, _NO_LETTERS).decode("ascii")
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def unescaped(text: str) -> str:
    """HTML's character references resolved; one of more digits than there are characters stands for none."""
    return unescape(_ENDLESS_REFERENCE.sub("\ufffd", text)) if "&" in text else text


def listed(vocabulary: str) -> tuple[str, ...]:
    """The words of a vocabulary, parted by white space."""
    return tuple(vocabulary.split())


def any_of(vocabulary: str) -> str:
    """A group that matches any of the patterns in ``vocabulary``, parted by white space; ``␣`` in one is a space."""
    return f"(?:{'|'.join(vocabulary.split())})".replace("␣", " ")
