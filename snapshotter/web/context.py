"""What the site says of itself, and what its handlers work with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from snapshotter.formats.edition import Edition
from snapshotter.search import SearchIndex
from snapshotter.store import ArchiveReader
from snapshotter.web.cache import Pages
from snapshotter.web.directory import Directory
from snapshotter.web.house import House, Rules
from snapshotter.web.queries import Queries
from snapshotter.web.rendering import Renderer
from snapshotter.web.searching import open_search


@dataclass(frozen=True)
class Site:
    """What the site says of itself; from the settings."""

    name: str
    """Of the archive, as the disclaimer prints it."""
    contact: str
    """A ``mailto:`` or ``https:`` address of whoever runs it."""
    locale: str
    """The language of who states no other, and of the text format: a key of edition.WORDINGS."""
    timezone: str
    base_url: str
    """As the public reaches it, no slash at its end."""
    originals_url: str = ""
    """Where the public reaches the archived originals, by another host; empty: they have none of their own."""

    @cached_property
    def edition(self) -> Edition:
        """The site's own edition. Raises UsageError where locale or zone is none."""
        return Edition.of(self.locale, self.timezone, self.name)

    @property
    def is_https(self) -> bool:
        """Whether the public reaches it by TLS."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def contact_url(self) -> str:
        """``contact`` where it may stand in a link; else empty."""
        return self.contact if urlsplit(self.contact).scheme in {"mailto", "https", "http"} else ""


@dataclass(frozen=True)
class Context:
    """What the rooms' handlers work with. One a process; frozen, and used from one event loop."""

    reader: ArchiveReader
    site: Site
    renderer: Renderer
    queries: Queries
    directory: Directory
    search: SearchIndex | None
    """None: this installation has no search index."""
    house: House
    """What people may ask of the site."""

    @property
    def folder(self) -> Path:
        """The archive's folder."""
        return self.reader.folder

    @classmethod
    def of(cls, reader: ArchiveReader, site: Site, rules: Rules | None = None) -> Context:
        """The context of an open archive. Raises UsageError where the site's locale or zone is none."""
        queries = Queries(reader)
        house = House.open(reader.folder, rules or Rules())
        renderer = Renderer(
            site.edition,
            {"site": site, "saves_pages": house.rules.saves_pages},
            Pages(queries.version),
            is_https=site.is_https,
        )
        search = open_search(reader.folder, site.edition.zone)
        return cls(reader, site, renderer, queries, Directory(queries), search, house)
