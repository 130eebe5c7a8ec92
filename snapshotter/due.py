"""A round: what one crawl does about what is due, and what it leaves for the next.

The order of writing: what a place listed is entered as waiting in the transaction that notes that the place was read;
it waits no more once its capture is stored. So a round may be killed at any moment, and several may run at once, each
on sources of its own (``Archive.lease``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from snapshotter.clock import rfc3339, utc_now
from snapshotter.discover import Budget, Candidate
from snapshotter.schedule import places, waiting
from snapshotter.schedule.intervals import Answer, Bounds, Place, after_answer, after_failure, is_spare
from snapshotter.schedule.waiting import Waiting
from snapshotter.state import State
from snapshotter.store import Archive, visits
from snapshotter.store.catalog import articles_of
from snapshotter.store.reader import writing
from snapshotter.urls import trap, url_key

FLUSH = 50
"""So many outcomes of articles are written at once."""
GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class Found:
    """What a place listed."""

    follow: list[Candidate] = field(default_factory=list)
    """What nobody knew before, and places that are due."""
    known: list[Candidate] = field(default_factory=list)
    """Articles that are captured, or wait already: their own schedule decides."""


class Round:
    """One crawl's part of the schedule. For one thread; ``end`` writes what is left to write."""

    def __init__(self, archive: Archive, bounds: Bounds, articles: int) -> None:
        """``articles``: how many of a source are fetched at most. Raises CatalogTooNew, ArchiveError."""
        self._archive, self._bounds, self._articles = archive, bounds, articles
        self._state = State(archive.folder)
        self._places: dict[tuple[str, str], Place] = {}
        self._visits: dict[str, str] = {}
        self._merged: list[str] = []
        """Articles whose URL leads to another one by now."""
        self._held: dict[str, datetime] = {}
        self._done: list[str] = []
        self._missed: list[tuple[str, float, bool]] = []

    def end(self) -> None:
        """Writes what became of the last articles, and lets go of state.db."""
        self._flush()
        self._state.close()

    def begin(self, source: str, seeds: Sequence[Candidate]) -> list[Candidate]:
        """What of a source is due: places, articles that wait, articles to visit. To be called under its lease."""
        now = utc_now()
        with self._state.transaction() as connection:
            places.sync_seeds(connection, source, {seed.url: seed.kind for seed in seeds}, now, self._bounds)
            if places.held_until(connection, source) > rfc3339(now):
                return []
            waiting.forget(connection, source, now)
            due = places.due(connection, source, now)
            articles = self._that_wait(connection, source, now)
        self._places |= {(source, place.url): place for place in due}
        listings = [Candidate(place.url, place.kind, depth=place.depth) for place in due]
        return listings + articles + self._to_visit(source, now, self._articles - len(articles))

    def validators(self, source: str, url: str) -> Mapping[str, str]:
        """The headers of a conditional request for a place; none for what isn't one."""
        place = self._places.get((source, url))
        etag, last_modified = place.validators if place else ("", "")
        return {"If-None-Match": etag, "If-Modified-Since": last_modified}

    def is_same(self, source: str, url: str, sha256: str) -> bool:
        """Whether that is the body that the place had the last time, so that there is nothing to read."""
        place = self._places.get((source, url))
        return bool(place and place.sha256 == sha256)

    def listed(self, source: str, parent: Candidate, answer: Answer, candidates: Iterable[Candidate]) -> Found:
        """Notes that a place was read and what it listed; what of that is to be followed now."""
        now = utc_now()
        listings, new, known = self._sorted(source, candidates)
        self._flush()
        with self._state.transaction() as connection:
            entered = {one.key for one in waiting.add(connection, new.values(), now)}
            follow = [candidate for candidate in listings if self._is_due(connection, source, candidate, now)]
            if place := self._places.get((source, parent.url)):
                answer = _counted(answer, len(entered), [*new.values(), *known])
                spare = is_spare(place, places.others_new_at(connection, source, parent.url), now)
                place = after_answer(place, answer, now, self._bounds, others_are_faster=spare)
                self._places[source, parent.url] = place
                places.save(connection, place)
        articles = {key: Candidate(one.url, "article", one.discovery, parent.depth + 1) for key, one in new.items()}
        fresh = [candidate for key, candidate in articles.items() if key in entered]
        if fresh and len(fresh) == len(articles) and not known:
            follow += [candidate for candidate in listings if candidate.turn]  # there may be more behind it
        waited = [candidate for key, candidate in articles.items() if key not in entered]
        return Found(fresh + follow, [*known, *waited])

    def failed(self, source: str, url: str, retry_after_s: float = 0) -> None:
        """A place brought nothing; ``retry_after_s``: what its server asked for."""
        now, place = utc_now(), self._places.get((source, url))
        with self._state.transaction() as connection:
            if place:
                place = self._places[source, url] = after_failure(place, now, self._bounds, retry_after_s)
                places.save(connection, place)
            self._hold(connection, source, now, retry_after_s)

    def done(self, url: str, article_id: str = "") -> None:
        """An article is captured, or not wanted any more. ``article_id``: whose capture it became; empty: nobody's."""
        visited = self._visits.pop(url, article_id)
        if article_id and visited != article_id:
            self._merged.append(visited)
        self._done.append(url_key(url))
        if len(self._done) >= FLUSH:
            self._flush()

    def missed(self, source: str, url: str, status: int = 0, retry_after_s: float = 0) -> None:
        """An article brought nothing to keep. ``status``: what its server answered, 0 if it didn't."""
        self._missed.append((url, retry_after_s, status not in GONE))
        if retry_after_s:
            with self._state.transaction() as connection:
                self._hold(connection, source, utc_now(), retry_after_s)
        if len(self._missed) >= FLUSH:
            self._flush()

    def is_held(self, source: str) -> bool:
        """Whether a server of the source asked, in this round, to be left alone for a while that isn't over."""
        return source in self._held and self._held[source] > utc_now()

    def robots(self, origin: str, at_most: timedelta) -> tuple[int, bytes] | None:
        """A host's robots.txt, status and content, if it was read no longer ago than that."""
        with self._state.reading() as connection:
            return places.robots_of(connection, origin, utc_now() - at_most)

    def keep_robots(self, origin: str, status: int, content: bytes) -> None:
        """Keeps a host's robots.txt for later rounds."""
        with self._state.transaction() as connection:
            places.save_robots(connection, origin, utc_now(), (status, content))

    def _that_wait(self, connection: Any, source: str, now: datetime) -> list[Candidate]:
        found = []
        with self._archive.catalog.reading() as catalog:
            for one in waiting.due(connection, source, now, self._articles):
                if articles_of(catalog, (one.key,)):  # its round was killed before it could say so
                    waiting.done(connection, one.key)
                else:
                    found.append(Candidate(one.url, "article", one.discovery))
        return found

    def _to_visit(self, source: str, now: datetime, most: int) -> list[Candidate]:
        found = []
        with self._archive.catalog.reading() as catalog:
            for visit in visits.due(catalog, source, now, max(most, 0)):
                self._visits[visit.url] = visit.article_id
                found.append(Candidate(visit.url, "article", visits.discovery_of(catalog, visit.article_id)))
        return found

    def _sorted(
        self, source: str, candidates: Iterable[Candidate]
    ) -> tuple[list[Candidate], dict[str, Waiting], list[Candidate]]:
        """Listings; articles that aren't captured, by their keys, each once; those that are."""
        listings, new, known = [], dict[str, Waiting](), []
        with self._archive.catalog.reading() as catalog:
            for candidate in candidates:
                if candidate.depth > Budget().depth or trap(candidate.url):
                    continue  # nobody would fetch it: it would be due for ever
                if candidate.kind != "article":
                    listings.append(candidate)
                elif articles_of(catalog, (key := url_key(candidate.url),)):
                    known.append(candidate)
                elif key not in new:
                    new[key] = Waiting(key, source, candidate.url, candidate.discovery)
        return listings, new, known

    def _is_due(self, connection: Any, source: str, candidate: Candidate, now: datetime) -> bool:
        """Whether a place is to be looked at now; one that isn't known is entered. Not for the turns of a listing."""
        if candidate.turn:
            return False
        place = places.get(connection, source, candidate.url)
        if place is None:
            start_s = self._bounds.start_s
            place = Place(source, candidate.url, candidate.kind, rfc3339(now), start_s, depth=candidate.depth)
            if not places.add(connection, place):
                return False
        self._places.setdefault((source, place.url), place)
        return place.next_due_at <= rfc3339(now)

    def _hold(self, connection: Any, source: str, now: datetime, wait_s: float) -> None:
        if wait_s:
            self._held[source] = until = now + timedelta(seconds=min(wait_s, self._bounds.most_s))
            places.hold(connection, source, until)

    def _flush(self) -> None:
        if not self._done and not self._missed:
            return
        now, visited = utc_now(), list[tuple[str, float]]()
        with self._state.transaction() as connection:
            for key in self._done:
                waiting.done(connection, key)
            for url, wait_s, is_there in self._missed:
                if not waiting.failed(connection, url_key(url), now, wait_s, is_there=is_there) and url in self._visits:
                    visited.append((self._visits.pop(url), wait_s))
        if visited or self._merged:
            with writing(self._archive.folder), self._archive.catalog.transaction() as catalog:
                for article_id, wait_s in visited:
                    visits.missed(catalog, article_id, now, wait_s)
                for article_id in self._merged:
                    visits.leave(catalog, article_id)
        self._done.clear()
        self._missed.clear()
        self._merged.clear()


def _counted(answer: Answer, new: int, listed: Sequence[Waiting | Candidate]) -> Answer:
    """The answer with what it says of articles: how many are new, how long a time they span."""
    stated = sorted(one.discovery.published_at for one in listed if one.discovery.published_at)
    span_s = 0
    if len(stated) > 2:
        first, last = (datetime.fromisoformat(moment) for moment in (stated[0], stated[-1]))
        span_s = round((last - first).total_seconds())
    return Answer(
        answer.status, answer.etag, answer.last_modified, answer.sha256, new, len(stated), span_s, answer.asked_s
    )
