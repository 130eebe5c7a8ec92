"""TLS that fails, each way with its own reason; certificates are made here."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from scrapy.exceptions import DownloadFailedError

from snapshotter.errors import NetworkError
from snapshotter.extensions.reasons import reason_of
from snapshotter.wire import WireClient, WireRequest

DAY = datetime.timedelta(days=1)


class Authority:
    """Vouches for certificates."""

    def __init__(self, folder):
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bad web")])
        self.path = folder / "authority.pem"
        self.path.write_bytes(self.certificate(self.key, "authority", 0).public_bytes(serialization.Encoding.PEM))

    def certificate(self, key, host, days):
        """Of a host, valid for a week around so many days from now; host ``authority``: its own."""
        middle = datetime.datetime.now(datetime.UTC) + days * DAY
        is_own = host == "authority"
        name = self.name if is_own else x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(middle - 3 * DAY)
            .not_valid_after(middle + 3 * DAY)
            .add_extension(x509.BasicConstraints(ca=is_own, path_length=None), critical=True)
        )
        if not is_own:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False
            )
        return builder.sign(self.key, hashes.SHA256())

    def context(self, host, days=0):
        key = ec.generate_private_key(ec.SECP256R1())
        pem = self.folder / f"{host}{days}.pem"
        pem.write_bytes(
            self.certificate(key, host, days).public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        return context


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tls"))


async def answer(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    writer.close()


async def cut(reader, writer):
    await reader.read(1)
    writer.transport.abort()


async def http(reader, writer):
    await reader.read(1)
    writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    writer.close()


async def silent(reader, writer):
    try:
        await asyncio.sleep(30)
    finally:
        writer.close()


def fetch(serve, context=None):
    async def main():
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        client = WireClient()
        try:
            url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
            return await client.fetch(WireRequest(url, timeout_s=2))
        finally:
            await client.close()
            server.close()
            serving = asyncio.all_tasks() - {asyncio.current_task()}
            for task in serving:
                task.cancel()
            await asyncio.wait(serving) if serving else None
            await asyncio.sleep(0)

    return asyncio.run(main())


def why(error):
    """The word that the run report counts it under, once the handler has passed it on."""
    failed = DownloadFailedError(str(error))
    failed.__cause__ = error
    return reason_of(failed)[0]


def test_a_certificate_in_order_is_believed(authority, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    assert fetch(answer, authority.context("127.0.0.1")).response_block.endswith(b"ok")


@pytest.mark.parametrize(
    ("host", "days", "message"),
    [
        ("127.0.0.1", -30, "certificate has expired"),
        ("127.0.0.1", 30, "certificate is not yet valid"),
        ("127.0.0.2", 0, "IP address mismatch"),
    ],
)
def test_a_certificate_that_is_not_in_order_says_what_is_wrong(authority, monkeypatch, host, days, message):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    with pytest.raises(NetworkError, match=message) as refused:
        fetch(answer, authority.context(host, days))
    assert why(refused.value) == "tls"


def test_a_certificate_of_an_authority_that_nobody_knows_is_refused(authority):
    with pytest.raises(NetworkError, match="unable to get local issuer certificate") as refused:
        fetch(answer, authority.context("127.0.0.1"))
    assert why(refused.value) == "tls"


@pytest.mark.parametrize(
    ("serve", "reason"), [(cut, {"connect", "network", "tls"}), (http, {"tls"}), (silent, {"timeout"})]
)
def test_a_handshake_that_comes_to_nothing_is_told_and_over(serve, reason):
    with pytest.raises(NetworkError) as refused:
        fetch(serve)
    assert why(refused.value) in reason
