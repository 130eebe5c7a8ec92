"""Edits of real pages: true ones, of the article's own words, and noise, of what changes by itself around them.

Each is a function of a ``Draft`` and dice, and changes the draft's tree in place; False: the page has no place for it.
``REDRESSED`` are noise that both copies of a page must have before: a counter has to be there to count on.
"""

from __future__ import annotations

import copy
import random
import re
from typing import TYPE_CHECKING, NamedTuple

from lxml import html

from snapshotter.extract.words import squeeze

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.html import HtmlElement

    from snapshotter.items import Article

_UNSEEN = {"script", "style", "noscript", "head", "title", "template", "textarea", "select", "option", "svg", "button"}
_WORD = re.compile(r"[^\W\d_]{4,}")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
_NUMBER = re.compile(r"(?<![\d.,])\d{1,4}(?![\d.,])")
_PARAGRAPH = 80


class Place(NamedTuple):
    """A stretch of text in a tree: an element's own, or what follows it."""

    element: HtmlElement
    is_tail: bool

    @property
    def text(self) -> str:
        return str((self.element.tail if self.is_tail else self.element.text) or "")

    def put(self, text: str) -> None:
        if self.is_tail:
            self.element.tail = text
        else:
            self.element.text = text


class Draft:
    """A page to be edited, with what was read in it."""

    def __init__(self, tree: HtmlElement, article: Article) -> None:
        self.tree = tree
        self.article = article
        self.is_chinese = bool(_HAN.search(article.title + article.body_text[:500]))
        self._body = squeeze(article.body_text)
        self._page = squeeze(str(tree.text_content()))

    @classmethod
    def of(cls, page: str, article: Article) -> Draft:
        """Raises ValueError, lxml's errors."""
        return cls(html.document_fromstring(page), article)

    def copy(self) -> Draft:
        return Draft(copy.deepcopy(self.tree), self.article)

    def bytes(self) -> bytes:
        """The page, in UTF-8 with a mark that says so."""
        return b"\xef\xbb\xbf" + html.tostring(self.tree, encoding="utf-8", doctype="<!DOCTYPE html>")

    def places(self) -> list[Place]:
        """Stretches of the article's text, long enough to be known as such."""
        return [place for place in _texts(self.tree) if self._is_own(place.text)]

    def paragraphs(self) -> list[HtmlElement]:
        """Elements that hold a paragraph of the article's and nothing else."""
        found = [element for element in self.tree.iter("p") if element.getparent() is not None]
        return [one for one in found if len(text := one.text_content().strip()) >= _PARAGRAPH and self._is_own(text)]

    def _is_own(self, text: str) -> bool:
        bare = squeeze(text)
        return len(bare) >= 20 and self._body.count(bare) == 1 and self._page.count(bare) == 1


def _texts(tree: HtmlElement) -> Iterator[Place]:
    skipped: set[HtmlElement] = set()
    for element in tree.iter():
        parent = element.getparent()
        hidden = not isinstance(element.tag, str) or element.tag in _UNSEEN or parent in skipped
        if hidden:
            skipped.add(element)
        elif element.text:
            yield Place(element, is_tail=False)
        if element.tail and parent not in skipped:
            yield Place(element, is_tail=True)


# --- true edits


def _replaced(draft: Draft, dice: random.Random, pattern: re.Pattern[str], other: Callable[[str], str]) -> bool:
    """Something of one place becomes something else."""
    places = [place for place in draft.places() if pattern.search(place.text)]
    if not places:
        return False
    place = dice.choice(places)
    match = dice.choice(list(pattern.finditer(place.text)))
    place.put(f"{place.text[: match.start()]}{other(match[0])}{place.text[match.end() :]}")
    return True


def word(draft: Draft, dice: random.Random) -> bool:
    """One word, or two Chinese characters, become others."""
    if draft.is_chinese:
        return _replaced(draft, dice, _HAN, lambda old: "另外" + old[2:])
    return _replaced(draft, dice, _WORD, lambda old: "another" if old != "another" else "other")


