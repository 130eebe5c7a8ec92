"""The way of a page through the room: decode → parse once → evidence → blocks → body → fields → Article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from snapshotter.extract import fields, rights
from snapshotter.extract.blocks import Block, Layout, lay_out
from snapshotter.extract.body.decision import find_body
from snapshotter.extract.body.scripted import find_scripted
from snapshotter.extract.candidate import Candidate
from snapshotter.extract.category import find_breadcrumbs, find_category
from snapshotter.extract.credits import Around, find_credits, names
from snapshotter.extract.decode import Decoded, decode
from snapshotter.extract.evidence import Evidence, gather
from snapshotter.extract.language import find_language
from snapshotter.extract.overrides import Overrides, apply_rules
from snapshotter.extract.render import render
from snapshotter.extract.subtitle import find_subtitle
from snapshotter.extract.times.dates import Clock
from snapshotter.extract.times.published import Shown, declared_day, find_published
from snapshotter.extract.title import Title, find_title
from snapshotter.extract.tree import parse
from snapshotter.extract.verdict import Seen, judge
from snapshotter.extract.words import squeeze
from snapshotter.items import Article

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from snapshotter.extract.category import Category
    from snapshotter.extract.credits import Origin, People
    from snapshotter.extract.times.published import Published
    from snapshotter.extract.tree import Tree
    from snapshotter.extract.verdict import Verdict
    from snapshotter.sites import Site


FEW = 150
"""A body of fewer characters makes the page be parsed again, leniently."""


def extract(
    payload: bytes, *, url: str, content_type: str = "", site: Site | None = None, captured_at: datetime | None = None
) -> Article:
    """What a page says, as an Article.

    ``payload``: the page, content-decoded. ``url``: the one that answered; links are relative to it.
    ``content_type``: the header as received. ``site``: the rules of the page's site; where one finds nothing, the
    generic way is taken and the article's warnings say so. ``captured_at``: when the page came; aware. Against it "3
    hours ago" is read; None: such times aren't. Never raises, whatever the bytes: a page that can't be
    read is an Article with a verdict.
    """
    return read(payload, Visit(url, content_type, site, captured_at)).article


class Visit(NamedTuple):
    """What is known of a page beside its bytes; as ``extract`` takes it."""

    url: str
    content_type: str = ""
    site: Site | None = None
    captured_at: datetime | None = None


class Reading(NamedTuple):
    """An article, and by field what was weighed for it, the heaviest first."""

    article: Article
    weighed: dict[str, tuple[Candidate, ...]]


def read(payload: bytes, visit: Visit) -> Reading:
    """``extract``, with what was weighed."""
    decoded = decode(payload, visit.content_type)
    reading = _weighed(_first_steps(decoded, parse(decoded.text, decoded.utf8), visit))
    if len(reading.article.body_text) < FEW < len(decoded.text):
        # Where a style or a comment is never closed, browsers show nothing of the page; another parser may.
        other = _weighed(_first_steps(decoded, parse(decoded.text, leniently=True), visit))
        return other if len(other.article.body_text) > 4 * len(reading.article.body_text) else reading
    return reading


@dataclass(frozen=True, slots=True)
class _Read:
    """A page after its first steps."""

    decoded: Decoded
    evidence: Evidence
    layout: Layout
    rules: Overrides
    visit: Visit


def _first_steps(decoded: Decoded, tree: Tree, visit: Visit) -> _Read:
    evidence = gather(tree)
    rules = apply_rules(tree, visit.site, _day(evidence, visit))  # before the tree is emptied
    return _Read(decoded, evidence, lay_out(tree), rules, visit)


def _day(evidence: Evidence, visit: Visit) -> date | None:
    """The day that chooses among a site's layouts: of publication, else of the capture; None: not known, or no need."""
    site, captured_at = visit.site, visit.captured_at
    if site is None or len(site.layouts) < 2:
        return None
    published = declared_day(evidence, visit.url, Clock(site.timezone, site.language, captured_at))
    return published or (captured_at.date() if captured_at is not None else None)


class _Found(NamedTuple):
    """The fields that took weighing, and the article's blocks."""

    title: Title
    body: Sequence[Block]
    language: str
    published: Published
    people: People
    origin: Origin
    breadcrumbs: tuple[str, ...]
    category: Category


