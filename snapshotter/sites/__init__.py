"""Sites: what is known of a news site, one TOML file each, loaded strictly and matched by host."""

from __future__ import annotations

from snapshotter.sites.loading import Sites, default_folder, load_sites, match_site, read_site, require_known
from snapshotter.sites.model import FIELDS, Layout, Seeds, Site
from snapshotter.sites.rules import is_xpath

__all__ = [
    "FIELDS",
    "Layout",
    "Seeds",
    "Site",
    "Sites",
    "default_folder",
    "is_xpath",
    "load_sites",
    "match_site",
    "read_site",
    "require_known",
]
