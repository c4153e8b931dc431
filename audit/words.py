"""A vault id as ten words that two people can compare over the telephone.

    N     = the 32 bytes of the id as one big-endian number
    value = floor(N * 7776^10 / 2^256)                      the first 129 of its 256 bits, evenly spread
    words = the ten digits of `value` in base 7776, the most significant first, each a word of the list

The list is the EFF's long word list for passphrases (Joseph Bonneau, Electronic Frontier Foundation, 2016),
under Creative Commons Attribution 3.0 United States (CC BY 3.0 US). It is read when the first word is needed,
and only if it is the very list: another one would make other words of the same id.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from audit.errors import BadVaultId

WORD_COUNT = 10
LIST_SIZE = 7776
LIST_SHA256 = "6d557f0693958fb5e650b68b5bee585eb82cf4da32965505c789e924743bc522"

_LIST = Path(__file__).with_name("eff_large.txt")
_HEX = re.compile(r"[0-9a-fA-F]{64}").fullmatch


@dataclass(frozen=True, slots=True)
class VaultId:
    """A vault id as somebody gave it: ten words, and the whole digest if they gave that."""

    words: tuple[str, ...]
    digest: bytes | None

    def matches(self, digest: bytes) -> bool:
        return matches(self.words, digest) if self.digest is None else digest == self.digest


@cache
def word_list() -> tuple[str, ...]:
    """The 7,776 words, in order."""
    raw = _LIST.read_bytes()
    if sha256(raw).hexdigest() != LIST_SHA256:
        raise BadVaultId("the word list has been changed: vault ids cannot be spoken with it")
    return tuple(raw.decode().split())


def to_words(digest: bytes) -> list[str]:
    if len(digest) != 32:
        raise ValueError("a vault id has 32 bytes")
    value = int.from_bytes(digest) * LIST_SIZE**WORD_COUNT >> 256
    words = []
    for _ in range(WORD_COUNT):
        value, digit = divmod(value, LIST_SIZE)
        words.append(word_list()[digit])
    return words[::-1]


def matches(words: Sequence[str], digest: bytes) -> bool:
    return list(words) == to_words(digest)


def parse_vault_id(text: str) -> VaultId:
    """The id in `text`, 64 hexadecimal digits or ten words in any case; BadVaultId names what is wrong."""
    given = text.strip().lower()
    if _HEX(given):
        digest = bytes.fromhex(given)
        return VaultId(tuple(to_words(digest)), digest)
    words = tuple(given.split())
    if len(words) != WORD_COUNT:
        raise BadVaultId(f"a vault id is 64 hexadecimal digits or {WORD_COUNT} words, not {len(words)}")
    known = frozenset(word_list())
    for place, word in enumerate(words, start=1):
        if word not in known:
            raise BadVaultId(f"word {place} is not on the word list")
    return VaultId(words, None)
