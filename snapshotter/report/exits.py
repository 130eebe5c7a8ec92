"""Exit statuses: what they are, what they say, and which verdict or failure earns which."""

from __future__ import annotations

from enum import IntEnum

from snapshotter.items import COPIES, FAILURES


class Exit(IntEnum):
    """Exit statuses, the same for a capture and a crawl; 128 + N for any other signal N."""

    FINE = 0
    SOME = 1
    USAGE = 2
    NETWORK = 3
    HTTP_STATUS = 4
    NOT_ARTICLE = 5
    ROBOTS = 6
    CANNOT_WRITE = 7
    WITHHELD = 8
    ALARM = 9
    INTERRUPTED = 130
    TERMINATED = 143


MEANING = {
    Exit.FINE: "fine",
    Exit.SOME: "an error on the way; what could be kept is kept",
    Exit.USAGE: "the call can't be used as given",
    Exit.NETWORK: "nothing kept: no server could be reached",
    Exit.HTTP_STATUS: "nothing kept: the servers answered with errors",
    Exit.NOT_ARTICLE: "nothing kept: no article was found",
    Exit.ROBOTS: "nothing kept: robots.txt forbids it",
    Exit.CANNOT_WRITE: "the archive or an output can't be written",
    Exit.WITHHELD: "it was taken down, or an access rule hides it",
    Exit.ALARM: "an alarm was raised; what could be kept is kept",
    Exit.INTERRUPTED: "interrupted; what was fetched until then is kept",
    Exit.TERMINATED: "terminated; what was fetched until then is kept",
}

UNASKED = frozenset({"scheme", "too-long"})
"""Reasons why a URL failed before anybody was asked: it can't be used as it was given."""

_BY_VERDICT = {
    "network": Exit.NETWORK,
    "robots": Exit.ROBOTS,
    "cannot-write": Exit.CANNOT_WRITE,
    "http-status": Exit.HTTP_STATUS,
}


def meaning(status: int) -> str:
    """What an exit status says, in words."""
    try:
        return MEANING[Exit(status)]
    except ValueError:
        return f"stopped by signal {status - 128}"


def verdict_exit(verdict: str) -> Exit:
    """The exit status that one capture with this verdict earns."""
    return Exit.FINE if verdict in COPIES else _BY_VERDICT.get(verdict, Exit.NOT_ARTICLE)


def reason_verdict(reason: str) -> str:
    """The verdict, of FAILURES or ``http-status``, that a failure's reason comes to."""
    if reason in FAILURES:
        return reason
    return "http-status" if reason.removeprefix("robots-").startswith("http-") else "network"
