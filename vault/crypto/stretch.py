"""Argon2id (RFC 9106, version 0x13): a passphrase made expensive to guess.

    stretch(passphrase, salt, cost) = Argon2id(UTF-8(NFC(passphrase)), salt, m, t, p, 32 bytes)

A cost read from a file is hostile until proven otherwise: below the floor it gives the passphrase away, above
the ceiling it stops the machine. Both are refused before anything is computed.
"""

from __future__ import annotations

from typing import NamedTuple
from unicodedata import normalize

from vault.errors import UsageProblem, VaultError


class Cost(NamedTuple):
    """What one guess costs: memory in KiB, passes over it, lanes that may run side by side."""

    memory_kib: int
    passes: int
    lanes: int

    def within(self, floor: Cost) -> bool:
        """True if no part lies below `floor` or above the ceiling."""
        bounds = zip(floor, self, CEILING, strict=True)
        return all(low <= part <= high for low, part, high in bounds)


# The second recommended option of RFC 9106, section 4.
FLOOR = Cost(65536, 3, 4)  # 64 MiB
DEFAULT = FLOOR
CEILING = Cost(4 * 1024 * 1024, 16, 16)  # 4 GiB
# Refused everywhere unless the caller names it as the floor too.
CHEAPEST_FOR_TESTS = Cost(8, 1, 1)


def stretch(passphrase: str, *, salt: bytes, cost: Cost) -> bytes:
    """32 bytes that take `cost` to compute from a guess."""
    # Loaded here: with what it imports it takes 30 ms that commands without a passphrase need not pay.
    from argon2.exceptions import HashingError
    from argon2.low_level import Type, hash_secret_raw

    secret = _as_bytes(passphrase)
    memory, passes, lanes = cost
    try:
        return hash_secret_raw(secret, salt, passes, memory, lanes, 32, Type.ID)
    except HashingError:
        raise VaultError(
            "the passphrase could not be stretched", hint=f"it needs {memory // 1024} MiB of free memory"
        ) from None


def _as_bytes(passphrase: str) -> bytes:
    try:
        return normalize("NFC", passphrase).encode()
    except UnicodeEncodeError:  # its text quotes the passphrase
        raise UsageProblem(
            "the passphrase holds bytes that are not text in this terminal's encoding"
        ) from None
