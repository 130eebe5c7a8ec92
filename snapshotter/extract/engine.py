"""The way of a page through the room: decode → parse once → evidence → blocks → body → fields → Article."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from snapshotter.extract import fields
from snapshotter.extract.blocks import Block, Layout, lay_out, parse
from snapshotter.extract.body import find_body
from snapshotter.extract.byline import find_byline, names
from snapshotter.extract.dates import Clock
from snapshotter.extract.decode import Decoded, decode
from snapshotter.extract.evidence import Evidence, gather
from snapshotter.extract.overrides import GENERIC, Overrides, apply_rules
from snapshotter.extract.published import Shown, find_published
from snapshotter.extract.render import render
from snapshotter.extract.title import find_title
from snapshotter.extract.verdict import judge
from snapshotter.extract.words import squeeze
from snapshotter.items import Article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from snapshotter.sites import Site


def extract(payload: bytes, *, url: str, content_type: str = "", site: Site | None = None) -> Article:
    """What a page says, as an Article.

    ``payload``: the page, content-decoded. ``url``: the one that answered; links are relative to it.
    ``content_type``: the header as received. ``site``: the rules of the page's site; where one finds nothing, the
    generic way is taken and the article's warnings say so. Never raises, whatever the bytes: a page that can't be
    read is an Article with a verdict.
    """
    decoded = decode(payload, content_type)
    root, cut = parse(decoded.text)
    if root is None:
        return Article(
            encoding=decoded.encoding,
            encoding_source=decoded.source,
            verdict="empty",
            extractor=GENERIC,
            warnings=decoded.warnings,
        )
    decoded = replace(decoded, warnings=decoded.warnings + cut)
    read = _Read(decoded, gather(root), lay_out(root), apply_rules(root, site), url)
    return _article(read, site)


@dataclass(frozen=True, slots=True)
class _Read:
    """A page after its first steps."""

    decoded: Decoded
    evidence: Evidence
    layout: Layout
    rules: Overrides
    url: str


def _article(read: _Read, site: Site | None) -> Article:
    evidence, layout, rules = read.evidence, read.layout, read.rules
    base = fields.resolved(evidence.base, read.url)
    title = rules.first("title") or find_title(layout, evidence, site.site_name if site is not None else "")
    indices = rules.blocks(layout) or find_body(layout, title)
    body = [layout.blocks[index] for index in indices]
    header, inside, behind = _surroundings(layout.blocks, indices, title)
    language = fields.find_language(evidence, site, "".join(block.text for block in body)[:2000] or title)
    shown = Shown([*header, *inside[:40]], behind, read.url, rules.first("published"))
    published = find_published(evidence, shown, Clock(site.timezone if site is not None else "", language))
    byline = find_byline(evidence, [*header, *inside, *behind], body[:3] + body[-3:])
    rendered = render(body, base)
    breadcrumbs = rules.all("breadcrumbs") or fields.find_breadcrumbs(evidence, layout, title)
    category, category_source = fields.find_category(evidence, breadcrumbs, read.url, site)
    is_free = fields.find_is_free(evidence)
    return Article(
        title=title,
        subtitle=rules.first("subtitle"),
        description=rules.first("description") or fields.find_description(evidence),
        category=rules.first("category") or category,
        category_source="page" if rules.first("category") else category_source,
        breadcrumbs=breadcrumbs,
        tags=rules.all("tags") or fields.find_tags(evidence),
        published_at=published.published_at,
        modified_at=published.modified_at,
        published_raw=published.raw,
        published_precision=published.precision,
        zone_source=published.zone_source,
        authors=tuple(names(rules.all("authors"))) or byline.authors,
        editors=tuple(names(rules.all("editors"))) or byline.editors,
        source_name=rules.first("source") or byline.source_name,
        republished_from=rules.first("republished_from") or byline.republished_from,
        body_text=rendered.text,
        body_html=rendered.html,
        images=rendered.images,
        is_free=is_free,
        rights=fields.find_rights(evidence),
        language=language,
        site_name=fields.find_site_name(evidence, site),
        canonical_url=fields.find_canonical(evidence, base),
        encoding=read.decoded.encoding,
        encoding_source=read.decoded.source,
        verdict=judge(layout, body, title, evidence, is_free=is_free),
        extractor=rules.extractor,
        warnings=read.decoded.warnings + layout.warnings + rules.warnings + published.warnings,
    )


def _surroundings(blocks: Sequence[Block], body: Sequence[int], title: str) -> tuple[Sequence[Block], ...]:
    """The blocks from shortly before the title to the text, those left out of the text, those behind it."""
    first, last = (body[0], body[-1]) if body else (min(len(blocks), 60),) * 2
    bare = squeeze(title)
    heads = [index for index in range(first) if bare and squeeze(blocks[index].text[:400]) == bare]
    start = max(0, heads[-1] - 12 if heads else first - 25)
    kept = set(body)
    inside = [blocks[index] for index in range(first, last) if index not in kept and blocks[index].text]
    return blocks[start:first], inside[:200], blocks[last + 1 : last + 16]
