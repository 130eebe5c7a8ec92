"""Is it an article, and if not, why."""

import pytest

from snapshotter.extract import extract
from snapshotter.extract.blocks import lay_out
from snapshotter.extract.evidence import gather
from snapshotter.extract.listing import is_listing
from snapshotter.extract.tree import parse
from snapshotter.extract.verdict import Seen, judge

URL = "https://www.example.com/world/story-1.html"
SENTENCE = (
    "The old stone bridge was opened again on Monday, after nine years, and people came from both sides of the river. "
)
ARTICLE = f"<h1>The bridge is open</h1><p>{SENTENCE * 3}</p><p>{SENTENCE * 2}</p>"


def verdict(body: str, head: str = "", url: str = URL) -> str:
    return extract(f"<html><head>{head}</head><body>{body}</body></html>".encode(), url=url).verdict


LOCKED = "<meta name=article:content_tier content=locked>"
DATED = "<meta property=article:published_time content=2024-01-01>"
LINKS = "".join(f"<li><a href=/{n}>Headline number {n} of a story that is elsewhere</a></li>" for n in range(80))
TEASERS = "".join(
    f"<div class='card card-{n}'><h3><a href=/story-{n}>The harbour gets its lighthouse number {n}</a></h3>"
    f"<p>{SENTENCE}It was the day of the harbour's {n} hundredth anniversary, and there was music.</p></div>"
    for n in range(12)
)
ZH_TEASERS = "".join(
    f"<li><a href=/c_{n}.html>江城老桥第{n}次重新开放，两岸居民前来观看</a>"
    "<p>七月一日，江城老桥重新开放，两岸居民纷纷前来观看，场面十分热闹，一位老人说他等了九年，市民不必再绕行三公里，记者在现场看到许多孩子。</p></li>"
    for n in range(15)
)
PICTURES = "".join(f"<figure><img src=/bridge-{n}.jpg></figure>" for n in range(20))
ROUND_UP = "".join(
    f"<h2><a href=https://hotel-{n}.example/>Hotel {n} by the river</a></h2><p>{SENTENCE * 4}</p>" for n in range(9)
)
DIALOG = (
    "<p>Nous utilisons des cookies pour mesurer l'audience.</p><p>Vous pouvez accepter et continuer ou choisir."
    "</p><p>Gérer mes cookies</p>" + "<p>Nos partenaires traitent vos données pour des annonces adaptées.</p>" * 12
)


@pytest.mark.parametrize(
    ("wanted", "head", "body"),
    [
        ("ok", "", ARTICLE),
        ("ok", "<title>Error 404: a history of the web's most famous page</title>", ARTICLE * 2),
        ("ok", "<title>Page not found: how a bridge fell off every map</title>", ARTICLE * 3),
        ("ok", "", ARTICLE + "<p>We use cookies to improve your experience.</p>"),
        ("ok", "", ARTICLE + "<p>Subscribe to continue getting our weekly letter.</p><p>" + SENTENCE * 12 + "</p>"),
        ("ok", "", "<p>Already a subscriber? Log in</p>" + "<p>a</p>" * 30 + ARTICLE),
        ("ok", DATED, "<p>Short, but an article, it says.</p>"),
        ("ok", DATED, f"<h1>Ten hotels</h1>{TEASERS}"),
        ("ok", "", "<p>短讯：江城老桥今日上午重新开放，两岸居民不必再绕行三公里，市民纷纷前来观看，十分热闹。</p>"),
        ("ok", "<title>Cookies and the law</title>", f"<h1>Cookies and the law</h1><p>{SENTENCE * 20}</p>"),
        ("ok", "<title>Nine hotels</title>", f"<h1>Nine hotels</h1><p>{SENTENCE * 2}</p>{ROUND_UP}"),
        ("empty", "", ""),
        ("empty", "", "<div id=root></div><script>app()</script>"),
        ("empty", "<title>App</title>", "<div>You need to enable JavaScript to run this app.</div>"),
        ("not-article", "<title>News</title>", f"<ul>{LINKS}</ul>"),
        ("not-article", "<title>The Harbour Post</title>", f"<main>{TEASERS}</main>"),
        ("not-article", "<title>江城新闻网</title>", f"<ul>{ZH_TEASERS}</ul>"),
        ("not-article", "<title>Search results for bridge</title>", f"<p>12 results</p>{TEASERS}"),
        ("not-article", "<title>“老桥”的搜索结果</title>", f"<ul>{ZH_TEASERS}</ul>"),
        ("not-article", "<title>Pictures of the bridge</title>", f"<h1>Pictures</h1>{PICTURES}"),
        ("soft-404", "<title>404 Not Found</title>", "<h1>404</h1><p>The page you want is gone, sorry.</p>"),
        ("soft-404", "<title>江城新闻网</title>", "<p>抱歉，您访问的页面不存在，请返回首页。</p>"),
        ("soft-404", "<title>Site</title>", "<h1>Page not found</h1><p>Sorry, there is nothing here.</p>"),
        ("soft-404", "<title>Page not found</title>", f"<h1>Page not found</h1><p>{SENTENCE * 6}</p>"),
        ("soft-404", "<title>江城网</title>", "<div>该内容已被发布者删除</div><a href=/>返回首页</a>"),
        ("soft-404", "<title>江城网</title>", "<h1>提示</h1><p>您要找的文章已下架或链接已失效</p>"),
        ("soft-404", "<title>江城网</title>", "<h1>提示</h1><p>该新闻已被删除，五秒后返回首页</p>"),
        ("captcha", "<title>Just a moment...</title>", "<p>Checking your browser before accessing the site.</p>"),
        ("captcha", "<title>验证</title>", "<p>访问过于频繁，请输入验证码后继续。</p>"),
        ("captcha", "<title>Harbour</title>", "<p>Please press &amp; hold the button.</p>"),
        ("consent", "<title>Site</title>", "<p>We and our partners use cookies.</p><p>Accept all cookies</p>"),
        ("consent", "<title>Le Port</title>", DIALOG),
        ("paywall", "", f"<h1>Bridge</h1><p>{SENTENCE}</p><p>Subscribe to continue reading this story.</p>"),
        ("paywall", "", "<h1>老桥</h1><p>七月一日，石桥重新开放。</p><div>本文为付费内容，订阅后可读全文</div>"),
        ("paywall", LOCKED, f"<p>{SENTENCE * 12}</p><p>Already a subscriber? Log in</p>"),
        ("paywall", "", f"<h1>Pont</h1><p>{SENTENCE}</p><p>Article réservé aux abonnés</p>"),
    ],
)  # fmt: skip
def test_verdicts(wanted, head, body):
    assert verdict(body, head) == wanted


def test_why_can_be_told():
    tree = parse(f"<title>Page not found</title><p>{SENTENCE}</p>")
    evidence, layout = gather(tree), lay_out(tree)
    found = judge(Seen(layout, layout.blocks, "Page not found"), evidence)
    assert found == ("soft-404", "its title says 'Page not found'")


@pytest.mark.parametrize(
    ("url", "told"),
    [("https://www.example.com/", True), ("https://www.example.com/2024/07/01/a-long-story-of-the-bridge.html", False)],
)
def test_a_front_pages_address_makes_teasers_a_list_sooner(url, told):
    tree = parse(f"<p>{SENTENCE * 12}</p><main>{TEASERS}</main>")
    evidence, layout = gather(tree), lay_out(tree)
    assert bool(is_listing(layout, layout.blocks, evidence, url)) == told
