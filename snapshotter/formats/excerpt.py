"""The few words of an article that a list shows."""

from __future__ import annotations

from snapshotter.patterns import pattern

_WIDE = "\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6"
_BREAK = r"[^\S\n]*\n\s*"
_BREAK_IN_WIDE = pattern(f"(?<=[{_WIDE}]){_BREAK}(?=[{_WIDE}“‘])|(?<=[{_WIDE}”’]){_BREAK}(?=[{_WIDE}])")


def excerpt(text: str, start: int = 0) -> str:
    """What a list shows of an article: its first 89 characters, or ``...`` and 87 from offset ``start`` on.

    White space is folded: a break between two wide (Chinese, Japanese, Korean) characters goes, any other run is a
    space. Empty for a text of white space.
    """
    if start > 0 and text[:start].strip():
        return "..." + _folded(text[start:], 87)
    return _folded(text, 89)


def _folded(text: str, length: int) -> str:
    # Enough of it for the length in all but absurd runs of white space.
    window = _BREAK_IN_WIDE.sub("", text.strip()[: length * 20])
    return " ".join(window.split())[:length]
