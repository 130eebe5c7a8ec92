"""Step 2, text → tree → blocks: the page parsed once, and cut where a browser would break the line for good.

Everything after this step reads blocks: what a reader sees as one paragraph, heading, list item or cell,
in the page's order, with where it hangs in the tree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from snapshotter.extract.words import listed

if TYPE_CHECKING:
    Element = etree._Element

MAX_ELEMENTS = 80_000
"""Only this many elements of a page are read."""

MAX_INLINE = 50
"""Inline markup nested deeper is left out: all that is open is opened anew in every block."""

BLOCK_TAGS = frozenset(
    listed("""
    html body address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer
    form frameset h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav ol p plaintext pre search section
    summary table caption colgroup tbody thead tfoot tr td th ul xmp
    """)
)
UNSEEN_TAGS = frozenset(
    listed("""
    head script style noscript template svg math iframe object embed applet canvas audio video select option textarea
    input datalist title meta link map noframes frame rt rp
    """)
)
_SURELY_UNSEEN = frozenset({"head", "script", "style", "noscript", "template", "title", "meta", "link", "input"})
_NEVER_HIDDEN = frozenset({"html", "body", "main", "article"})
INLINE_TAGS = {"a": "a", "button": "a", "em": "em", "i": "em", "strong": "strong", "b": "strong", "code": "code"}
"""What inline markup survives into ``body_html``, and as which tag."""

SPACE = re.compile(r"[ \t\n\r\f]+")
_EARLY_END = re.compile(r"</(?:body|html)\s*>", re.I)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)

WHITE = " \t\n\r\f\v\xa0\u3000\u2002\u2003\u2009\u200b\u200c\u200d\u2060\ufeff"
"""What is white at the ends of a paragraph; inside it only ``SPACE`` is touched, as a browser does."""


class Mark(NamedTuple):
    """Inline markup between a block's pieces of text."""

    tag: str
    """``a``, ``em``, ``strong``, ``code``, the same with a slash at their ends, or ``img``."""
    element: Element


@dataclass(slots=True, eq=False)
class Node:
    """A block-level element, and which blocks lie in it: ``blocks[start:end]``."""

    element: Element
    tag: str
    parent: Node | None
    start: int
    end: int = 0
    names: str = ""
    """Its classes and id, lower case, ``camelCase`` as ``camel-case``."""


@dataclass(slots=True, eq=False)
class Block:
    """A run of text, or an image, that a browser sets as one line or paragraph."""

    node: Node
    """The block-level element that it lies in directly."""
    pieces: list[str | Mark]
    text: str = ""
    """White space collapsed as a browser does. Empty: the block holds only images."""
    link_chars: int = 0
    continues: bool = False
    """Whether only one ``<br>`` parts it from the block before: a new line, not a new paragraph."""

    @property
    def spaced(self) -> str:
        """The text with a space wherever markup parts it: for reading labels and values, not for keeping."""
        return SPACE.sub(" ", " ".join([piece for piece in self.pieces if isinstance(piece, str)])).strip(WHITE)

    @property
    def images(self) -> list[Element]:
        """The ``img`` elements in it."""
        return [piece.element for piece in self.pieces if isinstance(piece, Mark) and piece.tag == "img"]


@dataclass(slots=True, eq=False)
class Layout:
    """A page cut into blocks."""

    root: Element
    blocks: list[Block]
    nodes: list[Node]
    """In document order; the first is the root."""
    warnings: tuple[str, ...] = ()


_HEAD_TAGS = frozenset({"title", "meta", "link", "script", "style", "base", "noscript", "template", "object"})


def parse(text: str) -> tuple[Element | None, tuple[str, ...]]:
    """The page's tree, and warnings; None where there is nothing to parse. Never raises.

    Where elements are nested deeper than 2,048 the parser goes no further.
    """
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    text = _EARLY_END.sub("", text)  # A browser goes on behind the first </html>; the parser doesn't.
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        return None, ()
    if root is not None:
        _open_body(root)
    last = parser.error_log.last_error
    return root, (last.message,) if last is not None and last.type_name == "ERR_RESOURCE_LIMIT" else ()


def _open_body(root: Element) -> None:
    """Move what a browser shows out of the head: without a body tag, HTML 5's own elements open none to the parser."""
    head = root.find("head")
    shown = [child for child in ([] if head is None else head) if child.tag not in _HEAD_TAGS]
    if head is None or not shown:
        return
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    for place, child in enumerate(head[head.index(shown[0]) :]):
        body.insert(place, child)


def lay_out(root: Element) -> Layout:
    """Cut the tree into blocks."""
    walk = _Walk(root)
    walk.run()
    return Layout(root, walk.blocks, walk.nodes, walk.warnings)


