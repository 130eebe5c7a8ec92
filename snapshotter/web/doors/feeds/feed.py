"""Entries as a feed: plain functions, each form from the same values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any

from snapshotter.formats.utf8 import well_formed

ATOM, RSS, JSON = "atom", "rss", "json"
TYPES = {ATOM: "application/atom+xml", RSS: "application/rss+xml", JSON: "application/feed+json"}

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """What a feed says of itself."""

    id: str
    """A URI, for good."""
    title: str
    self_url: str
    page_url: str
    """The page that shows the same."""
    updated: str
    """RFC 3339; of the newest entry, or of the time when there is none."""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One article: the same id whatever becomes of it, another ``updated``."""

    id: str
    """A URI, for good."""
    url: str
    title: str
    updated: str
    """RFC 3339: when the archive saw it so."""
    published: str = ""
    """RFC 3339; empty: the page doesn't say."""
    summary: str = ""
    html: str = ""
    """The whole text, sanitised; empty: only the summary is given."""
    original_url: str = ""
    authors: tuple[str, ...] = ()
    category: str = ""
    state: str = ""
    """``new``, ``revised``, ``gone``, ``withdrawn``."""
    language: str = ""


def feed(entries: Sequence[Entry], info: FeedInfo, kind: str) -> bytes:
    """The feed in one of TYPES. Whatever the values hold, it is well-formed."""
    writers: dict[str, Callable[[Sequence[Entry], FeedInfo], str]] = {ATOM: _atom, RSS: _rss, JSON: _json}
    return well_formed(writers[kind](entries, info)).encode()


def _atom(entries: Sequence[Entry], info: FeedInfo) -> str:
    head = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom"{_lang(info.language)}>',
        _tag("id", info.id),
        _tag("title", info.title),
        _tag("updated", info.updated),
        f'<link rel="self" type="{TYPES[ATOM]}" href="{_text(info.self_url)}"/>',
        f'<link rel="alternate" type="text/html" href="{_text(info.page_url)}"/>',
        f"<author>{_tag('name', info.title)}</author>",
    ]
    return "\n".join([*head, *map(_atom_entry, entries), "</feed>", ""])


def _atom_entry(it: Entry) -> str:
    lines = [
        f"<entry{_lang(it.language)}>",
        _tag("id", it.id),
        _tag("title", it.title or it.url),
        _tag("updated", it.updated),
        _tag("published", it.published) if it.published else "",
        f'<link rel="alternate" type="text/html" href="{_text(it.url)}"/>',
        f'<link rel="via" href="{_text(it.original_url)}"/>' if it.original_url else "",
        *(f"<author>{_tag('name', name)}</author>" for name in it.authors),
        *(f'<category term="{_text(term)}"/>' for term in (it.category, it.state) if term),
        _tag("summary", it.summary) if it.summary else "",
        f'<content type="html">{_text(it.html)}</content>' if it.html else "",
        "</entry>",
    ]
    return "\n".join(line for line in lines if line)


def _rss(entries: Sequence[Entry], info: FeedInfo) -> str:
    head = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/">',
        "<channel>",
        _tag("title", info.title),
        _tag("link", info.page_url),
        _tag("description", info.title),
        _tag("language", info.language) if info.language else "",
        _tag("lastBuildDate", _rfc822(info.updated)),
        f'<atom:link rel="self" type="{TYPES[RSS]}" href="{_text(info.self_url)}"/>',
    ]
    return "\n".join([*(line for line in head if line), *map(_rss_item, entries), "</channel>", "</rss>", ""])


def _rss_item(it: Entry) -> str:
    lines = [
        "<item>",
        _tag("title", it.title or it.url),
        _tag("link", it.url),
        f'<guid isPermaLink="false">{_text(it.id)}</guid>',
        _tag("pubDate", _rfc822(it.published or it.updated)),
        _tag("atom:updated", it.updated),
        *(_tag("dc:creator", name) for name in it.authors),
        *(_tag("category", term) for term in (it.category, it.state) if term),
        _tag("description", escape(it.summary)) if it.summary else "",  # read as HTML
        _tag("content:encoded", it.html) if it.html else "",
        "</item>",
    ]
    return "\n".join(line for line in lines if line)


def _json(entries: Sequence[Entry], info: FeedInfo) -> str:
    said = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": info.title,
        "home_page_url": info.page_url,
        "feed_url": info.self_url,
        **({"language": info.language} if info.language else {}),
        "items": list(map(_json_item, entries)),
    }
    return json.dumps(said, ensure_ascii=False)


def _json_item(it: Entry) -> dict[str, Any]:
    said = {
        "id": it.id,
        "url": it.url,
        "external_url": it.original_url,
        "title": it.title,
        "summary": it.summary,
        "content_html": it.html,
        "date_published": it.published,
        "date_modified": it.updated,
        "authors": [{"name": name} for name in it.authors],
        "tags": [term for term in (it.category, it.state) if term],
        "language": it.language,
    }
    kept = {name: value for name, value in said.items() if value}
    return kept if it.html else {**kept, "content_text": it.summary}


def _tag(name: str, text: str) -> str:
    return f"<{name}>{_text(text)}</{name}>"


def _lang(language: str) -> str:
    return f' xml:lang="{_text(language)}"' if language else ""


def _text(text: str) -> str:
    """Escaped, and without what XML can't hold."""
    return escape(_NOT_XML.sub("\ufffd", text))


def _rfc822(moment: str) -> str:
    return format_datetime(datetime.fromisoformat(moment))
