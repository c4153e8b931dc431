"""Random ids: the only names of persons, accounts and devices that the log carries.

    id = prefix ‖ "-" ‖ 16 characters of lower-case base32 (RFC 4648 alphabet, a-z 2-7) of 10 random bytes

80 random bits say nothing about what they name, and two of a million ids meet with a chance below 2^-40. Ten
bytes fill sixteen characters exactly, so every id has one spelling and no padding.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Callable
from enum import StrEnum

from vault.errors import UsageProblem

_RANDOM_BYTES = 10
_LENGTH = 16
_ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyz234567")


class Prefix(StrEnum):
    """What an id names."""

    PERSON = "per"
    KEYSET = "kst"
    ACCOUNT = "acc"
    DEVICE = "dev"
    GRANT = "grt"
    TEAM = "tem"
    REQUEST = "req"
    ROTATION = "rot"
    CLAIM = "clm"
    NOTE = "not"
    EPOCH = "epo"
    INVITATION = "inv"
    BATCH = "bat"
    WITNESS = "wit"
    RECORD = "rec"


def new_id(prefix: Prefix, random: Callable[[int], bytes]) -> str:
    """Make a new id from ``random(10)``."""
    drawn = random(_RANDOM_BYTES)
    if len(drawn) != _RANDOM_BYTES:
        raise ValueError(f"an id takes {_RANDOM_BYTES} random bytes, {len(drawn)} were given")
    return f"{prefix}-{b32encode(drawn).decode().lower()}"


def check_id(prefix: Prefix, text: str) -> str:
    """Return ``text`` if it is an id of that kind, in the one spelling; never a prefix of one."""
    start = f"{prefix}-"
    rest = text.removeprefix(start)
    if not text.startswith(start) or len(rest) != _LENGTH or not _ALPHABET.issuperset(rest):
        raise UsageProblem(f"that is not an id of the form {start} and {_LENGTH} letters a-z or digits 2-7")
    return text
