"""Who wrote it, as the page's markup tells: links to authors' pages, elements that name themselves after an author."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from snapshotter.extract.blocks import shown
from snapshotter.extract.credits.bylines import is_other_work, names_of_by
from snapshotter.extract.credits.claims import Claim, claim
from snapshotter.extract.credits.names import has_cjk, is_full_name, is_latin_name, is_team, names
from snapshotter.extract.credits.places import links_of, without_date
from snapshotter.extract.tree import attribute
from snapshotter.extract.words import listed
from snapshotter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from snapshotter.extract.blocks import Block
    from snapshotter.extract.credits.places import Place

_AUTHOR = pattern(
    r"(?:^|[\s_-])(?:[a-z]+[_-]+)?(?:author|authors|byline|by-line|writer|reporter|journalist|contributor|autor|auteur|"
    r"zuozhe|jizhe|posted-by|postedby|written-by|user-?name|nickname)(?:$|[\s_-])"
)
_ROOT = pattern("author|autor|auteur|byline|by-line|writ|report|journal|contrib|user|zhe|posted|nick")
_NOT_AUTHOR = pattern(
    r"comment|relat|recommend|recirc|avatar|image|photo|bio|desc|social|date|time|more|teaser|card-list|reviewer|popular|"
    r"sidebar|widget-(?:area|list)"
)
_AUTHOR_FOLDERS = frozenset(
    listed("""
    author authors autor autoren autores auteur auteurs by byline staff people person profile profiles contributor
    contributors writer writers reporter reporters journalist journalists user users producers team columnist
    columnists
    redaktion redakteure redactie blog-authors
    """)
)
_SEVERAL = 6
"""An article has few authors: more links are a list of others."""
_WEIGHT = {"header": 3.0, "text": 2.0, "inside": 2.0, "behind": 1.5}


def in_links(place: Place) -> Iterator[Claim]:
    """What links to authors' pages claim."""
    near = place.name != "behind"
    found: dict[str, list[str]] = defaultdict(list)
    for link in links_of(place):
        if kind := _kind(link.attributes):
            text = shown(link.escaped)
            found[kind] += [name for name in names([text[:60]]) if _is_linked(name, kind, near=near)]
    for kind, people in found.items():
        if len(set(people)) <= _SEVERAL:
            yield claim(people, f"link: {kind}, {place.name}", 3.5 if near else 1.75)


@lru_cache(maxsize=4096)
def _kind(link: str) -> str:
    """What makes a link one to an author: ``rel=author``, ``path``, ``class``; empty: nothing does."""
    if "author" in attribute(link, "rel").split():
        return "rel=author"
    href = attribute(link, "href")
    if not _AUTHOR_FOLDERS.isdisjoint(href.split("/")[:-1]) or "author=" in href:
        return "path"
    return "class" if names_author(attribute(link, "class").lower()) else ""


def _is_linked(name: str, kind: str, *, near: bool) -> bool:
    if is_full_name(name):
        return True
    return near and (kind == "rel=author" or is_team(name) or (kind == "class" and has_cjk(name) and len(name) < 7))


@lru_cache(maxsize=4096)
def names_author(element: str) -> bool:
    """Whether an element's classes and id say that it holds an author's name."""
    return (
        len(element) > 3
        and _ROOT.search(element) is not None
        and _AUTHOR.search(element) is not None
        and not _NOT_AUTHOR.search(element)
    )


def in_elements(place: Place) -> Iterator[Claim]:
    """What the first group of blocks claims that lie in elements named after an author."""
    people: list[str] = []
    last = 0
    for index, line in enumerate(place.lines[:3] if place.name == "text" else place.lines):
        if len(line.text) >= 90 or not _lies_in_author(line.block):
            continue
        if people and index - last > 4:
            break
        if found := _names_in(line.text):
            people += found
            last = index
    if place.name == "behind" or any(map(is_full_name, people)):
        people = [name for name in people if is_full_name(name)]
    yield claim(people, f"element: {place.name}", _WEIGHT[place.name])


def _names_in(line: str) -> list[str]:
    if is_other_work(line):
        return []
    if found := names_of_by(line):
        return found
    found = names([without_date(line)])
    return [name for name in found if is_latin_name(name) or is_team(name) or (has_cjk(name) and len(name) <= 12)]


def _lies_in_author(block: Block) -> bool:
    """Whether the element it lies in, or one of two around that, names itself so and holds little else."""
    node = block.node
    for _ in range(3):
        if names_author(node.names):
            return True
        if node.parent is None or node.parent.end - node.parent.start > 8:
            return False
        node = node.parent
    return False
