"""What both papers' pages are made of: templates, the body, links, scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from demo.story import MARKUP, SECTIONS, Block, Figure, Story, cells, figure

TEMPLATES = Path(__file__).parent / "templates"
_TIME = re.compile(r"(\d\d:\d\d) ")


def fill(template: str, **fields: str) -> str:
    """A template of ``templates/`` with its fields filled in; they are HTML already."""
    return _template(template).substitute(fields)


def body(blocks: Iterable[Block]) -> str:
    """An article's body."""
    return "\n".join(_BLOCKS[block.kind](block) for block in blocks)


def text(line: str) -> str:
    """A line with its emphasis and links."""
    return MARKUP.sub(
        lambda match: f"<em>{match[1]}</em>" if match[1] else f'<a href="{match[3]}">{match[2]}</a>',
        escape(line, quote=False),
    )


def item(story: Story) -> str:
    """A list item that links to a story."""
    return f'<li><a href="{story.path}">{escape(story.title)}</a></li>'


def script(data: Mapping[str, object]) -> str:
    """JSON-LD for a page's head."""
    dumped = json.dumps(data, ensure_ascii=False, indent=1).replace("</", "<\\/")
    return f'<script type="application/ld+json">\n{dumped}\n</script>\n'


def of(paper: str, listed: Iterable[Story]) -> list[Story]:
    """Those of one paper."""
    return [story for story in listed if story.paper == paper]


def near(story: Story, others: Iterable[Story]) -> list[Story]:
    """The others of its section."""
    return [other for other in others if other.section == story.section and other.slug != story.slug]


def menu(paper: str) -> str:
    """Links to a paper's sections."""
    root = "/en/" if paper == "en" else "/"
    return "".join(f'<a href="{root}{key}/">{it.name}</a>' for key, it in SECTIONS.items() if it.language == paper)


@cache
def _template(name: str) -> Template:
    return Template((TEMPLATES / f"{name}.html").read_text("utf-8"))


def _paragraphs(lines: Iterable[str]) -> str:
    return "\n".join(f"<p>{text(line)}</p>" for line in lines)


def _items(lines: Sequence[str]) -> str:
    return "".join(f"<li>{text(line)}</li>" for line in lines)


def _table(block: Block) -> str:
    head, *rows = ([text(cell) for cell in cells(line)] for line in block.lines)
    top = "".join(f"<th>{cell}</th>" for cell in head)
    rest = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{rest}</tbody></table>"


def _figure(photo: Figure) -> str:
    caption = f"<figcaption>{escape(photo.caption, quote=False)}</figcaption>"
    image = f'<img src="/img/{photo.name}.png" alt="{escape(photo.alt)}" width="640" height="400">'
    return f"<figure>{image}{caption}</figure>"


def _entry(block: Block) -> str:
    heading, *lines = block.lines
    timed = _TIME.sub(r"<time>\1</time> ", escape(heading))
    return f'<div class="entry"><h3>{timed}</h3>{_paragraphs(lines)}</div>'


_BLOCKS = {
    "paragraph": lambda block: _paragraphs(block.lines),
    "heading": lambda block: f"<h2>{text(block.lines[0])}</h2>",
    "quote": lambda block: f"<blockquote>{_paragraphs(block.lines)}</blockquote>",
    "list": lambda block: f"<ul>{_items(block.lines)}</ul>",
    "numbers": lambda block: f"<ol>{_items(block.lines)}</ol>",
    "table": _table,
    "figure": lambda block: _figure(figure(block)),
    "entry": _entry,
}
