"""What the simulated articles say: of the truth of the extraction set, or of the demo's stories; and edits of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from demo.story import plain, stories

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from demo.story import Story

SENTENCE = {"en": re.compile(r".{90,700}[.!?”\"]", re.S), "zh": re.compile(r".{35,400}[。！？”]", re.S)}
"""A paragraph that no reader takes for anything else: what is left out of a text isn't this bench's matter."""
SCRIPT = {"en": re.compile(r"[A-Za-z]"), "zh": re.compile(r"[\u4e00-\u9fff]")}
EDITS = ("word", "number", "sentence", "paragraph", "drop", "title")
_WORD = {"en": re.compile(r"\b[a-z]{5,12}\b"), "zh": re.compile(r"[\u4e00-\u9fff]{2}")}
_ADDED = {
    "en": "The office of {name} confirmed on the phone that {count} people had asked for it since the morning.",
    "zh": "{name}办公室在电话中向记者证实，从上午到现在，已有{count}人提出了申请。",
}
_NAMES = {"en": ("Marlow", "Okafor", "Lindqvist", "Tanaka", "Reyes"), "zh": ("林家", "东塘", "石桥", "望渡", "松岭")}
_WORDS = {"en": ("harbour", "quarter", "several", "teachers", "winter"), "zh": ("港口", "教师", "冬季", "车站", "学院")}


@dataclass(frozen=True, slots=True)
class Text:
    """What one edition of an article says."""

    title: str
    paragraphs: tuple[str, ...]
    language: str
    """``zh`` or ``en``."""
    edit: str = ""
    """The kind of edit that made it, one of EDITS; empty: it is the first edition."""

    @property
    def says(self) -> str:
        """Its words, however they are spaced."""
        return re.sub(r"\s+", "", "".join((self.title, *self.paragraphs)))


def load(truth: Path | None) -> list[Text]:
    """Texts of at least three paragraphs; ``truth`` None: those of the demo."""
    found = [text for text in (_of_truth(truth) if truth else _of_demo()) if len(text.paragraphs) > 2]
    return sorted(found, key=lambda text: text.title)


def composed(texts: Sequence[Text], language: str, number: int, dice: random.Random) -> Text:
    """A text like no other: paragraphs of two, under a title and behind a sentence that have its number."""
    first, second = (dice.choice([text for text in texts if text.language == language]) for _ in range(2))
    body = (*first.paragraphs[: dice.randint(3, 8)], *second.paragraphs[: dice.randint(1, 4)])
    title = f"{first.title[:60]} {number}"
    return Text(title, (_sentence(language, number, dice), *dict.fromkeys(body)), language)


def edited(text: Text, kind: str, number: int, dice: random.Random) -> Text:
    """After an edit, one of EDITS, ``number`` being like no other: something that a reader would read differently."""
    if kind == "title":
        return replace(text, title=_with_word(text.title, text.language, dice), edit=kind)
    place, body = dice.randrange(len(text.paragraphs)), list(text.paragraphs)
    if kind == "word":
        body[place] = _with_word(body[place], text.language, dice)
    elif kind == "number":
        body[0] = re.sub(r"\d+", str(number), body[0], count=1)
    elif kind == "sentence":
        gap = " " if text.language == "en" else ""
        body[place] += gap + _sentence(text.language, number, dice)
    elif kind == "drop" and len(body) > 3:
        del body[max(place, 1)]
    else:
        kind = "paragraph"
        body.insert(place + 1, _sentence(text.language, number, dice))
    return replace(text, paragraphs=tuple(body), edit=kind)


def _sentence(language: str, number: int, dice: random.Random) -> str:
    return _ADDED[language].format(name=dice.choice(_NAMES[language]), count=number)


def _with_word(line: str, language: str, dice: random.Random) -> str:
    words = list(_WORD[language].finditer(line))
    if not words:
        return f"{line} {dice.choice(_WORDS[language])}"
    word = dice.choice(words)
    other = dice.choice([one for one in _WORDS[language] if one != word[0]])
    return line[: word.start()] + other + line[word.end() :]


def _of_demo() -> list[Text]:
    return [
        Text(story.title, _sentences(story), "zh" if story.language.startswith("zh") else "en")
        for story in stories()
        if story.kind == "article"
    ]


def _sentences(story: Story) -> tuple[str, ...]:
    return tuple(plain(block.lines[0]) for block in story.blocks if block.kind == "paragraph")


def _of_truth(path: Path) -> list[Text]:
    found = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            stated = json.loads(line)
            language = "zh" if stated["lang"] == "zh" else "en"
            title = re.split(r"\s*(?:--|[-–|_―])\s*", stated["title"] or "")[0].strip()
            paragraphs = [one.strip() for one in (stated["body"] or "").split("\n")]
            good = tuple(one for one in paragraphs if SENTENCE[language].fullmatch(one) and "http" not in one)
            if len(title) > 8 and SCRIPT[language].search(title) and stated["lang"] in {"zh", "latin"}:
                found.append(Text(title, good, language))
    return found
