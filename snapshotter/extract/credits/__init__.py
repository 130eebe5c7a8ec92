"""Credits: who wrote an article, who edited it, and where it comes from, read off the lines and links around it.

places     the surroundings → lines, links
names      runs of names → single ones
labels     作者：, 来源：, 责编：
bylines, markup, declared    claims about the authors: from sentences, from the markup, from machine-readable evidence
people, sources    the claims weighed
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from snapshotter.extract.credits.names import names
from snapshotter.extract.credits.people import People, find_people
from snapshotter.extract.credits.places import Around, read_near
from snapshotter.extract.credits.sources import Origin, find_origin

if TYPE_CHECKING:
    from snapshotter.extract.evidence import Evidence

__all__ = ["Around", "Credits", "Origin", "People", "find_credits", "names"]


class Credits(NamedTuple):
    """Who and whence; each with the candidates that were weighed."""

    people: People
    origin: Origin


def find_credits(evidence: Evidence, around: Around) -> Credits:
    """Read people and origin off the page."""
    near = read_near(around)
    people = find_people(evidence, near)
    return Credits(people, find_origin(evidence, near, people))
