"""What changes on a page by itself: each puts a state of it into a ``Draft``; two states, no revision."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

from lxml import html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edits import Draft
    from lxml.html import HtmlElement

_COUNTERS = {
    True: (
        "阅读 {}",
        "阅读量：{}",
        "浏览次数：{}",
        "{}人参与",
        "{}条评论",
        "评论（{}）",
        "点赞 {}",
        "分享 {} 收藏 {}",
        "{}次阅读",
        "{}万阅读",
    ),
    False: (
        "{} views",
        "{} comments",
        "{}K shares",
        "Comments ({})",
        "Views: {}",
        "{} likes · {} shares",
        "{} people reading",
    ),
}
_RELATIVE = {
    True: ("{}分钟前", "{}小时前", "{}天前", "发布于 {}分钟前", "更新于{}小时前"),
    False: (
        "{} minutes ago",
        "{} hours ago",
        "Updated {} minutes ago",
        "Published {} days ago",
        "{} min ago",
        "{}h ago",
    ),
}
_CLOCKS = {
    True: ("更新时间：2024-05-01 10:{:02}", "最后更新：2024年5月1日 10:{:02}", "更新于 10:{:02}"),
    False: (
        "Updated 10:{:02} AM",
        "Last updated: May 1, 2024, 10:{:02} am EDT",
        "Updated May 1, 2024 at 10:{:02} a.m. ET",
    ),
}
_ADS = {
    True: ("广告", "[广告]", "推广", "广告 | 跳过"),
    False: (
        "Advertisement",
        "ADVERTISEMENT",
        "Story continues below advertisement",
        "Sponsored",
        "Ad",
        "Skip advertisement",
    ),
}
_HEADLINES = {
    True: ("城东新桥今日通车 市民冒雨围观", "渔港休渔期结束 首批渔船返航", "全市中小学下周起调整作息时间",
            "老城区供热管网改造完成八成", "博物馆夜场开放首日迎客三千", "冷空气明起南下 气温骤降十度",
            "地铁五号线延长段开始试运行", "图书馆推出方言绘本朗读会"),
    False: ("Harbour ferry returns after two years of repairs", "City council votes to plant four thousand trees",
            "Schools to start half an hour later from autumn", "Museum opens its doors at night for the first time",
            "Farmers count losses after the longest dry spell", "New tram line to link airport and old town",
            "Library lends out tools as well as books", "Bakers of the valley revive a forgotten rye"),
}  # fmt: skip
_RELATED = {
    True: ("相关阅读", "相关新闻", "推荐阅读", "猜你喜欢"),
    False: ("Related", "Read more", "More from this section", "Most read"),
}


def _blocks(draft: Draft, where: str) -> tuple[HtmlElement | None, int]:
    """A paragraph to stand beside, and whether before (0) or behind it (1)."""
    paragraphs = draft.paragraphs()
    if len(paragraphs) < 3:
        return None, 0
    return {"top": (paragraphs[0], 0), "middle": (paragraphs[len(paragraphs) // 2], 1), "end": (paragraphs[-1], 1)}[
        where
    ]


def _insert(draft: Draft, where: str, markup: str) -> bool:
    beside, behind = _blocks(draft, where)
    if beside is None:
        return False
    new = html.fragment_fromstring(markup)
    if behind:
        new.tail, beside.tail = beside.tail, None
        beside.addnext(new)
    else:
        beside.addprevious(new)
    return True


def _line(draft: Draft, dice: random.Random, state: random.Random, phrases: Mapping[bool, tuple[str, ...]]) -> bool:
    """A line of the article's column that holds nothing but a phrase with numbers."""
    where, phrase = dice.choice(("top", "middle", "end")), dice.choice(phrases[draft.is_chinese])
    tag, name = dice.choice((("p", ""), ("div", "info"), ("p", "meta"), ("div", "x1f9"), ("span", "views")))
    text = phrase.format(state.randrange(2, 59), state.randrange(2, 59))
    return _insert(draft, where, f'<{tag} class="{name}">{text}</{tag}>')


def counter(draft: Draft, dice: random.Random, state: random.Random) -> bool:
    return _line(draft, dice, state, _COUNTERS)


def relative_time(draft: Draft, dice: random.Random, state: random.Random) -> bool:
    return _line(draft, dice, state, _RELATIVE)


def updated_clock(draft: Draft, dice: random.Random, state: random.Random) -> bool:
    return _line(draft, dice, state, _CLOCKS)


def byline_time(draft: Draft, dice: random.Random, state: random.Random) -> bool:
    """A relative time beside other things."""
    ago = dice.choice(_RELATIVE[draft.is_chinese]).format(state.randrange(2, 59))
    who = "本报记者 李明" if draft.is_chinese else "By Jane Miller"
    return _insert(draft, "top", f'<div class="byline">{who} | {ago}</div>')


