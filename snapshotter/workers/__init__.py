"""Worker processes for what takes processor time, so that the event loop only fetches and appends.

A worker is a fresh interpreter (the first may be a fork of the parent) with two pipes: calls go in,
results come out, each as a pickle behind its length. It answers one call at a time. One that dies or
takes too long costs that one call; another takes its place. (Nothing is imported here: a worker needs
only its own side.)
"""
