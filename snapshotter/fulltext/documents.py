"""What of a record can be searched, as tokens; names and facets are tokens that no text has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from zlib import crc32

from snapshotter.fulltext.tokens import tokens
from snapshotter.items import Snapshot

NAMED, FACET = "\ue000", "\ue001"
"""What tokens of authors' names and of facets begin with: for private use, so that no text's do."""

CHANNEL, SOURCE, SITE, LANGUAGE = "c", "s", "h", "l"
MAX_CHARACTERS = 2_000_000
"""Of a text: what lies behind isn't found."""


@dataclass(frozen=True, slots=True)
class Words:
    """The tokens of a record, as the index takes them."""

    body: str
    title: str

    @property
    def check(self) -> int:
        """Tells whether these are the tokens that were entered: only they can be taken out again."""
        return crc32(self.title.encode(), crc32(self.body.encode()))


def words_of(snapshot: Snapshot) -> Words:
    """The tokens of its text; of title, subtitle, names, and facets."""
    title = tokens(f"{snapshot.title}\n{snapshot.subtitle}"[:MAX_CHARACTERS])
    names = (named(name) for name in dict.fromkeys((*snapshot.authors, *snapshot.editors)))
    return Words(tokens(snapshot.body_text[:MAX_CHARACTERS]), " ".join(chain([title], names, _facets(snapshot))))


def named(name: str) -> str:
    """A person's name as tokens."""
    return " ".join(NAMED + token for token in tokens(name[:200]).split())


def facet(kind: str, value: str) -> str:
    """The token of all that have this channel, source, site or language."""
    plain = primary(value) if kind == LANGUAGE else value
    return FACET + kind + hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:12]


def primary(language: str) -> str:
    """``zh`` of ``zh-Hant-TW``."""
    return language.lower().replace("_", "-").partition("-")[0]


def moments(snapshot: Snapshot) -> tuple[int, int]:
    """When it was captured, and when it was published or else captured; in seconds since 1970."""
    captured = _seconds(snapshot.captured_at)
    return captured, _seconds(snapshot.published_at) or captured


def _facets(snapshot: Snapshot) -> Iterable[str]:
    stated = {
        CHANNEL: snapshot.category,
        SOURCE: snapshot.source_name,
        SITE: snapshot.site,
        LANGUAGE: snapshot.language,
    }
    return (facet(kind, value) for kind, value in stated.items() if value)


def _seconds(time: str) -> int:
    """0 where it isn't stated."""
    return int(datetime.fromisoformat(time).timestamp()) if time else 0
