"""Articles about the same: those that share the rare words of a text.

Rare is what few documents have: some documents are counted for an estimate, and what looks rare by it is
looked up. The rarest are the tokens of names, places and subjects, in any language, without a list of them.
"""

from __future__ import annotations

import json
import math
import sqlite3
from bisect import insort
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from snapshotter.fulltext.documents import Words
from snapshotter.fulltext.file import SAMPLED
from snapshotter.fulltext.tokens import Run, is_wide
from snapshotter.items import Snapshot
from snapshotter.search.find import RANK, bounded
from snapshotter.search.syntax import Phrase

TERMS = 8
FEWEST = 2
"""What one document alone has leads nowhere."""
COMMON = 0.01
"""Tokens that a larger part of the documents has say nothing of what a text is about."""
FEW = 20
"""In a small archive that many documents may have a token all the same."""
LOOKED_UP = 12
SMALL = 20_000
"""Documents of which a sample tells little: more tokens are looked up, MAX_LOOKED_UP."""
MAX_LOOKED_UP = 40
NEWEST = 200_000
"""Documents that are looked at, the newest: of many, those are worth reading."""
MAX_TOKENS = 600
"""Different tokens of a text, those that come most often."""

_SATURATED = 1.2
_IN_TITLE = 2


def rare_tokens(connection: sqlite3.Connection, words: Words, total: int) -> list[str]:
    """The tokens of a text that tell most about its subject, at most TERMS, the best first.

    ``total``: how many documents there are, about.
    """
    counts = _counts(words)
    most = max(int(total * COMMON), min(FEW, total // 2))
    sampled = dict(
        connection.execute(
            "SELECT token, documents FROM sampled WHERE token IN (SELECT value FROM json_each(?))",
            (json.dumps(list(counts), ensure_ascii=False),),
        )
    )
    is_small = total <= SMALL
    estimates = {token: (sampled.get(token, 0) + 0.25) * SAMPLED for token in counts}
    candidates = sorted(
        (token for token, documents in estimates.items() if is_small or documents <= 2 * most),
        key=lambda token: -_weight(counts[token], estimates[token], total),  # of equals, what stands first
    )
    weighed: list[tuple[float, str]] = []
    for token in candidates[: MAX_LOOKED_UP if is_small else LOOKED_UP]:
        if len(weighed) == TERMS and -_weight(counts[token], FEWEST, total) > weighed[-1][0]:
            continue  # however rare it is, these tell more
        if FEWEST <= (documents := _documents(connection, token, most + 1)) <= most:
            insort(weighed, (-_weight(counts[token], documents, total), token))
            del weighed[TERMS:]
    return [token for _, token in weighed]


def alike(connection: sqlite3.Connection, tokens: Sequence[str], limit: int) -> list[int]:
    """The numbers of the documents that have most of the tokens, the best first.

    Raises SearchTooLong, sqlite3.Error.
    """
    if not tokens:
        return []
    first = connection.execute("SELECT max(seq) FROM documents").fetchone()[0] - NEWEST
    match = " OR ".join(f'"{token}"' for token in tokens)
    with bounded(connection):
        found = connection.execute(
            "SELECT rowid FROM words WHERE words MATCH ? AND rowid > ? AND rowid NOT IN (SELECT seq FROM passed_over)"  # noqa: S608
            f" ORDER BY {RANK}, rowid DESC LIMIT ?",
            (match, first, limit),
        ).fetchall()
    return [seq for (seq,) in found]


def phrases(tokens: Sequence[str]) -> list[Phrase]:
    """What to mark: bigrams that overlap, as the words they come from may, are joined."""
    joined = list(tokens)
    for _ in tokens:
        pairs = ((a, b) for a in joined for b in joined if a != b and is_wide(a + b) and a[-1] == b[0])
        if not (pair := next(pairs, None)):
            break

        joined = [one for one in joined if one not in pair] + [pair[0] + pair[1][1:]]
    every = dict.fromkeys([*joined, *tokens])
    return [Phrase((Run(one, is_wide=is_wide(one)),)) for one in every]


def without_copies(of: Snapshot, found: Iterable[Snapshot]) -> Iterator[Snapshot]:
    """Those that are other articles with another text, each text once."""
    seen = {of.article_id, of.text_sha256, of.id, of.duplicate_of or of.id}
    for one in found:
        names = {one.article_id, one.text_sha256, one.id, one.duplicate_of or one.id}
        if not names & seen:
            yield one
        seen |= names


def _counts(words: Words) -> Counter[str]:
    """How often each token comes that may tell something, most often first; those of the title count more."""
    counts = Counter(words.body.split())
    for token in words.title.split():
        counts[token] += _IN_TITLE
    for token in list(counts):
        if len(token) < 2 or token[0] >= "\ue000" or _is_number(token):
            del counts[token]
    return Counter(dict(counts.most_common(MAX_TOKENS)))


def _is_number(token: str) -> bool:
    return token.isascii() and (token.isdigit() or len(token) < 3)


def _weight(count: int, documents: float, total: int) -> float:
    return count * (1 + _SATURATED) / (count + _SATURATED) * math.log(1 + total / documents)


def _documents(connection: sqlite3.Connection, token: str, most: int) -> int:
    sql = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)"
    return int(connection.execute(sql, (f'"{token}"', most)).fetchone()[0])
