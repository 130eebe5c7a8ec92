"""Real pages that may lie beside the project, in ``../shared``; without them there is less to test on."""

from __future__ import annotations

import importlib.util
import json
from argparse import Namespace
from pathlib import Path
from types import ModuleType
from typing import Any

SHARED = Path(__file__).resolve().parents[3] / "shared"
DEV = SHARED / "bench" / "extraction" / "dev"


def real_urls() -> list[str]:
    """The URLs of the extraction bench's pages."""
    if not DEV.exists():
        return []
    with (DEV / "truth.jsonl").open(encoding="utf-8") as rows:
        found = [json.loads(row)["url"] or "" for row in rows]
    return [url for url in found if url.startswith("http")]


def offline_web() -> Any:
    """The offline web over those pages, to be asked by ``answer(url, headers)``; None where it isn't."""
    path = SHARED / "offline_web" / "offline_web.py"
    if not path.exists() or not DEV.exists():
        return None
    spec = importlib.util.spec_from_file_location("offline_web", path)
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.OfflineWeb(DEV, Namespace(vanish=0, revise=0, fail=0))
