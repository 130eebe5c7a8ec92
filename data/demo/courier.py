"""The English paper's pages, as a newspaper's CMS makes them: JSON-LD, OpenGraph, AMP, a paywall."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from demo.markup import body, fill, item, menu, near, script
from demo.story import PAPERS, SECTIONS, Block, Story

NAME = PAPERS["en"]
_COMMENTS = (
    ("R. Calloway", "Lovely piece. My grandmother would have had something to say about it."),
    ("Songling commuter", "About time somebody wrote this down."),
)
_NEWSLETTER = """<aside class="newsletter"><strong>The Morning Ferry</strong>
Six stories in your inbox before the first crossing. Free, and easy to stop.<br><button>Sign up</button></aside>
"""
_WALL = """<div class="paywall"><h2>This story is for subscribers</h2>
<p>Subscribe for 12 yuan a month to read the rest, and everything else we print.</p><button>Subscribe</button></div>
"""


def front(listed: Sequence[Story]) -> str:
    """The front page."""
    lead, *rest = sorted(listed, key=lambda story: not story.figures)  # the newest with a picture, then the others
    picture = f'<img class="lead" src="/img/{lead.figures[0].name}.png" alt="">'
    teasers = "".join(_teaser(story, amp=story.amp) for story in (lead, *rest[:8]))
    return page(NAME, f'<div class="front">{picture}{teasers}</div>')


def section(key: str, part: Sequence[Story], *, number: int, pages: int) -> str:
    """One page of a section's list."""
    turns = [
        f"<span>{n}</span>" if n == number else f'<a href="{section_path(key, n)}">{n}</a>' for n in range(1, pages + 1)
    ]
    if number < pages:
        turns.append(f'<a rel="next" href="{section_path(key, number + 1)}">Older stories</a>')
    name = SECTIONS[key].name
    main = (
        f'<h1 class="section-title">{name}</h1><div class="archive">{"".join(map(_teaser, part))}</div>'
        f'<nav class="pager">{"".join(turns)}</nav>'
    )
    return page(f"{name} | {NAME}", main)


def section_path(key: str, number: int = 1) -> str:
    """Where a section's page lies."""
    return f"/en/{key}/" + (f"?page={number}" if number > 1 else "")


def article(story: Story, others: Sequence[Story], *, base: str) -> str:
    """An article's page; ``others`` are what it links to."""
    comments = "".join(f"<article><h3>{name}</h3><p>{said}</p></article>" for name, said in _COMMENTS)
    main = fill(
        "en-story",
        description=escape(story.description),
        updated=f'<span class="updated">Updated {story.modified:%H:%M}</span>' if story.modified else "",
        body=_with_newsletter(story.blocks) if story.section in {"science", "town"} else body(story.blocks),
        wall=_WALL if story.kind == "paywall" else "",
        topics=", ".join(story.tags),
        related="".join(map(item, near(story, others))),
        comments=comments,
        **_fields(story),
    )
    return page(f"{story.title} | {NAME}", main, head=_head(story, base), description=story.description)


def amp(story: Story, base: str) -> str:
    """The AMP edition of an article, which names the page it is an edition of."""
    content = body(story.blocks).replace("<img ", "<amp-img ")
    about = escape(story.description)
    return fill("amp", canonical=escape(base + story.path), body=content, description=about, **_fields(story))


def notice(title: str, said: str) -> str:
    """A page that only says something: an error, who we are."""
    return page(f"{title} | {NAME}", f'<div class="story"><h1>{escape(title)}</h1><p>{escape(said)}</p></div>')


def page(title: str, main: str, *, head: str = "", description: str = "") -> str:
    """The frame around every page."""
    about = escape(description or "News from Chengchuan and its river, in English.")
    return fill("en", head_title=escape(title), main=main, nav=menu("en"), head=head, description=about)


def _fields(story: Story) -> dict[str, str]:
    return {
        "title": escape(story.title),
        "section": story.section,
        "category": story.category,
        "byline": " and ".join(f'<a href="#author" rel="author">{escape(name)}</a>' for name in story.authors),
        "published": story.published.isoformat(),
        "published_text": f"{story.published.day} {story.published:%B %Y, %H:%M}",
    }


def _teaser(story: Story, *, amp: bool = False) -> str:
    url = story.listed_path + ("/amp" if amp else "")
    return (
        f'<div class="teaser"><p class="kicker">{story.category}</p>'
        f'<h2><a href="{url}">{escape(story.title)}</a></h2><p>{escape(story.description)}</p></div>'
    )


def _with_newsletter(blocks: Sequence[Block]) -> str:
    return f"{body(blocks[:2])}\n{_NEWSLETTER}{body(blocks[2:])}"


def _head(story: Story, base: str) -> str:
    url = base + story.path
    facts = {
        "og:type": "article",
        "og:title": story.title,
        "og:description": story.description,
        "og:url": url,
        "og:site_name": NAME,
        "article:published_time": story.published.isoformat(),
        "article:section": story.category,
    }
    lines = [f'<meta property="{name}" content="{escape(value)}">' for name, value in facts.items()]
    lines += [f'<meta property="article:tag" content="{escape(tag)}">' for tag in story.tags]
    lines += [f'<link rel="canonical" href="{escape(url)}">']
    lines += [f'<link rel="amphtml" href="{escape(url)}/amp">'] if story.amp else []
    return "\n".join(lines) + "\n" + script(_news_article(story, base))


def _news_article(story: Story, base: str) -> dict[str, object]:
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": base + story.path,
        "headline": story.title,
        "description": story.description,
        "datePublished": story.published.isoformat(),
        "dateModified": (story.modified or story.published).isoformat(),
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": NAME},
        "articleSection": story.category,
        "keywords": list(story.tags),
        "image": [f"{base}/img/{photo.name}.png" for photo in story.figures],
        "isAccessibleForFree": story.kind != "paywall",
    }
    if story.kind == "paywall":
        data["hasPart"] = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".paywall"}
    return data
