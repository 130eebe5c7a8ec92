"""Hooks into a running crawl: the run report, and the progress line."""
