"""Two addresses of one article, captured within one second: each is answered with its own bytes."""

import pytest
from answers import ask
from browser import served
from captures import answer, capture, page

from snapshotter.items import Article
from snapshotter.store import Archive

STAMP = "20240701120000"
OLD, NEW = "https://news.example/old/1.html", "https://news.example/new/1.html"
SAID = Article(title="The harbour light", body_text="It stays lit.\n\nAll winter.", canonical_url=OLD)


@pytest.mark.parametrize("order", [(OLD, NEW), (NEW, OLD)])
def test_an_address_has_its_own_bytes(tmp_path, order):
    with Archive.open(tmp_path) as archive:
        for url in order:
            archive.add([capture(page(url, answer(f"<p>{url}</p>".encode())), SAID)])
    with served(tmp_path) as address:
        for url in (OLD, NEW):
            assert ask(address, f"/web/{STAMP}id_/{url}").text == f"<p>{url}</p>"
