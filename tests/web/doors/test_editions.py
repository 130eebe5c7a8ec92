"""A snapshot in the forms of files, cited, and described to machines."""

import json
from dataclasses import replace

import pytest
from answers import ask
from hypothesis import given
from hypothesis import strategies as st

from snapshotter.formats import jsonl, text
from snapshotter.items import Snapshot
from snapshotter.web.doors.citation import bibtex, plain, ris
from snapshotter.web.jsonld import script

IT = Snapshot(
    id="sn_1", title="50 % of {all} & <more>", authors=("A. Writer", "李四"), source_name="The Example",
    published_at="2024-07-01T11:00:00Z", captured_at="2024-07-02T12:00:00Z", final_url="https://news.example/a_b",
    text_sha256="ab" * 32, revision=2, language="en", is_free="false",
)  # fmt: skip
HERE = "https://archive.example/snapshot/sn_1"
anything = st.text(max_size=40)


def test_bibtex_is_one_entry():
    assert bibtex(IT, HERE, "archive.example").splitlines() == [
        "@online{sn_1,",
        r"  title = {{50 \% of \{all\} \& <more>}},",
        "  author = {{A. Writer} and {李四}},",
        "  organization = {The Example},",
        "  date = {2024-07-01},",
        "  url = {https://news.example/a_b},",
        "  urldate = {2024-07-02},",
        f"  eprint = {{{HERE}}},",
        f"  note = {{Archived by archive.example at 2024-07-02T12:00:00Z, revision 2, SHA-256 {'ab' * 32}}},",
        "  langid = {en},",
        "}",
    ]


@given(anything, anything, anything)
def test_no_text_breaks_out_of_a_citation(title, author, url):
    it = replace(IT, title=title, authors=(author,), final_url=url)
    entry = bibtex(it, HERE, "a").replace("\\{", "").replace("\\}", "")
    assert entry.count("{") == entry.count("}")
    lines = ris(it, HERE, "a").split("\r\n")
    assert all(line[2:6] == "  - " for line in lines[:-1])
    assert [line[:2] for line in lines].count("ER") == 1
    assert plain(it, HERE, "a").count("\n") == 1


def test_the_plain_citation_carries_the_hash():
    assert plain(IT, HERE, "archive.example") == (
        "A. Writer, 李四, The Example: “50 % of {all} & <more>”, published 2024-07-01, https://news.example/a_b, "
        "archived 2024-07-02T12:00:00Z by archive.example as sn_1, revision 2, "
        f"https://archive.example/snapshot/sn_1, sha256:{'ab' * 32}.\n"
    )


@given(anything)
def test_linked_data_cannot_end_its_script(title):
    data = script(replace(IT, title=f"</script>{title}"), HERE, "a")
    assert "<" not in data
    article = json.loads(data)["mainEntity"]
    assert (article["headline"], article["isAccessibleForFree"]) == (f"</script>{title}", False)


def test_every_form_is_served(doors, filled):
    it = filled.records[0]
    assert jsonl.loads(ask(doors, f"/snapshot/{it.id}.jsonl").body) == it
    assert text.read(ask(doors, f"/snapshot/{it.id}.txt").text).title == it.title
    for form, start in (
        ("bib", f"@online{{{it.id},"),
        ("ris", "TY  - NEWS"),
        ("cite", "A. Writer, The Example:"),
        ("jsonld", '{"@context"'),
    ):
        assert ask(doors, f"/snapshot/{it.id}.{form}").text.startswith(start)
    assert ask(doors, f"/snapshot/{it.id}.exe").status == 404
    assert ask(doors, "/snapshot/sn_0.txt").status == 404


@pytest.mark.parametrize("name", ["sn_0", "sn_%27"])
def test_what_is_not_there_is_404(doors, name):
    assert ask(doors, f"/snapshot/{name}.bib").status == 404
