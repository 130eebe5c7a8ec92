"""The operator's page of site rules: what they say, how their last tests went, what the ledger has of their fields."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from snapshotter.curation import Checked, fixtures, fixtures_folder, last_checked
from snapshotter.errors import SiteRuleError, UsageError
from snapshotter.report.health import health
from snapshotter.sites import Site, default_folder, load_sites
from snapshotter.state import NAME as STATE_NAME
from snapshotter.state import State
from snapshotter.web.people.counter import Counter
from snapshotter.web.people.operator import Operator


@dataclass(frozen=True, slots=True)
class Ruled:
    """A site's rules, and how they do."""

    site: Site
    fields: tuple[str, ...]
    """Those that any of its layouts has selectors for; all others are read generically."""
    dates: tuple[str, ...]
    """Of its fixtures, oldest first."""
    checked: tuple[Checked, ...]
    coverage: Mapping[str, float]
    """Share of the last week's good pages that have a field; empty: there were none."""


class SiteRules:
    """``/operator/rules`` and ``/operator/rules/{name}``."""

    def __init__(self, counter: Counter, operator: Operator) -> None:
        self._counter = counter
        self._operator = operator
        given = counter.context.house.rules.sites
        self._folder = Path(given) if given else default_folder()
        self._is_built_in = not given

    async def all(self, request: Request) -> Response:
        """A line a site."""
        return await self._page(request, "operator_rules.html", "")

    async def one(self, request: Request) -> Response:
        """Everything that a site's rules say. 404 for a site that has none."""
        return await self._page(request, "operator_rule.html", request.path_params["name"])

    async def _page(self, request: Request, template: str, name: str) -> Response:
        if away := self._operator.turned_away(request):
            return away
        fault, found = "", []
        try:
            found = await self._counter.aside(self._ruled, name)
        except (SiteRuleError, UsageError) as error:
            fault = str(error)
        if name and not found and not fault:
            raise HTTPException(404)
        facts = {"found": found, "fault": fault, "folder": "" if self._is_built_in else str(self._folder)}
        return self._counter.page(request, template, facts)

    def _ruled(self, name: str) -> list[Ruled]:
        """The rules of all sites, or of the one named. Raises SiteRuleError, UsageError, ArchiveError."""
        sites = load_sites(self._folder)
        dates: dict[str, list[str]] = {}
        for fixture in fixtures(fixtures_folder(self._folder), name):
            dates.setdefault(fixture.site, []).append(fixture.folder.name)
        checked, coverage = self._known()
        return [
            Ruled(
                site,
                tuple(dict.fromkeys(field for layout in site.layouts for field in layout.selectors)),
                tuple(sorted(dates.get(site.name, ()))),
                checked.get(site.name, ()),
                coverage.get(site.name, {}),
            )
            for site in sites.values()
            if name in {"", site.name}
        ]

    def _known(self) -> tuple[dict[str, tuple[Checked, ...]], dict[str, dict[str, float]]]:
        """Of each site: its last tests, and the coverage of its fields."""
        folder = self._counter.context.folder
        if not (folder / STATE_NAME).is_file():
            return {}, {}
        with closing(State(folder)) as state:
            return last_checked(state), {one.source: one.coverage for one in health(state)[0]}
