"""One snapshot as one HTML page that stands alone: it asks nothing of the network and runs nothing.

The page shows the body's own HTML, sanitised once more, without its images (each would be a request; they are listed
with their address), and carries the whole record as JSON, from which ``read`` brings it back.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html import escape

import nh3

from snapshotter.errors import BadRecord
from snapshotter.formats import jsonl
from snapshotter.formats.edition import Edition, published_local
from snapshotter.formats.html_words import STYLE, WORDS
from snapshotter.formats.utf8 import well_formed
from snapshotter.items import Snapshot

_OPEN = '<script type="application/json" id="snapshot">'
_CLOSE = "</script>"
# Within a JSON string these escapes mean the character; within HTML they mean nothing.
_FOR_HTML = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})
_TAGS = {"p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "figure", "figcaption"} | {
    "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "a", "em", "strong", "b", "i", "pre", "code", "br"
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "th": {"colspan", "rowspan", "scope"}, "td": {"colspan", "rowspan"}}
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'"


def write(snapshot: Snapshot, *, edition: Edition | None = None) -> str:
    """The page of one snapshot, in the edition's language and zone (by default the Chinese one).

    Raises BadRecord if one of its times isn't one.
    """
    edition = edition or Edition()
    words = WORDS[edition.locale]
    it = snapshot
    title = escape(it.title or words["untitled"])
    language = f' lang="{escape(it.language)}"' if it.language else ""
    page = f"""<!DOCTYPE html>
<html lang="{edition.locale}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<aside>{_banner(it, edition, words)}</aside>
<article{language} dir="auto">
<header>
<h1 dir="auto">{title}</h1>
{_block("p", it.subtitle, "subtitle")}<p class="facts">{_facts(it, edition, words)}</p>
</header>
<div class="body">
{_body(it)}
</div>
</article>
{_images(it, words)}{_related(it, edition, words)}{_provenance(it, words)}</main>
{_OPEN}{jsonl.dumps(it).translate(_FOR_HTML)}{_CLOSE}
</body>
</html>
"""
    return well_formed(page)


def read(page: str | bytes) -> Snapshot:
    """The record that a page of ``write`` carries. Raises BadRecord if it carries none."""
    text = page if isinstance(page, str) else page.decode("utf-8", "replace")
    # The last one: what stands before it is the publisher's.
    _, mark, rest = text.rpartition(_OPEN)
    line, end, _ = rest.partition(_CLOSE)
    if not mark or not end:
        raise BadRecord(f"the page has no {_OPEN}")
    return jsonl.loads(line)


def _banner(it: Snapshot, edition: Edition, words: dict[str, str]) -> str:
    host = escape(it.archive or edition.host)
    made = _time(it.captured_at, edition)
    return words["banner"].format(host=host, time=made, link=_link(it.final_url or it.url))


def _facts(it: Snapshot, edition: Edition, words: dict[str, str]) -> str:
    category = "" if it.category_source == "guessed" else it.category
    facts = {
        "category": escape(category),
        "published": _time(it.published_at, edition, it.published_precision),
        "modified": _time(it.modified_at, edition),
        "source": escape(it.source_name),
        "authors": escape(words["comma"].join(it.authors)),
        "editors": escape(words["comma"].join(it.editors)),
        "republished": escape(it.republished_from),
    }
    return "\n".join(f"<span>{words[name]}{value}</span>" for name, value in facts.items() if value)


def _body(it: Snapshot) -> str:
    if not it.body_html:
        paragraphs = it.body_text.split("\n\n") if it.body_text else []
        return "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return nh3.clean(
        it.body_html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


def _images(it: Snapshot, words: dict[str, str]) -> str:
    rows = (_link(image.url, image.caption or image.alt or image.url) for image in it.images)
    return _section(words["images"], rows)


def _related(it: Snapshot, edition: Edition, words: dict[str, str]) -> str:
    rows = (
        f"{_block('strong', each.title)}{_block('span', each.excerpt)}"
        f"<small>{_time(each.published_at, edition)}</small>"
        for each in it.related
    )
    return _section(words["related"], rows)


def _provenance(it: Snapshot, words: dict[str, str]) -> str:
    facts = {
        "id": it.id,
        "url": it.url if it.url != it.final_url else "",
        "canonical": it.canonical_url,
        "status": str(it.http_status or ""),
        "verdict": it.verdict if it.verdict != "ok" else "",
        "raw_sha256": it.raw_sha256,
        "text_sha256": it.text_sha256,
        "warc": it.warc_file,
        "extractor": it.extractor,
    }
    rows = "\n".join(f"<dt>{words[name]}</dt><dd>{escape(value)}</dd>" for name, value in facts.items() if value)
    return f"<details><summary>{words['provenance']}</summary>\n<dl>\n{rows}\n</dl>\n</details>\n" if rows else ""


def _section(heading: str, rows: Iterable[str]) -> str:
    items = "\n".join(f"<li>{row}</li>" for row in rows)
    return f"<section>\n<h2>{heading}</h2>\n<ul>\n{items}\n</ul>\n</section>\n" if items else ""


def _block(tag: str, text: str, kind: str = "") -> str:
    marked = f' class="{kind}"' if kind else ""
    return f"<{tag}{marked}>{escape(text)}</{tag}>\n" if text else ""


def _link(url: str, text: str = "") -> str:
    """A link where the URL is one of the web, else its text alone."""
    shown = escape(text or url)
    if not url.lower().startswith(("http://", "https://")):
        return shown
    return f'<a href="{escape(url)}" rel="noopener noreferrer nofollow">{shown}</a>'


def _time(moment: str, edition: Edition, precision: str = "") -> str:
    try:
        local = published_local(moment, precision, edition.zone)
    except ValueError as error:
        raise BadRecord(str(error)) from error
    shown = local[:10] if precision == "day" else local
    return f'<time datetime="{moment}">{shown}</time>' if moment else ""
