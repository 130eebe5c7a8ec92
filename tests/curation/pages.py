"""Pages of a site of our own, to draft rules from."""

from __future__ import annotations

from datetime import UTC, datetime

from snapshotter.curation import Saved

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
HOST = "https://www.harrow.example"
TOPICS = ("bridge", "harbour", "school", "library", "ferry")
REPORTERS = ("Ann Miller", "Robert Hale", "Ines Calder", "Tom Avery", "Lena Brook")


def story(number: int) -> Saved:
    """An article, built as many are: classes with and without sense around the same fields."""
    topic, name = TOPICS[number % 5], REPORTERS[number % 5]
    text = "".join(
        f"<p>The council spoke of the {topic} on Monday, and part {part} of its plan was agreed after a debate "
        f"that went on until the evening, as several of those who were there said on Tuesday.</p>"
        for part in range(5)
    )
    html = f"""<!doctype html><html lang="en-GB"><head><title>Plans for the {topic} - Harrow News</title>
<meta property="og:site_name" content="Harrow News"><meta property="og:type" content="article"></head><body>
<div class="nav"><a href="/">Home</a> <a href="/town/">Town</a></div>
<main id="main-{1000 + number}">
<h1 class="css-1x{number}f0ab headline">Plans for the {topic} are agreed by the council</h1>
<div class="meta"><span class="when">{number + 1} June 2026, 09:{10 + number}</span>
<span class="by">By <a rel="author" class="reporter" href="/p/{number}">{name}</a></span></div>
<div class="story-text sc-{number}bcdef">{text}</div></main>
<div class="more">More about <a href="/town/2026/06/0{number + 1}/{topic}-news-today">{topic}s</a></div></body>
</html>"""
    url = f"{HOST}/town/2026/06/0{number + 1}/{topic}-plans-agreed"
    return Saved(url, html.encode(), "text/html; charset=utf-8", AT)


def front() -> Saved:
    """The front page."""
    links = "".join(f"<li><a href='{story(n).url}'>Plans for the {TOPICS[n]} are agreed</a></li>" for n in range(5))
    html = f"<!doctype html><html lang=en-GB><title>Harrow News</title><h1>Harrow News</h1><ul>{links}</ul>"
    return Saved(f"{HOST}/", html.encode(), "text/html; charset=utf-8", AT)
