"""A web of bad sites on loopback, each on an address of its own."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections import Counter
from collections.abc import Callable

from bad_answers import Asked, Bad, Stream, packed


class BadWeb:
    """Serves each of ``sites`` on an address of its own: 127.0.1.1, 127.0.1.2 …; all on one port."""

    def __init__(self, sites: dict[str, Callable[[Asked], Bad | Stream]]) -> None:
        self.asked: Counter[tuple[str, str]] = Counter()
        """How often, by name of the site and path."""
        self._names = {f"127.0.1.{number}": name for number, name in enumerate(sites, 1)}
        self._addresses = {name: address for address, name in self._names.items()}
        self._sites = sites
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> BadWeb:
        for coding in ("gzip", "br", "zstd", "gzip, gzip"):
            packed(coding)  # the server must not stand still while it packs
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def url(self, name: str, path: str = "/") -> str:
        """A page of a site."""
        return f"http://{self._addresses[name]}:{self.port}{path}"

    def name_of(self, url: str) -> str:
        """The site of a URL; empty: it is none of ours."""
        found = re.match(r"https?://([^/:]+)", url)
        return self._names.get(found[1], "") if found else ""

    async def _open(self) -> asyncio.Server:
        first, *others = self._names
        server = await asyncio.start_server(self._serve, first, 0)
        port = server.sockets[0].getsockname()[1]
        self._others = [await asyncio.start_server(self._serve, address, port) for address in others]
        return server

    async def _close(self) -> None:
        for server in (self._server, *self._others):
            server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            try:
                request = await reader.readuntil(b"\r\n\r\n")
                path = request.split(b" ", 2)[1].decode("latin-1")
                address = writer.get_extra_info("sockname")[0]
                name = self._names[address]
                self.asked[name, path] += 1
                found = self._sites[name](Asked(path, f"http://{address}:{self.port}"))
                bad = found if isinstance(found, Bad) else Bad(lambda _: found)
                async for part in bad.answer(Asked(path, f"http://{address}:{self.port}")):
                    writer.write(part)
                    await writer.drain()
                if bad.resets:
                    writer.transport.abort()
            finally:
                writer.close()
