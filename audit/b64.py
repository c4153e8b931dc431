"""Standard base64 (RFC 4648, section 4) with one accepted spelling for each value.

Two spellings of one hash would be two bodies with one meaning, so padding bits must be zero and nothing is
skipped.
"""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64


def encode(raw: bytes) -> str:
    return b2a_base64(raw, newline=False).decode()


def decode(text: str) -> bytes:
    """The bytes; ValueError unless `text` is exactly what `encode` makes of them."""
    try:
        raw = a2b_base64(text, strict_mode=True)
    except ValueError as exc:
        raise ValueError("not base64") from exc
    if encode(raw) != text:
        raise ValueError("not the canonical base64")
    return raw


def decode_sized(text: object, size: int) -> bytes:
    """The bytes, if `text` is a string and they are `size` of them; ValueError otherwise."""
    # The length of the text first, so that no work is done for a long one; it leaves up to two bytes open.
    if not isinstance(text, str) or len(text) != (size + 2) // 3 * 4 or len(raw := decode(text)) != size:
        raise ValueError(f"not the base64 of {size} bytes")
    return raw
