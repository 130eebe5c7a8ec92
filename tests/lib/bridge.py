"""An article of several pages, and what is to be read of it."""

from __future__ import annotations

TITLE = "河口大桥昨日正式通车"
STEM = "/2026/11/bridge"


def paragraphs(page, count=4):
    return [
        f"第{page}页第{n}段:大桥全长两千四百米,建设历时五年,沿线居民说他们等这一天已经等了很久,今后过江只要十分钟。"
        for n in range(count)
    ]


def url_of(page, form="{stem}_{n}.html"):
    return form.format(stem=STEM, n=page) if page > 1 else f"{STEM}.html"


def pager(page, count, form="{stem}_{n}.html"):
    numbers = "".join(
        f"<span>{n}</span>" if n == page else f"<a href='{url_of(n, form)}'>{n}</a>" for n in range(1, count + 1)
    )
    following = f"<a href='{url_of(page + 1, form)}'>下一页</a>" if page < count else ""
    return f"<div class='pages'>{numbers}{following}</div>"


def document(page, links, *, title=TITLE, words=None, head=""):
    text = "".join(f"<p>{line}</p>" for line in (words or paragraphs(page)))
    editor = "<p>(责任编辑:王小明)</p>" if page == 3 else ""
    return (
        f"<!doctype html><html lang=zh-CN><head><title>{title}</title>{head}"
        f"<meta property='og:type' content='article'><meta property='og:title' content='{title}'>"
        "<meta property='article:published_time' content='2024-06-20T08:00:00+08:00'></head>"
        f"<body><article><h1>{title}</h1><p>导语:大桥昨日通车,两岸居民从此不必再乘渡轮过江,全市上下都为此高兴。</p>"
        f"<img src='/{page}.jpg' alt='桥'>{text}{editor}</article>{links}</body></html>"
    )


def text(*pages):
    standfirst = "导语:大桥昨日通车,两岸居民从此不必再乘渡轮过江,全市上下都为此高兴。"
    return "\n\n".join([standfirst, *(line for page in pages for line in paragraphs(page))])
