"""What a look at a site brought, as values: plain enough to be made in a test without a web."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from snapshotter.extract.engine import Visit, read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from snapshotter.extract.engine import Reading
    from snapshotter.items import Article
    from snapshotter.sites import Site


@dataclass(frozen=True, slots=True)
class Saved:
    """A page as it came."""

    url: str
    """The URL that answered."""
    content: bytes
    """Content-decoded."""
    content_type: str
    """The header's value; empty: there was none."""
    captured_at: datetime
    """Aware, UTC, whole seconds."""

    def read(self, site: Site | None = None) -> Reading:
        """What the page says by the site's rules; None: by the generic ones."""
        return read(self.content, Visit(self.url, self.content_type, site, self.captured_at))


def articles_of(pages: Iterable[Saved], site: Site) -> list[Article]:
    """What pages say by the site's rules."""
    return [page.read(site).article for page in pages]


@dataclass(frozen=True, slots=True)
class Survey:
    """What a look at a site brought."""

    front: Saved
    """The page that was asked for first."""
    feeds: tuple[str, ...] = ()
    """Those that came and list articles; so with sitemaps and sections."""
    sitemaps: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    menu: tuple[str, ...] = ()
    """All sections that the front page links to, those not looked at included."""
    listed: tuple[str, ...] = ()
    """The articles that feeds, sitemaps and sections list, in the order they were found."""
    others: tuple[str, ...] = ()
    """Links of the front page that are no articles."""
    articles: tuple[Saved, ...] = ()
    """A handful of the listed ones."""
    delay_s: float = 0.0
    """What robots.txt asks to be left between two requests; 0: it doesn't."""
    failures: tuple[str, ...] = ()
    """What didn't come, each with its reason."""