def character(draft: Draft, dice: random.Random) -> bool:
    """One character less."""
    return _replaced(draft, dice, _HAN if draft.is_chinese else _WORD, lambda old: old[1:])


def number(draft: Draft, dice: random.Random) -> bool:
    """A number of a sentence one higher."""
    return _replaced(draft, dice, _NUMBER, lambda old: str(int(old) + 1))


def denial(draft: Draft, dice: random.Random) -> bool:
    """A word more, which turns the sense."""
    no = "未" if draft.is_chinese else "not "
    return _replaced(draft, dice, _HAN if draft.is_chinese else _WORD, lambda old: no + old)


def title(draft: Draft, dice: random.Random) -> bool:
    """One word of the title, wherever the page has it."""
    old, pattern = draft.article.title, _HAN if draft.is_chinese else _WORD
    found = list(pattern.finditer(old))
    if not found:
        return False
    match = dice.choice(found)
    new = f"{old[: match.start()]}{'另外' if draft.is_chinese else 'Another'}{old[match.end() :]}"
    return _retitled(draft.tree, re.compile(r"\s+".join(map(re.escape, old.split()))), new)


def _retitled(tree: HtmlElement, old: re.Pattern[str], new: str) -> bool:
    """Wherever a reader or a machine finds it; whether in a heading and the title."""
    found = set[str]()
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        for place in (Place(element, is_tail=False), Place(element, is_tail=True)):
            if old.search(place.text):
                place.put(old.sub(lambda _: new, place.text))
                found.add(element.tag)
        for name, value in element.items():
            element.set(name, old.sub(lambda _: new, value))
    return "title" in found and not found.isdisjoint({"h1", "h2", "h3"})


def paragraph_more(draft: Draft, dice: random.Random) -> bool:
    """A paragraph more, among or behind the others."""
    paragraphs = draft.paragraphs()
    if not paragraphs:
        return False
    before = dice.choice(paragraphs)
    _beside(before, _like(before, _NEW[draft.is_chinese]))
    return True


def paragraph_less(draft: Draft, dice: random.Random) -> bool:
    """A paragraph less."""
    paragraphs = draft.paragraphs()
    if len(paragraphs) < 4:
        return False
    dice.choice(paragraphs).drop_tree()
    return True


def paragraph_moved(draft: Draft, dice: random.Random) -> bool:
    """Two paragraphs in each other's place."""
    paragraphs = [one for one in draft.paragraphs() if not len(one)]
    if len(paragraphs) < 2:
        return False
    one, other = dice.sample(paragraphs, 2)
    one.text, other.text = other.text, one.text
    return True


def correction(draft: Draft, dice: random.Random) -> bool:
    """A line at the end that says what was wrong."""
    paragraphs = draft.paragraphs()
    if not paragraphs:
        return False
    last = paragraphs[-1]
    _beside(last, _like(last, _CORRECTION[draft.is_chinese]))
    return True


_NEW = {
    False: "The ministry said on Tuesday that it would publish the figures for the second half of the year in March.",
    True: "该部门负责人星期二表示，下半年的有关数据将于明年三月向社会公布，届时还会就此举行专门的新闻发布会。",
}
_CORRECTION = {
    False: "Correction: an earlier version of this article gave the wrong year for the opening of the northern bridge.",
    True: "更正：本文此前的版本把北桥通车的年份写错了，现已改正，特此说明，并向各位读者致歉。",
}


def _like(model: HtmlElement, text: str) -> HtmlElement:
    element: HtmlElement = html.Element(model.tag, dict(model.attrib))
    element.attrib.pop("id", None)
    element.text = text
    return element


def _beside(element: HtmlElement, new: HtmlElement) -> None:
    new.tail, element.tail = element.tail, None
    element.addnext(new)


TRUE = (word, character, number, denial, title, paragraph_more, paragraph_less, paragraph_moved, correction)
