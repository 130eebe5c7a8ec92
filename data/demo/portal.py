"""The Chinese paper's pages, as a portal's CMS makes them: much around the text, the byline in prose, no JSON-LD."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from demo.markup import body, fill, item, menu, near, of, script
from demo.story import PAPERS, SECTIONS, Story

NAME = PAPERS["zh"]
NEWSPAPER = "澄川日报"
"""Its stories come with the portal's newer byline."""
_COMMENTS = (
    ("柳汀老住户", "写得很实在，希望多报道这样的身边事。"),
    ("渡口看船人", "支持！下次有活动我也去。"),
    ("匿名网友", "能不能把通知贴到小区里？老人不会上网。"),
)
_PLAIN = {
    "language": "zh-CN",
    "declared": "utf-8",
    "keywords": "澄川,新闻",
    "description": "澄川在线，一城一河，日日新知。",
    "head": '<link rel="alternate" type="application/rss+xml" title="澄川在线" href="/rss.xml">\n',
}


def front(listed: Sequence[Story]) -> str:
    """The front page."""
    lead = next(story for story in listed if story.section == "society" and story.figures)
    picture = f'<img src="/img/{lead.figures[0].name}.png" alt="">'
    main = (
        f'<div class="box lead"><a href="{lead.path}">{picture}<h2>{escape(lead.title)}</h2></a>'
        f'<p>{escape(lead.subtitle)}</p></div><div class="columns">{"".join(_columns(listed))}</div>'
    )
    return page(f"{NAME}_澄川新闻门户", main, listed)


def section(key: str, part: Sequence[Story], *, number: int, pages: int, hot: Sequence[Story]) -> str:
    """One page of a section's list."""
    turns = [f"<b>{n}</b>" if n == number else f'<a href="{section_path(key, n)}">{n}</a>' for n in range(1, pages + 1)]
    if number < pages:
        turns.append(f'<a href="{section_path(key, number + 1)}">下一页</a>')
    items = "".join(
        f'<li><h3><a href="{story.path}" target="_blank">{escape(story.title)}</a></h3>'
        f'<p>{escape(brief(story))}</p><span class="date">{story.published:%Y-%m-%d %H:%M}</span></li>'
        for story in part
    )
    name = SECTIONS[key].name
    main = (
        f'<div class="crumbs">当前位置：<a href="/">首页</a> &gt; {name}</div>'
        f'<div class="box"><ul class="list">{items}</ul><div class="pages">{"".join(turns)}</div></div>'
    )
    return page(f"{name}_{NAME}", main, hot)


def section_path(key: str, number: int = 1) -> str:
    """Where a section's page lies."""
    return f"/{key}/" + (f"index_{number}.html" if number > 1 else "")


def article(story: Story, others: Sequence[Story], *, base: str, visit: int) -> str:
    """An article's page; ``others`` are what it links to."""
    main = fill(
        "zh-story",
        title=escape(story.title),
        subtitle=f'<p class="subtitle">{escape(story.subtitle)}</p>\n' if story.subtitle else "",
        section=story.section,
        category=story.category,
        meta=_meta(story, visit),
        body=_links(others) if story.kind == "listing" else body(story.blocks),
        editors=" ".join(story.editors),
        related="".join(item(other) for other in near(story, others)[:5]),
        comments="" if story.kind == "listing" else _comments(),
    )
    stated = {
        "language": story.language,
        "declared": story.declared,
        "keywords": ",".join(story.tags),
        "description": escape(brief(story)),
        "head": _head(story, base),
    }
    return page(f"{story.title}_{story.category}_{NAME}", main, others, **stated)


def month(year: int, number: int, hot: Sequence[Story]) -> str:
    """A page of the calendar: it links to the next month's, and that to the next, for ever."""
    count = year * 12 + number - 1
    around = [
        f'<a href="/rili/{n // 12:04d}-{n % 12 + 1:02d}.html">{name}</a>'
        for n, name in ((count - 1, "上月"), (count + 1, "下月"))
    ]
    rows = "".join(f"<tr>{''.join(f'<td>{day}</td>' for day in range(row, row + 7))}</tr>" for row in (1, 8, 15, 22))
    main = (
        f'<div class="box"><h3 class="box-title">{year}年{number}月</h3><table class="month">{rows}</table>'
        f'<div class="pages">{"".join(around)}</div></div>'
    )
    return page(f"{year}年{number}月活动日历_{NAME}", main, hot)


