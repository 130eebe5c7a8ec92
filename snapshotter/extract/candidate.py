"""What every step that weighs evidence shows of it."""

from __future__ import annotations

from typing import NamedTuple


class Candidate(NamedTuple):
    """What a field may be, and why."""

    value: str
    where: str
    """Where it was found, in a word or two: ``h1``, ``json-ld``, ``label``…"""
    weight: float
    """Against the others of its field; there is no unit."""