def ad_label(draft: Draft, dice: random.Random, state: random.Random) -> bool:
    """An advertisement's place, which is filled sometimes, here or there."""
    if state.random() < 0.3:
        return True
    where, label = state.choice(("top", "middle", "end")), state.choice(_ADS[draft.is_chinese])
    name, tag = dice.choice(("ad-slot", "x1f9", "")), dice.choice(("div", "p"))
    return _insert(draft, where, f'<{tag} class="{name}">{label}</{tag}>')


def ad_copy(draft: Draft, dice: random.Random, state: random.Random) -> bool:
    """An advertisement with words of its own, under a label."""
    if state.random() < 0.3:
        return True
    label = _ADS[draft.is_chinese][0]
    words = state.choice(_HEADLINES[draft.is_chinese])
    number = state.randrange(1000)
    link = f'<a href="https://ads.example/click?id={number}">{words}</a>'
    return _insert(draft, "middle", f'<div class="ad-slot"><span>{label}</span><p>{link}</p></div>')


def related(draft: Draft, dice: random.Random, state: random.Random) -> bool:
    """A block of links under a heading, others each time."""
    heading, where = dice.choice(_RELATED[draft.is_chinese]), dice.choice(("middle", "end"))
    name = dice.choice(("related", "x1f9", "recommend-list", ""))
    chosen = state.sample(_HEADLINES[draft.is_chinese], 4)
    items = "".join(f'<li><a href="/2024/05/{hash_of(text)}.html">{text}</a></li>' for text in chosen)
    return _insert(draft, where, f'<div class="{name}"><h3>{heading}</h3><ul>{items}</ul></div>')


def hash_of(text: str) -> int:
    return sum(ord(character) * place for place, character in enumerate(text, 7))


def inline_related(draft: Draft, dice: random.Random, state: random.Random) -> bool:
    """One link to another article between the paragraphs, with a label before it."""
    label = dice.choice(
        ("相关阅读：", "延伸阅读：") if draft.is_chinese else ("Read more: ", "Related: ", "READ ALSO: ")
    )
    text = state.choice(_HEADLINES[draft.is_chinese])
    return _insert(draft, "middle", f'<p>{label}<a href="/2024/05/{hash_of(text)}.html">{text}</a></p>')


def widget(draft: Draft, dice: random.Random, state: random.Random) -> bool:
    """A sidebar's list with counters, others each time."""
    body = draft.tree.find("body")
    if body is None:
        return False
    chosen = state.sample(_HEADLINES[draft.is_chinese], 5)
    items = "".join(
        f"<li><a href='/a/{hash_of(one)}'>{one}</a> <em>{state.randrange(9999)}</em></li>" for one in chosen
    )
    body.append(html.fragment_fromstring(f'<aside class="hot"><h4>24h</h4><ol>{items}</ol></aside>'))
    return True


def machinery(draft: Draft, dice: random.Random, state: random.Random) -> bool:
    """Tokens, nonces and times in scripts and attributes."""
    head = draft.tree.find("head")
    if head is None:
        return False
    token = f"{state.getrandbits(128):032x}"
    for markup in (
        f'<meta name="csrf-token" content="{token}">',
        f'<script nonce="{token[:16]}">window.__t={state.getrandbits(40)};var csrf="{token}";</script>',
        f'<link rel="stylesheet" href="/app.css?v={token[:8]}">',
    ):
        head.append(html.fragment_fromstring(markup))
    for image in draft.tree.iter("img"):
        image.set("data-token", token[:8])
    draft.tree.append(html.HtmlComment(f" served by web{state.randrange(40)} in {state.random():.4f} s "))
    return True


def class_hashes(draft: Draft, dice: random.Random, state: random.Random) -> bool:
    """A new build of the site's styles: each class name has another hash behind it."""
    salt = state.getrandbits(32)
    return _reclassed(draft, lambda name: f"{name}-{random.Random(f'{salt}{name}').getrandbits(20):05x}")


def class_shuffle(draft: Draft, dice: random.Random, state: random.Random) -> bool:
    """Class names that mean nothing, others each time."""
    salt = state.getrandbits(32)
    return _reclassed(draft, lambda name: f"css-{random.Random(f'{salt}{name}').getrandbits(28):07x}")


def _reclassed(draft: Draft, renamed: Any) -> bool:
    for element in draft.tree.iter():
        if isinstance(element.tag, str) and (names := element.get("class")):
            element.set("class", " ".join(renamed(name) for name in names.split()))
    return True


def white_space(draft: Draft, dice: random.Random, state: random.Random) -> bool:
    """Lines broken elsewhere in the source, and more blanks."""
    blank = state.choice(("\n", "\n    ", "  ", "\t"))
    for place in draft.places():
        place.put(re.sub(r"(?<=[A-Za-z,;]) (?=[A-Za-z])", blank, place.text))
    return True


NOISE = (
    counter, relative_time, updated_clock, byline_time, ad_label, ad_copy, related, inline_related, widget, machinery,
    class_hashes, class_shuffle, white_space,
)  # fmt: skip
