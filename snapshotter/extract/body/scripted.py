"""A body that only a script holds: in JSON-LD, in a page's state as JSON, in a stream of React's.

Looked for only where the page itself shows nothing like an article; what a script holds is else no better than the
page, and often shorter.
"""

from __future__ import annotations

import contextlib
import json
import re
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from snapshotter.extract.blocks import lay_out
from snapshotter.extract.evidence import tolerant_json
from snapshotter.extract.tree import parse
from snapshotter.extract.words import CLAUSE_END, any_of, squeeze, unescaped, weight
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from snapshotter.extract.blocks import Block, Layout
    from snapshotter.extract.evidence import Evidence

MAX_SCRIPTS = 4_000_000
"""Characters of scripts that are looked through."""
MAX_VALUES = 50_000
MAX_DEPTH = 60
LEAST = 300
"""What a body found in a script weighs at least."""
SHORT, SMALL = 1_500, 400
"""A shown body of more weight isn't doubted; one of less than the second is hardly a body."""

_PARSED = pattern(r"JSON\.parse\(\s*(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')\s*[,)]", re.S)
_STREAMED = pattern(r"self\.__next_f\.push\(\[\s*\d+\s*,\s*(\"(?:[^\"\\]|\\.)*\")\s*\]\)", re.S)
_ROW = pattern(r"[0-9a-f]{1,6}:(?:T([0-9a-f]{1,6}),)?")
_NEXT_ROW = pattern(r"\n(?=[0-9a-f]{1,6}:)")
_ASSIGNED = pattern(r"=\s*(?=[\[{])")
_MARKUP = pattern(r"<(?:p|br|div|h[2-6])\b[^<>]{0,500}>", re.I)
_OTHERS = pattern(
    any_of(r"""
    comment related recommend teaser sidebar footer header menu nav legal privacy cookie consent newsletter promo
    advert sponsor translations? locale i18n messages labels config seo meta description summary caption credit
    copyright alt image picture gallery video href url
    """),
    re.I,
)


class _Found(NamedTuple):
    """A text in a script."""

    weight: int
    html: str


def find_scripted(evidence: Evidence, layout: Layout, body: Sequence[Block]) -> list[Block]:
    """The article as the page's scripts hold it; empty: ``body``, what the page shows of it, is no worse.

    A short body is given up for a far longer one that the page shows nowhere; but for nothing at all only where it
    is the ``articleBody`` of JSON-LD.
    """
    shown = sum(block.weight for block in body)
    if shown >= SHORT:
        return []
    html = _stated(evidence) or (_longest(evidence) if shown < SMALL else "")
    found = [block for block in lay_out(parse(html)).blocks if block.text] if html else []
    if sum(block.weight for block in found) < max(LEAST, 2.5 * shown):
        return []
    start = squeeze(found[0].text)[:40]
    return [] if any(start in squeeze(block.text) for block in layout.blocks) else found


def _stated(evidence: Evidence) -> str:
    text = evidence.article.get("articleBody")
    found = _as_html([text]) if isinstance(text, str) else _Found(0, "")
    return found.html if found.weight >= LEAST else ""


def _longest(evidence: Evidence) -> str:
    """The heaviest text; of those that weigh nearly as much the one in most paragraphs: an outer list has it in one."""
    found = [text for value in _values(evidence.scripts) for text in _texts(value) if text.weight]
    most = max((text.weight for text in found), default=0)
    near = (text for text in found if text.weight >= 0.9 * most)
    return max(near, key=lambda text: text.html.count("<p"), default=_Found(0, "")).html


def _values(scripts: list[str]) -> Iterator[Any]:
    """The JSON values in scripts, however they are wrapped."""
    budget, stream = MAX_SCRIPTS, []
    for script in scripts:
        budget -= len(script)
        if budget < 0:
            break
        if pushed := _STREAMED.findall(script):
            stream += [_string(literal) for literal in pushed]
        elif script.lstrip()[:1] in ("{", "["):
            yield tolerant_json(script)
        else:
            yield from (tolerant_json(_string(literal)) for literal in _PARSED.findall(script))
            yield from _assigned(script)
    if stream:
        yield from _rows("".join(stream))


def _string(literal: str) -> str:
    """What a script's string literal stands for; empty: it is none that JSON could read."""
    if literal.startswith("'"):
        literal = '"' + literal[1:-1].replace("\\'", "'").replace('"', '\\"') + '"'
    try:
        return str(json.loads(literal, strict=False))
    except ValueError:
        return ""


def _assigned(script: str) -> Iterator[Any]:
    """Objects that a script assigns."""
    decoder, end = json.JSONDecoder(strict=False), 0
    for match in list(_ASSIGNED.finditer(script))[:50]:
        if match.end() < end:
            continue
        try:
            value, end = decoder.raw_decode(script, match.end())
        except (ValueError, RecursionError):
            continue
        yield value


def _rows(stream: str) -> Iterator[Any]:
    """The values and texts of a React stream: a row ends with its line, one of text after as many bytes as it says."""
    decoder, at = json.JSONDecoder(strict=False), 0
    while match := _ROW.match(stream, at):
        at = match.end()
        if match[1]:
            size = int(match[1], 16)
            text = stream[at : at + size].encode("utf-8", "replace")[:size].decode("utf-8", "ignore")
            at += len(text)
            yield [text]
            continue
        if stream[at : at + 1] in ("[", "{"):
            with contextlib.suppress(ValueError, RecursionError):
                value, at = decoder.raw_decode(stream, at)
                yield value
        following = _NEXT_ROW.search(stream, at)
        if following is None:
            return
        at = following.end()


def _texts(value: Any) -> Iterator[_Found]:
    """Every text in a value: a string of markup or of paragraphs, or what the members of a list say together."""
    queue: list[tuple[Any, int]] = [(value, 0)]
    for _ in range(MAX_VALUES):
        if not queue:
            return
        item, depth = queue.pop()
        if depth > MAX_DEPTH:
            continue
        if isinstance(item, dict):
            queue += [(member, depth + 1) for key, member in item.items() if not _OTHERS.search(str(key))]
        elif isinstance(item, list):
            queue += [(member, depth + 1) for member in item]
            yield _as_html([text for member in item if (text := _said(member, 4))])
        elif isinstance(item, str) and len(item) >= LEAST // 2:
            yield _as_html([item])


def _said(value: Any, depth: int) -> str:
    """The prose of one member of a list: the longest string in it."""
    if isinstance(value, str):
        return value if CLAUSE_END.search(value) else ""
    if isinstance(value, dict) and depth:
        inner = [_said(member, depth - 1) for key, member in value.items() if not _OTHERS.search(str(key))]
        return max(inner, key=len, default="")
    if isinstance(value, list) and depth:
        return " ".join(text for member in value[:200] if (text := _said(member, depth - 1)))
    return ""


def _as_html(texts: list[str]) -> _Found:
    """Strings as one piece of HTML; what is no prose weighs nothing."""
    parts = []
    for text in texts:
        if _MARKUP.search(text) or "&lt;p" in text:
            parts.append(unescaped(text) if "&lt;p" in text else text)
        else:
            lines = [line for line in text.split("\n") if line.strip()]
            parts += [f"<p>{escape(line, quote=False)}</p>" for line in lines]
    html = "\n".join(parts)
    bare = re.sub(r"<[^<>]*>", "", html)
    return _Found(weight(bare) if (CLAUSE_END.search(bare) and " " in bare) or not bare.isascii() else 0, html)
