"""Public keys to which nothing can be sealed: of the right length, and no key all the same.

An epoch is sealed to every keyset of its team. One that no library takes would stop each member's next change.

    key = ML-KEM-768 encapsulation key (1,152 bytes of 12-bit numbers, 32 of seed; FIPS 203, 7.2) || X25519 (32)
"""

from __future__ import annotations

_NUMBERS, _KEM_SIZE = 1152, 1184
_Q = 3329  # each number of an ML-KEM key lies below it
_P = 2**255 - 19
# Points of small order on Curve25519: whatever is agreed with them is zero (RFC 7748, 6.1).
_SMALL_ORDER = frozenset(
    {
        *(0, 1, _P - 1),
        0x00B8495F16056286FDB1329CEB8D09DA6AC49FF1FAE35616AEB8413B7C7AEBE0,
        0x57119FD0DD4E22D8868E1C58C45C44045BEF839C55B1D0B1248C50A3BC959C5F,
    }
)


def seals_nothing(public: bytes) -> bool:
    """Whether nothing can be sealed to a keyset with this public key."""
    packed = public[:_NUMBERS]
    low = (a | (b & 0x0F) << 8 for a, b in zip(packed[::3], packed[1::3], strict=True))
    high = (b >> 4 | c << 4 for b, c in zip(packed[1::3], packed[2::3], strict=True))
    point = int.from_bytes(public[_KEM_SIZE:], "little")
    # A point at or above the modulus is a second spelling of another, which has one fingerprint already.
    return max(low) >= _Q or max(high) >= _Q or point >= _P or point in _SMALL_ORDER