def _find(read: _Read) -> _Found:
    evidence, layout, rules = read.evidence, read.layout, read.rules
    url, _, site, captured_at = read.visit
    title = find_title(layout, evidence, site.site_name if site is not None else "")
    if ruled := rules.first("title"):
        title = Title(ruled, title.candidates)
    indices = rules.blocks(layout) or find_body(layout, title.text)
    body = [layout.blocks[index] for index in indices]
    if scripted := find_scripted(evidence, layout, body):
        indices, body = [], scripted
    header, inside, behind = _surroundings(layout.blocks, indices, title.text)
    language = find_language(evidence, site, "".join(block.text for block in body)[:2000] or title.text)
    clock = Clock(site.timezone if site is not None else "", language, captured_at)
    shown = Shown([*header, *inside[:40]], behind, url, rules.first("published"), body[:2], title.text, layout.blocks)
    around = Around(header, inside, behind, body, title.text, fields.resolved(evidence.base, url))
    people, origin = find_credits(evidence, around)
    breadcrumbs = rules.all("breadcrumbs") or find_breadcrumbs(evidence, layout, title.text)
    category = find_category(evidence, breadcrumbs, url, site)
    published = find_published(evidence, shown, clock)
    return _Found(title, body, language, published, people, origin, breadcrumbs, category)


def _weighed(read: _Read) -> Reading:
    """The last step: fields → Article."""
    found, evidence, rules = _find(read), read.evidence, read.rules
    url, site = read.visit.url, read.visit.site
    base = fields.resolved(evidence.base, url)
    title, published = found.title.text, found.published
    rendered, is_free = render(found.body, base, read.layout.blocks), rights.find_is_free(evidence)
    verdict = judge(Seen(read.layout, found.body, title, url, is_free), evidence)
    article = Article(
        title=title,
        subtitle=rules.first("subtitle") or find_subtitle(read.layout, evidence, title, found.body[:3]),
        description=rules.first("description") or fields.find_description(evidence),
        category=rules.first("category") or found.category.name,
        category_source="page" if rules.first("category") else found.category.source,
        breadcrumbs=found.breadcrumbs,
        tags=rules.all("tags") or fields.find_tags(evidence),
        published_at=published.published_at,
        modified_at=published.modified_at,
        published_raw=published.raw,
        published_precision=published.precision,
        zone_source=published.zone_source,
        authors=tuple(names(rules.all("authors"))) or found.people.authors,
        editors=tuple(names(rules.all("editors"))) or found.people.editors,
        source_name=rules.first("source") or found.origin.source_name,
        source_url=found.origin.source_url,
        republished_from=rules.first("republished_from") or found.origin.republished_from,
        body_text=rendered.text,
        body_html=rendered.html,
        images=rendered.images,
        is_free=is_free,
        rights=rights.find_rights(evidence),
        language=found.language,
        site_name=fields.find_site_name(evidence, site),
        canonical_url=fields.find_canonical(evidence, base),
        encoding=read.decoded.encoding,
        encoding_source=read.decoded.source,
        verdict=verdict.name,
        extractor=rules.extractor,
        warnings=read.decoded.warnings + read.layout.warnings + rules.warnings + published.warnings,
    )
    return Reading(article, _shown_weights(found, rules, verdict))


def _shown_weights(found: _Found, rules: Overrides, verdict: Verdict) -> dict[str, tuple[Candidate, ...]]:
    """What was weighed, by field; what a site's rule found comes before it."""
    published = (
        Candidate(one.moment.raw, f"{one.place}{' (of a change)' if one.is_change else ''}", one.weight)
        for one in found.published.candidates
    )
    weighed = {
        "title": found.title.candidates,
        "published_at": tuple(published),
        "authors": found.people.candidates,
        "source_name": found.origin.candidates,
        "category": found.category.candidates,
        "verdict": (Candidate(verdict.name, verdict.why, 1.0),) if verdict.why else (),
    }
    ruled = {"published_at": "published", "source_name": "source"}
    for field, candidates in weighed.items():
        if value := rules.first(ruled.get(field, field)):
            weighed[field] = (Candidate(value, rules.extractor, 100.0), *candidates)
    return weighed


def _surroundings(blocks: Sequence[Block], body: Sequence[int], title: str) -> tuple[Sequence[Block], ...]:
    """The blocks from shortly before the title to the text, those left out of the text, those behind it."""
    first, last = (body[0], body[-1]) if body else (min(len(blocks), 60),) * 2
    bare = squeeze(title)
    heads = [index for index in range(first) if bare and squeeze(blocks[index].text[:400]) == bare]
    start = max(0, heads[-1] - 12 if heads else first - 25)
    kept = set(body)
    inside = [blocks[index] for index in range(first, last) if index not in kept and blocks[index].text]
    return blocks[start:first], inside[:200], blocks[last + 1 : last + 16]
