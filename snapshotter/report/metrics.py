"""A run and the ledger as Prometheus metrics, in the text format that node_exporter's textfile collector reads."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from snapshotter.clock import utc_now
from snapshotter.errors import CannotWrite
from snapshotter.formats.files import put_in_place
from snapshotter.ledger import Alarm, Figures
from snapshotter.report.run import RunReport

Sample = tuple[Mapping[str, str], float]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric with all its samples."""

    name: str
    kind: str
    """``counter`` or ``gauge``."""
    help: str
    samples: tuple[Sample, ...]

    def lines(self) -> Iterator[str]:
        """As the text format has them; none where there are no samples."""
        if self.samples:
            yield f"# HELP {self.name} {self.help}"
            yield f"# TYPE {self.name} {self.kind}"
        for labels, value in self.samples:
            named = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
            yield f"{self.name}{{{named}}} {value:.15g}"


def write_metrics(folder: Path, report: RunReport, ledger: Mapping[str, Figures], free_bytes: int) -> Path:
    """Write ``folder``/snapshotter-<spider>.prom, whole or not at all, and return its path. Raises CannotWrite.

    ``ledger``: each source's figures since the ledger was begun.
    """
    path = folder / f"snapshotter-{report.spider}.prom"
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.write_text(metrics_text(report, ledger, free_bytes), encoding="utf-8")
        put_in_place(part, path)
    except OSError as error:
        raise CannotWrite(
            f"the metrics {path}: {error.strerror}. Name another folder by SNAPSHOTTER_METRICS_DIR"
        ) from error
    return path


def metrics_text(report: RunReport, ledger: Mapping[str, Figures], free_bytes: int) -> str:
    """All metrics, each sample with the label ``spider``."""
    metrics = (*_of_run(report, free_bytes), *_of_alarms(report.spider, report.standing), *_of(report.spider, ledger))
    return "".join(f"{line}\n" for metric in metrics for line in metric.lines())


def _of_run(report: RunReport, free_bytes: int) -> Iterator[Metric]:
    labels = {"spider": report.spider}
    total = report.totals()
    for name, about, value in (
        ("run_timestamp_seconds", "When the last run ended.", utc_now().timestamp()),
        ("run_duration_seconds", "How long the last run took.", round(report.seconds, 3)),
        ("run_exit_status", "What the last run exited with.", int(report.exit_status())),
        ("run_responses", "Responses of the last run.", total.fetched),
        ("run_response_bytes", "Size of the last run's responses.", total.bytes),
        ("run_captures", "Captures that the last run kept.", total.verdicts.total()),
        ("run_failures", "URLs of the last run that brought nothing.", total.failed.total()),
        ("run_alarms_raised", "Alarms that the last run raised.", len(report.alarms)),
        ("disk_free_bytes", "Room on the archive's disk.", free_bytes),
    ):
        yield Metric(f"snapshotter_{name}", "gauge", about, ((labels, value),))


def _of_alarms(spider: str, standing: Iterable[Alarm]) -> Iterator[Metric]:
    labels = [
        {"spider": spider, "kind": alarm.kind, "source": alarm.source, "field": alarm.field} for alarm in standing
    ]
    yield Metric("snapshotter_alarm", "gauge", "An alarm that stands.", tuple((one, 1) for one in labels))


def _of(spider: str, ledger: Mapping[str, Figures]) -> Iterator[Metric]:
    for name, attribute, label, about in (
        ("listed", "listed", "via", "Articles found, by the way they were."),
        ("captures", "captured", "change", "Copies of articles kept, by change."),
        ("bad_captures", "verdicts", "verdict", "Captures that are no good copy, by verdict."),
        ("skipped", "skipped", "reason", "URLs that weren't asked for, on purpose."),
        ("failures", "failed", "reason", "URLs that brought nothing."),
        ("responses", "answers", "status", "Responses, by HTTP status."),
    ):
        samples = (
            ({"spider": spider, "source": source, label: value}, count)
            for source, figures in ledger.items()
            for value, count in sorted(getattr(figures, attribute).items())
            if (attribute, value) != ("verdicts", "ok")
        )
        yield Metric(f"snapshotter_{name}_total", "counter", about, tuple(samples))
    for name, about in (
        ("last_at", "When a source was last asked."),
        ("last_new_at", "When it last had a new article."),
    ):
        times = ((source, str(getattr(figures, name))) for source, figures in ledger.items())
        known = [({"spider": spider, "source": source}, _seconds(at)) for source, at in times if at]
        metric = "snapshotter_source_new_timestamp_seconds" if "new" in name else "snapshotter_source_timestamp_seconds"
        yield Metric(metric, "gauge", about, tuple(known))


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
