"""What a site shows at a moment: its listings and pages, with what changes on them at each look."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulated.world import Article, Site

ZONE = {"zh": ZoneInfo("Asia/Shanghai"), "en": ZoneInfo("Europe/London")}
LAG = timedelta(minutes=10)
PLACE_PATHS = {"feed": "/feed.xml", "sitemap": "/news-sitemap.xml", "section": "/news/"}
SITEMAP_NAMES, NEWS_NAMES = "http://www.sitemaps.org/schemas", "http://www.google.com/schemas"
ADS = ("Subscribe now and save 40% on your first year", "Win two tickets for the opera", "Compare 12 savings accounts")


def listed(articles: Sequence[Article], place: str, now: datetime) -> list[Article]:
    """The articles that a place of their site lists now, newest first."""
    if not articles:
        return []
    site = articles[0].site
    seen = now - LAG if place == "feed" and "lag" in site.traits else now
    found = [one for one in articles if one.published <= seen and ("keeps" in site.traits or not one.is_gone(now))]
    if place == "sitemap":
        found = [one for one in found if one.published > now - timedelta(days=2)]
    else:
        found = found[-site.listed * (2 if place == "section" else 1) :]
    return [one for one in reversed(found) if not _left_out(one, place, now)]


def listing(articles: Sequence[Article], place: str, now: datetime) -> str:
    """A place as it is served."""
    site = articles[0].site
    make = {"feed": _feed, "sitemap": _sitemap, "section": _section}[place]
    return make(site, [(one, _link(one, place, now)) for one in listed(articles, place, now)], now)


def page(article: Article, now: datetime, look: int, others: Sequence[Article]) -> str:
    """An article's page; ``look`` differs each time that somebody looks, ``others`` are more articles of its site."""
    site, (changed, text) = article.site, article.editions[article.edition(now)]
    noise = _Noise(article, now, look, others) if site.traits & {"noise", "weak"} else None
    canonical = f"http://{site.host}{article.home(now)}"
    modified = f'<meta property="article:modified_time" content="{_stamp(site, changed)}">'
    paragraphs = [f"<p>{escape(one)}</p>" for one in text.paragraphs]
    if noise:
        paragraphs.insert(2, noise.advertisement())
    stated = _stamp(site, article.published)
    return f"""<!doctype html><html lang="{"zh-CN" if site.language == "zh" else "en-GB"}"><head><meta charset="utf-8">
<title>{escape(text.title)} - {site.name}</title><link rel="canonical" href="{canonical}">
<meta property="og:type" content="article"><meta property="og:title" content="{escape(text.title)}">
<meta property="article:published_time" content="{stated}">{modified}
{noise.script() if noise else ""}</head>
<body><header><a href="/">{site.name}</a>
<nav><a href="/news/">{"新闻" if site.language == "zh" else "News"}</a></nav></header>
<main><article><h1>{escape(text.title)}</h1>
<p class="meta"><time datetime="{stated}">{_shown(site, article.published)}</time>
{noise.counter() if noise else ""}</p>
<div class="article-body">
{chr(10).join(paragraphs)}
</div></article>{noise.related() if noise else ""}</main>
<footer>© 2026 {site.name}</footer></body></html>"""


