"""Passwords and passphrases, drawn evenly, that can be read out over a telephone.

    index    = the lowest bits of random bytes, drawn again until below the size of the alphabet (no modulo)
    password = characters drawn so, the whole candidate drawn again while it breaks a rule: whatever
               keeps the rules is equally likely

The alphabet leaves out 0 O o 1 l I. No password starts with = + - @ (spreadsheets would take it for a
formula). 24 characters of it have more than 140 bits; six words of a list of 7,776 have 77.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vault.crypto.spell import spell
from vault.errors import UsageProblem, VaultError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["DEFAULT_LENGTH", "Rules", "passphrase", "password", "pin", "spell"]

DEFAULT_LENGTH = 24

_LETTERS = {"lower": "abcdefghijkmnpqrstuvwxyz", "upper": "ABCDEFGHJKLMNPQRSTUVWXYZ", "digit": "23456789"}
_SYMBOLS = "!#$%*+-.:=?@_"
_FORMULA = "=+-@"
# Far beyond bad luck: only a broken random source or rules that leave almost nothing get here.
_MAX_DRAWS = 10_000


@dataclass(frozen=True, slots=True)
class Rules:
    """What a platform accepts: lengths, symbols, classes that must occur (lower, upper, digit, symbol)."""

    min_length: int = 12
    max_length: int = 64
    symbols: str = _SYMBOLS
    require: tuple[str, ...] = ("lower", "upper", "digit", "symbol")
    forbid_first: str = _FORMULA

    def __post_init__(self) -> None:
        if not max(1, len(self.require)) <= self.min_length <= self.max_length <= 1024:
            raise UsageProblem("the lengths of a password rule contradict each other or its required classes")
        if any(not self.classes().get(name) for name in self.require):
            raise UsageProblem("a password rule requires a class that is unknown or has no characters")
        if not all(_is_symbol(char) for char in self.symbols) or len(set(self.symbols)) != len(self.symbols):
            raise UsageProblem("the symbols of a password rule are ASCII punctuation, each once")

    def classes(self) -> dict[str, str]:
        """The characters of each class."""
        return _LETTERS | {"symbol": self.symbols}

    def allows(self, candidate: str) -> bool:
        """True if the candidate starts well and holds every required class."""
        classes = self.classes()
        return candidate[0] not in _FORMULA + self.forbid_first and all(
            any(char in classes[name] for char in candidate) for name in self.require
        )


def password(rules: Rules, *, random: Callable[[int], bytes]) -> str:
    """One of the passwords that the rules allow, all equally likely; 24 characters where they permit it."""
    length = min(max(DEFAULT_LENGTH, rules.min_length), rules.max_length)
    alphabet = "".join(rules.classes().values())
    for _ in range(_MAX_DRAWS):
        candidate = "".join(alphabet[_below(len(alphabet), random)] for _ in range(length))
        if rules.allows(candidate):
            return candidate
    raise _exhausted()


def pin(length: int, *, random: Callable[[int], bytes]) -> str:
    """Decimal digits, drawn evenly, for a platform that takes nothing else."""
    if length < 1:
        raise ValueError("a PIN has digits")
    return "".join(str(_below(10, random)) for _ in range(length))


def passphrase(words: Sequence[str], *, random: Callable[[int], bytes], count: int = 6) -> str:
    """`count` words, each drawn evenly and independently."""
    if count < 1 or not words or len(set(words)) != len(words):
        raise ValueError("a passphrase needs words, each once in the list")
    return " ".join(words[_below(len(words), random)] for _ in range(count))


def _below(limit: int, random: Callable[[int], bytes]) -> int:
    bits = (limit - 1).bit_length()
    size = (bits + 7) // 8
    for _ in range(_MAX_DRAWS):
        index = int.from_bytes(random(size), "big") & ((1 << bits) - 1)
        if index < limit:
            return index
    raise _exhausted()


def _is_symbol(char: str) -> bool:
    return char.isascii() and char.isprintable() and not char.isalnum() and char != " "


def _exhausted() -> VaultError:
    return VaultError(
        "no password could be drawn: the random source or the rules leave nothing to choose from"
    )
