"""``status``: how the sources are, and which alarms stand."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from typing import TYPE_CHECKING

from snapshotter.commands.base import BaseCommand
from snapshotter.errors import ArchiveError, ArchiveNotFound, UsageError
from snapshotter.report.exits import Exit
from snapshotter.report.terminal import paint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from snapshotter.ledger.standing import Raised
    from snapshotter.report.health import Health
    from snapshotter.state import State


class Command(BaseCommand):
    """Shows the coverage ledger."""

    summary = "how the sources are: health, new articles, lateness, alarms"
    arguments = "[SOURCE]"
    description = """
Shows each source that was crawled: whether an alarm stands, when it was last
visited and had something new, its new articles day by day, how late they were
captured (median and 95th percentile of the last 7 days, in articles that were
published since the source is watched), when it is due. With a SOURCE: its
days, what was skipped and failed and why, how many pages have which field.

exit status: 0 all is well, 1 an alarm stands or there is no ledger, 2 usage"""
    examples = (
        "",
        "people-cn",
        "--json | jq '.alarms[].text'",
        "--archive /srv/news >/dev/null || echo look",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """How."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print it."""
        if len(args) > 1:
            self.wrong("name one SOURCE, or none for all")
        state = self._state()
        try:
            found, standing = _health(state)
        finally:
            state.close()
        if args:
            found = [one for one in found if one.source == args[0]]
            standing = [one for one in standing if one.alarm.source == args[0]]
            if not found:
                raise UsageError(f"no source {args[0]!r} was crawled into {self.folder}; see snapshotter status")
        print(_json(found, standing) if opts.json else "\n".join(_lines(found, standing, is_one=bool(args))))
        return Exit.SOME if standing else Exit.FINE

    def _state(self) -> State:
        from snapshotter.database import DATABASE_ERRORS  # noqa: PLC0415
        from snapshotter.state import NAME, State  # noqa: PLC0415  (help needs no database)

        if not (self.folder / NAME).is_file():
            raise ArchiveNotFound(f"no ledger in {self.folder}: name another with --archive, or crawl first")
        try:
            return State(self.folder)
        except DATABASE_ERRORS as error:
            raise ArchiveError(f"{self.folder / NAME} can't be read: {error}. {State.remedy}") from error


def _health(state: State) -> tuple[list[Health], list[Raised]]:
    from snapshotter.report.health import health  # noqa: PLC0415

    return health(state)


def _json(found: Sequence[Health], standing: Sequence[Raised]) -> str:
    from snapshotter.report.health import alarm_dict  # noqa: PLC0415

    return json.dumps(
        {"sources": [one.as_dict() for one in found], "alarms": [alarm_dict(one) for one in standing]},
        ensure_ascii=False,
    )


def _lines(found: Sequence[Health], standing: Sequence[Raised], *, is_one: bool) -> list[str]:
    from snapshotter.report.status import alarm_lines, detail, overview  # noqa: PLC0415

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0

    def painted(text: str, style: str) -> str:
        return paint(text, style, sys.stdout)

    shown = detail(found[0], width, painted) if is_one else overview(found, width, painted)
    return [*shown, *([""] if standing and not is_one else []), *alarm_lines(standing, painted)]
