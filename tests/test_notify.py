from importlib import util

import pytest

from snapshotter.errors import UsageError
from snapshotter.notify import notifier

pytestmark = pytest.mark.filterwarnings("ignore:.imghdr. is deprecated:DeprecationWarning")  # apprise tries it


@pytest.mark.parametrize("urls", [None, "", "  ", []])
def test_nobody_is_told_where_nobody_is_named(urls):
    assert notifier(urls) is None


@pytest.mark.parametrize(
    ("urls", "number"), [("nosuch://user:secret@host", 1), ("json://127.0.0.1/x secret", 2), (["", "json://secret"], 1)]
)
def test_a_url_that_cannot_be_used_is_refused_without_its_password(urls, number):
    with pytest.raises(UsageError, match=f"URL {number} ") as caught:
        notifier(urls)
    assert "secret" not in str(caught.value)


def test_without_the_extra_the_error_says_what_to_install(monkeypatch):
    find_spec = util.find_spec
    monkeypatch.setattr("snapshotter.notify.find_spec", lambda name: None if name == "apprise" else find_spec(name))
    with pytest.raises(UsageError, match=r"pip install 'snapshotter\[notify\]'"):
        notifier("json://127.0.0.1/x")
    assert notifier("") is None


def test_who_does_not_answer_was_not_told():
    assert notifier("json://127.0.0.1:1/x").send("title", "text") is False
