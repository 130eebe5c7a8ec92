"""Several rounds at once on one archive, some of them killed.

The numbers can be raised:
SNAPSHOTTER_CROWD_SITES=40 SNAPSHOTTER_CROWD_ROUNDS=30 SNAPSHOTTER_CROWD=4 pytest tests/test_due_crowd.py
"""

import os
import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import groupby

import pytest
from news_web import NewsSite, NewsWeb, crawl_due

from snapshotter.store import ArchiveReader
from snapshotter.verify import verify

SITES = int(os.environ.get("SNAPSHOTTER_CROWD_SITES", "6"))
ROUNDS = int(os.environ.get("SNAPSHOTTER_CROWD_ROUNDS", "1"))
CROWDS = [int(os.environ["SNAPSHOTTER_CROWD"])] if "SNAPSHOTTER_CROWD" in os.environ else [2, 4]
ARTICLES = 6
START = datetime(2026, 11, 20, 8, tzinfo=UTC)


def options(agent, share):
    return ["--at-once", str(share), "-s", f"USER_AGENT={agent}", "-s", "SNAPSHOTTER_REVISIT="]


def agents_of(web):
    return {host: [one.agent for one in web.log if one.host == host and one.status in {200, 304}] for host in web.sites}


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("crawlers", CROWDS)
def test_no_source_is_crawled_by_two_at_a_time_and_nothing_is_lost(tmp_path, crawlers):
    chance = random.Random(crawlers)
    killed, urls = [], set()
    web = NewsWeb({f"s{number}.example": NewsSite() for number in range(SITES)})
    with web:
        web.write_rules(tmp_path / "sites")
        for turn in range(ROUNDS + 1):
            for host, site in web.sites.items():
                site.articles |= dict.fromkeys(range(turn * ARTICLES, (turn + 1) * ARTICLES), "")
                urls |= {f"http://{host}/2026/11/story-{n}.html" for n in site.articles}
            is_last = turn == ROUNDS
            web.reached.clear()
            web.delay_s = 0.05
            web.stop_at = 0 if is_last else len([one for one in web.log if "story" in one.path]) + 5
            agents = [f"crawler-{turn}-{number}" for number in range(1 if is_last else crawlers)]
            share = SITES if is_last else -(-SITES // crawlers)
            now = START + timedelta(days=turn)
            crowd = [crawl_due(web, tmp_path, now, *options(agent, share)) for agent in agents]
            if not is_last and web.reached.wait(100):
                victim = chance.randrange(crawlers)
                crowd[victim].kill()
                killed.append(agents[victim])
            for agent, process in zip(agents, crowd, strict=True):
                _, log = process.communicate(timeout=300)
                assert agent in killed or process.returncode == 0, log
    assert len(killed) == ROUNDS
    for host, asked in agents_of(web).items():
        turns = [agent for agent, _ in groupby(asked)]
        assert len(turns) == len(set(turns)), (
            f"{host}: {turns}"
        )  # whoever left a source, never came back beside another
    assert list(verify(tmp_path / "archive")) == []
    with ArchiveReader.open(tmp_path / "archive") as archive:
        kept = [snapshot.url for snapshot in archive.snapshots()]
    assert sorted(kept) == sorted(urls)
    again = {url: times for url, times in web.answered().items() if times > 1}
    assert sum(times - 1 for times in again.values()) <= 64 * len(killed)  # what was on its way when a crawl was killed
    with closing(sqlite3.connect(tmp_path / "archive" / "state.db")) as state:
        assert state.execute("SELECT count(*) FROM waiting").fetchone() == (0,)
        moments = state.execute("SELECT min(last_fetched_at), min(failures), max(failures) FROM places").fetchone()
    assert moments == (f"{START + timedelta(days=ROUNDS):%Y-%m-%dT%H:%M:%SZ}", 0, 0)
