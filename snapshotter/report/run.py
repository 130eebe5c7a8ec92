"""What a run did: counts per site, and every failure with its reason."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from snapshotter.clock import rfc3339, utc_now
from snapshotter.errors import CannotWrite
from snapshotter.items import COPIES, FAILURES, Snapshot
from snapshotter.ledger import Alarm, Tally
from snapshotter.report.exits import UNASKED, Exit, meaning, reason_verdict, verdict_exit
from snapshotter.urls import host

SCHEMA = "snapshotter-run/1"
MAX_FAILURES = 100_000
MAX_ERRORS = 1_000
MAX_SITES = 20_000
MAX_DETAIL = 300
MAX_URL = 2000
"""How much of a URL is listed."""
NO_NEED = ("known", "unchanged", "another run is at it")
"""Why a candidate is skipped in a run that is fine: there was nothing to do."""
OTHERS = "(other sites)"
"""Where the counts of a run's sites beyond MAX_SITES go."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One URL that brought nothing, or nothing good."""

    url: str
    site: str
    reason: str
    """A word: ``robots``, ``http-503``, ``robots-http-503``, ``dns``, ``connect``, ``tls``, ``timeout``…"""
    detail: str
    """What the error itself said."""


@dataclass(slots=True)
class SiteCounts:
    """The counts of one site, or of all."""

    found: Counter[str] = field(default_factory=Counter)
    """Candidates, by the way they were found: ``feed``, ``sitemap``…"""
    fetched: int = 0
    """Responses, of any status; listings, feeds and redirects among them."""
    bytes: int = 0
    """Their size as it came, in bytes."""
    changes: Counter[str] = field(default_factory=Counter)
    """Articles kept, by change; those with a bad verdict are counted there only."""
    verdicts: Counter[str] = field(default_factory=Counter)
    """Captures kept, by verdict."""
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)

    @property
    def bad(self) -> int:
        """Captures that came but hold no copy of an article, HTTP errors apart."""
        return sum(n for verdict, n in self.verdicts.items() if verdict not in (*COPIES, "http-status"))

    def as_dict(self) -> dict[str, object]:
        """Plain values; counters with the most frequent first."""
        values = ((item.name, getattr(self, item.name)) for item in fields(self))
        return {name: dict(value.most_common()) if isinstance(value, Counter) else value for name, value in values}

    def add(self, other: SiteCounts) -> None:
        """Count ``other`` in."""
        self.fetched += other.fetched
        self.bytes += other.bytes
        for name in ("found", "changes", "verdicts", "skipped", "failed"):
            getattr(self, name).update(getattr(other, name))


