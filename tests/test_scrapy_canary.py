"""What we lean on in Scrapy that isn't promised: where a release changes it, this says so first."""

import inspect

import pytest
import scrapy
from scrapy.core.downloader import Downloader, Slot
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.test import get_crawler


def test_the_release_is_the_one_that_was_looked_at():
    assert scrapy.__version__.startswith("2.19."), "read the news, run the suite, then raise the pin and this"


def test_a_slot_can_be_slowed_down_and_held():
    slot = Slot(1, 0.5, 0)
    slot.delay, slot.lastseen = 2.0, 10.0
    assert (slot.delay, slot.lastseen) == (2.0, 10.0)
    source = inspect.getsource(Downloader.__init__)
    assert "self.slots:" in source
    assert "self.per_slot_settings:" in source


def test_a_held_slot_waits_by_the_monotonic_clock():
    source = inspect.getsource(Downloader._process_queue)
    assert "monotonic()" in source
    assert "slot.lastseen" in source


def test_robots_txt_has_sitemaps_and_delay():
    robots = b"User-agent: *\nCrawl-delay: 3\nSitemap: https://example.org/s.xml\n"
    parser = ProtegoRobotParser.from_crawler(get_crawler(), robots)
    assert (list(parser.rp.sitemaps), parser.crawl_delay("any")) == (["https://example.org/s.xml"], 3.0)


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (BaseDownloadHandler, "download_request"),
        (RobotsTxtMiddleware, "robot_parser"),
        (RobotsTxtMiddleware, "_parse_robots"),
        (RobotsTxtMiddleware, "_robots_error"),
        (RetryMiddleware, "_retry"),
        (RedirectMiddleware, "handle_referer"),
        (RedirectMiddleware, "_engine_started"),
        (Downloader, "get_slot_key"),
        (scrapy.crawler.Crawler, "get_extension"),
        (scrapy.crawler.Crawler, "get_item_pipeline"),
    ],
)
def test_the_methods_we_call_or_replace_are_there(owner, name):
    assert callable(getattr(owner, name))


def test_robots_parsers_are_kept_by_host():
    assert "self._parsers[netloc]" in inspect.getsource(RobotsTxtMiddleware.robot_parser)
