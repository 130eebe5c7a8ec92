"""The public site: pages for readers, doors for programs, and what people may ask of it. Starlette; never Scrapy.

- ``app``: the rooms' routes put together, errors as pages
- ``context``: what a handler works with: the archive, the site, the renderer
- ``headers``: security headers and a request id on every answer
- ``rendering``: templates, languages, ETags
- ``words``: every word of the pages, in both languages
"""
