"""Feeds of channels, sources, searches and the whole site: Atom, RSS, JSON Feed."""
