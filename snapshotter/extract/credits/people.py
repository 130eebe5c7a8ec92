"""Who wrote it and who edited it: claims from all over the page, weighed against each other."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from snapshotter.extract.candidate import Candidate
from snapshotter.extract.credits.bylines import alone, in_lines, in_sentences
from snapshotter.extract.credits.claims import Claim, claim
from snapshotter.extract.credits.declared import declared
from snapshotter.extract.credits.markup import in_elements, in_links
from snapshotter.extract.credits.names import has_cjk, is_full_name, names
from snapshotter.extract.words import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from snapshotter.extract.credits.places import Near
    from snapshotter.extract.evidence import Evidence

CERTAIN = 4.0
"""Where a name weighs so much, names that merely stand alone aren't looked for."""


BEYOND_DOUBT = 7.5
"""Where one weighs so much near the title, other places aren't looked at."""


class People(NamedTuple):
    """Authors and editors, and what was weighed for the authors, heaviest first."""

    authors: tuple[str, ...]
    editors: tuple[str, ...]
    candidates: tuple[Candidate, ...]


def find_people(evidence: Evidence, near: Near) -> People:
    """Authors and editors, kept apart.

    Every kind of evidence makes claims; a name weighs what the families of evidence that name it weigh together, each
    once. The claim with the heaviest name wins as a whole.
    """
    around, places = near.around, near.places
    shown = [line.text for place in places[:2] for line in place.lines]
    claims = [*_claims(near, slice(2)), *in_sentences(around.body), *declared(evidence, around.title, shown)]
    if max(_totals(claims).values(), default=0) < BEYOND_DOUBT:
        claims += _claims(near, slice(2, None))
    if max((one.weight for one in claims if one.names), default=0) < CERTAIN:
        claims += alone(places[0], places[-1], around.title)
    editors = names(value for place in places for value in near.labels[place.name]["editor"])
    return _weighed(_shortened([one for one in claims if one.names]), editors)


def _claims(near: Near, which: slice) -> Iterator[Claim]:
    for place in near.places[which]:
        yield claim(names(near.labels[place.name]["author"]), f"by: label, {place.name}", 6 * max(place.share, 0.8))
        yield from in_lines(place)
        yield from in_elements(place)
        yield from in_links(place)


def _shortened(claims: Sequence[Claim]) -> list[Claim]:
    """Names as the page's data or links have them, where a line runs on: Ana Reyes Correspondent."""
    sure = {
        name for one in claims if one.where.startswith(("machine", "link")) for name in one.names if is_full_name(name)
    }

    def short(name: str) -> str:
        return next((other for other in sure if name.startswith(other + " ")), name)

    return [claim(map(short, one.names), one.where, one.weight) for one in claims] if sure else list(claims)


def _weighed(claims: Sequence[Claim], editors: Sequence[str]) -> People:
    total = _totals(claims)

    def rank(one: Claim) -> tuple[float, float]:
        # Of two that agree on one name, the longer list tells more.
        listed = one.where.startswith(("by", "machine: json")) and all(map(is_full_name, one.names[:7]))
        return max(total[name] for name in one.names), one.weight + (1.2 * len(one.names[:7]) if listed else 0)

    ranked = sorted(claims, key=rank, reverse=True)
    candidates = tuple(Candidate("、".join(one.names), one.where, round(rank(one)[0], 1)) for one in ranked)
    # An editor is an author too only where a label or a byline says so.
    written = {name for one in claims if one.where.startswith("by") for name in one.names} - set(editors)
    written |= {name for one in claims if one.where.startswith("by: label") for name in one.names}
    found = ([name for name in one.names if name in written or name not in editors] for one in ranked)
    return People(tuple(next(filter(None, found), ())), tuple(editors), candidates)


def _totals(claims: Sequence[Claim]) -> dict[str, float]:
    families: dict[str, dict[str, float]] = defaultdict(dict)
    for one in claims:
        family = one.where.partition(":")[0]
        for name in one.names:
            weights = families[squeeze(name)]
            weights[family] = max(one.weight, weights.get(family, 0.0))
    return {
        name: sum(families[squeeze(name)].values()) * (1 if has_cjk(name) or is_full_name(name) else 0.7)
        for one in claims
        for name in one.names
    }
