"""Cosignatures of heads by witnesses (c2sp.org/tlog-cosignature).

    line   = U+2014 SP name SP base64( key-id[4] || value ) LF              key-id: `audit.note`
    value  = uint64-be( time ) || signature

    kind 0x04, Ed25519, signs       cosignature/v1 LF time SP <decimal seconds since 1970> LF <text of the checkpoint>
    kind 0x06, ML-DSA-44, signs     "subtree/v1" LF NUL || u8 length || witness || u64 time || u8 length || origin
                                    || u64 0 || u64 size || root

Ours are of the first kind. Those of the second, by witnesses of others, are verified alike.
The time is the witness's own word: at that time, the largest log of this origin that it had seen had this root.
A line names neither the log nor the head, so it is worth something only beside the text that it signs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from audit import keys, mldsa, note
from audit.checkpoint import Checkpoint, parse_text
from audit.errors import BadSignature
from audit.note import Vkey

VALUE_SIZE = 8 + keys.SIGNATURE_SIZE
MAX_TIME = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A verified cosignature: by whom, and at which time as the witness's clock had it."""

    witness: Vkey
    at: int


def sign(text: bytes, *, at: int, public: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """The value of a cosignature over the text of a checkpoint; verified before it leaves."""
    if not 0 < at <= MAX_TIME:
        raise ValueError("a cosignature has a time after 1970")
    value = at.to_bytes(8) + sign(_message(text, at))
    verify(text, value, public=public)
    return value


def verify(text: bytes, value: bytes, *, public: bytes) -> int:
    """The time at which the holder of the Ed25519 key `public` cosigned `text`; BadSignature or BadKey otherwise."""
    at = _checked_time(value, VALUE_SIZE)
    keys.verify(public, _message(text, at), value[8:])
    return at


def verify_by(witness: Vkey, text: bytes, value: bytes) -> int:
    """The same for a witness of either kind; BadNote if `text` is no checkpoint's."""
    if witness.kind != note.MLDSA_COSIGNATURE:
        return verify(text, value, public=witness.public)
    at = _checked_time(value, 8 + mldsa.SIGNATURE_SIZE)
    mldsa.verify(witness.public, _subtree(witness.name, parse_text(text), at), value[8:])
    return at


def _checked_time(value: bytes, size: int) -> int:
    if len(value) != size:
        raise BadSignature(f"a cosignature has {size} bytes, not {len(value)}")
    at = time_of(value)
    if (
        not 0 < at <= MAX_TIME
    ):  # zero is allowed to a cosigner who says nothing of the newest head: no witness
        raise BadSignature("the cosignature bears no possible time")
    return at


def time_of(value: bytes) -> int:
    """The time that a cosignature claims. Nothing of it is verified."""
    return int.from_bytes(value[:8])


def line(witness: Vkey, value: bytes) -> str:
    return note.signature_line(witness.name, witness.public, value, note.COSIGNATURE)


def values_of(witness: Vkey, signatures: Sequence[note.Signature]) -> list[bytes]:
    """What among signature lines claims to be by that witness."""
    return [each.value for each in signatures if (each.name, each.key_id) == (witness.name, witness.key_id)]


def cosigners(raw: bytes, witnesses: Sequence[Vkey]) -> list[Cosigned]:
    """Which of the witnesses have cosigned the note `raw`. A false line by one of them is never passed over."""
    read = note.parse(raw)
    return [
        Cosigned(witness, max(verify_by(witness, read.text, value) for value in values))
        for witness in witnesses
        if (values := values_of(witness, read.signatures))
    ]


def _message(text: bytes, at: int) -> bytes:
    return b"cosignature/v1\ntime %d\n%b" % (at, text)


def _subtree(name: str, head: Checkpoint, at: int) -> bytes:
    """The structure `cosigned_message` of the specification, for the whole tree."""
    where = bytes(8) + head.size.to_bytes(8) + head.root
    return b"subtree/v1\n\0" + _counted(name) + at.to_bytes(8) + _counted(head.origin) + where


def _counted(text: str) -> bytes:
    raw = text.encode()
    if len(raw) > 255:
        raise BadSignature("an ML-DSA-44 cosignature is of names of at most 255 bytes")
    return bytes([len(raw)]) + raw
