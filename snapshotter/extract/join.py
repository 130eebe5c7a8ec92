"""The pages of one article → one Article: their bodies in order, and nothing of them twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import blake2b
from html import unescape
from typing import NamedTuple

from snapshotter.extract.words import any_of, squeeze
from snapshotter.items import Article, Image
from snapshotter.patterns import pattern

_EDGE = 4
"""So many paragraphs at the beginning and the end of a page may repeat an earlier page's."""
_TAGS = pattern(r"<[^>]*>")
_PAGER = pattern(
    any_of(r"""
    第?\d{1,2}/\d{1,2}[页頁]? 第\d{1,2}[页頁](?:[,，]?共\d{1,2}[页頁])? page\d{1,2}(?:of\d{1,2})?
    (?:上一?[页頁]|前一?[页頁]|首[页頁])?(?:\d{1,2})*(?:下一?[页頁]|后一?[页頁]|後一?[页頁]|尾[页頁]|末[页頁])(?:尾[页頁]|末[页頁])?
    (?:\d{1,2})*(?:在?本页|余下|阅读|显示|查看)?(?:阅读|显示)?全文 seite\d{1,2}(?:von\d{1,2})?
    (?:上一?[页頁]|前一?[页頁]|首[页頁])(?:\d{1,2})* (?:previous(?:page)?)?(?:\d{1,2})*next(?:page)?
    """),
    re.I,
)
_MARKS = pattern(r"[\s\[\]()（）【】<>«»‹›→←|…]+")
_NUMBERS = pattern(r" ?(?:\d{1,2} ){1,30}(?:\d{1,2})? ?")
_NUMBER_OF_TITLE = pattern(r"\d{0,2}")
_FILLED = (("authors",), ("editors",), ("source_name", "source_url"), ("republished_from",))
"""Fields that a later page may state alone, at the article's end; those of one group come from one page."""


class Body(NamedTuple):
    """What is joined of a page."""

    paragraphs: tuple[str, ...]
    html: tuple[str, ...]
    """One element each."""
    images: tuple[Image, ...]


def joined(pages: Sequence[Article]) -> Article:
    """The article whose pages these are, the first one first; the first page's fields, all pages' bodies.

    Where the second has all of the article, its body is the article's.

    Left out: the pager's own lines; at the beginning and end of a later page what an earlier page has (a standfirst,
    the title with its page number, the editor's line); an image that came before. All else is kept to the letter.
    """
    first, *later = pages
    if len(later) == 1 and contains(later[0], first):
        held = later[0]
        return _filled(
            replace(first, body_text=held.body_text, body_html=held.body_html, images=held.images or first.images),
            later,
        )
    bodies = [_without_pager(_body(first))]
    for page in later:
        bodies.append(_new_of(_without_pager(_body(page)), bodies, squeeze(first.title)))
    whole = replace(
        first,
        body_text="\n\n".join(part for body in bodies for part in body.paragraphs),
        body_html="\n".join(part for body in bodies for part in body.html),
        images=_each_once(image for body in bodies for image in body.images),
    )
    return _filled(whole, later)


def says(page: Article) -> frozenset[bytes]:
    """A digest of each paragraph and image of a page, the pager's lines left out."""
    body = _without_pager(_body(page))
    told = [*map(squeeze, body.paragraphs), *(image.url for image in body.images)]
    return frozenset(blake2b(one.encode("utf-8", "replace"), digest_size=8).digest() for one in told if one)


def contains(whole: Article, first: Article) -> bool:
    """Whether an article's page has, and goes on behind, what its first page has."""
    held = {squeeze(part) for part in _body(whole).paragraphs}
    wanted = [squeeze(part) for part in _without_pager(_body(first)).paragraphs]
    found = sum(len(part) for part in wanted if part in held)
    return 0.9 * sum(map(len, wanted)) <= found and len(whole.body_text) > len(first.body_text)


def _body(article: Article) -> Body:
    paragraphs = tuple(article.body_text.split("\n\n")) if article.body_text else ()
    return Body(paragraphs, tuple(article.body_html.split("\n")) if article.body_html else (), article.images)


def _without_pager(body: Body) -> Body:
    """Without the lines of a pager at either end."""
    edges = {*body.paragraphs[:_EDGE], *body.paragraphs[-_EDGE:]}
    return _without(body, {squeeze(part) for part in edges if _is_pager(part)} - {""})


def _is_pager(line: str) -> bool:
    if len(line) > 80:
        return False
    return _NUMBERS.fullmatch(_MARKS.sub(" ", line)) is not None or _PAGER.fullmatch(_MARKS.sub("", line)) is not None


def _new_of(body: Body, before: Sequence[Body], title: str) -> Body:
    """A later page's body without what it repeats at its ends."""
    known = {squeeze(part) for one in before for part in one.paragraphs}
    edges = [*body.paragraphs[:_EDGE], *body.paragraphs[-_EDGE:]]
    repeated = {bare for part in edges if (bare := squeeze(part)) in known or _is_title(bare, title)}
    return _without(body, repeated - {""})


def _is_title(line: str, title: str) -> bool:
    """Whether a line is the title, perhaps with the page's number."""
    return bool(title) and line.startswith(title) and _NUMBER_OF_TITLE.fullmatch(line[len(title) :]) is not None


def _without(body: Body, left_out: set[str]) -> Body:
    """Without these paragraphs (squeezed) at its ends, in text and HTML alike."""
    if not left_out:
        return body
    return Body(_trimmed(body.paragraphs, left_out), _trimmed(body.html, left_out), body.images)


def _trimmed(lines: tuple[str, ...], left_out: set[str]) -> tuple[str, ...]:
    """The lines (text, or an element each) without those of ``left_out`` among the first and the last few."""
    last = len(lines) - _EDGE
    return tuple(
        line
        for place, line in enumerate(lines)
        if not ((place < _EDGE or place >= last) and squeeze(unescape(_TAGS.sub("", line))) in left_out)
    )


def _each_once(images: Iterable[Image]) -> tuple[Image, ...]:
    found: dict[str, Image] = {}
    for image in images:
        found.setdefault(image.url, image)
    return tuple(found.values())


def _filled(article: Article, later: Sequence[Article]) -> Article:
    """With what only a later page states; an article's end is where its editor stands."""
    for group in _FILLED:
        if any(getattr(article, name) for name in group):
            continue
        stated = next((page for page in later if getattr(page, group[0])), None)
        if stated is not None:
            article = replace(article, **{name: getattr(stated, name) for name in group})
    return article
