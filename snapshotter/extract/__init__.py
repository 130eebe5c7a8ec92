"""Payload → Article: a page's bytes read into what the page says, one step a file.

decode       bytes → text
tree         text → tree, parsed once → tokens; tangle: pages built to keep a parser busy
blocks       tokens → blocks
evidence     what the page says about itself for machines
overrides    what a site's own rules find
title, body, times, credits, category, language, subtitle, fields, rights
render       body blocks → text, HTML, images
verdict      is it a good copy of an article
engine       the way through them
"""

from __future__ import annotations

from snapshotter.extract.engine import extract

__all__ = ["extract"]
