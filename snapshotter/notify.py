"""Messages to the operator: webhook, e-mail, chat, by apprise (the extra ``notify``)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from snapshotter.errors import UsageError

if TYPE_CHECKING:
    from apprise import Apprise


class Notifier:
    """Sends a message to each of several places."""

    def __init__(self, urls: Sequence[str]) -> None:
        """``urls`` are apprise's (``json://``, ``mailto://``…). Raises UsageError where one can't be used.

        A text of it never has the URL, which may hold a password, only its number.
        """
        self._apprise = _apprise()
        for number, url in enumerate(urls, 1):
            if not self._apprise.add(url):
                raise UsageError(
                    f"SNAPSHOTTER_NOTIFY: URL {number} isn't one that apprise knows; see its documentation"
                )

    def send(self, title: str, body: str) -> bool:
        """Send it to all; False: one of them didn't take it. Waits for each at most as long as apprise does (8 s)."""
        return bool(self._apprise.notify(title=title, body=body))


def notifier(urls: str | Sequence[str] | None) -> Notifier | None:
    """For the value of SNAPSHOTTER_NOTIFY: a list, or a text with blanks between the URLs. None: nobody is told.

    Raises UsageError for a URL that can't be used, and where the extra isn't installed.
    """
    wanted = urls.split() if isinstance(urls, str) else list(urls or ())
    return Notifier(wanted) if wanted else None


def _apprise() -> Apprise:
    if find_spec("apprise") is None:
        raise UsageError("SNAPSHOTTER_NOTIFY needs apprise: pip install 'snapshotter[notify]', or leave it empty")
    from apprise import Apprise  # noqa: PLC0415  (a third of a second)

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # what it says of a failure may hold a password
    return Apprise()
