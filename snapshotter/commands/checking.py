"""How ``sites check`` went, kept for the operator's pages where there is an archive."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from snapshotter.curation import Checked, Fixture


def note_fixtures(folder: Path, found: Sequence[Fixture], wrong: Mapping[str, list[str]]) -> None:
    """Keeps what was found on each site's fixtures. ``wrong``: by a fixture's name."""
    from snapshotter.curation import FIXTURES, Checked  # noqa: PLC0415

    checked = []
    for site in dict.fromkeys(fixture.site for fixture in found):
        own = [fixture.name for fixture in found if fixture.site == site]
        lines = [f"{name}: {line}" for name in own for line in wrong[name]]
        checked.append(Checked.now(site, FIXTURES, len(own), lines))
    _note(folder, checked)


def note_live(folder: Path, site: str, pages: int, lines: Sequence[str]) -> None:
    """Keeps what was found on a site's pages of today."""
    from snapshotter.curation import LIVE, Checked  # noqa: PLC0415

    _note(folder, [Checked.now(site, LIVE, pages, lines)])


def _note(folder: Path, checked: Sequence[Checked]) -> None:
    """A test counts where it can't be kept, too: then it is only said."""
    from snapshotter.curation import note  # noqa: PLC0415
    from snapshotter.database import DATABASE_ERRORS, told  # noqa: PLC0415
    from snapshotter.errors import ArchiveError  # noqa: PLC0415
    from snapshotter.state import NAME, State  # noqa: PLC0415

    if not (folder / NAME).is_file():
        return
    try:
        with closing(State(folder)) as state:
            note(state, checked)
    except (ArchiveError, *DATABASE_ERRORS) as error:
        sys.stderr.write(f"snapshotter sites: the result isn't kept: {told(error)}\n")
