"""Claims about who wrote it: each kind of evidence names people together, with a weight."""

from __future__ import annotations

from typing import NamedTuple


class Claim(NamedTuple):
    """Names that one piece of evidence gives together."""

    names: tuple[str, ...]
    where: str
    """Which kind of evidence, its family first: ``by``, ``machine``, ``link``, ``element``, ``alone``."""
    weight: float


def claim(people: object, where: str, weight: float) -> Claim:
    """A claim from any iterable of names, each once."""
    return Claim(tuple(dict.fromkeys(people)), where, weight)  # type: ignore[call-overload]
