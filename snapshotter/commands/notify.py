"""``notify``: those who follow a subscription told what is new."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from snapshotter.commands.base import BaseCommand
from snapshotter.commands.output import edition_of
from snapshotter.errors import CannotWrite, UsageError
from snapshotter.report.exits import Exit
from snapshotter.report.terminal import ProgressLine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from snapshotter.formats.edition import Edition
    from snapshotter.search import SearchIndex
    from snapshotter.telling.round import Means, Outcome


class Command(BaseCommand):
    """Tells followers."""

    summary = "tell those who follow a subscription what is new, by webhook and e-mail"
    description = """
Tells the webhooks and e-mail addresses of subscriptions what is new, was
revised or is gone since they were told last: each in one message. For cron,
every few minutes; one that runs already is left alone, one that is killed is
made up for by the next. Who can't be reached is tried again after 5 minutes,
10, 20… up to 12 hours, and given up after 5 days (a webhook that never
answered: after one). E-mails need SNAPSHOTTER_MAIL, links in all of them
SNAPSHOTTER_BASE_URL.

exit status: 0 all that were due were told, or nobody was, or another one is
at it, 1 somebody couldn't be reached, 2 usage, 7 site.db can't be written"""
    examples = (
        "--base-url https://news.example.org",
        "--archive /srv/news -s SNAPSHOTTER_MAIL='mailto://127.0.0.1?from=news@example.org'    # a mail server here",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where the links lead."""
        parser.add_argument("--base-url", metavar="URL", help="the site's, as the public reaches it")

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Tell them."""
        if args:
            self.wrong("takes no arguments")
        from snapshotter.desk import NAME, Desk  # noqa: PLC0415
        from snapshotter.desk.followers import Followers  # noqa: PLC0415

        with ExitStack() as stack:
            reader = stack.enter_context(self.reader())
            if not (self.folder / NAME).is_file():
                return Exit.FINE
            desk = stack.enter_context(closing(Desk(self.folder)))
            if not Followers(desk).any() or not stack.enter_context(_alone(self.folder)):
                return Exit.FINE
            line = ProgressLine()
            stack.callback(line.clear)
            means = self._means(opts.base_url, line)
            index = stack.enter_context(_index(self.folder, means.house.edition, self.say))
            from snapshotter.telling.round import Round  # noqa: PLC0415

            outcome = Round(desk, reader, means).run(index)
        self._tell(outcome)
        return Exit.SOME if outcome.failed or outcome.given_up else Exit.FINE

    def _means(self, given: str | None, line: ProgressLine) -> Means:
        """Raises UsageError."""
        from snapshotter.telling.mail import Mailer  # noqa: PLC0415
        from snapshotter.telling.message import House  # noqa: PLC0415
        from snapshotter.telling.round import Means  # noqa: PLC0415
        from snapshotter.wire import Fence  # noqa: PLC0415

        get = self.settings.get
        base_url = (given or get("SNAPSHOTTER_BASE_URL") or "").rstrip("/")
        if not base_url.startswith(("http://", "https://")):
            raise UsageError(
                "messages have links: name the site with --base-url https://news.example.org, or SNAPSHOTTER_BASE_URL"
            )
        server = get("SNAPSHOTTER_MAIL")
        return Means(
            House(get("SNAPSHOTTER_HOST"), base_url, edition_of(self.settings)),
            Mailer(server) if server else None,
            get("USER_AGENT"),
            Fence.of(get("SNAPSHOTTER_OPEN_WEB_ALSO") or ""),
            str(get("DOWNLOAD_VERIFY_CERTIFICATES")).lower() not in {"false", "0"},
            line.show,
        )

    def _tell(self, outcome: Outcome) -> None:
        """What came of it, a line; nothing where there was nothing to do. Before it, why searches couldn't be made.

        What readers search for is theirs: they are counted, not named.
        """
        for why, count in Counter(outcome.unsearched.values()).items():
            self.say(f"{'1 search' if count == 1 else f'{count:,} searches'} can't be made: {why}")
        counts = (
            ("told", outcome.told), ("asked to confirm", outcome.asked), ("not reached", outcome.failed),
            ("given up", outcome.given_up), ("left for the next round", outcome.left),
            ("searches that couldn't be made", len(outcome.unsearched)),
        )  # fmt: skip
        if said := ", ".join(f"{count:,} {what}" for what, count in counts if count):
            self.say(said)


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Whether no other one is at it while the block runs. Raises CannotWrite."""
    from snapshotter.store.reader import writing  # noqa: PLC0415
    from snapshotter.store.segments import lock  # noqa: PLC0415

    with writing(folder):
        (folder / "lock").mkdir(exist_ok=True)
        held = lock(folder / "lock" / "notify", os.O_RDWR | os.O_CREAT)
    try:
        yield held is not None
    finally:
        if held is not None:
            os.close(held)


@contextmanager
def _index(folder: Path, edition: Edition, say: Callable[[str], None]) -> Iterator[SearchIndex | None]:
    """The search index; None where it can't be written."""
    from snapshotter.search import SearchIndex  # noqa: PLC0415

    try:
        index = SearchIndex.open(folder, edition.zone)
    except CannotWrite as error:
        say(f"{error}: searches find nothing until then")
        yield None
        return
    with index:
        yield index
