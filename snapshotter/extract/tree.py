"""Step 2, text → tree → tokens: the page parsed once, as browsers parse it, and written out again without tangles.

Everything after this reads tokens: every tag is closed, every ``<`` in text or attributes is escaped, and what a
browser never shows is gone. So reading them takes one regular expression and no walk over a tree.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from snapshotter.extract.tangle import is_tangled, without_endless_tags
from snapshotter.extract.words import listed
from snapshotter.patterns import pattern

MAX_TAGS = 160_000
"""Only so many tags of a page are read."""

_OFTEN_UNSEEN = listed("""
    script style noscript svg iframe link meta textarea select template title video audio object canvas
""")
_RARELY_UNSEEN = listed("""
    math embed applet datalist map noframes noembed frame frameset rt rp xmp plaintext
""")
UNSEEN_TAGS = (*_OFTEN_UNSEEN, *_RARELY_UNSEEN)

NUMBER = "data-snapshotter"
"""Attribute by which a site's rules name elements of the page; on pages of sites with rules only."""

_RARE = frozenset(_RARELY_UNSEEN)
_LESS = ord("<")
_TOKEN = pattern(r"<(?:(/?[a-z][^ >]*+)([^>]*+)|\?[^>]*)>([^<]*+)")
_COMMENT = pattern(r'<!--(?![^ >=/]*=")[^-]*+(?:-(?!->)[^-]*+)*+(?:-->|\Z)')
_TAG_OR_COMMENT = pattern(r"(<[^!][^>]*+>)|<!--.*?(?:-->|\Z)", re.S)
_SWALLOWS = ("style", "script", "textarea", "title", "xmp", "noframes", "noembed", "iframe", "noscript", "template")
_SWALLOWING = pattern(rf"<(?:({'|'.join(_SWALLOWS)})(?=[\s>/])[^<>]*>?|!--)", re.I)


Token = tuple[str, str, str]
"""A tag's name in lower case, with a slash if it is an end tag, empty for a comment; its attributes as written out,
each with its value in quotes (see ``attribute``); the text behind it. In text ``&``, ``<``, ``>`` are escaped."""


class Tree(NamedTuple):
    """A parsed page."""

    root: LexborHTMLParser
    warnings: tuple[str, ...] = ()


def parse(text: str, utf8: bytes | None = None, *, leniently: bool = False) -> Tree:
    """The page's tree. Never raises.

    Of a page that would keep the parser busy for long, what is nested deeper than 2,048 isn't read.
    ``utf8``: the text in UTF-8, where that is at hand.
    ``leniently``: as if a style, comment or title that is never closed, and swallows the rest, weren't there.
    """
    if leniently:
        text, warnings = _released(text), ("what is never closed was left out, for it would leave nothing",)
        return parse(text)._replace(warnings=warnings)
    utf8 = text.encode("utf-8", "ignore") if utf8 is None else utf8
    if is_tangled(text, int(np.count_nonzero(np.frombuffer(utf8, np.uint8) == _LESS))):
        return Tree(LexborHTMLParser(_untangled(text)), ("nested too deep; read as far as it could be",))
    return Tree(LexborHTMLParser(utf8))


def _untangled(text: str) -> str:
    """The page by a parser that gives up where another would go on for hours."""
    text = without_endless_tags(text)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
        etree.strip_elements(root, "select", "datalist", "option", "svg", "math", with_tail=False)
        return etree.tostring(root, encoding="unicode", method="html")
    except (etree.LxmlError, ValueError, TypeError):
        return ""  # nothing in it at all


def _released(text: str) -> str:
    """The page without the start tags, and starts of comments, that nothing closes."""
    lower = text.lower()
    last = {name: lower.rfind(f"</{name}") for name in _SWALLOWS} | {"": lower.rfind("-->")}
    return _SWALLOWING.sub(lambda found: "" if found.start() > last[(found[1] or "").lower()] else found[0], text)


def number(tree: Tree) -> str:
    """Give every element its number in the document, as attribute ``NUMBER``; the numbered page's HTML."""
    if tree.root.root is not None:
        for place, node in enumerate(islice(tree.root.root.traverse(), MAX_TAGS)):
            if node.is_element_node:  # nor comments, nor processing instructions
                node.attrs[NUMBER] = str(place)
    return tree.root.html or ""


def tokens(tree: Tree) -> tuple[list[Token], tuple[str, ...]]:
    """What a browser may show of the page, tag by tag, and warnings. Empties the tree of all else."""
    # The parser looks through the whole tree for each name, so the rare ones are looked for only where there are any.
    tree.root.strip_tags(list(_OFTEN_UNSEEN))
    found, warnings = _written(tree)
    if _RARE.isdisjoint(map(itemgetter(0), found)):
        return found, warnings
    tree.root.strip_tags(list(_RARELY_UNSEEN))
    return _written(tree)


def _written(tree: Tree) -> tuple[list[Token], tuple[str, ...]]:
    body = tree.root.body
    html = ((body.html if body is not None else "") or "").replace("&nbsp;", "\xa0")
    html = _without_comments(html) if "<!--" in html else html
    end, warnings = len(html), tree.warnings
    if end > 3 * MAX_TAGS and html.count("<") > MAX_TAGS:  # the shortest tag is of three characters
        end = next(islice(re.finditer("<", html), MAX_TAGS, None)).start()
        warnings += (f"only the first {MAX_TAGS} tags were read",)
    return _TOKEN.findall(html, 0, end), warnings


def _without_comments(html: str) -> str:
    bare = _COMMENT.sub("", html)
    if "<!--" not in bare:
        return bare
    # Perhaps <p <!-- a --> class=b>: there it is an attribute's name, written out as one.
    return _TAG_OR_COMMENT.sub(lambda found: found[1] or "", html)


def attribute(attributes: str, name: str) -> str:
    """The value of an attribute, unescaped; empty: it has none."""
    start = attributes.find(f' {name}="')
    if start < 0:
        return ""
    start += len(name) + 3
    value = attributes[start : attributes.find('"', start)]
    return unescape(value) if "&" in value else value
