"""What discovery works on and what it finds, as values."""

from __future__ import annotations

from dataclasses import dataclass, field

from snapshotter.items import Discovery


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for a place that may list articles."""

    url: str
    """The URL that answered, after redirects."""
    content: bytes
    """The payload, content-decoded."""
    content_type: str = ""
    """The Content-Type header's value; empty if there was none."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A URL worth requesting, and what is known of it so far."""

    url: str
    """Absolute, clean (``urls.clean``)."""
    kind: str
    """``article``, ``listing``, ``feed`` or ``sitemap``: what it was announced as, not what comes back."""
    discovery: Discovery = field(default_factory=Discovery)
    depth: int = 0
    """How many listings lie between it and the seed."""
    turn: int = 0
    """How many pages of one listing were turned to get here; 0 is its first page."""
