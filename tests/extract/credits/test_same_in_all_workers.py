"""What is read doesn't depend on the process that reads it: each has another seed for its sets and hashes."""

import os
import subprocess
import sys

PAGE = """
<!doctype html><title>Harbour opens</title><meta charset=utf-8>
<meta name=author content="Ana Reyes"><meta name=article:author content="ANA REYES">
<meta name=og:author content="Lee Park"><meta name=dc.creator content="Ana REYES">
<h1>Harbour opens</h1>
"""
READ = """
import sys
from snapshotter.extract.engine import Visit, read
reading = read(sys.argv[1].encode(), Visit("https://example.org/2026/11/story.html"))
print(reading.article.authors, reading.weighed["authors"])
"""


def test_authors_of_equal_weight_come_in_one_order():
    said = {
        subprocess.run(
            [sys.executable, "-c", READ, PAGE],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2", "3", "4")
    }
    assert len(said) == 1
