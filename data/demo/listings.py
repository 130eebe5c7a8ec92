"""Feeds, sitemaps and robots.txt: each in a dialect that is met in the wild, its faults included."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from html import escape

from demo.markup import body
from demo.story import PAPERS, Story

NEWS_IN_SITEMAP = 14
IN_FEED = 10


def robots(base: str) -> str:
    """robots.txt: the newsroom's own pages are nobody's business."""
    return f"User-agent: *\nDisallow: /neibu/\nDisallow: /search\nCrawl-delay: 0.02\n\nSitemap: {base}/sitemap.xml\n"


def rss(listed: Sequence[Story], base: str) -> str:
    """RSS whose links carry utm parameters and whose ``CST`` means Beijing, not Chicago."""
    items = "".join(
        f"<item><title>{escape(story.title)}</title><link>{base}{story.listed_path}?utm_source=rss&amp;utm_medium=feed</link>"
        f"<description><![CDATA[{body(story.blocks[:1])}]]></description><category>{story.category}</category>"
        f'<guid isPermaLink="false">{story.slug}</guid>'
        f"<pubDate>{story.published:%a, %d %b %Y %H:%M:%S} CST</pubDate></item>\n"
        for story in listed[:IN_FEED]
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>{PAPERS["zh"]}</title>'
        f"<link>{base}/</link><description>澄川新闻</description><language>zh-cn</language>\n{items}</channel></rss>\n"
    )


def atom(listed: Sequence[Story], base: str) -> str:
    """Atom."""
    entries = "".join(
        f'<entry><title>{escape(story.title)}</title><link rel="alternate" href="{base}{story.listed_path}"/>'
        f"<id>{base}{story.listed_path}</id>"
        f"<published>{story.published.isoformat()}</published><updated>{_changed(story)}</updated>"
        f"<summary>{escape(story.description)}</summary></entry>\n"
        for story in listed[:IN_FEED]
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>{PAPERS["en"]}</title>'
        f"<id>{base}/en/</id><updated>{_changed(listed[0])}</updated>\n{entries}</feed>\n"
    )


def json_feed(listed: Sequence[Story], base: str) -> str:
    """JSON Feed 1.1."""
    items = [
        {
            "id": story.slug,
            "url": f"{base}{story.listed_path}#comments",
            "title": story.title,
            "summary": story.description,
            "date_published": story.published.isoformat(),
            "authors": [{"name": name} for name in story.authors],
        }
        for story in listed[:IN_FEED]
    ]
    about = {"version": "https://jsonfeed.org/version/1.1", "title": PAPERS["en"], "home_page_url": f"{base}/en/"}
    return json.dumps({**about, "items": items}, ensure_ascii=False, indent=1)


def sitemap_index(base: str) -> str:
    """The index of the sitemaps."""
    names = ("sitemap-news.xml", "sitemap-2024-10.xml")
    rows = "".join(f"<sitemap><loc>{base}/{name}</loc></sitemap>" for name in names)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{_SITEMAPS}">{rows}</sitemapindex>\n'


def news_sitemap(listed: Sequence[Story], base: str) -> str:
    """Google's news sitemap, of the newest stories."""
    rows = "".join(
        f"<url><loc>{base}{story.listed_path}</loc><news:news><news:publication><news:name>{PAPERS[story.paper]}</news:name>"
        f"<news:language>{story.language.lower()}</news:language></news:publication>"
        f"<news:publication_date>{story.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(story.title)}</news:title></news:news></url>\n"
        for story in listed[:NEWS_IN_SITEMAP]
    )
    names = f'xmlns="{_SITEMAPS}" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {names}>\n{rows}</urlset>\n'


def sitemap(listed: Iterable[Story], base: str) -> str:
    """The month's sitemap, which nobody takes withdrawn stories out of."""
    rows = "".join(
        f"<url><loc>{base}{story.listed_path}</loc><lastmod>{_changed(story)}</lastmod></url>\n" for story in listed
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{_SITEMAPS}">\n{rows}</urlset>\n'


_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


def _changed(story: Story) -> str:
    return (story.modified or story.published).isoformat()
