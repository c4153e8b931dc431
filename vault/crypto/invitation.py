"""An invitation's one-use key, and what a newcomer signs with it and with the keys that are to be admitted.

    statement    = PAE(vault id, invitation, person, keyset, sign public, kem public, device, sealed nickname)
    by inviting  = Ed25519(seed, PAE(invited label, statement))         whoever answers holds the invitation
    by keyset    = Ed25519(new keyset, PAE(possession label, statement)) and the private half of the new keys

Ed25519 is RFC 8032. Both sign everything, so neither the person, a key nor the vault can be exchanged on the way;
two labels, so that neither signature can stand for the other. `audit.keys.verify` checks them.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vault.crypto.pae import pae

INVITED_LABEL = b"keyholder/v1/join-invited"
POSSESSION_LABEL = b"keyholder/v1/join-possession"
SEED_SIZE = 32


def public_key(seed: bytes) -> bytes:
    """The public half, which the log carries."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def statement(vault_id: bytes, *parts: bytes) -> bytes:
    """What both signatures are over, part by part."""
    return pae(vault_id, *parts)


def invited(statement: bytes) -> bytes:
    """The bytes that the invitation's key signs."""
    return pae(INVITED_LABEL, statement)


def possession(statement: bytes) -> bytes:
    """The bytes that the new keyset signs."""
    return pae(POSSESSION_LABEL, statement)


def sign(seed: bytes, message: bytes) -> bytes:
    """The signature of the invitation's key."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)
