"""E-mails, by the operator's mail server: apprise's ``mailto://`` (the extra ``notify``)."""

from __future__ import annotations

import logging
import re
from importlib.util import find_spec
from urllib.parse import parse_qs, urlencode, urlsplit

from snapshotter.errors import UsageError

LONGEST_ADDRESS = 254
_ADDRESS = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_SCHEMES = ("mailto", "mailtos")


def is_address(text: str) -> bool:
    """Whether it is one e-mail address, and nothing else."""
    return len(text) <= LONGEST_ADDRESS and bool(_ADDRESS.fullmatch(text)) and len(text.partition("@")[0]) <= 64


class Mailer:
    """Sends e-mails, each to one address."""

    def __init__(self, server: str) -> None:
        """``server``: SNAPSHOTTER_MAIL, apprise's URL of a mail server.

        Raises UsageError; no text of it has the URL, which may hold a password.
        """
        parts = urlsplit(server)
        given = parse_qs(parts.query)
        if parts.scheme not in _SCHEMES or "from" not in given or "to" in given or parts.fragment:
            raise UsageError("SNAPSHOTTER_MAIL: write it as mailtos://USER:PASSWORD@SERVER?from=ADDRESS&name=NAME")
        if find_spec("apprise") is None:
            raise UsageError("SNAPSHOTTER_MAIL needs apprise: pip install 'snapshotter[notify]', or leave it empty")
        self._server = server

    def send(self, to: str, subject: str, text: str, stop_url: str = "") -> bool:
        """Sends one; False: the server didn't take it. ``stop_url``: for List-Unsubscribe (RFC 8058)."""
        from apprise import Apprise, NotifyFormat  # noqa: PLC0415  (a third of a second)

        logging.getLogger("apprise").setLevel(logging.CRITICAL)  # what it says of a failure may hold a password
        more = {"to": to, "format": "text"}
        if stop_url:
            more |= {"+List-Unsubscribe": f"<{stop_url}>", "+List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        apprise = Apprise()
        if not apprise.add(f"{self._server}&{urlencode(more)}"):
            raise UsageError("SNAPSHOTTER_MAIL isn't a mail server's URL that apprise knows; see its documentation")
        return bool(apprise.notify(title=subject, body=text, body_format=NotifyFormat.TEXT))