class _Noise:
    """What is another at each look."""

    def __init__(self, article: Article, now: datetime, look: int, others: Sequence[Article]) -> None:
        self._dice = random.Random(look)
        self._zh = article.site.language == "zh"
        self._minutes = int((now - article.published).total_seconds() / 60)
        self._others = self._dice.sample(list(others), min(5, len(others)))

    def script(self) -> str:
        token = f'<meta name="csrf-token" content="{self._dice.getrandbits(128):032x}">'
        return f"{token}<script>var t={self._dice.random()};</script>"

    def counter(self) -> str:
        views, age = self._dice.randint(1000, 99999), self._minutes
        if self._zh:
            read, ago = f"阅读 {views}", f"{age}分钟前" if age < 60 else f"{age // 60}小时前"
        else:
            read, ago = f"{views:,} views", f"{age} minutes ago" if age < 120 else f"{age // 60} hours ago"
        return f' <span class="views">{read}</span> <span class="ago">{ago}</span>'

    def advertisement(self) -> str:
        said = "广告" if self._zh else "Advertisement"
        link = f'<a href="/ad/{self._dice.randrange(999)}">{self._dice.choice(ADS)}</a>'
        return f'<div class="advertisement"><span>{said}</span>{link}</div>'

    def related(self) -> str:
        links = "".join(f'<li><a href="{one.path}">{escape(one.editions[0][1].title)}</a></li>' for one in self._others)
        return f'<aside class="related"><h2>{"相关阅读" if self._zh else "Read more"}</h2><ul>{links}</ul></aside>'


def _feed(site: Site, links: Sequence[tuple[Article, str]], now: datetime) -> str:
    built = f"<lastBuildDate>{format_datetime(now)}</lastBuildDate>" if "clock" in site.traits else ""
    items = "".join(
        f"<item><title>{escape(_title(one, now))}</title><link>{escape(link)}</link>"
        f'<guid isPermaLink="false">{one.number}</guid>{_feed_date(one)}</item>'
        for one, link in links
    )
    about = f"<title>{site.name}</title><link>http://{site.host}/</link>"
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{about}{built}{items}</channel></rss>'


def _sitemap(site: Site, links: Sequence[tuple[Article, str]], now: datetime) -> str:
    urls = "".join(
        f"<url><loc>{escape(link)}</loc><news:news><news:publication><news:name>{site.name}</news:name>"
        f"<news:language>{site.language}</news:language></news:publication>"
        f"<news:publication_date>{one.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(_title(one, now))}</news:title></news:news></url>"
        for one, link in links
    )
    names = f'xmlns="{SITEMAP_NAMES}/sitemap/0.9" xmlns:news="{NEWS_NAMES}/sitemap-news/0.9"'
    return f'<?xml version="1.0" encoding="utf-8"?><urlset {names}>{urls}</urlset>'


def _section(site: Site, links: Sequence[tuple[Article, str]], now: datetime) -> str:
    items = "".join(f'<li><h3><a href="{escape(link)}">{escape(_title(one, now))}</a></h3></li>' for one, link in links)
    head = f"<meta charset='utf-8'><title>{site.name}</title>"
    return f"<!doctype html><html><head>{head}</head><body><h1>{site.name}</h1><ul>{items}</ul></body></html>"


def _link(article: Article, place: str, now: datetime) -> str:
    traits, path = article.site.traits, article.home(now)
    if place == "feed" and "slug" in traits and path == article.path:
        path = article.other_path
    if place == "feed" and "utm" in traits:
        path += "?utm_source=rss&utm_medium=feed"
    return f"http://{article.site.host}{path}"


def _left_out(article: Article, place: str, now: datetime) -> bool:
    if "drops" not in article.site.traits:
        return False
    return random.Random(f"{article.number} {place} {now:%d %H}").random() < 0.15


def _feed_date(article: Article) -> str:
    if "no-dates" in article.site.traits:
        return ""
    off = timedelta(hours=8 if "dates" in article.site.traits else 0)
    return f"<pubDate>{format_datetime(article.published + off)}</pubDate>"


def _title(article: Article, now: datetime) -> str:
    return article.editions[max(article.edition(now), 0)][1].title


def _stamp(site: Site, moment: datetime) -> str:
    local = moment.astimezone(ZONE[site.language])
    if "no-dates" in site.traits:
        return f"{local:%Y-%m-%d}"
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta())).isoformat()


def _shown(site: Site, moment: datetime) -> str:
    local = moment.astimezone(ZONE[site.language])
    day, clock = ("%Y年%m月%d日" if site.language == "zh" else "%d %B %Y"), " %H:%M"
    return local.strftime(day if "no-dates" in site.traits else day + clock)
