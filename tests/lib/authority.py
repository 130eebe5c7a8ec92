"""A timestamp authority (RFC 3161) on loopback: ``openssl ts`` behind HTTP."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

CONFIGURATION = """[tsa]
default_tsa = authority
[authority]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
"""
USES = "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def certify(folder: Path) -> Path:
    """Makes an authority's keys in a folder; the certificate to believe."""
    (folder / "uses").write_text(USES)
    (folder / "serial").write_text("01\n")
    (folder / "configuration").write_text(CONFIGURATION.format(folder=folder))
    new = ("req", "-newkey", "rsa:2048", "-nodes")
    openssl(folder, *new, "-x509", "-keyout", "ca.key", "-out", "ca.pem", "-days", "3650", "-subj", "/CN=Test root")
    openssl(folder, *new, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Test authority")
    signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "3650", "-extfile", "uses")
    openssl(folder, "x509", "-req", "-in", "tsa.csr", *signed, "-out", "tsa.pem")
    return folder / "ca.pem"


@contextmanager
def authority(folder: Path) -> Iterator[str]:
    """Serves a certified folder; its URL. ``…/broken`` answers with an error, ``…/junk`` with no timestamp."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            openssl(folder, "ts", "-reply", "-queryfile", "query", "-config", "configuration", "-out", "reply")
            reply = b"junk" if self.path == "/junk" else (folder / "reply").read_bytes()
            self.send_response(500 if self.path == "/broken" else 200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
