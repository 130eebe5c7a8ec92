"""``crawl``: a spider run, as Scrapy's own command does it, with an exit status and a summary that are true."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from snapshotter.commands.base import BaseCommand
from snapshotter.commands.planned import next_of, outlooks_of, table
from snapshotter.commands.running import (
    add_log_options,
    add_render_options,
    apply_log_options,
    apply_render_options,
    run_spider,
    scrapy_settings,
)
from snapshotter.report.exits import MEANING, Exit
from snapshotter.report.terminal import paint

if TYPE_CHECKING:
    from scrapy.settings import Settings

    from snapshotter.report.run import RunReport

STATUSES = "\n".join(f"  {int(status):<4} {text}" for status, text in MEANING.items())


class Command(BaseCommand):
    """Runs a spider."""

    summary = "crawl news sites into the archive"
    arguments = "[SPIDER]"
    description = f"""
Runs a spider: news crawls sites for what is new, capture fetches the URLs it
is given. Everything is kept in the archive; -O writes the run's records to a
file as well. Failed URLs are normal on the web: each is in the run report
(ARCHIVE/log/run-….json) with its reason. Ctrl-C once ends the run in order.

--due crawls only the feeds, sitemaps and sections whose time has come, and
visits the articles that are to be looked at again; it ends at once where
there is nothing to do. It may be started every minute, and several at a time:
each takes sources that no other is at. "snapshotter due" shows the schedule.

exit status:
{STATUSES}"""
    examples = (
        "news                                    # every site of data/sites",
        "news -a site=people-cn,bbc              # some of them",
        "news -a start=https://example.com/      # a site without a rule file: front page, section, feed, sitemap",
        "news -a start=https://example.com/feed.xml --archive /srv/news -O today.jsonl",
        "--due                                   # what is due, of all sites; for cron, every minute",
        "--due --site bbc --at-once 2 --dry-run  # only say what that would be",
        "capture -a urls=list.txt -O list.txt:snapshot",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's own options of crawl."""
        many: dict[str, Any] = {"action": "append", "default": []}
        parser.add_argument("-a", dest="spargs", metavar="NAME=VALUE", help="a spider argument (repeatable)", **many)
        parser.add_argument(
            "-O", "--overwrite-output", metavar="FILE[:FORMAT]", help="write the records to FILE (- is stdout)", **many
        )
        parser.add_argument("-o", "--output", metavar="FILE[:FORMAT]", help="add them to the end of FILE", **many)
        add_render_options(parser)
        parser.add_argument("--due", action="store_true", help="crawl news for what is due; the same as news -a due=1")
        parser.add_argument("--site", metavar="NAME[,NAME]", help="with --due: these sites (all of SNAPSHOTTER_SITES)")
        parser.add_argument("--at-once", type=int, metavar="N", help="with --due: at most N sources (all that are due)")
        parser.add_argument("--dry-run", action="store_true", help="with --due: list what is due, fetch nothing")
        add_log_options(parser)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Turn logging options into settings."""
        super().process_options(args, opts)
        apply_log_options(self.settings, opts, "WARNING" if sys.stderr.isatty() else None)
        apply_render_options(self.settings, opts)
        self.settings.set("SNAPSHOTTER_PROGRESS", True, priority="cmdline")  # noqa: FBT003

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Run the spider; print the summary on stderr."""
        spider, arguments = self._asked(args, opts)
        if "due" in arguments and not self._is_something_due(arguments, opts):
            return Exit.FINE
        settings = scrapy_settings(self.settings)
        if opts.output or opts.overwrite_output:
            settings.set("FEEDS", self._feeds(settings, opts), priority="cmdline")
        return self._told(run_spider(settings, spider, arguments))

    def _told(self, report: RunReport) -> int:
        """Prints the summary; the exit status."""
        from snapshotter.report.summary import summary  # noqa: PLC0415

        status = report.exit_status()
        head, _, rest = summary(report).partition("\n")
        *lines, last = rest.rstrip("\n").split("\n")
        style = "green" if status == Exit.FINE else "red"
        text = [paint(head, "bold", sys.stderr), *lines, paint(last, style, sys.stderr)]
        where = (("Report:", report.path), ("Archive:", self.folder))
        text += [f"{title:<12}{path}" for title, path in where if path]
        sys.stderr.write("\n" + "\n".join(text) + "\n")
        return status

    def _asked(self, args: list[str], opts: argparse.Namespace) -> tuple[str, dict[str, str]]:
        """The spider, and its arguments."""
        pairs = [pair.partition("=") for pair in opts.spargs]
        if broken := [name for name, equals, _ in pairs if not equals]:
            self.wrong(f"-a {broken[0]}: write it as -a NAME=VALUE")
        arguments = {name: value for name, _, value in pairs}
        given = {"site": opts.site, "at_once": str(opts.at_once) if opts.at_once is not None else None}
        own = {name: value for name, value in given.items() if value is not None}
        if opts.due or arguments.get("due") == "1":
            if args not in ([], ["news"]):
                self.wrong("--due is for the spider news")
            return "news", {**arguments, **own, "due": "1"}
        if opts.dry_run or own:
            self.wrong("--site, --at-once and --dry-run go with --due")
        if len(args) != 1:
            self.wrong("name one spider, news or capture")
        return args[0], {name: value for name, value in arguments.items() if (name, value) != ("due", "0")}

    def _is_something_due(self, arguments: dict[str, str], opts: argparse.Namespace) -> bool:
        """Whether there is something to crawl; told, where that was asked for or somebody is watching."""
        planned = outlooks_of(self, arguments.get("site", ""), arguments.get("start", ""))
        if opts.dry_run:
            print("\n".join(table(planned)))
            return False
        is_due = any(one.due and not one.is_at_work for one in planned)
        if not is_due and sys.stderr.isatty():
            self.say(f"nothing is due{next_of(planned)}")
        return is_due

    def _feeds(self, settings: Settings, opts: argparse.Namespace) -> dict[str, Any]:
        from scrapy.exceptions import UsageError as ScrapyUsageError  # noqa: PLC0415
        from scrapy.utils.conf import feed_process_params_from_cli  # noqa: PLC0415

        try:
            return feed_process_params_from_cli(settings, opts.output, overwrite_output=opts.overwrite_output)
        except ScrapyUsageError as error:
            self.wrong(str(error))
