"""What a browser makes of a page: its DOM once the scripts have run, and a picture. Chromium by Playwright, an extra.

scrapy-playwright isn't used: it wants Twisted's reactor, which we run without, and its browser would fetch the page
anew. Here the browser is given the very bytes that are archived, and all else by our own client.
"""

from __future__ import annotations

from snapshotter.rendering.browser import Renderer, RenderRules, find_chromium

__all__ = ["RenderRules", "Renderer", "find_chromium"]
