"""What names and words are worth: which of them stand at articles, which beside them, as learned from pages.

Names are an element's tag, classes and id; words are those of a short line, and how it begins and ends.
"""

from __future__ import annotations

from functools import lru_cache
from math import fsum
from typing import TYPE_CHECKING, NamedTuple

from snapshotter.extract.body.boilerplate import names_a_part
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from snapshotter.extract.blocks import Node

MAX_LINE = 100
"""Longer lines aren't judged by their words."""
MAX_NAMES = 20
"""Only so many classes of an element are looked up."""
FADES = 0.8
"""How much of what an element is called goes for those one step below."""
_BEGINNING, _END = 28, 16
"""Only so many characters of a line are read."""

_NEVER_PARTS = frozenset({"html", "body", "main"})
_NO_DIGITS = dict.fromkeys(map(ord, "0123456789"))
_DIGITS = pattern(r"\d+")
_JOINTS = pattern(r"[-_:\d\s]+")
_WORD = pattern(r"[^\W\d_]+|\d+|[^\w\s]")


def name_words(name: str) -> set[str]:
    """What is looked up for a class or id: itself without its numbers, and the words that it is made of."""
    if name.isalpha():
        return {name, f"~{name}"} if 2 < len(name) < 20 else {name[:40]}
    parts = name.replace("_", "-").split("-")
    if "".join(parts).isalpha():
        plain = name
    else:
        parts, plain = _JOINTS.split(name), _DIGITS.sub("0", name)
    return {plain[:40], *[f"~{part}" for part in parts if 2 < len(part) < 20]}


def line_words(text: str) -> set[str]:
    """What is looked up for a line: its first words, its last one; in scripts without spaces pairs of characters."""
    line, end = text[:_BEGINNING].lower(), text[-_END:].lower()
    if not line.isascii() and len(line.encode("utf-8", "replace")) >= 2 * len(line):
        pairs = {line[at : at + 2] for at in range(min(len(line) - 1, 8))}
        return pairs | {f"^{line[:2]}", f"^{line[:4]}", f"{end[-2:]}$", f"{end[-4:]}$", end[-1]}
    words = _WORD.findall(line) or [""]
    found = {*words, f"^{words[0]}", f"^{' '.join(words[:2])}", f"^{' '.join(words[:3])}"}
    found |= {f"{word}$" for word in end.split()[-1:]} | {end[-1]}
    if len(text) <= _BEGINNING:
        found.add(f"={' '.join(words)}")
    return found


class Named(NamedTuple):
    """What an element's tag and names say."""

    weight: float
    part: bool
    """Whether it calls itself a part beside the article."""
    kin: str
    """The same for elements whose tags and names differ in nothing but digits."""


class Vocabulary:
    """Weights of names and words: log odds that what bears them is the article's."""

    def __init__(self, names: Mapping[str, float], words: Mapping[str, float]) -> None:
        self._names, self._words = names, words
        self._of_name = lru_cache(maxsize=16384)(self._look_up)
        self.of_element = lru_cache(maxsize=16384)(self._add_up)
        """What the tag and names of an element say."""

    def _look_up(self, name: str) -> tuple[float, bool]:
        return _sum(self._names, name_words(name)), names_a_part(name)

    def _add_up(self, tag: str, names: str) -> Named:
        weight, part = self._names.get(f"<{tag}", 0.0), False
        for name in names.split()[:MAX_NAMES]:
            own, begins = self._of_name(name)
            weight += own
            part = part or begins
        return Named(weight, part and tag not in _NEVER_PARTS, f"{tag} {names.translate(_NO_DIGITS)}")

    def of_line(self, text: str) -> float:
        """The weight of a line's words; 0 for a long one."""
        return _sum(self._words, line_words(text)) if 0 < len(text) <= MAX_LINE else 0.0


def _sum(weights: Mapping[str, float], words: Iterable[str]) -> float:
    return fsum([weights[word] for word in words if word in weights])  # the same in any order


class Called(NamedTuple):
    """What the elements on the way to a block are called."""

    own: float
    """Weight of the names of the element itself, of its parent's, of all on the way; the worst and the best."""
    above: float
    path: float
    worst: float
    best: float
    part: int
    """How far above it begins what calls itself a part; 1: with itself; 0: nothing does."""
    make: int
    """The same for elements whose names differ in digits only, in parents of which the same is true."""
    make_above: int


class Names:
    """What the elements of one page are called, each asked once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: dict[Node, tuple[Called, str]] = {}
        self._makes: dict[tuple[str, str], int] = {}

    def of(self, node: Node) -> Called:
        """What an element and those that it lies in are called."""
        known = self._known
        if node in known:
            return known[node][0]
        way = [node]
        while (up := way[-1].parent) is not None and up not in known:
            way.append(up)
        called, kin_above = known[up] if up is not None else (Called(0.0, 0.0, 0.0, 0.0, 0.0, 0, 0, 0), "")
        for here in reversed(way):
            own, begins, kin = self._vocabulary.of_element(here.tag, here.names)
            above, _, path, worst, best, part, make, _ = called
            called = Called(
                own,
                above,
                path * FADES + own,
                own if own < worst else worst,
                own if own > best else best,
                1 if begins else part + 1 if part else 0,
                self._makes.setdefault((kin, kin_above), len(self._makes) + 1),
                make,
            )
            known[here] = called, kin
            kin_above = kin
        return called
