"""Padding that hides a length and can be taken off in one way only (ISO/IEC 7816-4).

    pad(data, n) = data || 0x80 || 0x00 ..   up to the next multiple of n; at least one byte, at most n

Always inside an AEAD, so no oracle: what arrives here was written by somebody with the key.
"""

from __future__ import annotations


def pad(data: bytes, multiple: int) -> bytes:
    """`data`, longer, of a length that tells it only up to `multiple`."""
    return data + b"\x80" + bytes(-(len(data) + 1) % multiple)


def unpad(padded: bytes, multiple: int) -> bytes:
    """What `pad` was given; ValueError unless `padded` is exactly what it makes of it."""
    marked = padded.rstrip(b"\0")
    added = len(padded) - len(marked) + 1
    if not marked.endswith(b"\x80") or added > multiple or len(padded) % multiple:
        raise ValueError("not padded")
    return marked[:-1]
