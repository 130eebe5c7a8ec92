"""An article's text as HTML whose text, as a browser gives it, is ``body_text`` to the character.

``body_html`` only says what each paragraph is (heading, quote, item, caption) and where its links are: a paragraph
that isn't found there is a plain one. So nothing that the archive keeps as text can be lost or altered by markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from itertools import groupby
from typing import NamedTuple

import nh3

LONGEST_HTML = 2 << 20
"""In characters; of a longer one only the text is shown."""

_EDGE = re.compile(r"<(/?)(p|h[2-6]|li|figcaption|pre|t[dh])>")
_TAG = re.compile(r"<[^<>]*>")
_BREAK = re.compile(r"<br ?/?>")
_INLINE = {"a", "em", "strong", "b", "i", "code"}
_HEADING, _ITEM, _QUOTE, _CAPTION, _CODE, _CELL = "heading", "item", "quote", "caption", "code", "cell"
_KINDS = {"li": _ITEM, "figcaption": _CAPTION, "pre": _CODE, "td": _CELL, "th": _CELL}
_OPEN = {
    "": "<p>",
    _HEADING: '<p class="heading" role="heading" aria-level="2">',
    _ITEM: '<p class="item" role="listitem">',
    _QUOTE: '<p class="quote">',
    _CAPTION: '<p class="caption">',
    _CODE: '<p class="code">',
    _CELL: '<p class="cell">',
}


class _Block(NamedTuple):
    kind: str
    text: str
    html: str


def rendered(body_text: str, body_html: str) -> str:
    """The paragraphs of ``body_text``, a ``<p>`` each. Safe to send whatever either holds."""
    if not body_text:
        return ""
    blocks = list(_blocks(body_html)) if len(body_html) <= LONGEST_HTML else []
    paragraphs = _matched(body_text.split("\n\n"), blocks)
    parts = []
    for is_list, group in groupby(paragraphs, lambda one: one.kind == _ITEM):
        lines = "\n".join(f"{_OPEN[one.kind]}{one.html}</p>" for one in group)
        parts.append(f'<div role="list">\n{lines}\n</div>' if is_list else lines)
    return "\n".join(parts)


def _matched(paragraphs: list[str], blocks: list[_Block]) -> Iterator[_Block]:
    """Each paragraph as the next block of the same text has it, else plain."""
    place = 0
    for paragraph in paragraphs:
        ahead = range(place, min(place + 8, len(blocks)))
        at = next((index for index in ahead if blocks[index].text == paragraph), -1)
        if at < 0:
            yield _Block("", paragraph, escape(paragraph))
            continue
        place = at + 1
        kind, _, inner = blocks[at]
        yield _Block(kind, paragraph, _inline(inner) if "<" in inner else escape(paragraph))


def _blocks(html: str) -> Iterator[_Block]:
    """From each tag to the next that ends it: in one pass, whatever is left open."""
    begun: re.Match[str] | None = None
    for edge in _EDGE.finditer(html):
        if begun is None:
            begun = None if edge[1] else edge
            continue
        if not edge[1] or edge[2] != begun[2]:
            continue
        tag, inner = edge[2], html[begun.end() : edge.start()]
        is_quote = html.endswith("<blockquote>", 0, begun.start())
        begun = None
        kind = _HEADING if tag[0] == "h" else _QUOTE if is_quote else _KINDS.get(tag, "")
        inner = _BREAK.sub("\n", inner) if "<br" in inner else inner
        text = unescape(_TAG.sub("", inner)) if "<" in inner or "&" in inner else inner
        yield _Block(kind, text, inner)


def _inline(html: str) -> str:
    return nh3.clean(
        html,
        tags=_INLINE,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
