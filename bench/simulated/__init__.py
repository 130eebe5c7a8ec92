"""A simulated news web: what is published, edited, moved and pulled when, served on loopback; and who knows it all.

texts.py   what articles say, and edits of it
world.py   sites and articles: the whole week, fixed beforehand
pages.py   a moment of it as feeds, sitemaps, sections and pages, with what changes on them at each look
web.py     the same as an HTTP proxy, which keeps a log
oracle.py  what a crawler made of it, against what it should have
needed.py  the requests of a crawler that knows everything
"""
