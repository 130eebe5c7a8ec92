"""Snapshotter keeps what the news said: word for word, byte for byte, checkably."""

__version__ = "0.1.0"
