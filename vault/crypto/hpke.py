"""Seal bytes to a public key: one hybrid suite, nothing to negotiate.

    e        = SHAKE256(seed, 96);  ML-KEM-768 seed = e[0:64];  X25519 scalar = e[64:96]
    public   = ML-KEM-768 public key (1184) || X25519 public key (32)
    sealed   = 0x01 || HPKE.SealBase(public, info, aad = "", plaintext)
             = 0x01 || enc (1120) || ciphertext || tag (16)
    suite    = MLKEM768_X25519 (0x647a), HKDF-SHA256 (0x0001), ChaCha20-Poly1305 (0x0003)

RFC 9180; draft-ietf-hpke-pq for the KEM: whoever stores what is sealed today cannot open it with a quantum
computer tomorrow. Base mode has no author: anybody can seal to anybody, so a seal is believed only where a
signed entry carries its hash. The library has no AAD, so the whole context goes into `info`, made with `pae`
under a label.
"""

from __future__ import annotations

from hashlib import shake_256
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from vault.errors import IntegrityError

MARK = b"\x01"
SEED_SIZE = 32
PUBLIC_SIZE = 1184 + 32
OVERHEAD = 1 + 1120 + 16

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_X25519_P = 2**255 - 19


class Opens(Protocol):
    """Whatever holds a private key: an `Opener`, a keyset, an epoch key."""

    def open(self, sealed: bytes, *, info: bytes) -> bytes:
        """What was sealed to this key with this `info`; IntegrityError otherwise."""
        ...


class Opener:
    """A private key, parsed once for many seals."""

    __slots__ = ("_key", "public")

    def __init__(self, seed: bytes) -> None:
        self._key, self.public = _expand(seed)

    def open(self, sealed: bytes, *, info: bytes) -> bytes:
        """What was sealed to this key with this `info`; IntegrityError otherwise."""
        if len(sealed) < OVERHEAD or sealed[:1] != MARK:
            raise _does_not_open()
        try:
            return _SUITE.decrypt(sealed[1:], self._key, info=info)
        except InvalidTag:  # the library's one answer to every enc and ciphertext, weak points included
            raise _does_not_open() from None


def seal(public: bytes, plaintext: bytes, *, info: bytes) -> bytes:
    """`plaintext`, to be opened with the private key of `public` and the same `info` only."""
    if len(public) != PUBLIC_SIZE:
        raise _no_key()
    kem, curve = public[:1184], public[1184:]
    # The library masks the top bit and reduces: one key would have several spellings, hence fingerprints.
    if int.from_bytes(curve, "little") >= _X25519_P:
        raise _no_key()
    try:
        key = MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(kem), X25519PublicKey.from_public_bytes(curve)
        )
        return MARK + _SUITE.encrypt(plaintext, key, info=info)
    except ValueError as exc:  # outside the ML-KEM modulus, or a point of small order
        raise _no_key() from exc


def verify_public(public: bytes) -> bytes:
    """`public`, if it can be sealed to; asked before a key is enrolled, not first when it is needed."""
    seal(public, b"", info=b"")
    return public


def _expand(seed: bytes) -> tuple[MLKEM768X25519PrivateKey, bytes]:
    if len(seed) != SEED_SIZE:
        raise _does_not_open()
    expanded = shake_256(seed).digest(96)
    kem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    curve = X25519PrivateKey.from_private_bytes(expanded[64:])
    public = kem.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
    return MLKEM768X25519PrivateKey(kem, curve), public


def _does_not_open() -> IntegrityError:
    # One text for every cause: who can try seals on us must not learn how far each got.
    return IntegrityError("a sealed value does not open in its place")


def _no_key() -> IntegrityError:
    return IntegrityError("a public key is not one that this vault can seal to")
