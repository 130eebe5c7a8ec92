import pytest

from snapshotter.urls import elsewhere, front_page

SITE = "https://news.example"
ARTICLE = f"{SITE}/2024/07/01/a-long-headline.html"


@pytest.mark.parametrize(
    ("asked", "final", "expected"),
    [
        (ARTICLE, f"{SITE}/", True),
        (ARTICLE, f"{SITE}/2024/07/01/", True),  # the folder that it lay in
        (ARTICLE, f"{SITE}/category/world", True),
        (ARTICLE, f"{SITE}/404.html", True),
        (ARTICLE, f"{SITE}/page-not-found/", True),
        (ARTICLE, f"{SITE}/error/404", True),
        (f"{SITE}/world/a-long-headline", f"{SITE}/world/", True),
        (ARTICLE, ARTICLE, False),
        (ARTICLE, f"{ARTICLE}?utm_source=x", False),
        (ARTICLE, ARTICLE.replace("https://", "http://www."), False),
        (ARTICLE, f"{SITE}/2024/07/02/another-long-headline.html", False),
        (ARTICLE, "https://other.example/2024/07/01/a-long-headline.html", False),
        (f"{SITE}/2024/07/01/story-12345", f"{SITE}/2024/07/01/story-12345/a-long-headline", False),
        (f"{SITE}/2024/07/01/story-12345/amp-page-2", f"{SITE}/2024/07/01/story-12345", False),  # an article of its own
        (SITE, f"{SITE}/category/world", False),  # a front page was asked for
        (f"{SITE}/category/world", f"{SITE}/category/politics", False),
        (f"{SITE}/a", f"{SITE}/b?q=1", False),  # a short address may lead anywhere
        ("http://[", "http://[", False),
    ],
)
def test_where_a_redirect_gave_up(asked, final, expected):
    assert elsewhere(asked, final) is expected


@pytest.mark.parametrize(
    ("url", "expected"), [(SITE, True), (f"{SITE}/", True), (f"{SITE}/?a=1", False), ("http://[", False)]
)
def test_front_pages(url, expected):
    assert front_page(url) is expected
