"""Scrapy's settings for Snapshotter, each with its reason; ``-s NAME=VALUE`` overrides any of them."""

from __future__ import annotations

import os
import socket

from snapshotter import __version__

# Who we are: a site's operator must be able to tell whose crawler this is, and to reach its operator
BOT_NAME = "snapshotter"
SNAPSHOTTER_CONTACT = os.environ.get("SNAPSHOTTER_CONTACT", f"mailto:root@{socket.gethostname()}")
USER_AGENT = f"Snapshotter/{__version__} (news archive; +{SNAPSHOTTER_CONTACT})"

# Our own settings
SNAPSHOTTER_ARCHIVE = "data/archive"  # the archive folder; made if it isn't there
SNAPSHOTTER_TIMEZONE = "Asia/Shanghai"  # zone of the times in the snapshot text format
SNAPSHOTTER_LOCALE = "zh-CN"  # edition of the snapshot text format: zh-CN or en
SNAPSHOTTER_HOST = socket.gethostname()  # the archive's name, as its disclaimer prints it
SNAPSHOTTER_BASE_URL = ""  # of the site, as the public reaches it; empty: where `serve` listens
SNAPSHOTTER_ORIGINALS_URL = ""  # of archived originals, by a host that is theirs alone; empty: the site's
SNAPSHOTTER_SAVE_NOW = False  # whether the site captures a page that a reader asks for (/save, POST /api/capture)
SNAPSHOTTER_OPEN_WEB_ONLY = False  # connect to ports 80, 443 of the open internet alone; readers' pages always do
SNAPSHOTTER_OPEN_WEB_ALSO = ""  # networks that count as the open internet there, as for an intranet's archive
SNAPSHOTTER_TRUSTED_PROXIES = ""  # addresses or networks of proxies before the site, whose X-Forwarded-For is believed
SNAPSHOTTER_OPERATOR_TOKEN_SHA256 = ""  # of the token for /operator; empty: `serve --new-operator-token` makes one
SNAPSHOTTER_TAKEDOWN_KEEP_DAYS = 30  # then a decided takedown request keeps nothing of who sent it and why
SNAPSHOTTER_SITES = ""  # folder of site rules; empty: data/sites, or those in the package
SNAPSHOTTER_ACCESS = ""  # file of access rules; empty: access.toml beside the archive folder, if there is one
SNAPSHOTTER_REVISIT_AFTER_S = 1800  # a known article is fetched again once its last capture is that old
SNAPSHOTTER_DUE_LEAST_S = 300  # with due=1: a feed, sitemap or section is looked at no more often than that
SNAPSHOTTER_DUE_MOST_S = 86400  # and no less often than that
SNAPSHOTTER_DUE_SEED_MOST_S = 10800  # and a seed that can't be spared no less often than that
SNAPSHOTTER_DUE_START_S = 900  # as often, before anything is known of it
SNAPSHOTTER_DUE_ASKED_MOST_S = 3600  # a feed's ttl, or its max-age, may ask for as long; Retry-After for DUE_MOST_S
SNAPSHOTTER_DUE_ARTICLES = 200  # articles fetched of a source in one round; what is left is the next one's
SNAPSHOTTER_REVISIT = "10m 1h 6h 1d 3d 7d 30d"  # visits of an article, from its publication on; "" for none
SNAPSHOTTER_REVISIT_SKIPS = 1  # of those visits are left out after one that found no change; 0: none
SNAPSHOTTER_REVISIONS_A_DAY = 12  # an article that changed as often within a day waits until it is over
SNAPSHOTTER_PUBLIC_ONLY = True  # hosts that no start URL or rule names are met on the open internet only
SNAPSHOTTER_RETRY_AFTER_MAX_S = 120  # a longer Retry-After fails the URL for this run
SNAPSHOTTER_ROBOTS_AGAIN_S = 300  # a robots.txt that couldn't be had is asked for again so much later
SNAPSHOTTER_WORKERS = min(os.cpu_count() or 1, 8)  # worker processes for extraction and compression
SNAPSHOTTER_EXTRACT = True  # False archives pages unread (`make bench` measures the rest so)
SNAPSHOTTER_EXTRACT_TIMEOUT_S = 60  # what a page may take in a worker before it is archived unread
SNAPSHOTTER_SEGMENT_BYTES = 1_000_000_000  # a WARC file of that size is sealed and the next begun
SNAPSHOTTER_TIMESTAMP_URL = ""  # an RFC 3161 authority that is asked to timestamp each run's signed head
SNAPSHOTTER_DISK_FREE_BYTES = 500_000_000  # with less free a crawl pauses, with less than half of it it ends; 0: never
SNAPSHOTTER_DISK_WAIT_S = 600  # how long it pauses before it ends
SNAPSHOTTER_ARTICLE_PAGES = 30  # pages of one article that are fetched and joined; 1: the first alone
SNAPSHOTTER_RENDER = False  # keep what a browser makes of each page, too; needs the extra `render` and Chromium
SNAPSHOTTER_SCREENSHOT = False  # and a picture of it
SNAPSHOTTER_CHROMIUM = ""  # the browser's path; empty: the system's
SNAPSHOTTER_RENDER_TIMEOUT_S = 20  # what a page may take to load and settle; then it is kept as it is
SNAPSHOTTER_RENDER_REQUESTS = 200  # what it may ask for meanwhile
SNAPSHOTTER_NOTIFY: list[str] = []  # apprise URLs, told when an alarm is raised and when it is over (extra: notify)
SNAPSHOTTER_MAIL = ""  # apprise's URL of the mail server that subscriptions' e-mails go by (extra: notify); "": none
SNAPSHOTTER_METRICS_DIR = ""  # folder of node_exporter's textfile collector; empty: no metrics are written
SNAPSHOTTER_SEARCH = True  # a crawl keeps the search index up to date; False leaves it to who searches
SNAPSHOTTER_MAX_LISTINGS = 500  # section pages fetched per source and run
SNAPSHOTTER_MAX_ARTICLES = 20_000  # articles asked for per source and run; each that waits takes 2 kB

