"""What a crawler made of the simulated world, against what was to be made of it.

What counts as seen is what the server showed: each answer to a request for an article is in its log, with the edition
and the fate of that moment.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from simulated.needed import PLAN, counted_from
from simulated.pages import listed
from simulated.web import NUMBER
from snapshotter.schedule.visits import History, Seen, next_visit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulated.web import Asked
    from simulated.world import Article, World
    from snapshotter.items import Snapshot

QUARTER = timedelta(minutes=15)
CHANCES = 8
"""An article that was listed and served at fewer quarters of an hour than that needn't be captured."""
SETTLE = timedelta(hours=8)
"""An article that was published so shortly before the end may still be captured: a quiet source is asked as seldom."""
SEEN = (200, 304)
PULLED = {"404", "410", "front"}


@dataclass
class Verdict:
    """What was found; each fault is a line."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    late: list[tuple[float, str]] = field(default_factory=list)
    """Minutes from publication to the first good copy, and of which article."""

    def share(self, part: str, whole: str) -> float:
        """A percentage; 100 of nothing."""
        return 100 * self.counts[part] / self.counts[whole] if self.counts[whole] else 100.0

    def check(self, name: str, fault: str = "") -> None:
        """Counts one of a kind, and whether it is right; ``fault`` says what isn't."""
        self.counts[f"{name} all"] += 1
        if fault:
            self.faults[name].append(fault)
        else:
            self.counts[f"{name} right"] += 1


def judged(
    world: World, log: Sequence[Asked], snapshots: Iterable[Snapshot], starts: Sequence[datetime] = ()
) -> Verdict:
    """Article by article; ``starts``: when the crawler was started, to tell whether visits were in time."""
    verdict = Verdict()
    asked: dict[int, list[Asked]] = defaultdict(list)
    kept: dict[int, list[Snapshot]] = defaultdict(list)
    for one in log:
        asked[one.number].append(one)
    for snapshot in snapshots:
        match = NUMBER.search(snapshot.url.partition("?")[0])
        if match:
            kept[int(match[1])].append(snapshot)
        else:
            verdict.faults["no article"].append(f"{snapshot.captured_at} {snapshot.url} {snapshot.verdict}")
    owners: dict[str, set[int]] = defaultdict(set)
    for article in world.articles:
        own = sorted(kept[article.number], key=lambda one: (one.captured_at, one.revision))
        for snapshot in own:
            owners[snapshot.article_id].add(article.number)
        _captured(verdict, world, article, own)
        _once(verdict, article, own)
        _changes(verdict, article, asked[article.number], own)
        _texts(verdict, article, own)
        _visits(verdict, article, [one.at for one in asked[article.number]], own, starts)
    for article_id, numbers in owners.items():
        if len(numbers) > 1:
            verdict.faults["twice"].append(f"one id for several: {article_id} {sorted(numbers)}")
    return verdict


def _captured(verdict: Verdict, world: World, article: Article, kept: Sequence[Snapshot]) -> None:
    good = [one for one in kept if one.verdict == "ok" and one.change in {"new", "revised", "unchanged"}]
    if not good and article.published > world.end - SETTLE:
        verdict.counts["pending"] += 1
        return
    if not good and not _had_a_chance(world, article):
        verdict.counts["no chance"] += 1
        return
    seen = [f"{one.captured_at[5:16]} {one.verdict} {one.change}" for one in kept]
    verdict.check("captured", "" if good else f"{_name(article)}: {seen}")
    if good and article.published >= world.start:
        verdict.late.append(((_moment(good[0]) - article.published).total_seconds() / 60, _name(article)))


def _had_a_chance(world: World, article: Article) -> bool:
    moment, chances = max(article.published, world.start), 0
    own = [one for one in world.articles if one.site is article.site]
    while moment < world.end and chances < CHANCES and moment < article.published + timedelta(days=2):
        is_there = not article.site.is_down(moment) and not article.is_gone(moment)
        chances += is_there and any(article in listed(own, place, moment) for place in article.site.places)
        moment += QUARTER
    return chances >= CHANCES


def _once(verdict: Verdict, article: Article, kept: Sequence[Snapshot]) -> None:
    ids = {one.article_id for one in kept}
    if len(ids) > 1 or sum(one.change == "new" and one.verdict == "ok" for one in kept) > 1:
        found = [f"{one.captured_at[5:16]} {one.article_id[:9]} {one.change} {one.url}" for one in kept]
        verdict.faults["twice"].append(f"{_name(article)}: {found}")


