"""A Site → its rule file, such that ``sites.read_site`` reads the same Site from it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from snapshotter.sites import Layout, Site


def rule_file(site: Site, comment: str = "") -> str:
    """The text of ``NAME.toml``. ``comment``: lines for its head. What a Site has by default isn't written."""
    remarks = (f"# {_plain(line)}".rstrip() for line in comment.splitlines())
    return "\n".join([*remarks, *_head(site), *_tables(site)]) + "\n"


def _plain(line: str) -> str:
    """A comment may hold no control characters."""
    return "".join(character if character.isprintable() else " " for character in line)


def _head(site: Site) -> Iterator[str]:
    yield f"site_name = {_text(site.site_name)}"
    yield f"hosts = {_list(site.hosts)}"
    for key, value in (("timezone", site.timezone), ("language", site.language)):
        if value:
            yield f"{key} = {_text(value)}"
    yield f"delay_s = {site.delay_s}"
    yield f"max_pages = {site.max_pages}"


def _tables(site: Site) -> Iterator[str]:
    seeds = {"feeds": site.seeds.feeds, "sitemaps": site.seeds.sitemaps, "sections": site.seeds.sections}
    yield from _table("seeds", seeds)
    patterns = {"article": site.article, "listing": site.listing, "skip": site.skip}
    yield from _table("urls", {key: [one.pattern for one in found] for key, found in patterns.items()})
    if site.categories:
        yield from ("", "[categories]")
        yield from (f"{_text(prefix)} = {_text(name)}" for prefix, name in site.categories.items())
    for layout in site.layouts:
        yield from _layout(layout)


def _table(name: str, lists: Mapping[str, Iterable[str]]) -> Iterator[str]:
    written = [f"{key} = {_list(values)}" for key, values in lists.items() if values]
    if written:
        yield from ("", f"[{name}]", *written)


def _layout(layout: Layout) -> Iterator[str]:
    yield from ("", "[[layouts]]", f"name = {_text(layout.name)}")
    if layout.valid_until:
        yield f"valid_until = {layout.valid_until.isoformat()}"
    yield "[layouts.selectors]"
    yield from (f"{field} = {_list(selectors)}" for field, selectors in layout.selectors.items())


def _list(values: Iterable[str]) -> str:
    written = [_text(value) for value in values]
    line = f"[{', '.join(written)}]"
    if len(line) <= 100:
        return line
    return "\n".join(["[", *(f"    {value}," for value in written), "]"])


def _text(value: str) -> str:
    """A string; literal where it has backslashes, as patterns have, and may be."""
    if "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
