"""How tests of rules went is kept where there is an archive, and read again."""

import subprocess
import sys
from contextlib import closing
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from project import ROOT

from snapshotter.curation import FIXTURES, LIVE, Checked, last_checked, note
from snapshotter.state import NAME, State

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
CODE = "import sys; sys.argv[0] = 'snapshotter'; from snapshotter.commands.main import main; main()"


@given(
    st.lists(st.builds(Checked, TEXT, st.just(LIVE), TEXT, st.integers(0, 99), st.lists(TEXT).map(tuple)), max_size=4)
)
@settings(deadline=None, max_examples=25)
def test_what_is_noted_is_read(tmp_path_factory, given_ones):
    with closing(State(tmp_path_factory.mktemp("state"))) as state:
        note(state, given_ones)
        expected = {one.site: (one,) for one in given_ones}
        assert last_checked(state) == expected


def test_the_last_test_of_each_kind_is_kept(tmp_path):
    one = Checked.now("example", FIXTURES, 2, [])
    with closing(State(tmp_path)) as state:
        assert last_checked(state) == {}
        note(state, [one, replace(one, kind=LIVE)])
        note(state, [replace(one, pages=3, lines=("title: lost",))])
        assert [(test.kind, test.pages, test.lines) for test in last_checked(state)["example"]] == [
            (FIXTURES, 3, ("title: lost",)), (LIVE, 2, ()),
        ]  # fmt: skip


def test_a_test_keeps_so_many_lines_and_no_more():
    many = Checked.now("example", FIXTURES, 1, ["x" * 1000] * 100)
    assert (len(many.lines), len(many.lines[0])) == (20, 300)


def test_the_command_keeps_how_it_went(tmp_path):
    command = [sys.executable, "-c", CODE, "sites", "check", "cnr", "--archive", str(tmp_path)]
    first = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert first.returncode == 0, first.stderr
    assert not (tmp_path / NAME).exists()
    State(tmp_path).close()
    subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=True)
    with closing(State(tmp_path)) as state:
        ((site, (test,)),) = last_checked(state).items()
    assert (site, test.kind, test.lines) == ("cnr", FIXTURES, ())
    assert test.pages >= 1
