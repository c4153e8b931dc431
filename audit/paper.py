"""A head on paper: written so that it can be read aloud, and typed back without a mistake going unnoticed.

    <origin>
    <size>
    9f86 d081 884c 7d65 a2f                 four rows: 16 digits of the root in groups of four, and three check digits
    ...
    check digits = the first three of SHA-256( origin LF size LF row number LF the 16 digits ) in hexadecimal

A mistyped digit must not look like a second history: of 4,096 mistakes in a row one passes.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from audit import checkpoint, note
from audit.checkpoint import Checkpoint
from audit.errors import BadNote
from audit.merkle import MAX_SIZE

ROWS, DIGITS, CHECK = 4, 16, 3


def rows(head: Checkpoint) -> list[str]:
    """The root in four rows."""
    text = head.root.hex()
    return [_row(head.origin, head.size, n, text[n * DIGITS : (n + 1) * DIGITS]) for n in range(ROWS)]


def read_head(raw: bytes) -> Checkpoint:
    """A head that somebody kept: a signed note, the three lines of its text, or typed from paper."""
    if b"\n\n" in raw.strip() and b"\xe2\x80\x94" in raw:
        return checkpoint.parse_text(note.parse(raw).text)
    try:
        return checkpoint.parse_text(raw)
    except BadNote:
        return _typed(raw)


def read_file(path: Path) -> tuple[bytes, Checkpoint]:
    """The bytes of a kept head, and what they say."""
    raw = path.read_bytes()
    return raw, read_head(raw)


def _typed(raw: bytes) -> Checkpoint:
    try:
        given = [line.split() for line in raw.decode("ascii").lower().splitlines() if line.strip()]
    except UnicodeDecodeError as exc:
        raise BadNote("a head is a signed note, its text, or lines typed from paper") from exc
    if len(given) != 2 + ROWS or len(given[0]) != 1 or not "".join(given[1]).isdecimal():
        raise BadNote("a head from paper is the log's name, the number of entries, and four rows")
    origin, size = given[0][0], int("".join(given[1])[:20])
    if not note.is_name(origin) or size > MAX_SIZE:
        raise BadNote("a head from paper begins with the log's name and the number of entries")
    digits = ""
    for n, groups in enumerate(given[2:]):
        row = "".join(groups)
        if "".join(_row(origin, size, n, row[:DIGITS]).split()) != row:
            raise BadNote(
                f"row {n + 1} of the head was mistyped, or the name or number above it: compare with the paper"
            )
        digits += row[:DIGITS]
    return Checkpoint(origin, size, bytes.fromhex(digits))


def _row(origin: str, size: int, n: int, digits: str) -> str:
    check = sha256(f"{origin}\n{size}\n{n + 1}\n{digits}".encode()).hexdigest()[:CHECK]
    return " ".join([*(digits[at : at + 4] for at in range(0, len(digits), 4)), check])
