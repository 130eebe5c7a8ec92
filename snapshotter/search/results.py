"""What a search answers."""

from __future__ import annotations

from dataclasses import dataclass

from snapshotter.items import Snapshot
from snapshotter.search.marks import Piece


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found."""

    snapshot: Snapshot
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]
    """In the shape that the text format gives excerpts; its pieces in a row."""


@dataclass(frozen=True, slots=True)
class Results:
    """A page of them."""

    hits: tuple[Hit, ...]
    """May be fewer than asked for where one was taken down a moment ago."""
    total: int
    """How many there are, on all pages; of very many, as many as were counted."""
    is_capped: bool
    """Whether there are more than ``total`` says."""
    order: str
    """The one they are in: very many are shown newest first, whatever was asked for."""


def text_of(pieces: tuple[Piece, ...]) -> str:
    """Pieces without their marks."""
    return "".join(piece.text for piece in pieces)
