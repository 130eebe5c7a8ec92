"""Both languages say everything; the templates use no other words."""

import re

import pytest

from snapshotter.formats.edition import WORDINGS
from snapshotter.web.charts import columns
from snapshotter.web.rendering import HERE
from snapshotter.web.searching import pieces
from snapshotter.web.words import LOCALES, choose, words


def test_the_languages_are_those_of_the_text_format():
    assert set(LOCALES) == set(WORDINGS)


def test_every_word_is_there_in_both_and_used():
    written = "".join(path.read_text() for path in (HERE / "templates").rglob("*.html"))
    used = set(re.findall(r"\bw\.(\w+)", written))
    elsewhere = "".join(path.read_text() for path in HERE.rglob("*.py") if path.parent.name != "words")
    prefixes = tuple(re.findall(r'w\["(\w+_)" ~', written))
    for locale in LOCALES:
        known = words(locale)
        assert all(known.values())
        assert used <= set(known)
        idle = {name for name in known if name not in used and not name.startswith(prefixes)}
        assert {name for name in idle if not re.search(rf"\b{name}\b", elsewhere)} == set()


def test_a_word_that_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        words("en").nothing  # noqa: B018


@pytest.mark.parametrize(
    ("said", "locale"),
    [
        ((None, None, ""), "zh-CN"),
        ((None, None, "en"), "en"),
        (("en", "zh-CN", "zh"), "en"),
        (("xx", "en", "zh"), "en"),
        ((None, None, "de, en;q=0.5, zh;q=0.8"), "zh-CN"),
        ((None, None, "en;q=0"), "zh-CN"),
        ((None, None, "*"), "zh-CN"),
    ],
)
def test_the_language_is_chosen_in_order(said, locale):
    assert choose(*said, "zh-CN") == locale


@pytest.mark.parametrize(
    ("text", "wanted", "marked"),
    [
        ("望渡灯塔改用", "灯塔", [("望渡", False), ("灯塔", True), ("改用", False)]),
        ("Light light", "light", [("Light", True), (" ", False), ("light", True)]),
        ("nothing", "x", [("nothing", False)]),
        ("İstanbul", "bul", [("İstanbul", False)]),  # lower case changes its length
        ("text", "", [("text", False)]),
    ],
)
def test_what_was_looked_for_is_marked(text, wanted, marked):
    assert pieces(text, wanted) == marked


def test_a_chart_holds_whatever_it_is_given():
    assert columns({}, "nothing").count("<rect") == 0
    made = columns({"<a>": 3, "b": 0, 'c"': 1}, 'x"<y>')
    assert made.count("<rect") == 3
    assert "<a>" not in made
    assert 'aria-label="x&quot;&lt;y&gt;"' in made
