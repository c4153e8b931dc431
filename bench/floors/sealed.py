"""Shared by the floors: unlock with Argon2id at the product's cost, open two hybrid seals."""

from __future__ import annotations

import hashlib
import os

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite

SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


def unlock() -> bytes:
    """One passphrase guess at 64 MiB, three passes, four lanes."""
    return hash_secret_raw(b"measure only", os.urandom(16), 3, 65536, 4, 32, Type.ID)


def key(seed: bytes) -> MLKEM768X25519PrivateKey:
    """A private key from its seed, as a keyset holds it."""
    both = hashlib.shake_256(seed).digest(96)
    return MLKEM768X25519PrivateKey(
        mlkem.MLKEM768PrivateKey.from_seed_bytes(both[:64]),
        x25519.X25519PrivateKey.from_private_bytes(both[64:]),
    )


def open_seals(count: int) -> None:
    """Seal is free here (done once); opening is what a reader pays, with a fresh private key each time."""
    seed = os.urandom(32)
    sealed = SUITE.encrypt(os.urandom(32), key(seed).public_key(), info=b"floor")
    for _ in range(count):
        SUITE.decrypt(sealed, key(seed), info=b"floor")


def open_bodies(sizes: list[int]) -> None:
    """One AEAD under one key for each size."""
    cipher = ChaCha20Poly1305(os.urandom(32))
    for size in sizes:
        nonce = os.urandom(12)
        cipher.decrypt(nonce, cipher.encrypt(nonce, bytes(size), b"floor"), b"floor")
