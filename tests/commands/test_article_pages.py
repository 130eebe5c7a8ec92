"""An article of several pages becomes one record, whichever way its pages are found."""

import json

import pytest

QUICK = ["-s", "AUTOTHROTTLE_ENABLED=0", "-s", "RETRY_TIMES=0", "-s", "SNAPSHOTTER_WORKERS=1"]
TITLE = "河口大桥昨日正式通车"
STEM = "/2026/11/bridge"


def paragraphs(page, count=4):
    return [f"第{page}页第{n}段:大桥全长两千四百米,建设历时五年,沿线居民说他们等这一天已经等了很久,今后过江只要十分钟。" for n in range(count)]


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
        "<meta property='article:published_time' content='2026-11-20T08:00:00+08:00'></head>"
        f"<body><article><h1>{title}</h1><p>导语:大桥昨日通车,两岸居民从此不必再乘渡轮过江,全市上下都为此高兴。</p>"
        f"<img src='/{page}.jpg' alt='桥'>{text}{editor}</article>{links}</body></html>"
    )


@pytest.fixture
def bridge(site):
    """An article of three pages."""
    for page in (1, 2, 3):
        site.html(url_of(page), document(page, pager(page, 3)))
    return site


@pytest.fixture
def capture(run):
    def capture(*args, **options):
        done = run("capture", *args, *QUICK, **options)
        return done, [json.loads(line) for line in done.stdout.splitlines()]

    return capture


def text(*pages):
    standfirst = "导语:大桥昨日通车,两岸居民从此不必再乘渡轮过江,全市上下都为此高兴。"
    return "\n\n".join([standfirst, *(line for page in pages for line in paragraphs(page))])


def test_the_pages_are_joined_and_each_is_kept(bridge, capture, run):
    done, (record,) = capture(bridge.url + url_of(1))
    assert done.returncode == 0, done.stderr
    assert record["body_text"] == text(1, 2, 3)
    assert record["body_html"].count("<p>") == 13
    assert [image["url"] for image in record["images"]] == [f"{bridge.url}/{n}.jpg" for n in (1, 2, 3)]
    assert (record["verdict"], record["title"], record["editors"]) == ("ok", TITLE, ["王小明"])
    assert record["warnings"] == ["pages: 3 of 3"]
    assert [path for path in bridge.asked if path != "/robots.txt"] == [url_of(n) for n in (1, 2, 3)]
    assert run("verify").returncode == 0
    index = run("export", "--format", "cdxj").stdout.decode() if False else ""
    assert index == ""
