"""Signals about use: paywall flags, robots directives, text and data mining reservations, licences; all as stated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from snapshotter.extract.evidence import texts
from snapshotter.items import Right

if TYPE_CHECKING:
    from snapshotter.extract.evidence import Evidence

_META = (
    "robots", "googlebot", "googlebot-news", "bingbot", "tdm-reservation", "tdm-policy", "copyright", "rights",
    "rights-standard", "dcterms.rights", "dc.rights", "dcterms.license", "dcterms.rightsholder", "cc:license",
)  # fmt: skip
_LINKS = ("license", "copyright", "tdm-policy", "tdm-reservation")
_JSON = {
    "license": "license",
    "usageInfo": "usage-info",
    "copyrightNotice": "copyright",
    "acquireLicensePage": "acquire-license",
}
RSL = "application/rsl+xml"
"""The media type of a Really Simple Licensing document."""
_TIERS = {"free": "true", **dict.fromkeys(("locked", "metered", "paid", "premium", "subscriber"), "false")}
_MAX_RIGHTS = 30


def find_is_free(evidence: Evidence) -> str:
    """``true`` or ``false`` as the page declares it; empty: it doesn't."""
    for node in (evidence.article, *evidence.nodes):
        stated = node.get("isAccessibleForFree", "")
        value = str(stated).strip().lower().rpartition("/")[2] if isinstance(stated, str | bool) else ""
        if value in ("true", "false"):
            return value
    stated = evidence.first("article:content_tier", "og:article:content_tier", "content_tier", "isaccessibleforfree")
    return _TIERS.get(stated.lower(), stated.lower() if stated.lower() in ("true", "false") else "")


def find_rights(evidence: Evidence) -> tuple[Right, ...]:
    """Signals about use, as stated, each once: robots meta, TDM reservation, licence links, RSL."""
    found = [Right(name, value) for name in _META for value in evidence.all(name)]
    for rel, href, kind in evidence.links:
        found += [Right("rsl" if RSL in kind else name, href) for name in _LINKS if name in rel.split()]
    for key, name in _JSON.items():
        found += [Right(name, text) for text in texts(evidence.article.get(key), "url")]
    return tuple(dict.fromkeys(right for right in found if len(right.value) < 2_000))[:_MAX_RIGHTS]
