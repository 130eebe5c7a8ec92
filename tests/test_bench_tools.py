"""The tools in ``bench/`` run, on the pages of ``tests/quality``."""

import re
import subprocess
import sys

import pytest
from project import ROOT
from scoring import score, summary

PAGES = "tests/quality"


def run(tool: str, *args: str) -> subprocess.CompletedProcess[str]:
    """A tool of the bench as a process of its own, ended with status 0."""
    done = subprocess.run(
        [sys.executable, f"bench/{tool}.py", *args], cwd=ROOT, capture_output=True, text=True, timeout=250, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"[-5000:]
    return done


def test_no_mutated_page_raises_or_hangs():
    told = run("mutate", f"{PAGES}/pages", "--count", "150").stdout
    assert "150 pages: 0 raised, 0 took over 2 s" in told


def test_the_comparison_scores_us_on_pages_plain_or_gzipped():
    told = run("extract", PAGES, sys.executable, "--only", "snapshotter").stdout
    groups = re.findall(r"^(\S.*?) +F1 +exact +title +day +minute +authors +source +CPU$", told, re.M)
    assert groups == ["all", "zh", "zh news", "not CJK"]
    assert len(re.findall(r"^  snapshotter +\d+\.\d ", told, re.M)) == len(groups)
    assert re.search(r"^snapshotter: [\d.]+ ms a page, slowest \d+ ms, 0 errors$", told, re.M)


def test_revisions_and_noise_are_told_apart_on_edits_of_pages():
    told = run("changes", PAGES, "--pages", "12").stdout
    totals = re.findall(r"^  all +(\d+) of +(\d+)", told, re.M)
    assert [int(count) > 50 for _, count in totals] == [True, True]


def test_a_peer_that_is_not_installed_is_left_out():
    done = run("extract", PAGES, sys.executable, "--only", "snapshotter,gne", "--every", "10")
    assert "gne: left out" in done.stderr
    assert "gne" not in done.stdout


TRUTH = {
    "lang": "zh", "kind": "news", "origin": "human", "title": "开渔倒计时", "authors": ["林晓燕"],
    "published": "2021-07-31T17:05:22", "source": "南岸晚报", "body": "一二三四五",
}  # fmt: skip
NOTHING = {"title": "", "authors": [], "published": "", "source": "", "body": ""}
MEASURES = ("F1", "exact", "title", "day", "minute", "authors", "source")


@pytest.mark.parametrize(
    ("said", "scores"),
    [
        (TRUTH, (100, 100, 100, 100, 100, 100, 100)),
        ({**TRUTH, "title": "开渔 倒计时！", "source": "晚报"}, (100, 100, 100, 100, 100, 100, 100)),
        (
            {
                "title": "开渔",
                "authors": ["林晓燕", "陈楠"],
                "published": "2021-07-31",
                "source": "",
                "body": "一二三四",
            },
            (200 / 3, 0, 0, 100, 0, 200 / 3, 0),
        ),
        (NOTHING, (0, 0, 0, 0, 0, 0, 0)),
    ],
)
def test_a_page_is_scored_as_the_benchmarks_do(said, scores):
    assert summary([score(TRUTH, said)]) == pytest.approx(dict(zip(MEASURES, scores, strict=True)))
