"""Throws damaged bytes at the readers for as long as you like.

    python tests/damaged/fuzz.py --seconds 3600 [--seed N] [--target NAME]

Every input is a sound example that was changed in a few places, or one such that taught nothing new. What a reader does
with it beyond reading it or raising a FormatError (another exception, more than TIME_S, more than MEMORY_BYTES)
is a find: it is saved in the folder of --finds, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
import traceback
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1] / "lib")]

from targets import TARGETS, Read

from snapshotter.errors import FormatError

TIME_S = 5.0
MEMORY_BYTES = 2 << 30
INTERESTING = (
    b"", b"\0", b"\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\r\n\r\n", b"\n\n", b"\x0c", b"\x1f\x8b\x08", b"WARC/1.1\r\n",
    b"Content-Length: 99999999999\r\n", b"-1", b"0", b"4294967296", b"1e999", b"NaN", b"null", b"[", b"{", b'"', b"\\",
    b"\\ud800", b"\xc2\xa0", b"\xe2\x80\xa8", b"ffffffff\r\n", b"Transfer-Encoding: chunked\r\n", b": ", b" ", b"\t",
    b"9999-12-31 23:59:59", b"0001-01-01T00:00:00Z",
)  # fmt: skip


def damaged(data: bytes, dice: random.Random) -> bytes:
    """The bytes with one to eight changes."""
    out = bytearray(data)
    for _ in range(dice.choice((1, 1, 1, 2, 4, 8))):
        _change(out, dice)
    return bytes(out)


def _change(out: bytearray, dice: random.Random) -> None:
    at = dice.randrange(len(out) + 1)
    span = slice(at, at + dice.choice((1, 1, 2, 4, 16, 200, 5000)))
    match dice.randrange(8):
        case 0 if at < len(out):
            out[at] ^= 1 << dice.randrange(8)
        case 1 if at < len(out):
            out[at] = dice.randrange(256)
        case 2:
            del out[at:]
        case 3:
            del out[span]
        case 4:
            out[at:at] = out[span] * dice.choice((1, 2, 50))
        case 5:
            out[at:at] = dice.randbytes(dice.choice((1, 4, 64)))
        case 6:
            out[span] = dice.choice(INTERESTING)
        case _:
            other = dice.randrange(len(out) + 1)
            out[at:at] = out[other : other + 300]
    del out[200_000:]


def attempt(read: Read, data: bytes) -> str:
    """What was wrong with how the reader took it; empty: nothing."""
    began = time.process_time()
    try:
        read(data)
    except FormatError:
        pass
    except Exception:
        return traceback.format_exc()
    took = time.process_time() - began
    return f"took {took:.1f} s" if took > TIME_S else ""


def rounds(name: str, dice: random.Random, count: int) -> list[tuple[bytes, str]]:
    """That many damaged inputs given to a target: (input, what was wrong) of the finds."""
    read, seeds = TARGETS[name]
    pool, finds = list(seeds), []
    for _ in range(count):
        data = damaged(dice.choice(pool), dice)
        if wrong := attempt(read, data):
            finds.append((data, wrong))
        elif dice.random() < 0.02:
            pool = [*seeds, *pool[len(seeds) :][-20:], data]
    return finds


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=time.time_ns())
    parser.add_argument("--target", choices=sorted(TARGETS))
    parser.add_argument("--finds", type=Path, default=Path("fuzz-finds"))
    chosen = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, resource.RLIM_INFINITY))
    dice, inputs, found = random.Random(chosen.seed), dict.fromkeys(TARGETS, 0), 0
    until = time.monotonic() + chosen.seconds
    while time.monotonic() < until:
        name = chosen.target or min(inputs, key=lambda one: (inputs[one], dice.random()))
        for data, wrong in rounds(name, dice, 200):
            found += 1
            chosen.finds.mkdir(exist_ok=True)
            path = chosen.finds / f"{name}-{found}"
            path.write_bytes(data)
            print(f"{path}: {wrong}", flush=True)
        inputs[name] += 200
    print(f"seed {chosen.seed}: {sum(inputs.values()):,} inputs, {found} finds; {inputs}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
