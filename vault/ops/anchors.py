"""Time-stamps of heads: that a log of such a size existed at a time, by the word of an authority outside.

The log holds size, time and the hash of the answer; the answer and the head stay with whoever asked, and an auditor
checks them with openssl. So what stands in the log is a statement that somebody can be asked to show.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit import b64
from vault.crypto import timestamp
from vault.ops import cosigning, log
from vault.ops.session import moment

if TYPE_CHECKING:
    from vault.ops.session import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question for an authority, and the signed head that it is about."""

    size: int
    note: bytes
    query: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A time-stamped head, as the log has it. ``token`` is the SHA-256 of the authority's answer."""

    seq: int
    size: int
    at: str
    token: str


def request(vault: Vault) -> Asked:
    """The question about the newest head."""
    note = log.head_note(vault).encode()
    return Asked(size=vault.follower.size, note=note, query=timestamp.query(note))


def add(vault: Vault, answer: bytes, *, head: bytes, trusted: bytes) -> Anchor:
    """Record a time-stamp, if it is of a head of this log and holds under the certificates given."""
    seen = cosigning.own_head(vault, log.read_held([head.decode()])[0], by="the file shows")
    at = moment(timestamp.verify(answer, head, trusted=trusted))
    token = b64.encode(hashlib.sha256(answer).digest())
    with vault.change() as tx:
        seq = tx.emit("head.anchored", "", size=seen.size, at=at, token=token)
    return Anchor(seq=seq, size=seen.size, at=at, token=token)


def everything(vault: Vault) -> list[Anchor]:
    """Every time-stamp on the record, oldest first."""
    return [Anchor(**row) for row in vault.state.find("anchor")]
