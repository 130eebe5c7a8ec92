"""A small news site of our own writing, Chinese and English: what ``make demo`` and the tests crawl.

    content/     the articles, one file each, and as edited (.v2)
    templates/   the two papers' pages
    story.py     a file → a Story: what the article says, and so what a capture of it must say
    markup.py    what both papers' pages are made of
    portal.py    the Chinese paper's pages, as a portal's CMS makes them
    courier.py   the English paper's, as a newspaper's does
    listings.py  feeds, sitemaps, robots.txt
    picture.py   the photographs
    website.py   a path → the answer
    serve.py     the server, on loopback
    run.py       the demo: crawl, edit, crawl, look

The town, its people and its news are invented.
"""
