"""The catalog's tables and its schema's history."""

from __future__ import annotations

from isal import isal_zlib
from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    insert,
    inspect,
    select,
    text,
    update,
)

from snapshotter.access import signals
from snapshotter.copies import bands as bands_of
from snapshotter.copies import sketch
from snapshotter.database import Migration
from snapshotter.formats import jsonl

metadata = MetaData()

GOOD = text("snapshots.verdict = 'ok' AND snapshots.change IN ('new', 'revised')")
"""Of a row of ``snapshots``: a revision, in a good copy. Written out, for that is how SQLite knows an index by it."""
_LISTS: dict[str, tuple[str, ...]] = {"time": (), "category": ("category",), "source": ("source_name",)}

# One row a capture. Nothing depends on the order the rows came in: any order of WARC files gives the same catalog.
snapshots = Table(
    "snapshots",
    metadata,
    Column("id", Text, primary_key=True),
    Column("article_id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("change", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("url_key", Text, nullable=False),
    Column("captured_at", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("final_url", Text, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("raw_sha256", Text, nullable=False),
    Column("text_sha256", Text, nullable=False),
    Column("warc_file", Text, nullable=False),
    Column("warc_offset", Integer, nullable=False),
    Column("warc_length", Integer, nullable=False),
    Column("warc_record_id", Text, nullable=False),
    Column("is_revisit", Integer, nullable=False),
    Column("duplicate_of", Text, nullable=False, server_default=""),
    Column("source_name", Text, nullable=False, server_default=""),
    Column("signals", Text, nullable=False, server_default=""),  # those of access.SIGNALS, each between blanks
    Column("record", LargeBinary, nullable=False),  # compressed; last, so that the others are read without it
    Index("snapshots_by_time", "captured_at", "id"),
    Index("snapshots_by_article", "article_id", "captured_at", "id"),
    Index("snapshots_by_place", "warc_file", "warc_offset"),
    Index("snapshots_by_category", "category", "captured_at"),
    Index("snapshots_by_site", "site", "captured_at"),
    Index("snapshots_by_origin", "duplicate_of", sqlite_where=text("duplicate_of != ''")),
    Index("snapshots_by_text", "text_sha256"),
    # What lists of articles are made of: their good copies, each revision once
    *(Index(f"good_by_{name}", *columns, "captured_at", "id", sqlite_where=GOOD) for name, columns in _LISTS.items()),
)

# Which article a URL key leads to: that of the latest capture that says so.
aliases = Table(
    "aliases",
    metadata,
    Column("key", Text, primary_key=True),
    Column("article_id", Text, nullable=False),
    Column("captured_at", Text, nullable=False),
    Column("snapshot_id", Text, nullable=False),
)

# Which run works on which source. Not derived from the WARC files; of no use once the run is dead.
leases = Table("leases", metadata, Column("source", Text, primary_key=True), Column("run", Text, nullable=False))

# What was taken down: derived from the takedown log of the archive folder.
takedowns = Table(
    "takedowns",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

# What a revisit may refer to in the imported WARC files: their responses. Derived from those files.
imported = Table(
    "imported",
    metadata,
    Column("file", Text, primary_key=True),
    Column("offset", Integer, primary_key=True),
    Column("record_id", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("date", Text, nullable=False),  # as 14 digits
    Column("digest", Text, nullable=False),  # of the payload, as stated
    Index("imported_by_id", "record_id"),
    Index("imported_by_url", "url", "date"),
    Index("imported_by_digest", "digest"),
)

# The order in which captures came into this catalog, for who reads on from where it stopped: search, feeds, webhooks.
arrivals = Table(
    "arrivals",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("snapshot_id", Text, nullable=False),
    sqlite_autoincrement=True,
)

# What near copies are found by: each article's different texts, and the earliest good capture that shows one.
texts = Table(
    "texts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article_id", Text, nullable=False),
    Column("snapshot_id", Text, nullable=False),
    Column("captured_at", Text, nullable=False),
    Column("sketch", LargeBinary, nullable=False),
    Index("texts_by_article", "article_id"),
)

# The texts that have a band of the sketch in common: one row a band and text.
bands = Table(
    "bands",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("text_id", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)


def _create(connection: Connection) -> None:
    metadata.create_all(connection)


def _has_column(connection: Connection, name: str) -> bool:
    return name in {column["name"] for column in inspect(connection).get_columns("snapshots")}


def _add_takedowns(connection: Connection) -> None:
    metadata.create_all(connection, tables=[takedowns])
    if _has_column(connection, "signals"):
        return
    connection.exec_driver_sql("ALTER TABLE snapshots ADD COLUMN signals TEXT NOT NULL DEFAULT ''")
    for snapshot_id, record in connection.execute(select(snapshots.c.id, snapshots.c.record)):
        if found := signals(jsonl.loads(isal_zlib.decompress(record)).rights):
            row = update(snapshots).where(snapshots.c.id == snapshot_id)
            connection.execute(row.values(signals=f" {' '.join(found)} "))


def _add_imported(connection: Connection) -> None:
    metadata.create_all(connection, tables=[imported])


def _add_arrivals(connection: Connection) -> None:
    metadata.create_all(connection, tables=[arrivals])
    by_time = select(snapshots.c.id).order_by(snapshots.c.captured_at, snapshots.c.id)
    connection.execute(insert(arrivals).from_select(["snapshot_id"], by_time))


def _add_copies(connection: Connection) -> None:
    if "duplicate_of" not in {column["name"] for column in inspect(connection).get_columns("snapshots")}:
        connection.exec_driver_sql("ALTER TABLE snapshots ADD COLUMN duplicate_of TEXT NOT NULL DEFAULT ''")
    metadata.create_all(connection, tables=[texts, bands])
    next(one for one in snapshots.indexes if one.name == "snapshots_by_origin").create(connection, checkfirst=True)
    good = select(snapshots.c.record).where(snapshots.c.verdict == "ok", snapshots.c.change != "withdrawn")
    entered: set[tuple[str, bytes]] = set()
    for (record,) in connection.execute(good.order_by(snapshots.c.captured_at, snapshots.c.id)):
        one = jsonl.loads(isal_zlib.decompress(record))
        its = one.article_id, sketch(one.body_text)
        if its[1] and one.http_status < 300 and its not in entered:
            entered.add(its)
            row = {"article_id": its[0], "sketch": its[1], "snapshot_id": one.id, "captured_at": one.captured_at}
            (text_id,) = connection.execute(insert(texts).values(row)).inserted_primary_key or (0,)
            connection.execute(insert(bands), [{"key": key, "text_id": text_id} for key in bands_of(its[1])])


def _add_text_index(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE INDEX IF NOT EXISTS snapshots_by_text ON snapshots (text_sha256)")


def _add_sources(connection: Connection) -> None:
    lists = [index for index in snapshots.indexes if str(index.name).startswith("good_by_")]
    if _has_column(connection, "source_name"):
        return
    connection.exec_driver_sql("ALTER TABLE snapshots ADD COLUMN source_name TEXT NOT NULL DEFAULT ''")
    for snapshot_id, record in connection.execute(select(snapshots.c.id, snapshots.c.record)):
        if name := jsonl.loads(isal_zlib.decompress(record)).source_name:
            row = update(snapshots).where(snapshots.c.id == snapshot_id)
            connection.execute(row.values(source_name=name))
    for index in lists:
        index.create(connection)


MIGRATIONS: tuple[Migration, ...] = (
    _create,
    _add_takedowns,
    _add_imported,
    _add_arrivals,
    _add_copies,
    _add_text_index,
    _add_sources,
)
"""From version n to n + 1, in order. The catalog's version is how many of them it has been through."""
