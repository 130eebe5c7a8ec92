"""The ledger's tables in ``state.db``."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Index, Integer, MetaData, Table, Text

metadata = MetaData()

# A run's figures of a source on a day. After two days they become part of the day's own row, whose run is empty, and
# of the row of all such days, whose day is empty as well.
ledger = Table(
    "ledger",
    metadata,
    Column("source", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("run", Text, primary_key=True),
    Column("figures", Text, nullable=False),  # JSON, as Figures.dumps makes it
    Index("ledger_by_day", "day"),
    Index("ledger_by_run", "run", "day"),
)

# Alarms, each once: the last time it was raised.
alarms = Table(
    "alarms",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("raised_at", Text, nullable=False),
    Column("cleared_at", Text, nullable=False),  # empty: it stands
    Column("told", Integer, nullable=False),  # 0: of nothing, 1: that it was raised, 2: that it was cleared
)


def add_ledger(connection: Connection) -> None:
    """One step of ``state.db``'s migrations."""
    metadata.create_all(connection)
