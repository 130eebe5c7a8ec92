"""Who wrote it, as the page says for machines: JSON-LD, meta elements, microdata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from snapshotter.extract.credits.claims import Claim, claim
from snapshotter.extract.credits.names import has_cjk, is_full_name, names
from snapshotter.extract.evidence import texts, types
from snapshotter.extract.words import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from snapshotter.extract.evidence import Evidence

_META = {
    "author": 3.0,
    "article:author": 3.0,
    "article:author:name": 3.0,
    "og:article:author": 3.0,
    "og:author": 3.0,
    "parsely-author": 3.5,
    "sailthru.author": 3.5,
    "cxenseparse:author": 3.5,
    "dcsext.author": 2.5,
    "dc.creator": 3.0,
    "dcterms.creator": 3.0,
    "byl": 4.0,
    "byline": 4.0,
    "citation_author": 4.0,
    "citation_authors": 4.0,
    "creator": 2.0,
    "twitter:data1": 2.0,
}
_WRITTEN_BY = frozenset(
    ("written by", "verfasst von", "écrit par", "escrito por", "geschrieben von", "par", "by", "author", "posted by")
)
NOT_A_PERSON = "machine: json-ld author, not a person"


def declared(evidence: Evidence, title: str, shown: Sequence[str]) -> Iterator[Claim]:
    """What the machine-readable evidence claims.

    ``title``: the article's; what else the title element holds is the site's name, and no author's.
    ``shown``: the lines around the article: where microdata names several, those that a reader sees are meant, for
    readers' comments have authors too.
    """
    site = _Site(evidence, title)
    yield from _in_json(evidence, site)
    for name in filter(evidence.meta.__contains__, _META):
        yield from _in_meta(evidence, name, site)
    micro = [name for name in names(evidence.micro.get("author", [])) if not site.is_named(name)]
    if len(micro) > 1:
        lines = squeeze(" ".join(shown))
        micro = [name for name in micro if squeeze(name) in lines]
    yield claim(micro, "machine: microdata author", 3.0)


class _Site:
    """The site's own names."""

    def __init__(self, evidence: Evidence, title: str) -> None:
        stated = [evidence.first("og:site_name"), evidence.first("application-name")]
        self._names = {squeeze(name) for name in [*stated, *texts(evidence.article.get("publisher"))] if name}
        self._rest = squeeze(evidence.title).replace(squeeze(title), " ") if title else ""

    def is_named(self, name: str) -> bool:
        """Whether a name is the site's; a person's may be both."""
        bare = squeeze(name)
        return bare in self._names or (bool(self._rest) and bare in self._rest and not is_full_name(name))


def _in_json(evidence: Evidence, site: _Site) -> Iterator[Claim]:
    article = evidence.article
    for key, weight in (("author", 4.0), ("creator", 2.0)):
        persons: list[str] = []
        others: list[str] = []
        for member in _members(article.get(key), evidence):
            (others if isinstance(member, dict) and types(member) == "Organization" else persons).extend(texts(member))
        found = [name for name in names(persons) if not site.is_named(name)]
        yield claim(found, f"machine: json-ld {key}", weight)
        if not found and key == "author":
            stated = (name for name in [*others, *persons] if 1 < len(name) < 60 and "://" not in name)
            yield claim([name for name in stated if name.casefold() != "admin"][:3], NOT_A_PERSON, 1.0)


def _members(value: Any, evidence: Evidence) -> list[Any]:
    """The members of a JSON-LD value; ``@id`` alone stands for the object that has it."""
    found: list[Any] = []
    for item in value[:50] if isinstance(value, list) else [value]:
        if isinstance(item, dict) and "name" not in item and "@id" in item:
            found += [node for node in evidence.nodes if node.get("@id") == item["@id"] and "name" in node][:1]
        elif item:
            found.append(item)
    return found


def _in_meta(evidence: Evidence, name: str, site: _Site) -> Iterator[Claim]:
    if name == "twitter:data1" and evidence.first("twitter:label1").casefold() not in _WRITTEN_BY:
        return
    stated = names(evidence.meta[name])
    found = [person for person in stated if not site.is_named(person) or (is_full_name(person) and not has_cjk(person))]
    certain = any(is_full_name(person) and not site.is_named(person) for person in found)
    yield claim(found, f"machine: meta {name}", _META[name] / (1 if certain else 2))
    if not found:
        yield claim((person for person in stated if not has_cjk(person)), f"machine: meta {name}, the site", 0.5)
