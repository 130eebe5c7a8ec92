"""Pages built to keep a parser busy: told before they are parsed.

An HTML 5 parser looks through all open elements at many a start tag, opens formatting elements anew in every
paragraph, and compares each attribute with all others of its tag: three ways to make it work for hours.
"""

from __future__ import annotations

import re
from collections import Counter

from snapshotter.extract.words import listed
from snapshotter.patterns import pattern

FEW_TAGS = 4_000
"""A page of fewer can't keep a parser busy for long."""
MAX_DEPTH = 2_000
MANY_FORMATTING = 20
"""With fewer formatting elements on a page there is nothing to open anew."""
MAX_REOPENED = 300_000
"""How many formatting elements may have to be opened anew."""
MAX_OPTIONS = 4_000
MAX_MERGED = 100
"""Tags of ``html`` and ``body``: the attributes of all go to one element."""
MAX_TAG = 20_000
"""Characters from one ``>`` to the next, of which not more than MAX_SPACES are white outside quotes."""
MAX_SPACES = 1_000

_TAG = pattern(r"<(/?[a-zA-Z][^\s/>]{0,20})")
_START = pattern(r"<[a-zA-Z]")
_BARE = pattern(r"(?s)(<[a-zA-Z][^\s/>]{0,50}).*")
_QUOTED = pattern(r"\"[^\"]*\"|'[^']*'")
_UNREAD = pattern(
    r"<!--(?:-?>|[^-]*+(?:-(?!-!?>)[^-]*+)*+(?:--!?>|\Z))"
    r"|<(script|style|title|textarea|xmp|iframe|noembed|noframes)(?=[\s/>])[^<]*+(?:<(?!/\1[\s/>])[^<]*+)*+(?:</\1|\Z)",
    re.I,
)
_BETWEEN = pattern(r"[\s/]+")
_NEVER_OPEN = frozenset(
    listed("""
    area base basefont bgsound br col embed frame hr img image input keygen link meta param source track wbr
    p li dt dd tr td th thead tbody tfoot option optgroup colgroup rb rt rp rtc html head body
    """)
)
_CELLS = frozenset(listed("td th caption"))
_WALLS = frozenset(listed("table td th caption"))
"""What an end tag within doesn't reach out of."""
# Without links: each closes the one before.
_FORMATTING = frozenset(listed("b big code em font i nobr s small strike strong tt u"))


def is_tangled(html: str, opening: int) -> bool:
    """Whether elements are nested, or attributes piled up, as no page of anybody who has something to say does.

    ``opening``: how many ``<`` there are.
    """
    many = opening >= FEW_TAGS
    if not many and not _has_endless_tag(html):
        return False
    bare = _UNREAD.sub("", html)  # what looks like a tag in a script or comment is none
    if _has_endless_tag(bare) or (many and _is_piled_up(bare)):
        return True
    # Within an attribute or a drawing they are neither script nor comment: who hides much there is looked at whole.
    return opening - bare.count("<") > MAX_DEPTH and _is_piled_up(html.replace(r"<\/", "</"))


def without_endless_tags(html: str) -> str:
    """The page without the attributes of tags that have thousands of them."""
    parts = html.split(">")
    for place, part in enumerate(parts):
        if is_endless(part, is_open=place > 0 and _ends_in_quotes(parts[place - 1])):
            parts[place] = _BARE.sub(r"\1", part, count=1) if _START.search(part) else ""
    return ">".join(parts)


def _has_endless_tag(html: str) -> bool:
    step = MAX_TAG // 2  # a stretch of MAX_TAG holds one that starts at a multiple of this
    start = 0
    while start < len(html) - step:
        end = html.find(">", start, start + step)
        if end < 0:
            end = html.find(">", start)
            end = len(html) if end < 0 else end
            begin = html.rfind(">", 0, start) + 1
            before = html[html.rfind("<", 0, begin) : begin - 1] if begin else ""
            if is_endless(html[begin:end], is_open=_ends_in_quotes(before[-MAX_TAG:])):
                return True
            start = end - end % step
        start += step
    return False


def is_endless(part: str, *, is_open: bool = False) -> bool:
    """Whether what stands between two ``>`` is a tag with thousands of attributes, or might be.

    ``is_open``: the first ``>`` stood between quotes, so that its tag goes on.
    """
    start = _START.search(part) if len(part) > MAX_TAG else None
    if len(part) <= MAX_TAG or (start is None and not is_open):
        return False
    attributes = part if start is None or is_open else part[start.start() :]
    return len(_BETWEEN.split(_QUOTED.sub(" ", attributes), MAX_SPACES)) > MAX_SPACES


def _ends_in_quotes(part: str) -> bool:
    tag = part[part.rfind("<") :]
    return tag.startswith("<") and (tag.count('"') % 2 == 1 or tag.count("'") % 2 == 1)


def _is_piled_up(html: str) -> bool:
    tags = " ".join(_TAG.findall(html)).lower().split()
    counts = Counter(tags)
    if counts["option"] > MAX_OPTIONS or counts["html"] + counts["body"] > MAX_MERGED:
        return True
    starts = sum(count for tag, count in counts.items() if tag[0] != "/" and tag not in _NEVER_OPEN)
    formatting = sum(counts[tag] for tag in _FORMATTING)
    return (starts > MAX_DEPTH or formatting > MANY_FORMATTING) and _is_nested(tags)


def _is_nested(tags: list[str]) -> bool:
    """Whether too much is open at once. An end tag closes its own kind, and nothing outside its table or cell."""
    opened: list[str] = []
    formatting = cost = 0
    for tag in tags:
        name = tag.lstrip("/")
        if name in _NEVER_OPEN and name not in _CELLS:
            cost += formatting  # what is open may have to be opened anew
        elif name == tag:
            cost += formatting
            opened.append(tag)
            formatting += tag in _FORMATTING
        elif opened and opened[-1] == name:
            formatting -= opened.pop() in _FORMATTING
        else:
            at = _closed_by(name, opened)
            cost += len(opened) - 1 - at if at >= 0 else len(opened) // 10
            if at >= 0:
                gone = opened[at : at + 1] if name in _FORMATTING else opened[at:]
                formatting -= sum(one in _FORMATTING for one in gone)
                del opened[at : at + len(gone)]
        if len(opened) > MAX_DEPTH or cost > MAX_REOPENED:
            return True
    return False


def _closed_by(name: str, opened: list[str]) -> int:
    """The place of the element that an end tag closes; -1: none, or it is outside the table or cell."""
    for at in range(len(opened) - 1, -1, -1):
        if opened[at] == name:
            return at
        if opened[at] in _WALLS and name not in _WALLS:
            return -1
    return -1