SPIDER_MODULES = ["snapshotter.spiders.capture", "snapshotter.spiders.news"]  # survey is `sites add`'s own
NEWSPIDER_MODULE = "snapshotter.spiders"
COMMANDS_MODULE = "snapshotter.commands"

# The road: our recording client on plain asyncio; half of the start-up cost of a Twisted reactor
TWISTED_REACTOR_ENABLED = False
DOWNLOAD_HANDLERS = {
    "http": "snapshotter.handler.WireDownloadHandler",
    "https": "snapshotter.handler.WireDownloadHandler",
    "data": None,
    "file": None,  # a page must not be able to redirect us to our own disk
    "ftp": None,
    "s3": None,
}
DOWNLOAD_VERIFY_CERTIFICATES = True  # an archive must know whom it heard; Scrapy's default is False
DOWNLOAD_MAXSIZE = 20 * 1024 * 1024  # bytes on the wire; what is longer is cut there, and says so
DOWNLOAD_TIMEOUT = 120  # seconds for a whole exchange; what has come by then is kept, and says so
REDIRECT_MAX_TIMES = 10
URLLENGTH_LIMIT = 2083
RETRY_TIMES = 2
# Scrapy's, but for those of Twisted's client, which isn't used: to name them loads it, a sixth of a round's start
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.ResponseDataLossError",
    OSError,
]
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # the run report lists every failure with its reason

# Politeness
ROBOTSTXT_OBEY = True
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 0.5
AUTOTHROTTLE_TARGET_CONCURRENCY = 0.5  # half of the time, a host hears nothing from us
CONCURRENT_REQUESTS = 64  # over many hosts
CONCURRENT_REQUESTS_PER_DOMAIN = 2
CONCURRENT_ITEMS = 2  # per response, each costs a task; a response has one page

# What we don't need isn't loaded (the _BASE settings below): cookies, meta refresh, Referer, the telnet console, the
# remote control (runs code that it is sent), HTTP errors (the spiders look at the status themselves: a 410 is news)
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # the frontier knows what was asked for, by URL key
WARN_ON_GENERATOR_RETURN_VALUE = False  # reads our source at every start; the linter sees to it
STATS_DUMP = False
LOG_LEVEL = "INFO"
LOG_VERSIONS: list[str] = []  # importing them all to name them takes a tenth of a second

DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES = {
    "snapshotter.middlewares.Held": 50,
    "snapshotter.middlewares.OpenWeb": 50,
    "snapshotter.middlewares.Robots": 100,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "snapshotter.middlewares.Retries": 550,
    "snapshotter.middlewares.Codings": 590,
    "snapshotter.middlewares.Redirects": 600,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
}
SPIDER_MIDDLEWARES_BASE = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": 800,
}
ITEM_PIPELINES = {"snapshotter.pipelines.ArchivePipeline": 500}
# The bases are replaced, not switched off one by one: what stands in them is imported either way
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
    "scrapy.extensions.throttle.AutoThrottle": 0,
}
EXTENSIONS = {
    "snapshotter.extensions.runreport.RunReporter": 100,
    "snapshotter.extensions.ledger.LedgerKeeper": 150,  # behind the report, which knows the exit status
    "snapshotter.extensions.progress.Progress": 200,
    "snapshotter.extensions.diskguard.DiskGuard": 250,
    "snapshotter.extensions.indexing.Indexing": 270,
    "snapshotter.extensions.politeness.Politeness": 300,  # behind AutoThrottle
}

# Output: the record as formats.md has it, published whole or not at all
FEED_EXPORT_ENCODING = "utf-8"
FEED_EXPORTERS = {
    "jsonl": "snapshotter.exporters.JsonlExporter",
    "jsonlines": "snapshotter.exporters.JsonlExporter",
    "snapshot": "snapshotter.exporters.TextExporter",
}
FEED_STORAGES = {
    "": "snapshotter.exporters.WholeFileStorage",
    "file": "snapshotter.exporters.WholeFileStorage",
}
