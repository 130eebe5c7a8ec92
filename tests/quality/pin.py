"""Write ``pinned.json``: today's scores become those that no change may fall below. Says what moved.

    python tests/quality/pin.py

A page set that isn't here keeps its pins. Commit the file with the change that moved them, and say why if one fell.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PINNED = Path(__file__).with_name("pinned.json")


def main() -> None:
    sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests" / "lib")]
    from measured import SETS, measured  # noqa: PLC0415  (found only now)

    old = json.loads(PINNED.read_text("utf-8")) if PINNED.exists() else {}
    new: dict[str, Any] = {**old, **{name: measured(name).groups for name in SETS}}
    for name in SETS:
        for group, scores in new[name].items():
            for measure, value in scores.items():
                was = old.get(name, {}).get(group, {}).get(measure)
                if was != value:
                    print(f"{name}, {group}, {measure}: {was} → {value}")
    new["own pages"] = measured("own").pages
    PINNED.write_text(json.dumps(new, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
