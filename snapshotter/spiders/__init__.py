"""Spiders: they ask for URLs and hand on Pages; what to ask for is decided in discover."""
