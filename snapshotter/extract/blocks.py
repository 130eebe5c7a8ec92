"""Step 3, tokens → blocks: the page cut where a browser would break the line for good.

Everything after this step reads blocks: what a reader sees as one paragraph, heading, list item or cell,
in the page's order, with where it hangs in the tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING

from snapshotter.extract.spaces import WHITE, collapsed
from snapshotter.extract.tree import attribute, tokens
from snapshotter.extract.words import listed, weight
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from snapshotter.extract.tree import Token, Tree

MAX_INLINE = 50
"""Inline markup nested deeper is left out: all that is open is opened anew in every block."""

BLOCK_TAGS = frozenset(
    listed("""
    html body address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hgroup legend li listing main menu nav ol p pre search section summary table caption
    colgroup tbody thead tfoot tr td th ul
    """)
)
_NEVER_HIDDEN = frozenset({"html", "body", "main", "article"})
_EMPTY = frozenset({"img", "br", "hr", "input", "area", "wbr", "col", "embed", "source", "track"})
INLINE_TAGS = {"a": "a", "button": "a", "em": "em", "i": "em", "strong": "strong", "b": "strong", "code": "code"}
"""What inline markup survives into ``body_html``, and as which tag."""

_CAMEL = pattern(r"[a-z](?=[A-Z])")
_HIDDEN = pattern(r"display\s*:\s*none|visibility\s*:\s*hidden")


Mark = tuple[str, str]
"""Inline markup between a block's pieces of text: ``a``, ``em``, ``strong``, ``code``, the same with a slash at their
ends, or ``img``; and its attributes as its token has them, at both ends."""

_END = {tag: f"/{tag}" for tag in INLINE_TAGS.values()}


@dataclass(slots=True, eq=False)
class Node:
    """A block-level element, and which blocks lie in it: ``blocks[start:end]``."""

    attributes: str
    """As its token has them."""
    tag: str
    parent: Node | None
    place: int
    """Its index among the layout's nodes."""
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
    """What it is made of, text with ``&``, ``<``, ``>`` escaped."""
    text: str = ""
    """White space collapsed as a browser does. Empty: the block holds only images."""
    weight: int = 0
    """How much there is to read in it, see ``words.weight``."""
    link_chars: int = 0
    continues: bool = False
    """Whether only one ``<br>`` parts it from the block before: a new line, not a new paragraph."""
    is_set: bool = False
    """Whether its white space is its own: it lies in a ``pre``."""

    @property
    def spaced(self) -> str:
        """The text with a space wherever markup parts it: for reading labels and values, not for keeping."""
        return shown(" ".join([piece for piece in self.pieces if isinstance(piece, str)]))

    @property
    def images(self) -> list[str]:
        """The attributes of the images in it."""
        return [piece[1] for piece in self.pieces if piece[0] == "img"]


@dataclass(slots=True, eq=False)
class Layout:
    """A page cut into blocks."""

    blocks: list[Block]
    nodes: list[Node]
    """In document order; the first is the root."""
    warnings: tuple[str, ...] = ()


def lay_out(tree: Tree) -> Layout:
    """Cut the page into blocks. The tree isn't to be read afterwards."""
    read, warnings = tokens(tree)
    walk = _Walk()
    walk.run(iter(read))
    return Layout(walk.blocks, walk.nodes, warnings)


def shown(text: str) -> str:
    """Escaped text as a reader sees it, white space collapsed as a browser does."""
    text = collapsed(text).strip(WHITE)
    return unescape(text) if "&" in text else text


