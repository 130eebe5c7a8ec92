"""The words of the pages: one table, both languages side by side, so that neither can be forgotten."""

from __future__ import annotations

from snapshotter.web.words.doors import DOORS
from snapshotter.web.words.following import FOLLOWING
from snapshotter.web.words.operator import OPERATOR
from snapshotter.web.words.pages import PAGES
from snapshotter.web.words.people import PEOPLE

LOCALES = ("zh-CN", "en")
"""The columns of the tables."""

_TABLE = {**PAGES, **PEOPLE, **DOORS, **FOLLOWING, **OPERATOR}


class Words(dict[str, str]):
    """The words of one language; a template writes ``w.name``, or ``w["kind_" ~ name]`` for one of several."""

    __getattr__ = dict.__getitem__


_WORDS = {locale: Words({name: row[column] for name, row in _TABLE.items()}) for column, locale in enumerate(LOCALES)}


def words(locale: str) -> Words:
    """The words in one of LOCALES."""
    return _WORDS[locale]


def choose(wanted: str | None, kept: str | None, accepted: str, default: str) -> str:
    """The locale for a request: what ``?lang=`` wants, else the cookie, else Accept-Language, else the site's.

    What isn't one of LOCALES (``zh`` and ``en-GB`` lead to theirs) is passed over.
    """
    for said in (wanted, kept):
        if said and (locale := _locale(said)):
            return locale
    if not accepted:
        return default
    ranked = sorted((_quality(part) for part in accepted[:200].split(",")), key=lambda pair: -pair[0])
    found = (_locale(tag) for quality, tag in ranked if quality > 0)
    return next((locale for locale in found if locale), default)


def _locale(tag: str) -> str:
    return {"zh": "zh-CN", "en": "en"}.get(tag.strip()[:2].lower(), "")


def _quality(part: str) -> tuple[float, str]:
    tag, _, rest = part.partition(";")
    name, _, value = rest.strip().partition("=")
    try:
        return (float(value) if name == "q" else 1.0), tag
    except ValueError:
        return 0.0, tag
