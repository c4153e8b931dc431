"""A keyset: the keys of one machine, or of recovery.

    secret       = kem_seed (32) || sign_seed (32)
    kem_public   = HPKE public key of kem_seed (see `hpke`);  sign_public = Ed25519 public key of sign_seed
    fingerprint  = SHA-256(PAE(label, kem_public, sign_public))
    derive(what) = HKDF-SHA256(secret, info = PAE(label, what), 32)

Ed25519 is RFC 8032. Two seeds, not one stretched to two, so that neither key says anything about the other. A
signature over PAE(label, ..) proves possession; `audit.keys.verify` checks it, with the keys refused under
which everything verifies.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vault.crypto.hkdf import hkdf
from vault.crypto.hpke import Opener
from vault.crypto.pae import pae
from vault.crypto.secret import Secret
from vault.errors import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Callable

LABEL = b"keyholder/v1/keyset"
DERIVE_LABEL = b"keyholder/v1/keyset-derive"
SIZE = 64


class Keyset:
    """One sealing and one signing key. Equal secrets make equal keysets; nothing of it prints."""

    __slots__ = ("_opener", "_secret", "_signer", "kem_public", "sign_public")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SIZE:
            raise IntegrityError(f"a keyset has {SIZE} secret bytes, not {len(secret)}")
        self._secret = Secret(secret)
        self._opener = Opener(secret[:32])
        self._signer = Ed25519PrivateKey.from_private_bytes(secret[32:])
        self.kem_public: bytes = self._opener.public
        self.sign_public: bytes = self._signer.public_key().public_bytes_raw()

    @classmethod
    def generate(cls, random: Callable[[int], bytes]) -> Keyset:
        """A fresh keyset from 64 bytes of `random`."""
        return cls(random(SIZE))

    @classmethod
    def from_secret(cls, secret: bytes) -> Keyset:
        """The keyset that `reveal` wrote down."""
        return cls(secret)

    def reveal(self) -> bytes:
        """The 64 secret bytes: for sealing the keyset, and for nothing else."""
        return self._secret.reveal()

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature, 64 bytes."""
        return self._signer.sign(message)

    def signed(self, label: bytes, *parts: bytes) -> bytes:
        """The signature over PAE(label, parts): good for this purpose and for no other."""
        return self.sign(pae(label, *parts))

    def open(self, sealed: bytes, *, info: bytes) -> bytes:
        """What was sealed to this keyset with this `info`; IntegrityError otherwise."""
        return self._opener.open(sealed, info=info)

    def derive(self, label: bytes) -> bytes:
        """A key for a local purpose that only this keyset can name again."""
        return hkdf(self.reveal(), info=pae(DERIVE_LABEL, label))

    def fingerprint(self) -> bytes:
        """The 32 bytes that name both public keys."""
        return fingerprint(kem_public=self.kem_public, sign_public=self.sign_public)

    def __repr__(self) -> str:
        return "<keyset>"


def fingerprint(*, kem_public: bytes, sign_public: bytes) -> bytes:
    """The 32 bytes that name a keyset, from its public keys alone."""
    return sha256(pae(LABEL, kem_public, sign_public)).digest()
