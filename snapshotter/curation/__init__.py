"""Site rules looked after: drafted from a look at a site, tested on dated pages, compared with the site's own past.

survey       what a look at a site brought
patterns     URLs → the patterns that match them and their like
selectors    pages → the selectors that find what the engine found
places       whose clock, whose language, whose hosts
draft        a survey → a Site, and what is doubtful about it
toml         a Site → its rule file
fixtures     a saved page and what its rules must read off it
checked      how the last tests went, kept
coverage     which fields pages give, now and in the archive
"""

from __future__ import annotations

from snapshotter.curation.checked import FIXTURES, LIVE, Checked, last_checked, note
from snapshotter.curation.coverage import Coverage, compared, coverage, last_captured, past
from snapshotter.curation.draft import Draft, draft, expected
from snapshotter.curation.fixtures import Fixture, check, fixtures, fixtures_folder, save
from snapshotter.curation.survey import Saved, Survey, articles_of
from snapshotter.curation.toml import rule_file

__all__ = [
    "FIXTURES",
    "LIVE",
    "Checked",
    "Coverage",
    "Draft",
    "Fixture",
    "Saved",
    "Survey",
    "articles_of",
    "check",
    "compared",
    "coverage",
    "draft",
    "expected",
    "fixtures",
    "fixtures_folder",
    "last_captured",
    "last_checked",
    "note",
    "past",
    "rule_file",
    "save",
]
