"""What a person types, understood: words, "phrases", -without, OR, ( ), word*, title:, author:. Any string is a query.

A mistake has a meaning: a quote that isn't closed goes on to the end, a parenthesis too many isn't there, an operator
without a word is none. Words of a script without spaces are phrases by themselves: 重庆市 is found where it stands so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from snapshotter.fulltext.documents import NAMED
from snapshotter.fulltext.tokens import Run, runs
from snapshotter.patterns import pattern

MAX_CHARACTERS = 400
MAX_PHRASES = 24
MAX_OPEN = 3
"""Phrases that stand for all the tokens they begin: each of those is looked up."""
MIN_PREFIX = 2
"""Characters of a word that ``*`` may stand behind; a shorter one is taken as it is."""
MAX_DEPTH = 8

_TITLE, _AUTHOR = "title", "author"
_PIECE = pattern(
    r"""(?P<open>[(（])|(?P<close>[)）])|(?P<or>[|｜]|OR(?=[\s(（"“]|$))|(?P<and>AND(?=[\s(（"“]|$))"""
    r"""|(?P<not>NOT(?=[\s(（"“]|$)|[-－](?=\S))|(?P<field>(?:title|author)[:：])"""
    r"""|["“”](?P<quoted>[^"“”]*)["“”]?|(?P<word>[^\s()（）|｜"“”]+)"""
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Runs that follow one another."""

    runs: tuple[Run, ...]
    is_prefix: bool = False
    """Whether the last word may go on."""
    field: str = ""
    """``title``, ``author`` or anywhere."""

    @property
    def is_open(self) -> bool:
        """Whether it stands for all the tokens it begins: a word with ``*``, or a single wide character at its end."""
        return self.is_prefix or (self.runs[-1].is_wide and len(self.runs[-1].text) == 1)

    @property
    def is_single(self) -> bool:
        """Whether it is one wide character, with which thousands of tokens begin."""
        return len(self.runs) == 1 and self.runs[0].is_wide and len(self.runs[0].text) == 1

    @property
    def expression(self) -> str:
        """For FTS5."""
        *before, last = self.runs
        tokens = [token for run in before for token in (*_bigrams(run), run.text[-1] if run.is_wide else run.text)]
        tokens += _bigrams(last) if last.is_wide and len(last.text) > 1 else [last.text]
        mark = NAMED if self.field == _AUTHOR else ""
        expression = f'"{" ".join(mark + token for token in tokens)}"' + "*" * self.is_open
        return f"title : ({expression})" if self.field == _TITLE else expression


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query, for FTS5 and for the eye."""

    match: str = ""
    """An FTS5 expression; empty: nothing is asked for."""
    without: str = ""
    """Another, of what is not wanted, where nothing is asked for."""
    phrases: tuple[Phrase, ...] = ()
    """What to mark in the texts that are found."""

    @property
    def can_rank(self) -> bool:
        """Whether to weigh what is found: single characters say little, and would take ten times as long."""
        return bool(self.match) and not any(phrase.is_single for phrase in self.phrases)


@dataclass(slots=True)
class _Group:
    """What stands between parentheses: alternatives, each of them phrases and groups wanted, and those that aren't."""

    alternatives: list[tuple[list[str], list[str]]] = field(default_factory=lambda: [([], [])])

    def add(self, expression: str, *, is_wanted: bool) -> None:
        wanted, unwanted = self.alternatives[-1]
        (wanted if is_wanted else unwanted).append(expression)

    @property
    def match(self) -> str:
        """Empty where nothing is asked for."""
        found = [_both(wanted, unwanted) for wanted, unwanted in self.alternatives if wanted]
        return found[0] if len(found) == 1 else f"({' OR '.join(found)})" if found else ""

    @property
    def without(self) -> str:
        """What is unwanted where that is all there is; else empty."""
        (wanted, unwanted), *more = self.alternatives
        return f"({' OR '.join(unwanted)})" if unwanted and not wanted and not more else ""


def understood(text: str) -> Wanted:
    """What a query means. Bounded in length, phrases and depth: what is beyond isn't there."""
    reader = _Reader()
    for piece in _PIECE.finditer(text[:MAX_CHARACTERS].replace("\0", " ")):
        reader.take(piece)
    return reader.end()


class _Reader:
    """Takes the pieces of a query one after the other."""

    def __init__(self) -> None:
        self._groups: list[tuple[_Group, bool]] = [(_Group(), True)]
        self._too_deep = 0
        self._is_wanted = True
        self._is_other = False
        self._field = ""
        self._count = self._open_phrases = 0
        self._phrases: list[Phrase] = []

    def take(self, piece: re.Match[str]) -> None:
        kind = piece.lastgroup
        if kind == "not":
            self._is_wanted = not self._is_wanted
        elif kind == "or":
            self._is_other = True
        elif kind == "field":
            self._field = piece["field"][:-1]
        elif kind == "open":
            self._open()
        elif kind == "close":
            self._close()
        elif kind != "and":
            self._phrase(piece[kind or ""], has_star=kind == "word")

    def end(self) -> Wanted:
        while len(self._groups) > 1:
            self._close()
        top = self._groups[0][0]
        return Wanted(top.match, "" if top.match else top.without, tuple(dict.fromkeys(self._phrases)))

    def _open(self) -> None:
        if len(self._groups) > MAX_DEPTH:
            self._too_deep += 1
            return
        self._begin_alternative()
        self._groups.append((_Group(), self._is_wanted))
        self._is_wanted = True

    def _close(self) -> None:
        if self._too_deep or len(self._groups) == 1:
            self._too_deep = max(self._too_deep - 1, 0)
            return
        group, is_wanted = self._groups.pop()
        if expression := group.match:
            self._groups[-1][0].add(expression, is_wanted=is_wanted)
        elif expression := group.without:
            self._groups[-1][0].add(expression, is_wanted=not is_wanted)
        self._is_wanted, self._is_other, self._field = True, False, ""

    def _phrase(self, text: str, *, has_star: bool) -> None:
        found, self._count = tuple(runs(text)), self._count + 1
        if not found or self._count > MAX_PHRASES:
            return
        is_long = not found[-1].is_wide and len(found[-1].text) >= MIN_PREFIX
        phrase = Phrase(found, has_star and text.endswith("*") and is_long, self._field)
        self._open_phrases += phrase.is_open
        if phrase.is_open and self._open_phrases > MAX_OPEN:
            return
        self._begin_alternative()
        self._groups[-1][0].add(phrase.expression, is_wanted=self._is_wanted)
        if self._is_wanted and all(is_wanted for _, is_wanted in self._groups) and self._field != _AUTHOR:
            self._phrases.append(phrase)
        self._is_wanted, self._field = True, ""

    def _begin_alternative(self) -> None:
        alternatives = self._groups[-1][0].alternatives
        if self._is_other and any(alternatives[-1]):
            alternatives.append(([], []))
        self._is_other = False


def _both(wanted: list[str], unwanted: list[str]) -> str:
    match = " AND ".join(wanted)
    return f"(({match}) NOT ({' OR '.join(unwanted)}))" if unwanted else f"({match})" if len(wanted) > 1 else match


def _bigrams(run: Run) -> Iterator[str]:
    return map(str.__add__, run.text, run.text[1:]) if run.is_wide else iter(())