def notice(title: str, said: str) -> str:
    """A page that only says something: an error, who we are."""
    return page(f"{title}_{NAME}", f'<div class="article"><h1>{escape(title)}</h1><p>{escape(said)}</p></div>', ())


def page(title: str, main: str, hot: Sequence[Story], **stated: str) -> str:
    """The frame around every page."""
    items = "".join(map(item, of("zh", hot)[:8]))
    return fill("zh", head_title=escape(title), main=main, nav=menu("zh"), hot=items, **{**_PLAIN, **stated})


def brief(story: Story) -> str:
    """The first words of a story, as its CMS cuts them."""
    opening = story.description or story.paragraphs[0]
    return opening if len(opening) <= 80 else opening[:78] + "……"


def _head(story: Story, base: str) -> str:
    day, url = f"{story.published:%Y-%m-%d}", escape(base + story.path)
    head = f'<meta name="publishdate" content="{day}">\n<link rel="canonical" href="{url}">\n'
    return head + (script(_live(story, base)) if story.kind == "live" else "")


def _meta(story: Story, visit: int) -> str:
    names = " ".join(story.authors)
    if story.source != NEWSPAPER:
        facts = [f"{story.published:%Y-%m-%d %H:%M:%S}", f"来源：{story.source}"]
        facts += [f'作者：<span class="author">{names}</span>'] if names else []
        return '<p class="article-meta">' + "".join(f"<span>{fact}</span>" for fact in facts) + "</p>"
    parts = [
        f'<span class="time">{story.published:%Y年%m月%d日%H:%M}</span>',
        f'来源：<span class="source">{story.source}</span>',
        f'记者：<span class="author">{names}</span>',
    ]
    if story.modified:
        parts.append(f'<span class="update">更新：{story.modified:%Y年%m月%d日%H:%M}</span>')
    if story.counter:
        parts.append(f'<span class="views">阅读：{visit * 1024 + len(story.title)}</span>')
    return f'<div class="info">{"　".join(parts)}</div>'


def _comments() -> str:
    said = "".join(f"<dt>{name}<span>澄川网友</span></dt><dd>{words}</dd>" for name, words in _COMMENTS)
    return f'<div class="box comments"><h3 class="box-title">网友评论</h3><dl>{said}</dl></div>'


def _links(others: Sequence[Story]) -> str:
    """What a listing that looks like an article has in the place of one."""
    items = "".join(
        f'<li><h3><a href="{story.path}">{escape(story.title)}</a></h3>'
        f'<span class="date">{story.published:%m-%d}</span></li>'
        for story in of("zh", others)
        if story.kind != "listing"
    )
    return f'<ul class="list">{items}</ul>'


def _columns(listed: Sequence[Story]) -> list[str]:
    return [
        f'<div class="box"><h3 class="box-title"><a href="/{key}/">{it.name}</a></h3>'
        f"<ul>{''.join(item(story) for story in listed if story.section == key)}</ul></div>"
        for key, it in SECTIONS.items()
        if it.language == "zh"
    ]


def _live(story: Story, base: str) -> dict[str, object]:
    updates = [
        {
            "@type": "BlogPosting",
            "headline": heading.partition(" ")[2],
            "datePublished": f"{story.published:%Y-%m-%d}T{heading[:5]}:00+08:00",
            "articleBody": "\n".join(lines),
        }
        for heading, *lines in (block.lines for block in story.blocks if block.kind == "entry")
    ]
    return {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting",
        "headline": story.title,
        "url": base + story.path,
        "datePublished": story.published.isoformat(),
        "dateModified": (story.modified or story.published).isoformat(),
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "liveBlogUpdate": updates,
    }
