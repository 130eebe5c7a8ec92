"""What a Python string may hold and UTF-8 may not."""

from __future__ import annotations

import re

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def is_well_formed(text: str) -> bool:
    """Whether UTF-8 can hold it: it has no lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def well_formed(text: str) -> str:
    """The text, each lone surrogate in it (as JSON in a page can smuggle in) made U+FFFD. Others are unchanged."""
    return text if is_well_formed(text) else _LONE_SURROGATE.sub("\ufffd", text)
