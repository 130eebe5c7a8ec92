"""The snapshot page: the HTML edition of the text format, and beside it what else the archive knows."""

from __future__ import annotations

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from snapshotter.formats.edition import to_local
from snapshotter.formats.text import carried
from snapshotter.items import Snapshot
from snapshotter.web.body import rendered
from snapshotter.web.context import Context, Site
from snapshotter.web.jsonld import script
from snapshotter.web.neighbours import Neighbours
from snapshotter.web.queries import Version
from snapshotter.web.rendering import Content, Facts

FEW = 8


class Articles:
    """``/snapshot/…``."""

    def __init__(self, context: Context) -> None:
        self._reader = context.reader
        self._queries = context.queries
        self._renderer = context.renderer
        self._site = context.site
        self._neighbours = Neighbours(context.reader, context.queries, context.search, context.site.edition)

    async def snapshot(self, request: Request) -> Response:
        """One capture. Raises SnapshotNotFound, Withheld."""
        name = request.path_params["id"]
        await self._neighbours.find(name)
        return self._renderer.kept(request, "snapshot.html", (name,), lambda locale: self._content(name, locale))

    def _content(self, name: str, locale: str) -> Content:
        record = self._reader.get(name)
        edition = self._renderer.edition_in(locale)
        around = self._neighbours.of(name)
        it = carried(record, edition=edition)
        versions = self._queries.versions(record.article_id)
        facts = {
            "here": f"/snapshot/{name}",
            "record": record,
            "it": it,
            "printed": {"published": it.published_raw, "captured": to_local(it.captured_at, edition.zone)},
            "body": Markup(rendered(it.body_text, record.body_html)),  # noqa: S704  (escaped or sanitised there)
            "linked_data": _linked_data(record, self._site),
            "related": around.related,
            "reprints": around.reprints,
            **_over_time(record, versions),
        }
        ids = {name, *around.ids}
        queries = self._queries

        def still() -> bool:
            return queries.among([*ids]) == ids and queries.versions(record.article_id) == versions

        return Content(facts, still)


def _linked_data(record: Snapshot, site: Site) -> Markup:
    """The same for programs that read pages: a block of data, which no browser runs."""
    address = f"{site.base_url}/snapshot/{record.id}"
    return Markup(script(record, address, record.archive or site.name))  # noqa: S704  (can't end the block)


def _over_time(record: Snapshot, versions: list[Version]) -> Facts:
    """What became of the article: its revisions, how often it was looked at, whether it is gone."""
    revisions = [one for one in versions if one.change in {"new", "revised"} and one.verdict == "ok"]
    last = versions[0] if versions else None
    newer = next((one for one in revisions if one.revision > record.revision), None)
    return {
        "revisions": revisions[:FEW],
        "captures": len(versions),
        "newer": newer,
        "gone": last if last is not None and last.change == "gone" else None,
    }
