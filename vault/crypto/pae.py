"""Pre-authentication encoding: several byte strings as one, and never two lists as the same one.

    pae(p1 .. pn) = LE64(n) || LE64(len p1) || p1 || .. || LE64(len pn) || pn

PASETO's encoding (paseto-standard/paseto-spec, Common.md). Whatever is signed, hashed or used as context is
joined by it: with plain concatenation "ab" + "c" and "a" + "bc" would be the same context.
"""

from __future__ import annotations


def pae(*parts: bytes) -> bytes:
    """The parts as one string from which they can be told apart again."""
    pieces = [len(parts).to_bytes(8, "little")]
    for part in parts:
        pieces.append(len(part).to_bytes(8, "little"))
        pieces.append(part)
    return b"".join(pieces)


def before(*parts: bytes, last: int) -> bytes:
    """How `pae` of these and one more part of ``last`` bytes begins: before(a, last=len(b)) + b == pae(a, b)."""
    whole = pae(*parts, bytes(last))
    return whole[: len(whole) - last]
