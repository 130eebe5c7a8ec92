"""Tokens: who knows one may see or do what it stands for. Only their SHA-256 is kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

TOKEN_BYTES = 24
"""192 bits: not to be guessed, by however many."""
PATTERN = "[0-9A-Za-z_-]{32}"


def new_token() -> str:
    """One that was never given before, fit for a URL."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def derived(secret: bytes, purpose: str, of: str) -> str:
    """A token that only who knows ``secret`` can make, always the same: nothing else need be kept of it."""
    mark = hmac.new(secret, f"{purpose}\0{of}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mark[:TOKEN_BYTES]).decode()


def digest(token: str) -> str:
    """What is kept of one: its SHA-256, in hex."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
