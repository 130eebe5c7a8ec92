"""The articles as they stand in ``content/``, and the truth about each: what a good capture of it says."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

CONTENT = Path(__file__).parent / "content"
FIRST, SECOND = 1, 2
"""The two visits: between them one article appears, one is edited and one is withdrawn."""


class Section(NamedTuple):
    """A section of one of the two papers."""

    name: str
    language: str
    number: int = 0


SECTIONS = {
    "politics": Section("时政", "zh", 1001),
    "economy": Section("经济", "zh", 1002),
    "society": Section("社会", "zh", 1003),
    "culture": Section("文化", "zh", 1004),
    "tech": Section("科技", "zh", 1005),
    "songping": Section("松屏", "zh", 1006),
    "world": Section("World", "en"),
    "business": Section("Business", "en"),
    "science": Section("Science", "en"),
    "town": Section("Town", "en"),
    "arts": Section("Arts", "en"),
}
PAPERS = {"zh": "澄川在线", "en": "The Chengchuan Courier"}

MARKUP = re.compile(r"\*([^*]+)\*|\[([^\]]+)\]\(([^)]+)\)")
_KINDS = {
    "## ": "heading",
    "> ": "quote",
    "- ": "list",
    "1. ": "numbers",
    "| ": "table",
    "!(": "figure",
    "@ ": "entry",
    "": "paragraph",
}
_FIGURE = re.compile(r"!\((?P<name>[\w-]+)\) (?P<alt>[^|]+) \| (?P<caption>.+)")


class Block(NamedTuple):
    """A piece of the body as the content file writes it."""

    kind: str
    """``paragraph``, ``heading``, ``quote``, ``list``, ``numbers``, ``table``, ``figure`` or ``entry`` (live blogs)."""
    lines: tuple[str, ...]
    """With the markup of the line's beginning taken off, that inside the line left in."""


class Figure(NamedTuple):
    """A photograph in an article."""

    name: str
    alt: str
    caption: str


@dataclass(frozen=True, kw_only=True)
class Story:
    """One article in one edition."""

    slug: str
    title: str
    section: str
    published: datetime
    blocks: tuple[Block, ...]
    modified: datetime | None = None
    subtitle: str = ""
    description: str = ""
    authors: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    source: str = ""
    republished_from: str = ""
    tags: tuple[str, ...] = ()
    kind: str = "article"
    """``article``, ``live``, ``paywall``, or ``listing``: a list of links that looks like an article."""
    language: str = ""
    encoding: str = "utf-8"
    declared: str = "utf-8"
    """What the page's meta element says."""
    header: str = "text/html; charset=utf-8"
    """What the Content-Type header says."""
    counter: bool = False
    """Whether the page counts its readers, and so is never twice the same."""
    amp: bool = False
    """Whether there is an AMP edition, too."""
    old: str = ""
    """A slug it had once, which redirects."""
    edited: bool = False
    """Whether this is the edited edition."""
    since: int = FIRST
    """The visit from which on it is there."""
    withdrawn: bool = False
    """Whether it is gone at the second visit."""

    @property
    def paper(self) -> str:
        """``zh`` or ``en``."""
        return SECTIONS[self.section].language

    @property
    def path(self) -> str:
        """Its canonical path."""
        day = self.published
        if self.paper == "zh":
            return f"/{self.section}/{day:%Y}/{day:%m%d}/c{SECTIONS[self.section].number}-{self.slug}.html"
        return f"/en/{self.section}/{day:%Y/%m/%d}/{self.slug}"

    @property
    def listed_path(self) -> str:
        """The path that lists, feeds and sitemaps know: the old one, where it has moved."""
        return self.path.replace(self.slug, self.old) if self.old else self.path

    @property
    def category(self) -> str:
        """Its section's name."""
        return SECTIONS[self.section].name

    @property
    def published_at(self) -> str:
        """RFC 3339 in UTC, as a record has it."""
        return f"{self.published.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

    @property
    def verdict(self) -> str:
        """What a record of it says of its worth."""
        return {"paywall": "paywall", "listing": "not-article"}.get(self.kind, "ok")

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The article's photographs."""
        return tuple(figure(block) for block in self.blocks if block.kind == "figure")

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The body, word for word: each paragraph, heading, list item, table cell and caption."""
        return tuple(text for block in self.blocks for text in _texts(block))

    @property
    def body_text(self) -> str:
        """The body as a record has it: the paragraphs with a blank line between them."""
        return "\n\n".join(self.paragraphs)

    def change(self, visit: int) -> str:
        """What a record of that visit says of it; empty where it isn't there yet."""
        if visit < self.since:
            return ""
        if visit == self.since:
            return "new"
        if self.withdrawn:
            return "gone"
        return "revised" if self.edited else "unchanged"


def stories(visit: int = FIRST) -> list[Story]:
    """The site's articles at that visit, newest first; the withdrawn one is among them."""
    files = [file for file in sorted(CONTENT.glob("*/*.txt")) if ".v" not in file.name]
    found = [read(_edition(file, visit)) for file in files]
    return sorted((story for story in found if story.since <= visit), key=lambda story: story.published, reverse=True)


def read(file: Path) -> Story:
    """The story of one content file. Raises ValueError if it says something that a story can't."""
    _, head, body = file.read_text("utf-8").split("+++\n", 2)
    stated = tomllib.loads(head)
    if unknown := stated.keys() - {field.name for field in fields(Story)}:
        raise ValueError(f"{file.name}: no such key: {', '.join(sorted(unknown))}")
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in stated.items()}
    values.setdefault("language", {"zh": "zh-CN", "en": "en"}[file.parent.name])
    slug, edited = file.name.partition(".")[0], ".v2" in file.suffixes
    return Story(slug=slug, edited=edited, blocks=tuple(map(_block, body.strip().split("\n\n"))), **values)


def plain(line: str) -> str:
    """A line without the markup inside it: what a reader sees."""
    return MARKUP.sub(lambda match: match[1] or match[2], line)


def cells(line: str) -> list[str]:
    """The cells of a table's row."""
    return [cell.strip() for cell in line.strip("| ").split("|")]


def figure(block: Block) -> Figure:
    """The photograph that a block of kind ``figure`` is."""
    match = _FIGURE.fullmatch(block.lines[0])
    if not match:
        raise ValueError(f"not a figure: {block.lines[0]!r}")
    return Figure(**match.groupdict())


def _edition(file: Path, visit: int) -> Path:
    edited = file.with_suffix(".v2.txt")
    return edited if visit >= SECOND and edited.exists() else file


def _block(text: str) -> Block:
    prefix = next(prefix for prefix in _KINDS if text.startswith(prefix))
    kind, lines = _KINDS[prefix], text.split("\n")
    if kind == "entry":
        return Block(kind, (lines[0].removeprefix(prefix), *lines[1:]))
    if kind in {"heading", "quote", "list", "numbers"}:
        lines = [line.partition(" ")[2] for line in lines]
    return Block(kind, tuple(lines))


def _texts(block: Block) -> list[str]:
    if block.kind == "table":
        return [plain(cell) for line in block.lines for cell in cells(line)]
    if block.kind == "figure":
        return [figure(block).caption]
    return [plain(line) for line in block.lines]
