"""The head of a log as a signed note (c2sp.org/tlog-checkpoint).

    origin LF size LF base64(root) LF               signed by a key whose name is the origin

Extension lines, which the specification allows and advises against, are refused: a signed line that no entry
accounts for is a place to hide things.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from audit import b64, keys, note
from audit.errors import BadNote
from audit.merkle import HASH_SIZE, MAX_SIZE

_SIZE_LINE = re.compile(rb"[^\n]*\n(0|[1-9][0-9]{0,18})\n").match
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}").fullmatch


class Checkpoint(NamedTuple):
    """A log of `size` entries whose tree has `root`."""

    origin: str
    size: int
    root: bytes

    def text(self) -> bytes:
        return f"{self.origin}\n{self.size}\n{b64.encode(self.root)}\n".encode()


def parse_text(text: bytes) -> Checkpoint:
    """The checkpoint that the text of a note spells; BadNote unless it is the only spelling."""
    try:
        origin, size, root, rest = text.decode().split("\n")
        decoded = b64.decode_sized(root, HASH_SIZE)
    except ValueError as exc:
        raise BadNote("a checkpoint is an origin, a size and a root, a line each") from exc
    if not origin or rest or not _SIZE(size) or int(size) > MAX_SIZE:
        raise BadNote("a checkpoint has an origin, and a size written in plain digits")
    return Checkpoint(origin, int(size), decoded)


def size_of(raw: bytes) -> int:
    """The size that a note states, whatever else it is; BadNote if it states none."""
    found = _SIZE_LINE(raw)
    if found is None:
        raise BadNote("a checkpoint has an origin, and a size written in plain digits")
    return int(found[1])


def is_signed(checkpoint: Checkpoint, raw: bytes, *, public: bytes) -> bool:
    """Whether `raw` is just what `sign` makes of this head. If not, it may be sound all the same: see `verify`."""
    text = checkpoint.text()
    signature = note.lone_signature(raw, text, name=checkpoint.origin, public=public)
    return signature is not None and keys.is_valid(public, text, signature)


def sign(checkpoint: Checkpoint, *, public: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """The note that commits the holder of `public` to this head.

    The signature is verified before it leaves: once appended, a false one would stop every reader of the log.
    """
    text = checkpoint.text()
    signature = sign(text)
    keys.verify(public, text, signature)
    line = note.signature_line(checkpoint.origin, public, signature)
    return text + b"\n" + line.encode()


def verify(raw: bytes, *, origin: str, public: bytes) -> Checkpoint:
    """The checkpoint in the note `raw`, if it is of that log and that key has signed it."""
    checkpoint = parse_text(note.verify(note.parse(raw), name=origin, public=public))
    if checkpoint.origin != origin:
        raise BadNote(f"the checkpoint is of the log {checkpoint.origin}, not {origin}")
    return checkpoint
