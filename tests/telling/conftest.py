"""An archive, subscriptions to it, and a round of telling; the clock stands an hour after the first captures."""

from contextlib import closing

import pytest
from library import shelve

from snapshotter.access import OPEN
from snapshotter.desk import Desk
from snapshotter.desk.followers import Followers
from snapshotter.desk.subscriptions import Subscriptions, Wishes
from snapshotter.formats.edition import Edition
from snapshotter.search import SearchIndex
from snapshotter.store import Archive, ArchiveReader
from snapshotter.telling.events import latest
from snapshotter.telling.mail import Mailer
from snapshotter.telling.message import House
from snapshotter.telling.round import Means, Round
from snapshotter.wire import Fence

NOW = "2024-07-01T13:00:00Z"


class Newsroom:
    """The archive, and who follows it."""

    def __init__(self, folder, monkeypatch):
        self.folder = folder
        self._monkeypatch = monkeypatch
        self.at(NOW)
        shelve(folder)
        self.desk = Desk(folder)
        self.book, self.subscriptions = Followers(self.desk), Subscriptions(self.desk)

    def at(self, moment):
        self._monkeypatch.setenv("SNAPSHOTTER_NOW", moment)

    def reader(self, access=OPEN):
        return ArchiveReader.open(self.folder, access)

    def follow(self, address, kind="webhook", **wishes):
        """The token of a new subscription, and who follows it from now on."""
        token = self.subscriptions.begin(Wishes(**{name: (value,) for name, value in wishes.items()}))
        with self.reader() as reader:
            return token, self.book.add(token, kind, address, "en", latest(reader).seq)

    def add(self, *captures):
        with Archive.open(self.folder) as archive:
            return [snapshot for one in captures for snapshot in archive.add([one])]

    def round(self, mail="", access=OPEN, also="127.0.0.0/8"):
        """What came of a round."""
        house = House("The Archive", "https://archive.example", Edition.of("en", "Asia/Shanghai", "The Archive"))
        mailer = Mailer(mail) if mail else None
        means = Means(house, mailer, "Snapshotter/test", Fence.of(also), True, lambda _: None)
        with self.reader(access) as reader, SearchIndex.open(self.folder) as index:
            return Round(self.desk, reader, means).run(index)


@pytest.fixture
def room(tmp_path, monkeypatch):
    made = Newsroom(tmp_path, monkeypatch)
    with closing(made.desk):
        yield made
