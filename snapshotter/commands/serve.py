"""``serve``: the public site over an archive."""

from __future__ import annotations

import argparse
import socket
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from snapshotter.commands.base import BaseCommand
from snapshotter.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from snapshotter.web.context import Site
    from snapshotter.web.house import House

BACKLOG = 2048
OF_CAPTURES = (
    "SNAPSHOTTER_CONTACT", "SNAPSHOTTER_HOST", "SNAPSHOTTER_TIMEZONE", "SNAPSHOTTER_LOCALE", "SNAPSHOTTER_SITES",
    "SNAPSHOTTER_ACCESS", "SNAPSHOTTER_OPEN_WEB_ALSO", "SNAPSHOTTER_DISK_FREE_BYTES", "USER_AGENT",
    "DOWNLOAD_VERIFY_CERTIFICATES", "AUTOTHROTTLE_START_DELAY",
)  # fmt: skip
"""Settings of ours that a capture for a reader is given."""
LONGEST_IDLE_S = 15
LONGEST_GOODBYE_S = 5


class Command(BaseCommand):
    """Serves the archive as a site."""

    summary = "serve the archive as a public site"
    description = """
Serves the archive as a site for readers and programs, live while crawls write
to it. No other server is needed; in public, put one before it that speaks
TLS, and name the address that the public reaches it at with --base-url.

exit status: 130 ended by Ctrl-C, 143 by SIGTERM, 1 there is no archive,
2 usage, or the address can't be listened on; with --check 0: it would start"""
    examples = (
        "    # http://127.0.0.1:8080/",
        "--archive data/demo-archive --port 8000",
        "--host 0.0.0.0 --base-url https://news.example.org",
        "--check    # say whether it would start, and end",
        "--new-operator-token    # to sign in with at /operator; the one before is void",
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where."""
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8080, help="the port (8080); 0: any free one")
        parser.add_argument("--base-url", metavar="URL", help="as the public reaches it (SNAPSHOTTER_BASE_URL)")
        parser.add_argument("--new-operator-token", action="store_true", help="print one for /operator, and end")
        parser.add_argument("--check", action="store_true", help="only say whether it would start")

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Serve until interrupted."""
        if args:
            self.wrong("takes no arguments")
        if not all(find_spec(name) for name in ("starlette", "uvicorn", "jinja2")):
            raise UsageError("the site needs more packages: pip install 'snapshotter[site]'")
        if opts.new_operator_token:
            return self._new_operator_token()
        with _listening(opts.host, opts.port) as listener:
            here = _address(listener)
            site = self._site(opts.base_url or self.settings.get("SNAPSHOTTER_BASE_URL") or here)
            self._serve(listener, site, here, is_check=opts.check)
        return 0

    def _site(self, base_url: str) -> Site:
        from snapshotter.web.context import Site  # noqa: PLC0415

        base_url = _rooted(base_url)
        get = self.settings.get
        return Site(
            name=get("SNAPSHOTTER_HOST"),
            contact=get("SNAPSHOTTER_CONTACT"),
            locale=get("SNAPSHOTTER_LOCALE"),
            timezone=get("SNAPSHOTTER_TIMEZONE"),
            base_url=base_url,
            originals_url=_apart_from(base_url, get("SNAPSHOTTER_ORIGINALS_URL")),
        )

    @contextmanager
    def _saving(self, house: House) -> Iterator[None]:
        """Captures what readers ask for meanwhile, where they may."""
        from snapshotter.desk.queue import Queue  # noqa: PLC0415
        from snapshotter.web.people.saving import Saver  # noqa: PLC0415

        if house.desk is None or not house.rules.saves_pages:
            yield
            return
        given = {name: self.settings.get(name) for name in OF_CAPTURES}
        said = {name: str(value) for name, value in given.items() if value not in (None, "")}
        with Saver(self.folder.absolute(), Queue(house.desk), said).running():
            yield

    def _new_operator_token(self) -> int:
        from snapshotter.desk import Desk, new_token  # noqa: PLC0415

        with self.reader():  # there is an archive
            desk = Desk(self.folder)
        try:
            token = new_token()
            desk.set_operator_token(token)
        finally:
            desk.close()
        print(token)
        self.say("keep it: it is told only once, and the one before it is void")
        return 0

    def _serve(self, listener: socket.socket, site: Site, here: str, *, is_check: bool) -> None:
        import uvicorn  # noqa: PLC0415

        from snapshotter.web.app import create_app  # noqa: PLC0415
        from snapshotter.web.context import Context  # noqa: PLC0415
        from snapshotter.web.house import Rules  # noqa: PLC0415
        from snapshotter.web.searching import following  # noqa: PLC0415

        with self.reader() as reader:
            context = Context.of(reader, site, Rules.of(self.settings.get))
            app = create_app(context)
            if is_check:
                print(f"{self.folder} can be served at {here}/")
                return
            print(f"{here}/ serves {self.folder}; Ctrl-C ends it", flush=True)
            config = uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,
                server_header=False,
                proxy_headers=False,  # whom to believe is the house rules' matter
                lifespan="off",
                timeout_keep_alive=LONGEST_IDLE_S,
                timeout_graceful_shutdown=LONGEST_GOODBYE_S,
            )
            with following(self.folder, self.access), context.house.kept(), self._saving(context.house):
                uvicorn.Server(config).run([listener])


def _rooted(base_url: str) -> str:
    """The address, no slash at its end. Raises UsageError where it isn't the root of a host."""
    url = urlsplit(base_url.rstrip("/"))
    if url.scheme not in {"http", "https"} or not url.hostname or "@" in url.netloc:
        raise UsageError(f"--base-url {base_url}: write it as https://news.example.org")
    if url.path or url.query or url.fragment:
        raise UsageError(
            f"--base-url {base_url}: the site's links begin at the root of its host; "
            f"give it one of its own, as {url.scheme}://archive.{url.netloc}"
        )
    return url.geturl()


def _apart_from(base_url: str, originals_url: str) -> str:
    """The address of the originals, no slash at its end; empty: none is set. Raises UsageError."""
    there, here = urlsplit(originals_url.rstrip("/")), urlsplit(base_url)
    if originals_url and (there.scheme not in {"http", "https"} or not there.netloc or there.path or there.query):
        raise UsageError(f"SNAPSHOTTER_ORIGINALS_URL {originals_url}: write it as https://originals.example.org")
    if originals_url and _host_of(there) == _host_of(here):
        raise UsageError(f"SNAPSHOTTER_ORIGINALS_URL {originals_url} is the site's own address: name another host")
    return originals_url.rstrip("/")


def _host_of(url: SplitResult) -> str:
    """With its port, unless that goes without saying."""
    return url.netloc.lower().removesuffix({"http": ":80", "https": ":443"}.get(url.scheme, ""))


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises UsageError."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        raise UsageError(f"can't listen on {host} port {port}: {error}; choose another with --host, --port") from error


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
