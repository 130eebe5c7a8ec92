"""What the commands have in common: options, help that teaches, errors caught once, exit statuses.

A command is what Scrapy's command mechanism takes for one, without importing Scrapy: ``snapshotter
convert`` needs none of it and is done before Scrapy would have loaded.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Protocol

from snapshotter.errors import (
    CannotWrite,
    NetworkError,
    RobotsRefused,
    SiteRuleError,
    SnapshotterError,
    UsageError,
    Withheld,
)
from snapshotter.report.exits import Exit

if TYPE_CHECKING:
    from snapshotter.access import Access
    from snapshotter.store import ArchiveReader

EXIT_STATUS: tuple[tuple[type[SnapshotterError], Exit], ...] = (
    (UsageError, Exit.USAGE),
    (SiteRuleError, Exit.USAGE),
    (CannotWrite, Exit.CANNOT_WRITE),
    (RobotsRefused, Exit.ROBOTS),
    (NetworkError, Exit.NETWORK),
    (Withheld, Exit.WITHHELD),
    (SnapshotterError, Exit.SOME),
)
"""First match counts."""


class Settings(Protocol):
    """As much of Scrapy's settings as the commands use."""

    def get(self, name: str, default: Any = None, /) -> Any:
        """The value of a setting."""

    def set(self, name: str, value: Any, priority: str) -> None:
        """Set one, unless it is set with a higher priority."""

    def setdict(self, values: Mapping[str, Any], priority: str) -> None:
        """Set several."""


class BaseCommand(ABC):
    """A command. Subclasses are named Command, live in a module of the command's name, and say what they do."""

    summary: ClassVar[str]
    """One line, for the list of commands."""
    arguments: ClassVar[str] = ""
    """What comes after the options, for the usage line."""
    description: ClassVar[str]
    """What it does and what its exit status says, in lines of at most 78 characters."""
    examples: ClassVar[tuple[str, ...]]
    """Command lines to copy, without the program's name; ``# …`` after one explains it."""

    requires_project = False
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {}

    exitcode: int = 0
    settings: Settings
    parser: argparse.ArgumentParser

    def __init_subclass__(cls) -> None:
        """Scrapy takes subclasses of ScrapyCommand for commands; this makes us one where Scrapy is loaded."""
        if scrapy_commands := sys.modules.get("scrapy.commands"):
            scrapy_commands.ScrapyCommand.register(cls)

    # Scrapy's side

    def syntax(self) -> str:
        """The usage line behind the command's name."""
        return f"[options] {self.arguments}".strip()

    def short_desc(self) -> str:
        """The line in the list of commands."""
        return self.summary

    def long_desc(self) -> str:
        """The text above the options."""
        return self.description.strip()

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Make ``parser`` ours: usage, examples, and the options that every command has."""
        self.parser = parser
        name = type(self).__module__.rpartition(".")[2]
        parser.prog = f"snapshotter {name}"
        parser.usage = f"{program()} {name} {self.syntax()}"
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.description = self.long_desc()
        parser.epilog = "\n".join(["examples:", *(f"  {program()} {name} {example}" for example in self.examples)])
        parser.set_defaults(profile=None)  # Scrapy reads it off the options of any command
        self.add_arguments(parser)
        parser.add_argument("--archive", metavar="DIR", help="the archive folder (SNAPSHOTTER_ARCHIVE; data/archive)")
        parser.add_argument(
            "-s", "--set", action="append", default=[], metavar="NAME=VALUE", help="set a setting (may be repeated)"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Refuse what isn't known, and put what was given into the settings."""
        if unknown := [arg for arg in args if arg.startswith("-") and arg != "-"]:
            self.wrong(f"no such option: {' '.join(unknown)}")
        pairs = [pair.partition("=") for pair in opts.set]
        if broken := [name for name, equals, _ in pairs if not equals]:
            self.wrong(f"-s {broken[0]}: write it as -s NAME=VALUE")
        self.settings.setdict({name: value for name, _, value in pairs}, priority="cmdline")
        if self.settings.get("SNAPSHOTTER_ARCHIVE") == "":
            self.wrong("SNAPSHOTTER_ARCHIVE is empty: name the archive's folder")
        if opts.archive:
            self.settings.set("SNAPSHOTTER_ARCHIVE", str(Path(opts.archive).absolute()), priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do it, and set ``exitcode``. Every error of ours ends here, as one line on stderr."""
        try:
            self.exitcode = self.act(args, opts)
            sys.stdout.flush()
        except SnapshotterError as error:
            self.exitcode = next(status for kind, status in EXIT_STATUS if isinstance(error, kind))
            self.say(f"{error}")
        except KeyboardInterrupt:
            self.exitcode = Exit.INTERRUPTED
        except BrokenPipeError:
            self.exitcode = 128 + signal.SIGPIPE
        except OSError as error:
            self.exitcode = Exit.CANNOT_WRITE
            self.say(f"{error.filename or 'output'}: {error.strerror}")
        finally:
            _settle(sys.stdout)

    # Ours

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:  # noqa: B027  (a command may have none)
        """Add the command's own options."""

    @abstractmethod
    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do what the command is for and return its exit status. ``args`` are its arguments, options apart."""

    @property
    def folder(self) -> Path:
        """The archive's folder."""
        return Path(self.settings.get("SNAPSHOTTER_ARCHIVE") or "data/archive")

    @property
    def access(self) -> Access:
        """What may leave the archive. Raises UsageError."""
        from snapshotter.access import access_file, load_access  # noqa: PLC0415

        return load_access(access_file(self.settings.get("SNAPSHOTTER_ACCESS") or "", self.folder))

    def reader(self) -> ArchiveReader:
        """The archive, to show something of it: every command that does opens it here.

        Raises ArchiveNotFound, CatalogTooNew, ArchiveError, UsageError.
        """
        from snapshotter.store import ArchiveReader  # noqa: PLC0415

        return ArchiveReader.open(self.folder, self.access)

    def wrong(self, message: str) -> NoReturn:
        """End with the usage line and ``message``, exit status 2."""
        self.parser.error(message)

    def say(self, message: str) -> None:
        """A line on stderr, with the command's name in front."""
        sys.stderr.write(f"snapshotter {type(self).__module__.rpartition('.')[2]}: {message}\n")


def program() -> str:
    """What the command was called by: ``snapshotter`` or ``scrapy``."""
    return "snapshotter" if Path(sys.argv[0]).stem == "snapshotter" else "scrapy"


def _settle(stream: Any) -> None:
    """Leave nothing in the buffer for the interpreter to trip over: what can't be written now never can."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