def _changes(verdict: Verdict, article: Article, asked: Sequence[Asked], kept: Sequence[Snapshot]) -> None:
    """Each answer after the first good copy: what the server showed, and what is kept of that moment."""
    by_moment: dict[datetime, list[Snapshot]] = defaultdict(list)
    for one in kept:
        by_moment[_moment(one)].append(one)
    shown = -1
    was_pulled = False
    for moment, answers in _by_moment(asked).items():
        said = by_moment.get(moment, [])
        pulled = any(one.fate in PULLED and one.status != 503 for one in answers)
        if shown >= 0 and any(one.status == 301 for one in answers):
            verdict.check("moved", "" if _has_moved(article, said) else f"{_name(article)}: {_said(said)}")
        editions = [one.edition for one in answers if one.status in SEEN and one.edition >= 0]
        context = f"{_name(article)} at {moment:%d %H:%M}, {[one.status for one in answers]}"
        if pulled and shown >= 0 and not any(one.status == 500 for one in answers):
            verdict.check("pulled", "" if any(one.change == "gone" for one in said) else f"{context}: {_said(said)}")
            was_pulled = True
        elif editions and shown >= 0:
            _change(verdict, context, (shown, editions[-1]), said, kind="back" if was_pulled else "")
            was_pulled = False
        if editions:
            shown = max(shown, *editions)


def _has_moved(article: Article, said: Sequence[Snapshot]) -> bool:
    return any(one.verdict == "ok" and article.new_path in one.final_url for one in said)


def _change(
    verdict: Verdict, context: str, editions: tuple[int, int], said: Sequence[Snapshot], kind: str = ""
) -> None:
    before, now = editions
    changes = {one.change for one in said if one.verdict == "ok"}
    context = f"{context}, edition {before} then {now}: {_said(said)}"
    if now > before:
        verdict.check("revision", "" if "revised" in changes else context)
    else:
        verdict.check("unchanged", context if changes & {"revised", "gone", "new"} else "")
    if kind:
        verdict.check(kind, "" if changes & {"unchanged", "revised"} else context)


def _texts(verdict: Verdict, article: Article, kept: Sequence[Snapshot]) -> None:
    """Whether good copies say what the page said, word for word."""
    for one in kept:
        if one.verdict != "ok" or one.change not in {"new", "revised"}:
            continue
        text = article.editions[article.edition(_moment(one))][1]
        wanted, found = _squeezed("".join(text.paragraphs)), _squeezed(one.body_text)
        fault = (
            "" if wanted == found else f"{_name(article)} {one.captured_at}: {len(found)} of {len(wanted)} characters"
        )
        if not fault and _squeezed(one.title) != _squeezed(text.title):
            fault = f"{_name(article)} title {one.title!r}, not {text.title!r}"
        verdict.check("text", fault)


def _visits(
    verdict: Verdict, article: Article, asked: Sequence[datetime], kept: Sequence[Snapshot], starts: Sequence[datetime]
) -> None:
    """Whether, after each capture, it was asked for again when the plan says, or before: at the first two starts."""
    if not kept or article.site.down:
        return
    first = _moment(kept[0])
    seen = [Seen(_moment(one), one.verdict, one.change) for one in kept]
    for number, one in enumerate(seen, 1):
        due = next_visit(History(first, counted_from(article, first), seen[:number]), PLAN)
        window = starts[bisect_left(starts, due) :][:2] if due else []
        if due is None or len(window) < 2:
            continue
        made = any(one.at < moment <= window[1] for moment in asked)
        verdict.check("visit", "" if made else f"{_name(article)}: not at {due:%d %H:%M}")


def _by_moment(asked: Sequence[Asked]) -> dict[datetime, list[Asked]]:
    found: dict[datetime, list[Asked]] = defaultdict(list)
    for one in asked:
        found[one.at].append(one)
    return found


def _said(kept: Sequence[Snapshot]) -> str:
    return "; ".join(f"{one.change} {one.verdict} {one.url}" for one in kept) or "nothing kept"


def _name(article: Article) -> str:
    life = [f"edit {moment:%d %H:%M} ({text.edit})" for moment, text in article.editions[1:]]
    life += [f"{fate} {moment:%d %H:%M}" for moment, fate in article.fates]
    about = f"{article.site.name} {','.join(sorted(article.site.traits))}"
    return f"{article.number} ({about}; published {article.published:%d %H:%M}{''.join('; ' + one for one in life)})"


def _moment(snapshot: Snapshot) -> datetime:
    return datetime.fromisoformat(snapshot.captured_at)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
