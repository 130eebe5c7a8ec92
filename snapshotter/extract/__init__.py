"""Payload → Article: a page's bytes read into what the page says, one step a file.

decode     bytes → text
blocks     text → tree, parsed once → blocks
evidence   what the page says about itself for machines
title, body, published, credits, fields, overrides
render     body blocks → text, HTML, images
verdict    is it a good copy of an article
engine     the way through them
"""

from __future__ import annotations

from snapshotter.extract.engine import extract

__all__ = ["extract"]
