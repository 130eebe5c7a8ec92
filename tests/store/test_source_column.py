"""The catalog tells captures by their stated source; an older catalog learns it from its records."""

from captures import capture, page
from sqlalchemy import select, text

from snapshotter.items import Article
from snapshotter.store import Archive, ArchiveReader
from snapshotter.store.tables import snapshots


def test_an_older_catalog_learns_the_sources(tmp_path):
    with Archive.open(tmp_path) as archive:
        made = capture(page("https://news.example/1.html"), Article(title="T", body_text="One.", source_name="新华网"))
        archive.add([made])
    with ArchiveReader.open(tmp_path) as archive, archive.catalog.writing() as catalog:
        for name in ("time", "category", "source"):
            catalog.execute(text(f"DROP INDEX good_by_{name}"))
        catalog.execute(text("ALTER TABLE snapshots DROP COLUMN source_name"))
        catalog.execute(text("UPDATE meta SET value = '4' WHERE name = 'schema'"))
    with ArchiveReader.open(tmp_path) as archive:
        assert archive.catalog.rows(select(snapshots.c.source_name)) == [("新华网",)]
