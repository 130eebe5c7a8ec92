"""The tables of ``site.db``. Times are RFC 3339 in UTC; empty: not yet."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Index, Integer, MetaData, Table, Text, text

metadata = MetaData()

# Requests to take something down. Who, why, how to reach them: empty once that was erased.
takedown_requests = Table(
    "takedown_requests",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("token_sha256", Text, nullable=False, unique=True),
    Column("sent_at", Text, nullable=False),
    Column("subject", Text, nullable=False),  # a snapshot's id, an article's, or a URL
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("state", Text, nullable=False),  # waiting, or one of requests.DECISIONS
    Column("decided_at", Text, nullable=False),
    Column("reason", Text, nullable=False),  # the operator's words; public
    Index("takedown_requests_by_state", "state", "decided_at"),
    sqlite_autoincrement=True,
)


def add_requests(connection: Connection) -> None:
    """One step of ``site.db``'s migrations."""
    metadata.create_all(connection, tables=[takedown_requests])


# Pages that readers asked to be captured.
saves = Table(
    "saves",
    metadata,
    Column("id", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("client", Text, nullable=False),  # a keyed hash of where the request came from; empty when it is done
    Column("asked_at", Text, nullable=False),
    Column("state", Text, nullable=False),  # waiting, running, done, failed
    Column("tries", Integer, nullable=False),
    Column("ended_at", Text, nullable=False),
    Column("snapshot_id", Text, nullable=False),
    Column("reason", Text, nullable=False),  # one of queue.REASONS where it failed
    Index("saves_by_state", "state", "asked_at"),
    Index("saves_by_end", "ended_at"),
)


def add_saves(connection: Connection) -> None:
    """One step of ``site.db``'s migrations."""
    metadata.create_all(connection, tables=[saves])


# What readers subscribed to: whoever knows the token.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("token_sha256", Text, primary_key=True),
    Column("made_at", Text, nullable=False),
    Column("wishes", Text, nullable=False),  # JSON, as Wishes.dumps makes it
)


def add_subscriptions(connection: Connection) -> None:
    """One step of ``site.db``'s migrations."""
    metadata.create_all(connection, tables=[subscriptions])


# Where a subscription's news are sent: webhooks, e-mail addresses.
followers = Table(
    "followers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("subscription", Text, nullable=False),  # its token's SHA-256
    Column("kind", Text, nullable=False),  # webhook, mail
    Column("address", Text, nullable=False),  # empty once it has ended
    Column("locale", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("state", Text, nullable=False),  # one of followers.STATES
    Column("confirm_sha256", Text, nullable=False, unique=True),
    Column("stop_sha256", Text, nullable=False, unique=True),
    Column("cursor", Integer, nullable=False),  # the number of the last arrival that it was told of, or needn't be
    Column("told_at", Text, nullable=False),
    Column("failing_since", Text, nullable=False),
    Column("tries", Integer, nullable=False),  # since then
    Column("next_try_at", Text, nullable=False),
    Index("followers_by_subscription", "subscription"),
    Index("followers_by_state", "state", "next_try_at"),
    Index("followers_by_address", text("lower(address)")),
)


def add_followers(connection: Connection) -> None:
    """One step of ``site.db``'s migrations."""
    metadata.create_all(connection, tables=[followers])
