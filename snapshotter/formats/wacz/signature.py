"""The anonymous signature of WACZ Signing and Verification 0.1.0: ECDSA P-384 with SHA-256, as browsers verify it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from snapshotter.errors import BadWacz

_HALF_BYTES = 48
_ORDER = int("f" * 48 + "c7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16)  # of P-384: FIPS 186-4, D.1.2.4


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs a package."""

    key: ec.EllipticCurvePrivateKey
    software: str
    version: str
    note: str = ""
    """Signed with the archive's own key: the public key that is used here."""

    @property
    def public_key(self) -> str:
        """The public key: SubjectPublicKeyInfo in base64."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return _base64(self.key.public_key().public_bytes(serialization.Encoding.DER, form))

    def vouched(self, note: str) -> Signer:
        """The same with a note."""
        return replace(self, note=note)

    def signed(self, digest: str, created: str) -> dict[str, str]:
        """``signedData`` for the digest (``sha256:…``) of a datapackage.json made then."""
        r, s = decode_dss_signature(self.key.sign(digest.encode(), ec.ECDSA(hashes.SHA256())))
        return {
            "hash": digest,
            "created": created,
            "software": self.software,
            "version": self.version,
            "signature": _base64(r.to_bytes(_HALF_BYTES) + s.to_bytes(_HALF_BYTES)),
            "publicKey": self.public_key,
        }


def signer(secret: bytes, software: str, version: str) -> Signer:
    """The signer that belongs to an archive's secret key (its 32 bytes): always the same one.

    The format wants a curve that the archive's own signatures aren't on; HKDF makes a key on it from the same
    secret, so that there is one secret to keep.
    """
    stretched = HKDF(hashes.SHA384(), 64, salt=None, info=b"snapshotter wacz signature P-384").derive(secret)
    number = int.from_bytes(stretched) % (_ORDER - 1) + 1  # 512 bits: the bias is below 2**-128
    return Signer(ec.derive_private_key(number, ec.SECP384R1()), software, version)


def verify_signature(signed: Mapping[str, object]) -> None:
    """Checks the anonymous signature of a ``signedData``; one by a domain's certificate isn't looked at.

    Raises BadWacz if it isn't a signature of the digest that it names.
    """
    if "publicKey" not in signed:
        return
    try:
        raw = base64.b64decode(str(signed["signature"]), validate=True)
        key = serialization.load_der_public_key(base64.b64decode(str(signed["publicKey"]), validate=True))
        if not isinstance(key, ec.EllipticCurvePublicKey) or len(raw) % 2:
            raise BadWacz("the signature isn't one that WACZ has: ECDSA, r and s")
        half = len(raw) // 2
        pair = encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))
        key.verify(pair, str(signed["hash"]).encode(), ec.ECDSA(hashes.SHA256()))
    except (KeyError, ValueError, binascii.Error, UnsupportedAlgorithm) as error:
        raise BadWacz(f"the signature can't be read: {error}") from error
    except InvalidSignature as error:
        raise BadWacz("the signature isn't one of datapackage.json: the package was altered") from error


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
