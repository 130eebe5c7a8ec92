"""The CDX server: which captures there are, as the Internet Archive's and pywb's clients ask for it."""
