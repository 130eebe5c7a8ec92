"""JSON-LD and meta as they are found in the wild."""

import pytest

from snapshotter.extract.evidence import gather, texts, tolerant_json, types
from snapshotter.extract.tree import parse


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        '<!-- {"a": 1} -->',
        '//<![CDATA[\n{"a": 1}\n//]]>',
        '/* x */ {"a": 1};',
        '{"a": 1,}',
        "{&quot;a&quot;: 1}",
    ],
)
def test_json_is_read_through_its_wrappings(text):
    assert tolerant_json(text) == {"a": 1}


def test_raw_line_breaks_in_strings_are_read():
    assert tolerant_json('{"a": "x\ny"}') == {"a": "x\ny"}


@pytest.mark.parametrize("text", ["", "{", "var x = 1", "[" * 100_000])
def test_what_is_no_json_is_nothing(text):
    assert tolerant_json(text) is None


def test_the_fullest_article_object_wins():
    root = parse(
        '<script type="application/ld+json">[{"@type":"Article"},{"@type":"WebPage","mainEntity":'
        '{"@type":["Thing","NewsArticle"],"headline":"H","datePublished":"2024-01-01"}}]</script>'
    )
    article = gather(root).article
    assert article["headline"] == "H"
    assert types(article) == "NewsArticle"


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("a", ["a"]),
        (" ", []),
        ({"name": "a"}, ["a"]),
        ([{"name": "a"}, "b", 3, None], ["a", "b"]),
        ({"name": {"name": {"name": {"name": {"name": "deep"}}}}}, []),
        ("O&#39;Neill", ["O'Neill"]),
    ],
)
def test_strings_of_a_json_ld_value(value, wanted):
    assert texts(value) == wanted


def test_names_of_meta_are_trimmed_and_folded_and_some_sites_say_value_for_content():
    root = parse(
        '<meta name=" PubDate " content="x"><meta property="og:title" content=" a \n b "><meta name=e content="">'
        "<meta name=author value=Ann>"
    )
    evidence = gather(root)
    assert (evidence.first("pubdate"), evidence.first("og:title"), evidence.all("e")) == ("x", "a b", [])
    assert evidence.first("author") == "Ann"
