"""What a page calls itself, and what of it is the name of its site or section rather than its own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from snapshotter.extract.evidence import texts
from snapshotter.extract.words import squeeze
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from snapshotter.extract.evidence import Evidence

_SEPARATOR = pattern(
    r"\s+[-–—|·•»«:/｜]+\s+|\s*[|｜_»│]+\s*|--+|——(?=\S{2,12}$)|\s*[-–—](?=[\u3041-\u9fff\uac00-\ud7af][^-–—]{1,24}$)"
)
_SECTION = pattern(r"[|｜_]|--")
_MARKS = " -–—|·•»«:/｜_│"
_MAX_TITLE = 1_000
"""A longer title isn't taken apart."""


class SiteNames:
    """The names by which a page's site goes, and the page's titles without them."""

    def __init__(self, evidence: Evidence, site_name: str = "") -> None:
        article = evidence.article
        self.called = _called(evidence, texts(article.get("headline")))
        """(text, place): what the evidence beside the title element calls the article."""
        stated = [site_name, evidence.first("og:site_name"), *texts(article.get("publisher"))]
        self._stated = {squeeze(name) for name in stated if name}
        self._hosts = _hosts(evidence)
        parts = self.parts(evidence.title)
        last = parts[-1] if len(parts) > 1 and len(parts[-1]) < len(parts[0]) else ""
        self._guessed = squeeze(last) if last not in (text for text, _ in self.called) else ""

    def has(self, text: str) -> bool:
        """Whether a text is but the site's name."""
        bare = squeeze(text)
        return bare in self._stated or (bare == self._guessed and bare != "")

    def cut(self, title: str) -> str:
        """A title without a name of the site that the page states, and without the sections before that."""
        parts = self.parts(title)
        if len(parts) < 2:
            return title
        last = squeeze(parts[-1])
        return _ahead(title, parts[-1]) if last in self._stated or self._is_host(last) else title

    def without(self, title: str) -> str:
        """A title without what is taken for the names of site and section at its end, or around its longest part."""
        parts = self.parts(title)
        if len(parts) < 2:
            return title
        if self.has(parts[-1]) or self._is_host(squeeze(parts[-1])):
            return _ahead(title, parts[-1])
        longest = max(parts, key=lambda part: len(squeeze(part)))
        return longest if len(squeeze(longest)) > 0.4 * len(squeeze(title)) else title

    def parts(self, title: str) -> list[str]:
        """A title between the marks that part it."""
        return [part for part in _SEPARATOR.split(title) if part] if len(title) <= _MAX_TITLE else [title]

    def _is_host(self, bare: str) -> bool:
        return len(bare) > 3 and any(bare.startswith(host) or host.startswith(bare) for host in self._hosts)


def _ahead(title: str, last: str) -> str:
    """What stands before the last part, less the sections."""
    rest = title[: title.rfind(last)].rstrip(_MARKS) or title
    first = _SECTION.split(rest)[0].strip()
    return first if len(first) > 0.5 * len(rest) else rest


def _called(evidence: Evidence, headlines: list[str]) -> list[tuple[str, str]]:
    found = [
        *((text, "json-ld") for text in headlines),
        (evidence.first("og:title"), "og"),
        (evidence.first("twitter:title"), "meta"),
        *((text, "microdata") for text in evidence.micro.get("headline", [])[:1]),
        (evidence.first("title", "dc.title", "parsely-title", "sailthru.title", "articletitle"), "meta"),
    ]
    return [(text, place) for text, place in found if text and text != evidence.title]


def _hosts(evidence: Evidence) -> list[str]:
    """The telling part of the host names that the page gives as its own."""
    urls = [href for rel, href, *_ in evidence.links if rel == "canonical"]
    found = []
    for url in (*urls[:1], evidence.first("og:url")):
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            continue
        found += [part for part in host.split(".")[:-1] if len(part) > 3][-1:]
    return found
