"""Near copies of a text: the sketch that is kept of it, and how alike two sketches are.

A sketch is 128 MinHash values (Broder 1997) over the different runs of five letters or digits, of each only the lowest
byte (Li & König, WWW 2010): the share of equal bytes estimates which share of both texts' runs is common, ± 0.04. Four
bytes in a row are a band: a pair that is 0.5 alike shares one of the 32 with p = 0.87, one that is 0.7 alike with
0.9998, one that is 0.1 alike with 0.004.

Measured on the 1,803 articles of the development pages (1.6 million pairs; ``bench/duplicates.py``): the only three
pairs from LEAST_LIKENESS on are copies, strangers end at 0.28; of copies in a reprint's wrapper, without a tenth of
their sentences, with 2 % of their characters changed, 0.995, 0.998 and 1.0 are above. Runs of three would do for
Chinese, but English strangers are up to 0.7 alike then; runs of eight lose more of the edited copies.
"""

from __future__ import annotations

import re
import unicodedata

RUN = 5
MAX_CHARACTERS = 100_000
"""What lies behind that isn't looked at."""
LEAST_RUNS = 56
"""A text that begins with fewer different runs (some 60 letters) has no sketch: shorter parts of strangers agree."""
LEAST_LIKENESS = 0.45
"""From here on, two texts are copies."""
SKETCH_BYTES = 128
BANDS, BAND_BYTES = 32, 4

_SEED = 1
_BEGINNING = 1000
"""How many runs are looked at to see whether they are different ones."""
_LETTERS = re.compile(r"[^\W_]+")


def sketch(text: str) -> bytes:
    """SKETCH_BYTES bytes; empty for a text that has too few different runs to tell copies from strangers.

    Case, width, white space, punctuation and accents that stand apart don't count. Never compare sketches of
    different versions of this function or of rensa's algorithm: the catalog is made anew then.
    """
    from rensa import RMinHash  # noqa: PLC0415  (who only compares needn't load it)

    letters = _letters(text)
    runs = [letters[start : start + RUN] for start in range(len(letters) - RUN + 1)]
    if len(set(runs[:_BEGINNING])) < LEAST_RUNS:
        return b""
    minhash = RMinHash(num_perm=SKETCH_BYTES, seed=_SEED)
    minhash.update(runs)
    return bytes(value & 0xFF for value in minhash.digest())


def bands(of: bytes) -> list[int]:
    """The keys that a sketch is found by: each a band's number and its four bytes. None of an empty one."""
    starts = range(0, len(of), BAND_BYTES)
    return [start // BAND_BYTES << 32 | int.from_bytes(of[start : start + BAND_BYTES]) for start in starts]


def likeness(one: bytes, other: bytes) -> float:
    """Which share of two texts' different runs both have, by their sketches: 0 to 1; 0 where one is empty."""
    return sum(map(int.__eq__, one, other)) / SKETCH_BYTES


def _letters(text: str) -> str:
    """Letters and digits only. Marks go first: ordering long rows of them is what makes normalising slow."""
    kept = "".join(_LETTERS.findall(text[:MAX_CHARACTERS]))
    return unicodedata.normalize("NFKC", kept)[:MAX_CHARACTERS].casefold()
