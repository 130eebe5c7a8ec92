"""Messages: as JSON for programs, as text for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from snapshotter.clock import rfc3339, utc_now
from snapshotter.formats.edition import Edition, published_local
from snapshotter.formats.excerpt import excerpt
from snapshotter.formats.utf8 import well_formed
from snapshotter.items import Snapshot
from snapshotter.telling.words import WORDS

MOST_ENTRIES = 100
"""Of a message: the latest."""
MOST_MAILED = 50


@dataclass(frozen=True, slots=True)
class House:
    """Who sends."""

    name: str
    base_url: str
    """Of the site, as the public reaches it."""
    edition: Edition


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of an article, and its last good revision."""

    state: str
    """``new``, ``revised`` or ``gone``."""
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class News:
    """All that one follower is told at once."""

    id: str
    """The same whenever the same is told again."""
    entries: tuple[Entry, ...]
    """The latest first."""
    more: int
    """How many articles are left out."""

    @classmethod
    def of(cls, follower: str, after: int, entries: Sequence[Entry], *, more: int) -> News:
        """``after``: the last arrival that the follower was told of."""
        said = "\0".join([follower, str(after), *(f"{one.state} {one.snapshot.id}" for one in entries)])
        return cls(f"msg_{sha256(said.encode()).hexdigest()[:32]}", tuple(entries), more)


def as_json(news: News, house: House) -> bytes:
    """The body of a webhook's POST."""
    said = {
        "type": "news",
        "id": news.id,
        "sent_at": rfc3339(utc_now()),
        "archive": house.name,
        "more": news.more,
        "entries": [_entry(one, house) for one in news.entries],
    }
    return well_formed(json.dumps(said, ensure_ascii=False)).encode()


def as_text(news: News, house: House, locale: str, stop_url: str) -> tuple[str, str]:
    """Subject and text of an e-mail."""
    words = WORDS[locale]
    count = len(news.entries) + news.more
    blocks = [_block(one, house, words) for one in news.entries[:MOST_MAILED]]
    if left := count - len(blocks):
        blocks.append(words["one_more" if left == 1 else "more"].format(left))
    blocks.append(f"{words['stop']}\n{stop_url}")
    subject = words["subject_of_one" if count == 1 else "subject"].format(count)
    return f"{house.name}: {subject}", well_formed("\n\n".join(blocks)) + "\n"


def question(house: House, locale: str, confirm_url: str, days: int) -> tuple[str, str]:
    """Subject and text of the e-mail that asks whether its owner wants more of them."""
    words = WORDS[locale]
    text = "\n\n".join([words["ask"].format(house.name), confirm_url, words["ignore"].format(days)])
    return f"{house.name}: {words['ask_subject']}", text + "\n"


def _entry(one: Entry, house: House) -> dict[str, str]:
    it = one.snapshot
    return {
        "state": one.state,
        "snapshot_id": it.id,
        "article_id": it.article_id,
        "title": it.title,
        "url": f"{house.base_url}/snapshot/{it.id}",
        "original_url": it.final_url,
        "source_name": it.source_name,
        "category": it.category,
        "published_at": it.published_at,
        "captured_at": it.captured_at,
        "excerpt": excerpt(it.body_text),
    }


def _block(one: Entry, house: House, words: dict[str, str]) -> str:
    it = one.snapshot
    zone = house.edition.zone
    published = published_local(it.published_at, it.published_precision, zone) if it.published_at else ""
    facts = "  ".join(filter(None, (words[one.state], " ".join(it.source_name.split()), published)))
    title = " ".join(it.title.split()) or words["untitled"]
    return "\n".join([title, facts, f"{house.base_url}/snapshot/{it.id}"])
