"""A team's epoch: a fresh key pair, sealed to exactly those who belong.

    seal(to)     = HPKE(to, seed, info = PAE(label, public, info))
    predecessor  = 0x03 || ChaCha20-Poly1305(k, nonce 0, previous seed)
                   k = HKDF-SHA256(seed, salt = SHA-256(PAE(label, previous public, info)), info = label, 32)
    details key  = HKDF-SHA256(seed, info = label, 32)

After opening, the public key is computed again and compared with the one that the log names: without that,
whoever can write the database replaces a team's key by one of their own ("Zero Knowledge (About) Encryption",
ePrint 2026/058, attack BW09). The zero nonce is safe: the previous public key is in the key, so it has one
message.
"""

from __future__ import annotations

from hashlib import sha256
from hmac import compare_digest
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from vault.crypto.hkdf import hkdf
from vault.crypto.hpke import SEED_SIZE, Opener, Opens, seal
from vault.crypto.pae import pae
from vault.crypto.secret import Secret
from vault.errors import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Callable

SEAL_LABEL = b"keyholder/v1/epoch-seal"
PREDECESSOR_LABEL = b"keyholder/v1/epoch-predecessor"
DETAILS_LABEL = b"keyholder/v1/epoch-details"
PREDECESSOR_MARK = b"\x03"
PREDECESSOR_SIZE = 1 + SEED_SIZE + 16


class EpochKey:
    """The private key of one team for one epoch."""

    __slots__ = ("_opener", "_seed", "public")

    def __init__(self, seed: bytes) -> None:
        self._opener = Opener(seed)
        self._seed = Secret(seed)
        self.public: bytes = self._opener.public

    @classmethod
    def generate(cls, random: Callable[[int], bytes]) -> EpochKey:
        """A fresh epoch key from 32 bytes of `random`."""
        return cls(random(SEED_SIZE))

    def reveal(self) -> bytes:
        """The seed: for sealing it to those who belong, and for nothing else."""
        return self._seed.reveal()

    def open(self, sealed: bytes, *, info: bytes) -> bytes:
        """What was sealed to this epoch with this `info`; IntegrityError otherwise."""
        return self._opener.open(sealed, info=info)

    def details_key(self) -> bytes:
        """The key of `details` while this epoch of the register lasts."""
        return hkdf(self.reveal(), info=DETAILS_LABEL)

    def __repr__(self) -> str:
        return "<epoch key>"


def seal_epoch(epoch: EpochKey, *, to: bytes, info: bytes) -> bytes:
    """The epoch's private key for one member's keyset."""
    return seal(to, epoch.reveal(), info=pae(SEAL_LABEL, epoch.public, info))


def open_epoch(opener: Opens, sealed: bytes, *, info: bytes, public: bytes) -> EpochKey:
    """The epoch key, if it is the one whose `public` key the log names; IntegrityError otherwise."""
    return _verify_epoch(opener.open(sealed, info=pae(SEAL_LABEL, public, info)), public)


def seal_predecessor(current: EpochKey, previous: EpochKey, *, info: bytes) -> bytes:
    """The previous private key for everybody who has the current one: a new member can read the past."""
    key = _predecessor_key(current, previous.public, info)
    return PREDECESSOR_MARK + key.encrypt(bytes(12), previous.reveal(), None)


def open_predecessor(current: EpochKey, blob: bytes, *, info: bytes, public: bytes) -> EpochKey:
    """The previous epoch key, if it is the one whose `public` key the log names; IntegrityError otherwise."""
    if len(blob) != PREDECESSOR_SIZE or blob[:1] != PREDECESSOR_MARK:
        raise _not_that_epoch()
    try:
        seed = _predecessor_key(current, public, info).decrypt(bytes(12), blob[1:], None)
    except InvalidTag:
        raise _not_that_epoch() from None
    return _verify_epoch(seed, public)


def _predecessor_key(current: EpochKey, previous_public: bytes, info: bytes) -> ChaCha20Poly1305:
    salt = sha256(pae(PREDECESSOR_LABEL, previous_public, info)).digest()
    return ChaCha20Poly1305(hkdf(current.reveal(), salt=salt, info=PREDECESSOR_LABEL))


def _verify_epoch(seed: bytes, public: bytes) -> EpochKey:
    epoch = EpochKey(seed)
    if not compare_digest(epoch.public, public):
        raise _not_that_epoch()
    return epoch


def _not_that_epoch() -> IntegrityError:
    return IntegrityError("a team's sealed key is not the key that the log names")