class _Walk:
    """One pass over the tokens. This is where a page's time goes."""

    def __init__(self) -> None:
        self._node = Node("", "html", None, 0, 0)
        self.nodes = [self._node]
        self.blocks: list[Block] = []
        self._pieces: list[str | Mark] = []
        self._open: list[Mark] = []  # inline markup that the present block lies in
        self._too_deep = 0  # how much more is open
        self._links = 0  # how many of those are links
        self._link_chars = 0
        self._filled = False  # whether the present block holds more than white space
        self._breaks = 2  # line breaks since the last block of this node
        self._pre = 0

    def run(self, read: Iterator[Token]) -> None:
        at = _STEPS.get
        for tag, attributes, text in read:
            if attributes and (" hidden=" in attributes or " style=" in attributes) and _hides(tag, attributes):
                text = _behind(tag, read)  # noqa: PLW2901
            elif (step := at(tag)) is not None:
                step(self, tag, attributes)
            if not text:
                continue
            if not text.isspace():
                self._filled = True
                self._link_chars += len(text) if self._links else 0
                self._pieces.append(text)
            elif self._filled or not text.isascii():
                self._pieces.append(text)
        self._finish()

    def _finish(self) -> None:
        self._flush()
        node: Node | None = self._node
        while node is not None:
            node.end = len(self.blocks)
            node = node.parent

    def at_block(self, tag: str, attributes: str) -> None:
        if self._filled:
            self._flush()
        elif self._pieces:
            self._pieces = [*self._open]
        names = _names(attributes) if attributes else ""
        nodes = self.nodes
        self._node = node = Node(attributes, tag, self._node, len(nodes), len(self.blocks), 0, names)
        nodes.append(node)
        self._breaks = 2

    def at_block_end(self, _tag: str, _: str) -> None:
        if self._filled:
            self._flush()
        elif self._pieces:
            self._pieces = [*self._open]
        node = self._node
        node.end = len(self.blocks)
        self._node = node.parent or node
        self._breaks = 2

    def at_pre(self, tag: str, attributes: str) -> None:
        self.at_block(tag, attributes)
        self._pre += 1

    def at_pre_end(self, tag: str, attributes: str) -> None:
        self.at_block_end(tag, attributes)
        self._pre -= 1

    def at_br(self, _tag: str, _: str) -> None:
        self._break()
        self._breaks += 1

    def at_hr(self, _tag: str, _: str) -> None:
        self._break()
        self._breaks = 2

    def at_img(self, tag: str, attributes: str) -> None:
        self._filled = True
        self._pieces.append((tag, attributes))

    def at_inline(self, tag: str, attributes: str) -> None:
        name = INLINE_TAGS[tag]
        if self._too_deep or len(self._open) >= MAX_INLINE or (name == "a" and self._links):
            self._too_deep += 1  # and no link in a link: each would be opened anew in every line
            return
        mark = (name, attributes)
        self._open.append(mark)
        self._links += name == "a"
        self._pieces.append(mark)

    def at_inline_end(self, _tag: str, _: str) -> None:
        if self._too_deep:
            self._too_deep -= 1
        elif self._open:
            mark = self._open.pop()
            self._links -= mark[0] == "a"
            self._pieces.append((_END[mark[0]], mark[1]))

    def _break(self) -> None:
        if self._filled:
            self._flush()
        else:
            self._pieces = [*self._open]

    def _flush(self) -> None:
        """End the present block. Markup that is still open is closed here and opened again in the next one."""
        pieces, opened = self._pieces, self._open
        whole = "".join([piece for piece in pieces if piece.__class__ is str])
        text = whole.strip(WHITE)
        if not self._pre:
            text = collapsed(text)
        if "&" in text:
            text = unescape(text)
        if text or any(piece[0] == "img" for piece in pieces):
            continues = self._breaks == 1 and not whole.lstrip(" \n\t\r").startswith(("\u3000", "\xa0\xa0"))
            if opened:
                pieces += [(_END[tag], attributes) for tag, attributes in reversed(opened)]
            links, is_set = self._link_chars, self._pre > 0
            self.blocks.append(Block(self._node, pieces, text, weight(text), links, continues, is_set))
            self._breaks = 0
        self._pieces = [*opened]
        self._link_chars = 0
        self._filled = False


_STEPS: dict[str, Callable[[_Walk, str, str], None]] = {
    **dict.fromkeys(BLOCK_TAGS, _Walk.at_block),
    **{f"/{tag}": _Walk.at_block_end for tag in BLOCK_TAGS},
    **dict.fromkeys(INLINE_TAGS, _Walk.at_inline),
    **{f"/{tag}": _Walk.at_inline_end for tag in INLINE_TAGS},
    "br": _Walk.at_br, "hr": _Walk.at_hr, "img": _Walk.at_img, "pre": _Walk.at_pre, "/pre": _Walk.at_pre_end,
}  # fmt: skip
# Not the walk's own bound methods: they would hold it, and with it the whole page, until cycles are looked for.


def _behind(tag: str, read: Iterator[Token]) -> str:
    """Pass over a hidden element; the text behind it."""
    depth, end = 1, f"/{tag}"
    for name, _, text in read:
        if name == tag:
            depth += 1
        elif name == end:
            depth -= 1
            if not depth:
                return text
    return ""


@lru_cache(maxsize=4096)
def _hides(tag: str, attributes: str) -> bool:
    """Whether a browser shows nothing of an element for its own attributes."""
    if tag in _NEVER_HIDDEN or tag in _EMPTY:
        return False
    style = attribute(attributes, "style").lower()
    if ("none" in style or "hidden" in style) and _HIDDEN.search(style):
        return True
    # React streams parts of a page as <div hidden id="S:1"> and shows them by script.
    return " hidden=" in attributes and not attribute(attributes, "id").startswith("S:")


@lru_cache(maxsize=4096)
def _names(attributes: str) -> str:
    at, behind = attributes.find(' class="'), attributes.find(' id="')
    names = attributes[at + 8 : attributes.find('"', at + 8)] if at >= 0 else ""
    if behind >= 0:
        names = f"{names} {attribute(attributes, 'id')}"
    if "&" in names:
        names = unescape(names)
    names = names.strip()[:500]
    return names if names.islower() else _CAMEL.sub(lambda small: f"{small[0]}-", names).lower()
