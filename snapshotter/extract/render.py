"""Step 6, body blocks → ``body_text``, ``body_html`` and images: the same words, in two forms.

``body_html`` is built here from nothing but the tags below, escaped text and http(s) addresses, so that it is
clean by construction, whatever the page held.
"""

from __future__ import annotations

import re
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin

from snapshotter.extract.blocks import Block, Mark, Node
from snapshotter.extract.spaces import WHITE, collapsed
from snapshotter.extract.tree import attribute
from snapshotter.items import Image
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


_QUOTES = frozenset({"blockquote"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_IMAGE_ATTRIBUTES = ("data-src", "data-original", "data-lazy-src", "data-lazyload", "data-url", "data-echo", "src")
_CAPTION = pattern(r"caption|legend|bildunter|img-?(?:desc|note|title)|pic-?(?:desc|note|title)|zpinfo")
MAX_IMAGES = 500


class Rendered(NamedTuple):
    """A body in the record's forms."""

    text: str
    html: str
    images: tuple[Image, ...]


def render(blocks: Sequence[Block], base: str, page: Sequence[Block] = ()) -> Rendered:
    """The body's text, HTML and images. ``base``: the URL that its links are relative to.

    ``page``: all blocks of the page; the captions of the body's images may lie outside it.
    """
    return Rendered(_text(blocks), _html(blocks, base), tuple(_images(blocks, base, page or blocks)))


def _text(blocks: Iterable[Block]) -> str:
    parts: list[str] = []
    for block in blocks:
        if block.text:
            if parts:
                parts.append("\n" if block.continues else "\n\n")
            parts.append(block.text)
    return "".join(parts)


# --- HTML


def _html(blocks: Sequence[Block], base: str) -> str:
    """One element a line. Items of one list and rows of one table stay together."""
    lines = []
    for container, group in groupby(blocks, _container):
        members = list(group)
        if container is None:
            lines += [_flow(paragraph, base) for paragraph in _paragraphs(members)]
        elif container.tag == "table":
            lines.append(_table(members, base))
        else:
            lines.append(_list(container, members, base))
    return "\n".join(line for line in lines if line)


def _container(block: Block) -> Node | None:
    """The innermost list or table that the block lies in."""
    node: Node | None = block.node
    while node is not None and node.tag not in ("ul", "ol", "table"):
        node = node.parent
    return node


def _inside(block: Block, tags: frozenset[str]) -> Node | None:
    node: Node | None = block.node
    while node is not None and node.tag not in tags:
        node = node.parent
    return node


def _paragraphs(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Blocks that are lines of one paragraph, together."""
    paragraph: list[Block] = []
    for block in blocks:
        if paragraph and not (block.continues and block.text):
            yield paragraph
            paragraph = []
        paragraph.append(block)
    if paragraph:
        yield paragraph


def _flow(lines: Sequence[Block], base: str) -> str:
    """One paragraph, heading, quote, code or figure."""
    inner = "<br>".join(line for line in (_inline(block, base) for block in lines) if line)
    figures = "".join(_figure(image, base) for block in lines for image in block.images)
    if not inner:
        return figures
    tag = lines[0].node.tag
    if tag in _HEADINGS:
        tag = tag if tag != "h1" else "h2"
        return f"{figures}<{tag}>{inner}</{tag}>"
    if tag == "pre":
        return f"{figures}<pre>{inner}</pre>"
    if is_caption(lines[0]):
        return f"{figures}<figure><figcaption>{inner}</figcaption></figure>"
    if _inside(lines[0], _QUOTES):
        return f"{figures}<blockquote><p>{inner}</p></blockquote>"
    return f"{figures}<p>{inner}</p>"


def _list(container: Node, members: Sequence[Block], base: str) -> str:
    items = groupby(members, lambda block: _inside(block, frozenset({"li"})))
    inner = "".join(f"<li>{_cell(list(group), base)}</li>" for _, group in items)
    return f"<{container.tag}>{inner}</{container.tag}>"


def _table(members: Sequence[Block], base: str) -> str:
    rows = []
    for _, row in groupby(members, lambda block: _inside(block, frozenset({"tr"}))):
        cells = groupby(row, lambda block: _inside(block, frozenset({"td", "th"})))
        inner = (f"<{(tag := _cell_tag(cell))}>{_cell(list(group), base)}</{tag}>" for cell, group in cells)
        rows.append(f"<tr>{''.join(inner)}</tr>")
    return f"<table>{''.join(rows)}</table>"


def _cell_tag(cell: Node | None) -> str:
    return "th" if cell is not None and cell.tag == "th" else "td"


def _cell(blocks: Sequence[Block], base: str) -> str:
    figures = "".join(_figure(image, base) for block in blocks for image in block.images)
    return figures + "<br>".join(line for line in (_inline(block, base) for block in blocks) if line)


def _inline(block: Block, base: str) -> str:
    """A block's text with its links and emphasis; white space as in ``Block.text``."""
    if not block.text:
        return ""
    keep = block.is_set
    if len(block.pieces) == 1 and isinstance(only := block.pieces[0], str):
        return (only if keep else collapsed(only)).strip(WHITE)
    parts: list[str] = []
    opened: list[str] = []
    for piece in block.pieces:
        if isinstance(piece, str):
            parts.append(piece if keep else collapsed(piece))
        elif piece[0].startswith("/"):
            parts.append(opened.pop() if opened else "")
        elif piece[0] != "img":
            start, end = _tags(piece, base)
            parts.append(start)
            opened.append(end)
    parts += reversed(opened)
    html = "".join(parts)
    if "></" in html:
        html = _EMPTY.sub("", _EMPTY.sub("", html))
    return html.strip(WHITE)


_EMPTY = pattern(r"<(a|em|strong|code)\b[^>]*></\1>")


def _tags(mark: Mark, base: str) -> tuple[str, str]:
    tag, attributes = mark
    if tag != "a":
        return f"<{tag}>", f"</{tag}>"
    href = absolute(attribute(attributes, "href"), base)
    return (f'<a href="{escape(href)}">', "</a>") if href else ("", "")


def _figure(image: str, base: str) -> str:
    source = image_url(image, base)
    alt = collapsed(attribute(image, "alt")).strip(WHITE)
    return f'<figure><img src="{escape(source)}" alt="{escape(alt)}"></figure>' if source else ""


# --- images


def _images(blocks: Sequence[Block], base: str, page: Sequence[Block]) -> Iterator[Image]:
    """Each image once, with the caption that stands next to it."""
    seen: set[str] = set()
    own = set(blocks)
    page = page if any(block in own for block in page) else blocks  # not so with a body that a script held
    for index, block in enumerate(page):
        for image in block.images if block in own else ():
            source = image_url(image, base)
            if source and source not in seen and len(seen) < MAX_IMAGES:
                seen.add(source)
                alt = collapsed(attribute(image, "alt")).strip(WHITE)
                yield Image(source, alt, _caption(page, index))


def _caption(blocks: Sequence[Block], index: int) -> str:
    return next((block.text for block in blocks[index : index + 3] if block.text and is_caption(block)), "")


def is_caption(block: Block) -> bool:
    """Whether the block stands under a picture and says what it shows."""
    return _inside(block, frozenset({"figcaption"})) is not None or bool(_CAPTION.search(block.node.names))


def image_url(image: str, base: str) -> str:
    """Absolute address of the picture that a reader gets to see, lazily loaded or not; empty for data and trackers."""
    if attribute(image, "width") in ("0", "1") or attribute(image, "height") in ("0", "1"):
        return ""
    return next((url for name in _IMAGE_ATTRIBUTES if (url := absolute(attribute(image, name), base))), "")


def absolute(address: str, base: str) -> str:
    """``address`` as an http(s) URL; empty where it isn't one."""
    address = address.strip()
    if not address or len(address) > 4096:
        return ""
    try:
        url = address if address.startswith(("http://", "https://")) else urljoin(base, address)
    except ValueError:
        return ""
    return url if url.startswith(("http://", "https://")) and not re.search(r"[\s<>\"\x00-\x1f]", url) else ""
