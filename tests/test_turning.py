"""Which pages are asked for, in which order, and what comes of them: pages in memory, read by the real reader."""

import asyncio

from bridge import STEM, document, pager, paragraphs, text, url_of
from captures import answer, exchange

from snapshotter.items import Page, Part
from snapshotter.preserve import preserve
from snapshotter.reading import look
from snapshotter.turning import Turner

HOST = "https://news.example"


def read(pages, most=30):
    """(the article that begins at the first of the pages, what was asked for); ``pages``: path → HTML."""
    asked = []

    async def fetch(url):
        asked.append(url.removeprefix(HOST))
        html = pages.get(asked[-1])
        return Part(url, (exchange(url, answer(html.encode())),)) if html else Part(url, trouble="http-404")

    async def seen(one, first):
        return look(one, first, None)

    url = HOST + next(iter(pages))
    page = Page(exchange(url, answer(pages[next(iter(pages))].encode())), url)
    whole = asyncio.run(Turner(fetch, seen, most).complete(page))
    return preserve(whole, None).article, asked


def test_pages_counted_from_0_and_named_one_by_one_are_found():
    urls = [f"{STEM}.html", f"{STEM}_1.html", f"{STEM}_2.html"]
    links = [f"<a href='{url}'>余下全文</a>" for url in urls[1:]] + [""]
    article, asked = read({url: document(n, link) for n, (url, link) in enumerate(zip(urls, links, strict=True), 1)})
    assert (article.body_text, article.warnings) == (text(1, 2, 3), ("pages: 3 of 3",))
    assert asked == urls[1:]


def three(first_links=""):
    pages = {url_of(n): document(n, pager(n, 3)) for n in (1, 2, 3)}
    return {**pages, url_of(1): document(1, pager(1, 3) + first_links)}


def test_the_page_with_all_of_it_is_preferred():
    everything = document(1, "", words=[line for n in (1, 2, 3) for line in paragraphs(n)])
    pages = three(f"<a href='{STEM}_all.html'>在本页阅读全文</a>") | {f"{STEM}_all.html": everything}
    article, asked = read(pages)
    assert (article.body_text, article.warnings) == (text(1, 2, 3), ("pages: all of them on one",))
    assert asked == [f"{STEM}_all.html"]


def test_a_page_that_calls_itself_all_and_is_not_is_passed_over():
    pages = three(f"<a href='{STEM}_all.html'>显示全文</a>") | {f"{STEM}_all.html": document(2, "")}
    article, _ = read(pages)
    assert (article.body_text, article.warnings) == (text(1, 2, 3), ("pages: 3 of 3",))


def test_pages_without_end_are_bounded():
    pages = {url_of(n): document(n, pager(n, 11)) for n in range(1, 12)}
    article, asked = read(pages, most=4)
    assert (article.verdict, article.warnings[0], len(asked)) == ("ok", "pages: 4 of 11", 3)
    assert article.body_text == text(1, 2, 3, 4)


def test_a_pager_that_leads_to_the_same_text_is_left():
    form = "{stem}.html?page={n}"  # the comments'
    article, asked = read({url_of(n, form): document(1, pager(n, 5, form)) for n in range(1, 6)})
    assert (article.verdict, article.body_text, len(asked)) == ("ok", text(1), 1)


def test_pages_that_lead_in_circles_are_asked_for_once():
    round_about = f"<a href='{url_of(1)}'>1</a><a href='{url_of(2)}'>2</a><a href='{url_of(2)}'>下一页</a>"
    article, asked = read({url_of(n): document(n, round_about) for n in (1, 2)})
    assert (article.body_text, asked) == (text(1, 2), [url_of(2)])
