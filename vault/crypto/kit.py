"""The recovery kit: 32 secret bytes on paper, typed back by a person under stress.

    line i   = Crockford base32(8 bytes || first 2 of SHA-256(PAE(label, i, 8 bytes)))      i = 1 .. 4
             = 80 bits = 16 characters, no padding, written ABCD-EFGH-JKMN-PQRS
    keyset   = HKDF-SHA256(secret, info = label, 64)

Each line carries its own check, so a mistyped or misplaced line is named (a slip passes once in 65,536). Read
back in any case, with or without hyphens and spaces, O as 0, I and L as 1. The alphabet has no U.
"""

from __future__ import annotations

from hashlib import sha256
from hmac import compare_digest
from typing import TYPE_CHECKING

from vault.crypto.pae import pae
from vault.errors import UsageProblem

if TYPE_CHECKING:
    from vault.crypto.keyset import Keyset

LABEL = b"keyholder/v1/recovery-kit"
KEYSET_LABEL = b"keyholder/v1/recovery-keyset"
SIZE = 32

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_UPPER = {symbol: value for value, symbol in enumerate(_ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_VALUES = _UPPER | {symbol.lower(): value for symbol, value in _UPPER.items()}
_LINES, _LINE_SIZE, _LINE_LENGTH = 4, 8, 16


def encode(secret: bytes) -> list[str]:
    """The four lines to print."""
    if len(secret) != SIZE:
        raise ValueError(f"a recovery kit has {SIZE} secret bytes")
    return [_line(i + 1, secret[8 * i : 8 * i + 8]) for i in range(_LINES)]


def decode(text: str) -> bytes:
    """The secret of the lines as typed; UsageProblem names the line that cannot be right."""
    lines = _split(text)
    return b"".join(_read_line(number, line) for number, line in enumerate(lines, start=1))


def keyset_from_kit(secret: bytes) -> Keyset:
    """The recovery keyset that the kit stands for."""
    from vault.crypto.hkdf import hkdf
    from vault.crypto.keyset import Keyset

    if len(secret) != SIZE:
        raise ValueError(f"a recovery kit has {SIZE} secret bytes")
    return Keyset.from_secret(hkdf(secret, info=KEYSET_LABEL, length=64))


def _line(number: int, data: bytes) -> str:
    bits = int.from_bytes(data + _check(number, data), "big")
    symbols = "".join(_ALPHABET[bits >> shift & 31] for shift in range(75, -1, -5))
    return "-".join(symbols[i : i + 4] for i in range(0, _LINE_LENGTH, 4))


def _check(number: int, data: bytes) -> bytes:
    # The number is in it: two lines in the wrong order are two wrong lines.
    return sha256(pae(LABEL, bytes([number]), data)).digest()[:2]


def _split(text: str) -> list[str]:
    lines = ["".join(line.replace("-", " ").split()) for line in text.splitlines()]
    lines = [line for line in lines if line]
    if len(lines) == 1:  # typed or pasted without line breaks
        lines = [lines[0][i : i + _LINE_LENGTH] for i in range(0, len(lines[0]), _LINE_LENGTH)]
    if len(lines) != _LINES:
        raise UsageProblem(
            f"a recovery kit has {_LINES} lines of {_LINE_LENGTH} characters, not {len(lines)} lines"
        )
    return lines


def _read_line(number: int, line: str) -> bytes:
    if len(line) != _LINE_LENGTH:
        raise _wrong(number, f"it has {len(line)} characters, not {_LINE_LENGTH}")
    bits = 0
    for symbol in line:
        value = _VALUES.get(symbol)
        if value is None:
            raise _wrong(number, "it holds a character that a kit never has")
        bits = bits << 5 | value
    raw = bits.to_bytes(10, "big")
    if not compare_digest(raw[_LINE_SIZE:], _check(number, raw[:_LINE_SIZE])):
        raise _wrong(number, "its check characters do not fit")
    return raw[:_LINE_SIZE]


def _wrong(number: int, why: str) -> UsageProblem:
    return UsageProblem(
        f"line {number} of the recovery kit is mistyped: {why}", hint="compare it with the paper"
    )
