"""Cosignatures of heads by witnesses (c2sp.org/tlog-cosignature, the kind with Ed25519).

    line   = U+2014 SP name SP base64( key-id[4] || value[72] ) LF          key-id: `audit.note`, kind 0x04
    value  = uint64-be( time ) || Ed25519 signature over

    cosignature/v1 LF time SP <decimal seconds since 1970> LF <text of the checkpoint>

The time is the witness's own word: at that time, the largest log of this origin that it had seen had this root.
A line names neither the log nor the head, so it is worth something only beside the text that it signs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from audit import keys, note
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
    """The time at which the holder of `public` cosigned `text`; BadSignature or BadKey otherwise."""
    if len(value) != VALUE_SIZE:
        raise BadSignature(f"a cosignature has {VALUE_SIZE} bytes, not {len(value)}")
    at = time_of(value)
    if not 0 < at <= MAX_TIME:
        raise BadSignature("the cosignature bears no possible time")
    keys.verify(public, _message(text, at), value[8:])
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
        Cosigned(witness, max(verify(read.text, value, public=witness.public) for value in values))
        for witness in witnesses
        if (values := values_of(witness, read.signatures))
    ]


def _message(text: bytes, at: int) -> bytes:
    return b"cosignature/v1\ntime %d\n%b" % (at, text)
