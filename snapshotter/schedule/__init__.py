"""When to look again: at places that list articles, and at articles. Pure, but for its tables in state.db.

intervals.py  a place's answer → when it is due next
hints.py      what an answer asks for: Cache-Control, Expires, <ttl>, sy:updatePeriod
visits.py     an article's captures → its next visit
tables.py     what is kept of places and of articles that wait, in state.db
places.py     the same, read and written
waiting.py    articles that a place listed and that aren't captured yet
glance.py     whether anything is due, for a fraction of a second
"""
