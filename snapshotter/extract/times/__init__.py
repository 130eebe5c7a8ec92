"""Times: when a page says it appeared and was changed.

months, clocktimes, relative, zones    the words and numbers of dates, clocks, "3 hours ago" and zones
dates         text → moments
sightings     every place of a page that may state a time, weighed
published     the sightings weighed against each other
"""
