"""One round: who is due is told, and what came of it is noted at once.

Killed at any moment, the next round goes on: at worst it tells one follower a second time of what it was told last, in
a message of the same id.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from snapshotter.desk import Desk
from snapshotter.desk.followers import CONFIRM_DAYS, MAIL, WAITING, WEBHOOK, Follower, Followers
from snapshotter.desk.subscriptions import Subscriptions, Wishes
from snapshotter.errors import ArchiveError
from snapshotter.search import SearchIndex
from snapshotter.store import ArchiveReader
from snapshotter.telling import webhook
from snapshotter.telling.choosing import Choosing
from snapshotter.telling.events import Event, events, keep, next_place
from snapshotter.telling.mail import Mailer
from snapshotter.telling.message import MOST_ENTRIES, Entry, House, News, as_json, as_text, question
from snapshotter.wire import Fence, WireClient

AT_ONCE = 8
LONGEST_S = 240.0
"""A round begins no further message then; who is left is first in the next one."""
NO_INDEX = ArchiveError("there is no search index")


@dataclass(slots=True)
class Outcome:
    """What came of a round."""

    told: int = 0
    asked: int = 0
    """E-mail addresses that were asked whether they want it."""
    failed: int = 0
    """To be tried again."""
    given_up: int = 0
    left: int = 0
    """Not come to: for want of time, of a mail server, of an index to search."""
    unsearched: dict[str, str] = field(default_factory=dict)
    """Why searches couldn't be made, by their words."""


@dataclass(frozen=True)
class Means:
    """What messages are sent with."""

    house: House
    mailer: Mailer | None
    """None: the operator names no mail server."""
    user_agent: str
    fence: Fence
    verify_certificates: bool
    show: Callable[[str], None]
    """Progress, for a terminal."""


@dataclass(frozen=True, slots=True)
class _Due:
    """A follower and what it is to be told; None: it is to be asked whether it wants to be told."""

    follower: Follower
    chosen: list[Event] | None


class Round:
    """Tells everybody who is due. To be run by one process at a time."""

    def __init__(self, desk: Desk, reader: ArchiveReader, means: Means) -> None:
        """Everything stays open, and its owner's."""
        self._desk = desk
        self._reader = reader
        self._means = means
        self._book = Followers(desk)
        self.outcome = Outcome()

    def run(self, index: SearchIndex | None) -> Outcome:
        """Tells them. ``index``: None where there is none to search. Raises ArchiveError, CannotWrite, UsageError."""
        self._book.forget()
        place = next_place(self._desk, self._reader)
        followers = self._book.due()
        searched = self._caught_up(index) if any(one.cursor < place.seq for one in followers) else NO_INDEX
        after = min((one.cursor for one in followers if one.state != WAITING), default=place.seq)
        found = events(self._reader, after, place) if after < place.seq else []
        choosing = Choosing(found, searched, self._reader)
        due = list(self._due(followers, choosing, place.seq))
        asyncio.run(self._tell(due, place.seq))
        self.outcome.unsearched = choosing.unsearched
        keep(self._desk, place)
        return self.outcome

    def _caught_up(self, index: SearchIndex | None) -> SearchIndex | ArchiveError:
        """An index that fails keeps those waiting who wish a search, and nobody else."""
        try:
            if index:
                index.catch_up(self._reader)
        except ArchiveError as error:
            return error
        return index or NO_INDEX

    def _due(self, followers: Sequence[Follower], choosing: Choosing, until: int) -> Iterator[_Due]:
        """Those who are to be told something, or asked; all others are put where there is nothing for them."""
        subscriptions, idle = Subscriptions(self._desk), []
        for one in followers:
            if one.state == WAITING:
                yield _Due(one, None)
            elif one.cursor < until:
                wishes = subscriptions.of_digest(one.subscription) or Wishes()
                chosen = choosing.chosen(wishes, one.cursor)
                if chosen is None:
                    self.outcome.left += 1
                elif chosen:
                    yield _Due(one, chosen)
                else:
                    idle.append(one.id)
        if idle:
            self._book.passed(idle, until)

    async def _tell(self, due: Sequence[_Due], until: int) -> None:
        means, end = self._means, time.monotonic() + LONGEST_S
        client = WireClient(verify_certificates=means.verify_certificates, fence=means.fence)
        waiting, done = iter(due), 0

        async def some() -> None:
            nonlocal done
            for one in waiting:
                if time.monotonic() > end:
                    self.outcome.left += 1
                    continue
                await self._one(client, one, until)
                done += 1
                means.show(f"{done:,} of {len(due):,} messages")

        try:
            await asyncio.gather(*(some() for _ in range(AT_ONCE)))
        finally:
            await client.close()

    async def _one(self, client: WireClient, due: _Due, until: int) -> None:
        follower = due.follower
        if follower.kind == MAIL and self._means.mailer is None:
            self.outcome.left += 1
            return
        if due.chosen is None:
            self._settle(follower, follower.cursor, status=200 if await self._ask(follower) else 0)
            return
        news = self._news(follower, due.chosen)
        if not news.entries:  # taken down meanwhile
            self._book.passed([follower.id], until)
            return
        if follower.kind == WEBHOOK:
            body, key = as_json(news, self._means.house), self._book.signing_key(follower.id)
            asked = webhook.request(follower.address, key, body, self._means.user_agent)
            status = await webhook.post(client, asked)
        else:
            status = 200 if await self._mail(follower, news) else 0
        self._settle(follower, until, status)

    def _settle(self, follower: Follower, until: int, status: int) -> None:
        outcome = self.outcome
        if not 200 <= status < 300:
            is_over = self._book.failed(follower, for_good=status == webhook.GONE)
            outcome.given_up += is_over
            outcome.failed += not is_over
            return
        self._book.reached(follower, until)
        if follower.state == WAITING:
            outcome.asked += 1
        else:
            outcome.told += 1

    def _news(self, follower: Follower, chosen: Sequence[Event]) -> News:
        """Of what is chosen, what may be shown at this moment."""
        last = chosen[: -MOST_ENTRIES - 1 : -1]
        records = self._reader.several([one.snapshot_id for one in last])
        entries = [Entry(one.state, records[one.snapshot_id]) for one in last if one.snapshot_id in records]
        return News.of(follower.id, follower.cursor, entries, more=len(chosen) - len(last))

    async def _ask(self, follower: Follower) -> bool:
        house, token = self._means.house, self._book.confirm_token(follower.id)
        subject, text = question(house, follower.locale, f"{house.base_url}/confirm/{token}", CONFIRM_DAYS)
        return await self._send(follower.address, subject, text)

    async def _mail(self, follower: Follower, news: News) -> bool:
        house = self._means.house
        stop_url = f"{house.base_url}/stop/{self._book.stop_token(follower.id)}"
        subject, text = as_text(news, house, follower.locale, stop_url)
        return await self._send(follower.address, subject, text, stop_url)

    async def _send(self, *message: str) -> bool:
        assert self._means.mailer is not None
        return await asyncio.to_thread(self._means.mailer.send, *message)