def unseen(element: Element) -> bool:
    """Whether a browser shows nothing of the element."""
    if element.tag in UNSEEN_TAGS:
        # The parser is of HTML 4: an unclosed svg or select swallows what follows it.
        return element.tag in _SURELY_UNSEEN or element.find(".//p") is None
    style = element.get("style")
    if style is not None and _HIDDEN.search(style):
        return element.tag not in _NEVER_HIDDEN
    # React streams parts of a page as <div hidden id="S:1"> and shows them by script.
    return element.get("hidden") is not None and not (element.get("id") or "").startswith("S:")


class _Walk:
    """One pass over the tree, in document order, without recursion. This is where a page's time goes."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._node = Node(root, "html", None, 0)
        self.nodes = [self._node]
        self.blocks: list[Block] = []
        self.warnings: tuple[str, ...] = ()
        self._pieces: list[str | Mark] = []
        self._open: list[Mark] = []  # inline markup that the present block lies in
        self._links = 0  # how many of these are links
        self._link_chars = 0
        self._filled = False  # whether the present block holds more than white space
        self._breaks = 2  # line breaks since the last block of this node
        self._pre = 0

    def run(self) -> None:
        walker = etree.iterwalk(self._root, events=("start", "end"))
        budget = 2 * MAX_ELEMENTS
        skipped: Element | None = None
        for event, element in walker:
            tag = str(element.tag)
            budget -= 1
            if budget < 0:
                self.warnings = (f"only the first {MAX_ELEMENTS} elements were read",)
                break
            if event == "start":
                if unseen(element):
                    walker.skip_subtree()
                    skipped = element
                else:
                    self._start(element, tag)
                continue
            if element is skipped:
                skipped = None
            else:
                self._end(element, tag)
            if tail := element.tail:
                self._text(tail)
        self._flush()
        while self._node.parent is not None:
            self._close()
        self._close()

    def _start(self, element: Element, tag: str) -> None:
        if tag in BLOCK_TAGS:
            self._break()
            names = _names(element.get("class"), element.get("id"))
            self._node = Node(element, tag, self._node, len(self.blocks), 0, names)
            self.nodes.append(self._node)
            self._breaks = 2
            self._pre += tag == "pre"
        elif tag == "br":
            self._break()
            self._breaks += 1
        elif tag == "img":
            self._filled = True
            self._pieces.append(Mark("img", element))
        elif tag in INLINE_TAGS and len(self._open) < MAX_INLINE and (tag != "button" or element.find(".//p") is None):
            mark = Mark(INLINE_TAGS[tag], element)
            self._open.append(mark)
            self._links += mark.tag == "a"
            self._pieces.append(mark)
        if text := element.text:
            self._text(text)

    def _end(self, element: Element, tag: str) -> None:
        if tag in BLOCK_TAGS:
            self._break()
            self._close()
            self._breaks = 2
            self._pre -= tag == "pre"
        elif self._open and self._open[-1].element is element:
            mark = self._open.pop()
            self._links -= mark.tag == "a"
            self._pieces.append(Mark("/" + mark.tag, element))

    def _close(self) -> None:
        self._node.end = len(self.blocks)
        if self._node.parent is not None:
            self._node = self._node.parent

    def _text(self, text: str) -> None:
        if text.isspace():
            if self._filled:
                self._pieces.append(text if self._pre or "\u3000" in text or "\xa0" in text else " ")
            elif "\u3000" in text or "\xa0" in text:
                self._pieces.append(text)
            return
        self._filled = True
        self._pieces.append(text)
        if self._links:
            self._link_chars += len(text)

    def _break(self) -> None:
        if self._filled:
            self._flush()
        elif self._pieces:
            self._pieces = list(self._open)

    def _flush(self) -> None:
        """End the present block. Markup that is still open is closed here and opened again in the next one."""
        pieces = self._pieces
        whole = "".join([piece for piece in pieces if isinstance(piece, str)])
        text = (whole if self._pre else SPACE.sub(" ", whole)).strip(WHITE)
        if text or any(isinstance(piece, Mark) and piece.tag == "img" for piece in pieces):
            indented = whole.lstrip(" \n\t\r").startswith(("\u3000", "\xa0\xa0"))
            pieces.extend(Mark("/" + mark.tag, mark.element) for mark in reversed(self._open))
            self.blocks.append(Block(self._node, pieces, text, self._link_chars, self._breaks == 1 and not indented))
            self._breaks = 0
        self._pieces = list(self._open)
        self._link_chars = 0
        self._filled = False


@lru_cache(maxsize=4096)
def _names(classes: str | None, name: str | None) -> str:
    return _CAMEL.sub("-", f"{classes or ''} {name or ''}".strip()[:500]).lower()
