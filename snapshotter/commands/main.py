"""The ``snapshotter`` script: Scrapy's command mechanism over our commands and settings, anywhere.

It loads the one command that was called and nothing else; Scrapy only when a spider is about to run.
"""

from __future__ import annotations

import argparse
import gc
import os
import pkgutil
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any, NoReturn

import snapshotter.commands
from snapshotter import __version__
from snapshotter.commands.base import BaseCommand
from snapshotter.commands.plain import PlainSettings
from snapshotter.report.exits import MEANING, Exit

OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""Loading modules makes objects that stay: to look for dead ones every 700 costs a twentieth of a start."""


class _Parser(argparse.ArgumentParser):
    """Takes ``-:jsonl`` (stdout, as JSON Lines) for a value, as Scrapy's parser does."""

    def _parse_optional(self, arg_string: str) -> Any:
        return None if arg_string.startswith("-:") else super()._parse_optional(arg_string)


def main(argv: list[str] | None = None) -> NoReturn:
    """Run the command that ``argv`` (the process's own arguments by default) names, and exit with its status."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    name, *rest = (sys.argv[1:] if argv is None else argv) or ["--help"]
    if name in ("-h", "--help", "help"):
        print(_overview())
        sys.exit(Exit.FINE)
    if name in ("-V", "--version"):
        print(f"snapshotter {__version__}")
        sys.exit(Exit.FINE)
    command = _command(name)
    if command is None:
        sys.stderr.write(f"snapshotter: no command {name!r}; there are {', '.join(sorted(_names()))}\n")
        sys.exit(Exit.USAGE)
    _execute(command, rest)


def _execute(command: BaseCommand, argv: list[str]) -> NoReturn:
    """Scrapy's ``cmdline.execute``, for a command that is already found."""
    command.settings = PlainSettings()
    parser = _Parser(conflict_handler="resolve")
    command.add_options(parser)
    opts, args = parser.parse_known_args(argv)
    command.process_options(args, opts)
    command.run(args, opts)
    sys.stderr.flush()
    # Taking the interpreter apart object by object would cost a capture a tenth of its time.
    os._exit(command.exitcode)


def _names() -> Iterator[str]:
    modules = (module.name for module in pkgutil.iter_modules(snapshotter.commands.__path__))
    return (name for name in modules if _command(name))


def _command(name: str) -> BaseCommand | None:
    if name not in {module.name for module in pkgutil.iter_modules(snapshotter.commands.__path__)}:
        return None
    module = import_module(f"{snapshotter.commands.__name__}.{name}")
    kind = getattr(module, "Command", None)
    return kind() if isinstance(kind, type) and issubclass(kind, BaseCommand) else None


def _overview() -> str:
    commands = {name: _command(name) for name in sorted(_names())}
    return "\n".join(
        [
            "Keeps what the news said: snapshots of news articles, word for word and byte for byte.",
            "",
            "usage: snapshotter COMMAND [options] …",
            "",
            "commands:",
            *(f"  {name:<9}{command.summary}" for name, command in commands.items() if command),
            "",
            "snapshotter COMMAND --help explains one, with examples.",
            "",
            "exit status:",
            *(f"  {int(status):<9}{text}" for status, text in MEANING.items()),
        ]
    )
