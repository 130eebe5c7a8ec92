"""The browser: started once a run, a fresh context for each page, bounded in time, requests, bytes and size."""

from __future__ import annotations

import asyncio
import os
import shutil
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING

from snapshotter.errors import BadHttp, SnapshotterError, UsageError
from snapshotter.http1 import read_head
from snapshotter.items import Exchange, Page, Rendered
from snapshotter.rendering.network import Network

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Playwright, Route
    from playwright.async_api import Page as Tab

AT_ONCE = 2
MAX_DOM_CHARACTERS = 10 << 20
MAX_HEIGHT = 15_000
"""Pixels of a picture; a longer page is cut there."""
WIDTH, HEIGHT = 1280, 1024
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_ARGUMENTS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)  # fmt: skip
_NOWHERE = "http://127.0.0.1:9"  # what doesn't go through our hands (WebSocket, prefetch) ends at the discard port
INSTALL = "rendering needs an extra: pip install 'snapshotter[render]'"


@dataclass(frozen=True, slots=True)
class RenderRules:
    """How pages are rendered."""

    executable: str = ""
    """Chromium's path; empty: looked for."""
    screenshot: bool = False
    user_agent: str = ""
    verify_certificates: bool = True
    timeout_s: float = 20.0
    """For a page, its loading and settling; what there is by then is kept."""
    max_requests: int = 200
    max_bytes: int = 50 << 20
    """Of all that the page loads."""


def find_chromium(executable: str = "") -> str:
    """The browser's path. Raises UsageError, saying what to install, where the extra or the browser isn't there."""
    from importlib.util import find_spec  # noqa: PLC0415

    if find_spec("playwright") is None:
        raise UsageError(INSTALL)
    names = (executable,) if executable else _NAMES
    found = next((path for name in names if (path := shutil.which(name))), "")
    if not found:
        where = f"there is no browser at {executable}" if executable else "there is no Chromium"
        raise UsageError(
            f"{where}: install it (Debian: apt-get install chromium), or name it with SNAPSHOTTER_CHROMIUM"
        )
    return found


class Renderer:
    """Renders pages; belongs to one event loop."""

    def __init__(self, rules: RenderRules) -> None:
        self._rules = rules
        self._free = asyncio.Semaphore(AT_ONCE)
        self._starting = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    async def rendered(self, page: Page) -> Page:
        """The page, with what a browser makes of it; as it is where it is no good answer with HTML."""
        if not _is_html(page.exchange):
            return page
        try:
            find_chromium(self._rules.executable)
        except UsageError as error:  # a site's rules ask for it; the command line was checked before
            return replace(page, rendered=Rendered(trouble=f"not rendered: {error}"))
        return replace(page, rendered=await self._render(page.exchange))

    async def _render(self, document: Exchange) -> Rendered:
        """Never raises: what went wrong is in ``trouble``."""
        from playwright.async_api import Error  # noqa: PLC0415  (an extra, and slow to load)

        network = Network(document, self._rules.user_agent, verify_certificates=self._rules.verify_certificates)
        async with self._free:
            network.requests_left, network.bytes_left = self._rules.max_requests, self._rules.max_bytes
            network.deadline = monotonic() + self._rules.timeout_s
            try:
                async with asyncio.timeout(2 * self._rules.timeout_s + 10):
                    browser = await self._started()
                    context = await browser.new_context(
                        user_agent=self._rules.user_agent,
                        viewport={"width": WIDTH, "height": HEIGHT},
                        accept_downloads=False,
                        service_workers="block",
                    )
                    try:
                        return await self._in_context(context, network, document.url)
                    finally:
                        await context.close()
            except (Error, TimeoutError, OSError, SnapshotterError) as error:
                return Rendered(trouble=f"not rendered: {_first_line(error)}")
            finally:
                await network.close()

    async def close(self) -> None:
        """End the browser."""
        if self._browser is not None:
            await self._browser.close()
        if self._playwright is not None:
            await self._playwright.stop()
        self._browser = self._playwright = None

    async def _started(self) -> Browser:
        from playwright.async_api import async_playwright  # noqa: PLC0415

        async with self._starting:
            if self._browser is not None and self._browser.is_connected():
                return self._browser
            executable = find_chromium(self._rules.executable)
            self._playwright = self._playwright or await async_playwright().start()
            self._browser = await self._playwright.chromium.launch(
                executable_path=executable,
                args=list(_ARGUMENTS),
                chromium_sandbox=os.geteuid() != 0,  # which root can't have
                proxy={"server": _NOWHERE, "bypass": "<-loopback>"},
                handle_sigint=False,
                handle_sigterm=False,
            )
            return self._browser

    async def _in_context(self, context: BrowserContext, network: Network, url: str) -> Rendered:
        from playwright.async_api import Error  # noqa: PLC0415

        page = await context.new_page()
        context.on("page", lambda other: asyncio.ensure_future(other.close()))
        await context.route("**/*", lambda route: _answered(route, network, url))
        trouble = await _loaded(page, url, network)
        html = await page.evaluate(
            "limit => (document.doctype ? '<!DOCTYPE html>' : '') + document.documentElement.outerHTML.slice(0, limit)",
            MAX_DOM_CHARACTERS,
        )
        png = b""
        if self._rules.screenshot:
            try:
                png = await self._picture(page)
            except Error as error:
                trouble = f"no picture: {_first_line(error)}"
        if network.refused:
            trouble = trouble or f"{network.refused} of its requests were refused"
        return Rendered(html.encode("utf-8", "replace"), png, trouble)

    async def _picture(self, page: Tab) -> bytes:
        height = await page.evaluate(
            "Math.max(document.documentElement.scrollHeight, document.body?.scrollHeight ?? 0)"
        )
        await page.set_viewport_size({"width": WIDTH, "height": max(HEIGHT, min(int(height), MAX_HEIGHT))})
        return await page.screenshot(timeout=1000 * self._rules.timeout_s, animations="disabled")


def _is_html(document: Exchange) -> bool:
    try:
        head = read_head(document.response_block)
    except BadHttp:
        return False
    return head.status < 300 and "html" in (head.get("content-type") or "html").lower()


async def _loaded(page: Tab, url: str, network: Network) -> str:
    """Load the page, and let it settle; why it isn't done yet, empty: it is."""
    from playwright.async_api import TimeoutError as Late  # noqa: PLC0415

    left_ms = max(1.0, 1000 * (network.deadline - monotonic()))
    try:
        await page.goto(url, wait_until="domcontentloaded", timeout=left_ms)
        left_ms = max(1.0, 1000 * (network.deadline - monotonic()))
        await page.wait_for_load_state("networkidle", timeout=left_ms)
    except Late:
        return "not done loading when its time was over; as it was then"
    return ""


async def _answered(route: Route, network: Network, url: str) -> None:
    """Give the browser what its page asks for, by our own hands; the page itself goes nowhere else."""
    from playwright.async_api import Error  # noqa: PLC0415

    request = route.request
    leaves = request.is_navigation_request() and request.frame.parent_frame is None and request.url != url
    try:
        if leaves:
            await route.abort()
            return
        body = request.post_data_buffer or b""
        answer = await network.answer(request.method, request.url, request.headers, body)
        await route.fulfill(status=answer.status, headers=answer.headers, body=answer.body)
    except SnapshotterError:
        await _aborted(route)
    except Error:
        return  # the page is gone


async def _aborted(route: Route) -> None:
    from playwright.async_api import Error  # noqa: PLC0415

    try:
        await route.abort()
    except Error:
        return


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]
