"""HKDF-SHA256 (RFC 5869): one strong secret in, keys for one purpose out.

    hkdf(secret, salt, info, length) = HKDF-Expand(HKDF-Extract(salt, secret), info, length)

`salt` binds the place (a hash of the context) or is empty; `info` is the label of the purpose.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def hkdf(secret: bytes, *, info: bytes, salt: bytes = b"", length: int = 32) -> bytes:
    """`length` bytes that say nothing about `secret` or about what other labels give."""
    return HKDF(SHA256(), length, salt, info).derive(secret)