class RunReport:
    """Everything one run has to say for itself, told to it as it happens.

    Memory is bounded: MAX_FAILURES failures are listed, later ones only counted. A ``site`` that
    is left empty is the URL's host.
    """

    def __init__(self, run_id: str, *, spider: str = "", settings: Mapping[str, object] | None = None) -> None:
        self.run_id = run_id
        self.spider = spider
        self.settings = dict(settings or {})
        self.started_at = utc_now()
        self.sites: dict[str, SiteCounts] = {}
        self.failures: list[Failure] = []
        self.bad_copies: list[Failure] = []
        """What was kept and is no good copy of an article; ``reason`` is its verdict."""
        self.errors: list[dict[str, str]] = []
        self.errors_total = 0
        self.unwritable = ""
        self.signal = 0
        self.finish_reason = ""
        self.tally = Tally()
        """The same for the ledger: by day, and with what only the ledger keeps."""
        self.alarms: tuple[Alarm, ...] = ()
        """Those that this run raised."""
        self.standing: tuple[Alarm, ...] = ()
        """All that stand at its end."""
        self.path: Path | None = None
        """Where it was written; None: nowhere yet."""
        self._began = time.monotonic()
        self._seconds: float | None = None

    # What happens, told by spiders, pipelines and extensions

    def found(self, site: str, via: str, count: int = 1) -> None:
        """``count`` candidates were found on ``site`` by way of ``via`` (as in Discovery.via)."""
        self._site(site).found[via] += count
        self.tally.listed(site, via, count)

    def read(self, site: str, kind: str, *, names_articles: bool) -> None:
        """A feed or section (``listing``) of the site's own was read."""
        self.tally.read(site, kind, names_articles=names_articles)

    def skipped(self, url: str, why: str, *, site: str = "") -> None:
        """A candidate isn't fetched, on purpose: ``known``, ``trap``, ``budget``, ``depth``…"""
        site = site or host(url)
        self._site(site).skipped[why] += 1
        self.tally.skipped(site, why)

    def failed(self, url: str, reason: str, detail: str = "", *, site: str = "") -> None:
        """A URL brought nothing. ``reason`` is a word that can be counted, ``detail`` the error's own text."""
        site = site or host(url)
        self._site(site).failed[reason] += 1
        self.tally.failed(site, reason)
        if len(self.failures) < MAX_FAILURES:
            self.failures.append(Failure(url[:MAX_URL], site, reason, detail[:MAX_DETAIL]))

    def fetched(self, site: str, size: int, status: int = 200) -> None:
        """A response of ``size`` bytes came from ``site``."""
        self.tally.answered(site, status, size)
        counts = self._site(site)
        counts.fetched += 1
        counts.bytes += size

    def kept(self, snapshot: Snapshot) -> None:
        """A snapshot was stored. An HTTP error is listed among the failures too, a bad copy among its like."""
        counts = self._site(snapshot.site)
        if snapshot.verdict in FAILURES:
            self.failed(snapshot.url, snapshot.verdict, "; ".join(snapshot.warnings), site=snapshot.site)
            return
        self.tally.kept(snapshot)
        counts.verdicts[snapshot.verdict] += 1
        if snapshot.verdict in COPIES or snapshot.change in ("gone", "withdrawn"):
            counts.changes[snapshot.change] += 1
        if snapshot.verdict == "http-status":
            self.failed(snapshot.url, f"http-{snapshot.http_status}", site=snapshot.site)
        elif snapshot.verdict not in COPIES and len(self.bad_copies) < MAX_FAILURES:
            why = "; ".join(snapshot.warnings)[:MAX_DETAIL]
            self.bad_copies.append(Failure(snapshot.url[:MAX_URL], snapshot.site, snapshot.verdict, why))

    def error(self, where: str, what: str) -> None:
        """Our own code broke: ``where`` (``callback``, ``start``, ``pipeline``…) and the exception's text."""
        self.errors_total += 1
        if len(self.errors) < MAX_ERRORS:
            self.errors.append({"where": where, "what": what[:MAX_DETAIL]})

    def cannot_write(self, what: str) -> None:
        """The archive or an output can't be written; the first such text is kept."""
        self.unwritable = self.unwritable or what[:MAX_DETAIL] or "unknown"

    def alarmed(self, raised: Iterable[Alarm], standing: Iterable[Alarm]) -> None:
        """The ledger was looked at: what this run raised, and all alarms that stand now."""
        self.alarms, self.standing = tuple(raised), tuple(standing)

    def interrupted(self, signum: int) -> None:
        """The run was asked to stop by signal ``signum``."""
        self.signal = signum

    def finished(self, reason: str) -> None:
        """The run is over; ``reason`` as Scrapy gives it (``finished``, ``shutdown``…)."""
        self.finish_reason = reason
        self._seconds = time.monotonic() - self._began

    # What it comes to

    @property
    def seconds(self) -> float:
        """How long the run took, or has taken until now."""
        return time.monotonic() - self._began if self._seconds is None else self._seconds

    def totals(self) -> SiteCounts:
        """The counts over all sites."""
        total = SiteCounts()
        for counts in self.sites.values():
            total.add(counts)
        return total

    def exit_status(self) -> Exit | int:
        """What the process should exit with; see MEANING.

        A few failed URLs are normal on the web and don't count against a run that kept something, or
        that found nothing it didn't know already. Else the reason most URLs failed for decides.
        """
        total = self.totals()
        kept = (
            any(total.verdicts[verdict] for verdict in COPIES)
            or total.changes.total()
            or sum(total.skipped[why] for why in NO_NEED)
        )
        for happened, status in (
            (self.signal, 128 + self.signal),
            (self.unwritable, Exit.CANNOT_WRITE),
            (self.errors_total or self.finish_reason == "memusage_exceeded", Exit.SOME),
            (self.alarms, Exit.ALARM),
            (kept, Exit.FINE),
            (total.failed and total.failed.keys() <= UNASKED, Exit.USAGE),
        ):
            if happened:
                return status
        causes = Counter[str]()
        for reason, count in total.failed.items():
            if reason not in UNASKED:
                causes[reason_verdict(reason)] += count
        return verdict_exit(causes.most_common(1)[0][0]) if causes and not total.bad else Exit.NOT_ARTICLE

    def as_dict(self) -> dict[str, object]:
        """The report as it is written: plain values, keys in reading order."""
        total, status = self.totals(), self.exit_status()
        return {
            "schema": SCHEMA,
            "run": self.run_id,
            "spider": self.spider,
            "started_at": rfc3339(self.started_at),
            "ended_at": rfc3339(utc_now()),
            "seconds": round(self.seconds, 1),
            "finish_reason": self.finish_reason,
            "exit_status": int(status),
            "exit_meaning": meaning(status),
            "cannot_write": self.unwritable,
            "alarms_raised": [asdict(alarm) for alarm in self.alarms],
            "alarms": [asdict(alarm) for alarm in self.standing],
            "settings": self.settings,
            "pages_per_s": round(total.fetched / max(self.seconds, 0.001), 2),
            "totals": total.as_dict(),
            "sites": {site: counts.as_dict() for site, counts in sorted(self.sites.items())},
            "failures": [asdict(failure) for failure in self.failures],
            "failures_unlisted": total.failed.total() - len(self.failures),
            "bad_copies": [asdict(bad) for bad in self.bad_copies],
            "errors": self.errors,
            "errors_unlisted": self.errors_total - len(self.errors),
        }

    def write(self, folder: Path) -> Path:
        """Write ``folder``/run-<run id>.json, whole or not at all, and return its path. Raises CannotWrite."""
        path = folder / f"run-{self.run_id}.json"
        part = path.with_suffix(".json.part")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with part.open("w", encoding="utf-8") as file:
                json.dump(self.as_dict(), file, ensure_ascii=False, indent=1)
                file.write("\n")
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            raise CannotWrite(
                f"the run report {path}: {error.strerror}; free some space or name another archive"
            ) from error
        self.path = path
        return path

    def _site(self, site: str) -> SiteCounts:
        if site not in self.sites and len(self.sites) >= MAX_SITES:
            site = OTHERS
        return self.sites.setdefault(site, SiteCounts())
