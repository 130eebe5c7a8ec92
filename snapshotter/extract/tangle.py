"""Pages built to keep a parser busy: told before they are parsed.

An HTML 5 parser looks through all open elements at many a start tag, opens formatting elements anew in every
paragraph, and compares each attribute with all others of its tag: three ways to make it work for hours.
"""

from __future__ import annotations

import re
from collections import Counter

from snapshotter.extract.words import listed

FEW_TAGS = 4_000
"""A page of fewer can't keep a parser busy for long."""
MAX_DEPTH = 2_000
MAX_FORMATTING = 50
MAX_OPTIONS = 4_000
MAX_MERGED = 100
"""Tags of ``html`` and ``body``: the attributes of all go to one element."""
MAX_TAG = 20_000
"""Characters from one ``>`` to the next, of which not more than MAX_SPACES are white outside quotes."""
MAX_SPACES = 1_000

_TAG = re.compile(r"<(/?[a-zA-Z][^\s/>]{0,20})")
_START = re.compile(r"<[a-zA-Z]")
_BARE = re.compile(r"(?s)(<[a-zA-Z][^\s/>]{0,50}).*")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_SCRIPT = re.compile(r"<script.*?</script", re.S | re.I)
_NEVER_OPEN = frozenset(
    listed("""
    area base basefont bgsound br col embed frame hr img image input keygen link meta param source track wbr
    p li dt dd tr td th thead tbody tfoot option optgroup colgroup rb rt rp rtc html head body
    """)
)
# Without links: each closes the one before.
_FORMATTING = frozenset(listed("b big code em font i nobr s small strike strong tt u"))


def is_tangled(html: str) -> bool:
    """Whether elements are nested, or attributes piled up, as no page of anybody who has something to say does."""
    return _looks_tangled(html) and _looks_tangled(_SCRIPT.sub("", html))  # comparisons in scripts look like tags


def _looks_tangled(html: str) -> bool:
    if _has_endless_tag(html):
        return True
    if html.count("<") < FEW_TAGS:
        return False
    tags = _TAG.findall(html.lower())
    counts = Counter(tags)
    if counts["option"] > MAX_OPTIONS or counts["html"] + counts["body"] > MAX_MERGED:
        return True
    starts = sum(count for tag, count in counts.items() if tag[0] != "/" and tag not in _NEVER_OPEN)
    formatting = sum(counts[tag] for tag in _FORMATTING)
    return (starts > MAX_DEPTH or formatting > MAX_FORMATTING) and _is_nested(tags)


def without_endless_tags(html: str) -> str:
    """The page with nothing but its name left of a tag that has thousands of attributes."""
    parts = html.split(">")
    return ">".join([_BARE.sub(r"\1", part, count=1) if is_endless(part) else part for part in parts])


def _has_endless_tag(html: str) -> bool:
    step = MAX_TAG // 2  # a stretch of MAX_TAG holds one that starts at a multiple of this
    start = 0
    while start < len(html) - step:
        end = html.find(">", start, start + step)
        if end < 0:
            end = html.find(">", start)
            end = len(html) if end < 0 else end
            if is_endless(html[html.rfind(">", 0, start) + 1 : end]):
                return True
            start = end - end % step
        start += step
    return False


def is_endless(part: str) -> bool:
    """Whether what stands between two ``>`` is a tag with thousands of attributes, or might be."""
    start = _START.search(part) if len(part) > MAX_TAG else None
    return start is not None and len(_QUOTED.sub("", part[start.start() :]).split(None, MAX_SPACES)) > MAX_SPACES


def _is_nested(tags: list[str]) -> bool:
    """Whether too much is open at once. An end tag closes its own kind alone: others don't make up for an open one."""
    opened: Counter[str] = Counter()
    depth = formatting = 0
    for tag in tags:
        if tag in _NEVER_OPEN:
            continue
        name = tag.lstrip("/")
        step = 1 if name == tag else -1
        if step < 0 and not opened[name]:
            continue
        opened[name] += step
        depth += step
        formatting += step * (name in _FORMATTING)
        if depth > MAX_DEPTH or formatting > MAX_FORMATTING:
            return True
    return False
