"""Is it an article, and if not, why; and what pages say of themselves."""

import pytest

from snapshotter.extract import extract

URL = "https://www.example.com/world/story-1.html"
SENTENCE = (
    "The old stone bridge was opened again on Monday, after nine years, and people came from both sides of the river. "
)
ARTICLE = f"<h1>The bridge is open</h1><p>{SENTENCE * 3}</p><p>{SENTENCE * 2}</p>"


def verdict(body: str, head: str = "") -> str:
    return extract(f"<html><head>{head}</head><body>{body}</body></html>".encode(), url=URL).verdict


LOCKED = "<meta name=article:content_tier content=locked>"
LINKS = "".join(f"<li><a href=/{n}>Headline number {n} of a story that is elsewhere</a></li>" for n in range(80))


@pytest.mark.parametrize(
    ("wanted", "head", "body"),
    [
        ("ok", "", ARTICLE),
        ("ok", "<title>Error 404: a history of the web's most famous page</title>", ARTICLE * 2),
        ("ok", "", ARTICLE + "<p>We use cookies to improve your experience.</p>"),
        ("ok", "", ARTICLE + "<p>Subscribe to continue getting our weekly letter.</p><p>" + SENTENCE * 12 + "</p>"),
        ("ok", "<meta property=article:published_time content=2024-01-01>", "<p>Short, but an article, it says.</p>"),
        ("ok", "", "<p>短讯：江城老桥今日上午重新开放，两岸居民不必再绕行三公里，市民纷纷前来观看，场面十分热闹。</p>"),
        ("empty", "", ""),
        ("empty", "", "<div id=root></div><script>app()</script>"),
        ("not-article", "<title>News</title>", f"<ul>{LINKS}</ul>"),
        ("soft-404", "<title>404 Not Found</title>", "<h1>404</h1><p>The page you want is gone, sorry.</p>"),
        ("soft-404", "<title>江城新闻网</title>", "<p>抱歉，您访问的页面不存在，请返回首页。</p>"),
        ("soft-404", "<title>Site</title>", "<h1>Page not found</h1><p>Sorry, there is nothing here.</p>"),
        ("captcha", "<title>Just a moment...</title>", "<p>Checking your browser before accessing the site.</p>"),
        ("captcha", "<title>验证</title>", "<p>访问过于频繁，请输入验证码后继续。</p>"),
        ("consent", "<title>Site</title>", "<p>We and our partners use cookies.</p><p>Accept all cookies</p>"),
        ("paywall", "", f"<h1>Bridge</h1><p>{SENTENCE}</p><p>Subscribe to continue reading this story.</p>"),
        ("paywall", "", "<h1>老桥</h1><p>七月一日，石桥重新开放。</p><div>本文为付费内容，订阅后可读全文</div>"),
        ("paywall", LOCKED, f"<p>{SENTENCE * 12}</p><p>Already a subscriber? Log in</p>"),
    ],
)  # fmt: skip
def test_verdicts(wanted, head, body):
    assert verdict(body, head) == wanted


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>The bridge is open - The Harbour Post</title>", "<h1>The bridge is open</h1>", "The bridge is open"),
        (
            "<title>The bridge is open | News</title>",
            "<h1>The Harbour Post</h1><h2>The bridge is open</h2>",
            "The bridge is open",
        ),
        ("<title>老桥重新开放_地方_江城新闻网</title>", "<h1>江城新闻网</h1>", "老桥重新开放"),
        ("<title>老桥重新开放--江城新闻网</title>", "<h1>老桥重新开放</h1>", "老桥重新开放"),
        (
            "<meta property=og:title content='The bridge is open'><title>The bridge is open · Post</title>",
            "",
            "The bridge is open",
        ),
        (
            "<meta property=og:site_name content=Post><title>Post</title>",
            "<h1>Post</h1><h1>A bridge, at last</h1>",
            "A bridge, at last",
        ),
        ("<title>A-Z of bridges</title>", "", "A-Z of bridges"),
        ("", "<h1>Only a heading</h1>", "Only a heading"),
        ("", "<p>no title at all, anywhere</p>", ""),
        ("<title>  Spaces \n in it </title>", "", "Spaces in it"),
    ],
)
def test_titles(head, body, title):
    page = f"<html><head>{head}</head><body>{body}<p>{SENTENCE * 4}</p></body></html>"
    assert extract(page.encode(), url=URL).title == title


@pytest.mark.parametrize(
    ("head", "text", "language"),
    [
        ("<html lang=en-us>", SENTENCE, "en-US"),
        ("<html lang=zh_cn>", "老桥今日重新开放。", "zh-CN"),
        ("<html lang=en>", "老桥今日重新开放，两岸居民说这是好事。", "zh-Hans"),
        ("<html>", "老橋今日重新開放，兩岸居民說這是好事。", "zh-Hant"),
        ("<html lang=en>", "港に新しい灯台が、この夏から公開される。", "ja"),
        ("<html lang=uk>", "Старий міст відкрито знову.", "uk"),
        ("<html><meta property=og:locale content=pt_BR>", "A ponte abriu de novo.", "pt-BR"),
        ("<html lang='x y'>", SENTENCE, ""),
    ],
)
def test_language(head, text, language):
    assert extract(f"{head}<body><p>{text}</p>".encode(), url=URL).language == language


@pytest.mark.parametrize(
    ("html", "category", "source"),
    [
        ("<meta property=article:section content=Politics>", "Politics", "page"),
        (
            "<div class=breadcrumb><a href=/>Home</a> &gt; <a href=/w>World</a> &gt; <a href=/w/a>Asia</a></div>",
            "Asia",
            "page",
        ),
        ("", "world", "guessed"),
    ],
)
def test_category_and_its_source(html, category, source):
    article = extract(f"<html>{html}{ARTICLE}".encode(), url=URL)
    assert (article.category, article.category_source) == (category, source)


@pytest.mark.parametrize(
    ("html", "published_at", "raw"),
    [
        ("<meta property=og:published_time content=2024-07-01T08:00Z>", "2024-07-01T08:00:00Z", "2024-07-01T08:00Z"),
        ("<meta name=pubdate content=2024-07-01><p>July 1, 2024 9:30</p>", "2024-07-01T09:30:00Z", "July 1, 2024 9:30"),
        ("<p>Updated 2 July 2024</p><p>Published 1 July 2024 09:00</p>", "2024-07-01T09:00:00Z", "1 July 2024 09:00"),
        ("<time datetime=2024-07-01>x</time>", "2024-07-01T00:00:00Z", "2024-07-01"),
        ('<script>a = {"pubDate": "2024-07-01 09:30:05"}</script>', "2024-07-01T09:30:05Z", "2024-07-01 09:30:05"),
        ("<h1>T</h1><p><span>2024-07-01</span><span>09:30</span></p>", "2024-07-01T09:30:00Z", "2024-07-01 09:30"),
    ],
)  # fmt: skip
def test_published(html, published_at, raw):
    article = extract(f"<html lang=en>{html}<p>{SENTENCE * 6}</p>".encode(), url="https://e.com/a")
    assert (article.published_at, article.published_raw) == (published_at, raw)


def test_the_url_dates_a_page_that_does_not():
    article = extract(ARTICLE.encode(), url="https://e.com/2024/07/01/bridge.html")
    assert (article.published_at, article.published_precision) == ("2024-07-01T00:00:00Z", "day")


def test_an_impossible_date_is_a_warning():
    article = extract(f"<meta name=pubdate content=2024-13-45>{ARTICLE}".encode(), url="https://e.com/a")
    assert article.published_at == ""
    assert any("2024-13-45" in warning for warning in article.warnings)
