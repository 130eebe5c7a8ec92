"""Which of a page's blocks are the article's."""

import pytest

from snapshotter.extract.blocks import lay_out
from snapshotter.extract.body.decision import find_body
from snapshotter.extract.tree import parse

SENTENCES = [
    f"On day {n} the workers set another row of stones, and the river went on below them as before, slow and brown."
    for n in range(12)
]
TEXT = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)


def body(html: str, title: str = "") -> list[str]:
    layout = lay_out(parse(f"<html><body>{html}</body></html>"))
    return [layout.blocks[index].text for index in find_body(layout, title)]


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "<nav><ul><li><a href=/>Home</a><li><a href=/a>Politics, economy</a></ul></nav><div>{}</div>",
        "<div>{}</div><footer><p>Copyright, all rights reserved, and so on for a line or two of text.</p></footer>",
        "<div>{}<div class=share-bar>Share this, please, with everyone you know and love.</div></div>",
        "<div>{}<div class='related-posts'><p>Another story, of another bridge, not this one.</p></div></div>",
        "<div>{}</div><div id=comments><p>What a bridge, I was there, and so were all my friends.</p></div>",
        "<div>{}</div><aside><p>Our newsletter comes every Friday, with all of the news from the river.</p></aside>",
        "<div>{}<h3>Read next</h3><ul><li><a href=/x>Another story, of another bridge far away</a></ul></div>",
        "<div>{}<p>相关阅读：</p><p><a href=/x>江边的另一座桥，也在修缮之中</a></p></div>",
        "<div>{}<p>Advertisement</p></div>",
        "<div>{}<p>Les også: En annen bro</p></div>",
        "<div><p>By Ana Reyes</p><p>1 July 2024</p>{}<p>责任编辑：陈静</p></div>",
        "<div class='article-comments-wrapper'>{}</div>",
        "<div class='has-sidebar'><div class='sidebar-grid__content'>{}</div></div>",
        "<div>{}</div><div class=onetrust-banner><p>We use cookies, to make this page better for you and us.</p></div>",
        "<div>{}</div><div id=onetrust-consent-sdk><div>" + "<p>Cookies, of all kinds, are what we ask for.</p>" * 30
        + "</div></div>",
        "<table><tr><td><a href=/>Home</a></td></tr><tr><td>{}</td></tr></table>",
        "<div>{}</div>" + "".join(
            f"<div class='teaser card{n}'><h3><a href=/{n}>A linked headline, number {n}</a></h3>"
            f"<p>And its summary, {n}, in a line of text or so.</p></div>"
            for n in range(6)
        ),
    ],
)  # fmt: skip
def test_the_article_and_nothing_else(around):
    assert body(around.format(TEXT)) == SENTENCES


@pytest.mark.parametrize(
    "line",
    ["Читайте также: <a href=/n>Автобусный маршрут</a>", "<b>Les også:</b> Broen stenges", "Lire aussi : Un pont"],
)
def test_what_points_to_another_article_is_cut_out_of_the_middle(line):
    first, last = "".join(TEXT.partition("</p>")[:2]), TEXT.partition("</p>")[2]
    assert body(f"<article>{first}<div>{line}</div>{last}</article>") == SENTENCES


def test_a_page_that_only_asks_for_consent_has_no_article():
    assert body(f"<div class=cookie-banner>{TEXT}</div>") == []
    assert body(f"<main class=cookie-banner>{TEXT}</main>") == SENTENCES


def test_what_stands_before_the_title_is_not_the_article():
    before = "<p>A line of welcome to the readers of this page, which has been here for years, every day.</p>"
    assert body(f"<div>{before}<h1>The bridge</h1>{TEXT}</div>", "The bridge") == SENTENCES


def test_headings_lists_and_quotes_stay_in_order():
    html = (
        "<h2>First</h2><p>{0}</p><ul><li>one</li><li>two</li></ul><blockquote>{1}</blockquote>"
        "<figure><img src=a></figure><p>{2}</p>"
    )
    assert body(f"<article>{html.format(*SENTENCES)}</article>") == [
        "First", SENTENCES[0], "one", "two", SENTENCES[1], "", SENTENCES[2],
    ]  # fmt: skip


def test_lines_like_editors_lines_stay_inside_the_article():
    inside = (
        f"<p>{SENTENCES[0]}</p><p>时间：七月一日 地点：桥头</p><p>By the river, they waited.</p><p>{SENTENCES[1]}</p>"
    )
    assert body(inside) == [SENTENCES[0], "时间：七月一日 地点：桥头", "By the river, they waited.", SENTENCES[1]]


def test_a_short_article_that_calls_itself_a_teaser_is_found():
    assert body(f"<div class=teaser><p>{SENTENCES[0]}</p></div>") == [SENTENCES[0]]


def test_a_page_of_nothing_has_no_body():
    assert body("") == []
    assert body("<nav><a href=/>Home</a></nav>") == []


@pytest.mark.parametrize(
    "names", ['class="advertisement"', 'id="ad-slot-3"', 'class="wide ads"', 'class="adsbygoogle"']
)
def test_what_an_advertisement_says_today_is_not_the_article(names):
    sentence = "The mark was for pineapple with bitter melon, and it was given by six pupils drawn by lot. " * 2
    advertised = f"<div {names}><span>Advertisement</span><a href=/ad/465>Win two tickets for the opera</a></div>"
    page = f"<article><h1>Six pupils</h1><p>{sentence}</p>{advertised}<p>{sentence}</p></article>"
    assert body(page, "Six pupils") == [sentence.strip()] * 2


def test_an_article_in_an_element_that_only_sounds_like_one_is_read():
    sentence = "The mark was for pineapple with bitter melon, and it was given by six pupils drawn by lot. " * 3
    page = f"<div class=ad-free><h1>Six pupils</h1>{f'<p>{sentence}</p>' * 6}</div>"
    assert len(body(page, "Six pupils")) == 6
