"""Site rule files: TOML → Site, strictly; what isn't understood is an error, never ignored."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from snapshotter.errors import SiteRuleError, UsageError
from snapshotter.sites.model import Site
from snapshotter.sites.rules import site_fields
from snapshotter.urls import host

_MAX_BYTES = 1_000_000


class Sites(dict[str, Site]):
    """Site rules by name; not to be changed once a site was matched."""

    @cached_property
    def by_host(self) -> dict[str, Site]:
        """The same by each of their hosts."""
        return {name: site for site in self.values() for name in site.hosts}


def default_folder() -> Path:
    """``data/sites`` of the project, or the copy that the installed package brings along."""
    package = Path(__file__).resolve().parent.parent
    checkout = package.parent / "data" / "sites"
    return checkout if checkout.is_dir() else package / "data" / "sites"


def load_sites(folder: Path) -> Sites:
    """Every ``*.toml`` of a folder, by name. Raises SiteRuleError naming file and key; UsageError: no such folder."""
    if not folder.is_dir():
        raise UsageError(f"no folder of site rules at {folder}; create it or name another with SNAPSHOTTER_SITES")
    sites = Sites()
    for path in sorted(folder.glob("*.toml")):
        site = read_site(path)
        for other in sites.values():
            if shared := set(site.hosts) & set(other.hosts):
                raise SiteRuleError(f"{path}: hosts: {min(shared)} is in {other.name}.toml too; leave it in one")
        sites[site.name] = site
    return sites


def require_known(sites: Sites, names: Iterable[str]) -> None:
    """Raises UsageError where a name is no site's that has rules."""
    if unknown := [name for name in names if name not in sites]:
        raise UsageError(f"no rule file for {', '.join(unknown)}; there are: {', '.join(sorted(sites)) or 'none'}")


def match_site(sites: Sites, url: str) -> Site | None:
    """The site whose host is the URL's or its nearest parent domain; None if there is none."""
    name = host(url)
    while name:
        if site := sites.by_host.get(name):
            return site
        name = name.partition(".")[2]
    return None


def read_site(path: Path) -> Site:
    """One site rule file; its name is the file's. Raises SiteRuleError naming file and key."""
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
        if len(content) > _MAX_BYTES:
            raise ValueError(f"larger than {_MAX_BYTES} bytes; that is no rule file")  # noqa: TRY301
        fields = site_fields(tomllib.loads(content.decode()))
        return Site(name=path.stem, **fields)
    except (OSError, ValueError, RecursionError) as error:
        raise SiteRuleError(f"{path}: {error}") from error
