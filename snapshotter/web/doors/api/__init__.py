"""``/api/…``: the archive as JSON, described by OpenAPI."""
