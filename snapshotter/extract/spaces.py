"""White space, as a browser takes it."""

from __future__ import annotations

WHITE = " \t\n\r\f\v\xa0\u3000\u2002\u2003\u2009\u200b\u200c\u200d\u2060\ufeff"
"""What is white at the ends of a paragraph; inside it only ASCII's is touched, see ``collapsed``."""

_RUN = " " * 8


def collapsed(text: str) -> str:
    """White space collapsed to single spaces as a browser does."""
    if "\n" in text:
        text = text.replace("\n", " ")
    if "\t" in text or "\r" in text or "\f" in text:
        text = text.replace("\t", " ").replace("\r", " ").replace("\f", " ")
    while "  " in text:
        text = text.replace(_RUN if _RUN in text else "  ", " ")  # each place found costs, so long runs go first
    return text
