"""ML-DSA-44 (FIPS 204), as witnesses of others sign with it. Verified here, never made.

Whose key it is, an auditor knows from the witness: unlike Ed25519's, weak keys have no short list to refuse. Their
holder could disown what they sign, and nobody else gains by it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from audit.errors import BadKey, BadSignature

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

KEY_SIZE = 1312
SIGNATURE_SIZE = 2420


@lru_cache(maxsize=16)
def _loaded(public: bytes) -> MLDSA44PublicKey:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

    if len(public) != KEY_SIZE:
        raise BadKey(f"an ML-DSA-44 key has {KEY_SIZE} bytes, not {len(public)}")
    return MLDSA44PublicKey.from_public_bytes(public)


def verify(public: bytes, message: bytes, signature: bytes) -> bytes:
    """`message`, if `public` has signed it with the empty context; BadKey or BadSignature otherwise."""
    from cryptography.exceptions import InvalidSignature

    try:
        _loaded(public).verify(signature, message)
    except InvalidSignature as exc:
        raise BadSignature("the signature is not by that key over these bytes") from exc
    return message
