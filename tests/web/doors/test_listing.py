"""What the archive has of a URL, or of all that begin with it, as a page."""

import re
from html import unescape

import pytest
from answers import ask

A = "https://news.example/2024/07/a.html"
B = "https://www.news.example/b?x=1&y=2"
TIMES = ["20240701120000", "20240701121000", "20240701122000"]


def listed(doors, path):
    answer = ask(doors, path, Accept_Language="en")
    assert answer.status == 200, answer.text
    return [unescape(link) for link in re.findall(r'<td><a href="([^"]+)"', answer.text)]


@pytest.mark.parametrize(
    ("path", "stamps"),
    [
        (f"/web/*/{A}", TIMES),
        (f"/web/2024*/{A}", TIMES),
        (f"/web/202407011210*/{A}", TIMES[1:2]),
        (f"/web/%2A/{A}", TIMES),
        ("/web/*/news.example/2024/07/a.html", TIMES),
        ("/web/*/https:/news.example/2024/07/a.html", TIMES),  # a proxy took a slash
        (f"/captures?url={A}", TIMES),
        (f"/captures?url={A}&from=20240701121&to=20240701121959", TIMES[1:2]),
    ],
)
def test_the_captures_of_a_url_are_listed_newest_first(doors, path, stamps):
    found = listed(doors, path)
    assert [link.split("/")[2] for link in found] == stamps[::-1]
    assert all(ask(doors, link).status == 200 for link in found)


def test_a_query_belongs_to_the_url(doors):
    (link,) = listed(doors, f"/web/*/{B}")
    assert link == f"/web/20240701120100/{B}"


@pytest.mark.parametrize(
    ("path", "urls"),
    [
        ("/web/*/https://news.example/*", ["2024/07/a.html", "odd.html"]),
        ("/web/*/https:/news.example/2024%2A", ["2024/07/a.html"]),
        ("/web/*/*.paper.news.example", ["2024/c.html"]),
        ("/captures?url=news.example/2024*", ["2024/07/a.html"]),
    ],
)
def test_a_star_lists_the_urls_that_begin_so(doors, path, urls):
    found = [link for link in listed(doors, path) if link.startswith("/captures")]
    said = [ask(doors, link, Accept_Language="en").text for link in found]
    for url in urls:
        assert any(f"example/{url}</h1>" in text for text in said), url
    assert all("<td>" in text for text in said)


def test_the_language_can_be_changed_on_an_address_that_holds_another(doors):
    page = ask(doors, f"/web/*/{B}", Accept_Language="zh").text
    switch = unescape(re.search(r'href="([^"]+lang=en)"', page)[1])
    assert "Captures of a URL" in ask(doors, switch).text
    assert "Look up a URL" in ask(doors, "/captures", Accept_Language="en").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/web/1999*/{A}", 404), ("/web/*/https://none.example/*", 404), ("/web/*/https://none.example/", 404),
        ("/captures?url=javascript:alert(1)", 400), (f"/captures?url={A}&from=x", 400), ("/web/*/", 200),
        ("/captures?url=" + "x" * 5000, 400), ("/web/*/%22%3E%3Cscript%3Ealert(1)%3C/script%3E", 400),
    ],
)  # fmt: skip
def test_what_is_not_there_is_told(doors, path, status):
    answer = ask(doors, path)
    assert answer.status == status
    assert "<script>alert" not in answer.text
