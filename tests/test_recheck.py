"""A text that differs is looked at twice: real pages, really read."""

import re
from dataclasses import replace

import pytest
from captures import answer, page

from snapshotter.preserve import preserve
from snapshotter.recheck import recheck
from snapshotter.record import Previous, record

URL = "https://news.example/2024/07/01/a-long-headline.html"
SENTENCES = [
    f"The council of Harrow Bay heard speaker {number} on Tuesday, who asked for more ferries in the winter months."
    for number in range(8)
]


def html(*lines: str, aside: str = "") -> bytes:
    body = "".join(f"<p>{line}</p>" for line in lines)
    title = "Harrow Bay asks for ferries"
    return f"<title>{title}</title><article><h1>{title}</h1>{body}</article><div>{aside}</div>".encode()


def looked_at(before: bytes, after: bytes, *, read_as: str = "") -> str:
    """The change, where the second page's text was read as this."""
    first, second = (preserve(page(URL, answer(body), minute), None) for minute, body in enumerate((before, after)))
    old = record(first.capture, first.article, None)
    if read_as:
        old = record(first.capture, type(first.article)(title=first.article.title, body_text=read_as), None)
    previous = Previous(old.article_id, 1, "another", old)
    second = recheck(second, [answer(after)], old, [answer(before)])
    return record(second.capture, second.article, previous).change


def test_a_line_that_was_read_before_and_is_still_there_is_no_revision():
    everything = html(*SENTENCES)
    assert looked_at(everything, everything, read_as="\n\n".join(SENTENCES[:-1])) == "unchanged"


@pytest.mark.parametrize(
    "after",
    [
        html(*SENTENCES[:-1]),
        html(*SENTENCES, SENTENCES[0].replace("Tuesday", "Monday")),
        html(*SENTENCES[1:], SENTENCES[0]),
        html(*SENTENCES[:3], re.sub("winter", "summer", SENTENCES[3]), *SENTENCES[4:]),
    ],
)
def test_a_page_that_changed_is_a_revision(after):
    assert looked_at(html(*SENTENCES), after) == "revised"


def test_an_answer_that_is_no_http_tells_nothing():
    made = preserve(page(URL, answer(html(*SENTENCES))), None)
    old = record(made.capture, made.article, None)
    assert recheck(made, [answer(html(*SENTENCES))], old, [b"SSH-2.0-x\r\n"]) is made


@pytest.mark.parametrize(("further", "change"), [(SENTENCES[4:], "unchanged"), (SENTENCES[4:-1], "revised")])
def test_a_line_of_a_further_page_is_looked_for_there(further, change):
    pages = [html(*SENTENCES[:4]), html(*SENTENCES[4:])]
    now = [pages[0], html(*further)]
    made = preserve(page(URL, answer(now[0]), 1), None)
    joined = replace(made.article, body_text="\n\n".join(SENTENCES[:-1]))
    made = replace(made, article=joined, capture=replace(made.capture, text_sha256="b"))
    old = record(made.capture, replace(joined, body_text="\n\n".join(SENTENCES)), None)
    made = recheck(made, [*map(answer, now)], old, [*map(answer, pages)])
    assert record(made.capture, made.article, Previous(old.article_id, 1, "a", old)).change == change
