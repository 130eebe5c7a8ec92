"""A snapshot in schema.org's words: the article, and the archived copy of it."""

from __future__ import annotations

import json
from typing import Any

from snapshotter.items import Snapshot


def linked_data(it: Snapshot, address: str, archive: str) -> dict[str, Any]:
    """A NewsArticle and the ArchiveComponent that is its copy; what isn't known is left out.

    ``address``: of the snapshot's page; ``archive``: the archive's name.
    """
    article = {
        "@type": "NewsArticle",
        "headline": it.title,
        "alternativeHeadline": it.subtitle,
        "description": it.description,
        "url": it.final_url,
        "datePublished": it.published_at,
        "dateModified": it.modified_at,
        "inLanguage": it.language,
        "articleSection": "" if it.category_source == "guessed" else it.category,
        "keywords": list(it.tags),
        "author": [{"@type": "Person", "name": name} for name in it.authors],
        "publisher": _named("Organization", publisher(it)),
        "isAccessibleForFree": {"true": True, "false": False}.get(it.is_free),
    }
    copy = {
        "@context": "https://schema.org",
        "@type": ["ArchiveComponent", "WebPage"],
        "@id": address,
        "identifier": it.id,
        "url": address,
        "name": it.title,
        "dateCreated": it.captured_at,
        "version": str(it.revision or ""),
        "encodingFormat": it.content_type.partition(";")[0],
        "sha256": it.raw_sha256,
        "isBasedOn": it.final_url,
        "holdingArchive": _named("ArchiveOrganization", archive),
        "mainEntity": _known(article),
    }
    return _known(copy)


def script(it: Snapshot, address: str, archive: str) -> str:
    """The same as it may stand in a ``<script type="application/ld+json">``, whatever it holds."""
    text = json.dumps(linked_data(it, address, archive), ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def publisher(it: Snapshot) -> str:
    """Who the page says published it; else whose site it is."""
    return it.source_name or it.site_name or it.site


def _named(kind: str, name: str) -> dict[str, str]:
    return {"@type": kind, "name": name} if name else {}


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value is not None and value not in ("", [], {})}
