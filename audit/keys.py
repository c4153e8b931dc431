"""Ed25519 (RFC 8032), with the keys refused under which everything verifies.

    accepted key = 32 bytes, y < p = 2^255 - 19, and y not that of a point whose order divides 8

OpenSSL verifies signatures under all 14 encodings of the eight points of small order. Who enrols one can sign
nothing and disown everything: one signature fits many messages. They are refused at enrolment and again at
verification.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from audit.errors import BadKey, BadSignature

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KEY_SIZE = 32
SIGNATURE_SIZE = 64

_P = 2**255 - 19
_Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
# The sign bit is not looked at: y alone decides the order of a point up to its sign.
_SMALL_ORDER_Y = frozenset({0, 1, _P - 1, _Y8, _P - _Y8})


def check_public_key(raw: bytes) -> bytes:
    """`raw`, if signatures under it can prove something; BadKey otherwise."""
    if len(raw) != KEY_SIZE:
        raise BadKey(f"an Ed25519 key has {KEY_SIZE} bytes, not {len(raw)}")
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y >= _P:
        raise BadKey("the Ed25519 key is not written in its canonical form")
    if y in _SMALL_ORDER_Y:
        raise BadKey("the Ed25519 key is a point of small order: signatures under it prove nothing")
    return raw


@lru_cache(maxsize=256)
def _loaded(public: bytes) -> tuple[Ed25519PublicKey, type[Exception]]:
    """The key, and what it raises. A log has few signers and many signatures: reading a key anew costs a fifth more."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return Ed25519PublicKey.from_public_bytes(check_public_key(public)), InvalidSignature


def is_valid(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `public` has signed `message`; BadKey if it is no key."""
    key, invalid = _loaded(public)
    try:
        key.verify(signature, message)
    except invalid:
        return False
    return True


def verify(public: bytes, message: bytes, signature: bytes) -> bytes:
    """`message`, if `public` has signed it; BadKey or BadSignature otherwise."""
    if len(signature) != SIGNATURE_SIZE:
        raise BadSignature(f"an Ed25519 signature has {SIGNATURE_SIZE} bytes, not {len(signature)}")
    if not is_valid(public, message, signature):
        raise BadSignature("the signature is not by that key over these bytes")
    return message
