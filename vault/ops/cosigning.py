"""Ask a witness to cosign a head, and bring in what it answers: verified against its key and this client's own tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit import b64, checkpoint, cosignature, note
from audit.checkpoint import Checkpoint
from audit.errors import BadNote, Forked, RolledBack
from audit.note import Signature
from audit.proof import consistency_proof
from audit.witness import write_request
from vault.domain.clock import TOLERANCE
from vault.domain.events import Row
from vault.errors import NotFound, UsageProblem
from vault.ops import log
from vault.ops.outside_heads import Seen, head_at, holds, key_of, time_of
from vault.ops.verified_tiles import OwnTiles, VerifiedTiles
from vault.ops.witnesses import described, find

if TYPE_CHECKING:
    from vault.ops.session import Vault


TRIED = 2000  # heads that a bare line is tried on, newest first: some two seconds


def request(vault: Vault, given: str = "", *, old: int | None = None) -> str:
    """What to send to a witness: the newest head, and the proof from what it cosigned last."""
    if old is None:
        old = described(vault, find(vault, given)).size
    size = vault.follower.size
    if not 0 <= old <= size:
        raise UsageProblem(f"the log has {size} entries", hint="give the size that the witness names")
    proof = consistency_proof(VerifiedTiles(vault), old=old, size=size) if old else []
    return write_request(log.head_note(vault).encode(), old=old, proof=proof)


def bring_in(vault: Vault, raw: bytes) -> Seen:
    """Keep a cosignature: the witness's bare line, or a checkpoint with it. Verified first, on the record after."""
    head, lines = parse(raw)
    row, value = _by_a_witness(vault, lines)
    size, at = _verify(vault, row, value, head)
    _check_newer(vault, row, size=size, at=at)
    time = time_of(at)
    with vault.change() as tx:
        seq = tx.emit("head.cosigned", row["id"], size=size, at=time, cosignature=b64.encode(value))
    return Seen(seq=seq, witness=row["name"], size=size, at=time, line=cosignature.line(key_of(row), value))


def parse(raw: bytes) -> tuple[Checkpoint | None, tuple[Signature, ...]]:
    """The head, where it came with one, and the signature lines, unverified; an AuditError if it is neither."""
    if b"\n\n" not in raw.strip(b"\n"):
        return None, note.parse_lines(raw)
    read = note.parse(raw)
    return checkpoint.parse_text(read.text), read.signatures


def _by_a_witness(vault: Vault, lines: tuple[Signature, ...]) -> tuple[Row, bytes]:
    for row in vault.state.find("witness"):
        if values := cosignature.values_of(key_of(row), lines):
            if row["removed"] is not None:
                raise UsageProblem(f"{row['name']} is a witness of this log no more", hint="ask one that is")
            return row, max(values, key=cosignature.time_of)
    hint = "an administrator adds its key: keyholder audit witness add KEY"
    raise NotFound("none of the lines is by a witness of this log", hint=hint)


def _verify(vault: Vault, row: Row, value: bytes, head: Checkpoint | None) -> tuple[int, int]:
    """Size and time of what is cosigned; an AuditError if it is not this log."""
    if head is None:
        return _fitting(vault, row, value)
    at = cosignature.verify(head.text(), value, public=key_of(row).public)
    own_head(vault, head, by=f"{row['name']} has seen")
    return head.size, at


def own_head(vault: Vault, head: Checkpoint, *, by: str) -> Checkpoint:
    """`head`, if it is one of this log; with another root it is a second history, and both are shown."""
    origin, size = vault.follower.origin, vault.follower.size
    if head.origin != origin:
        raise BadNote(f"the head is of the log {head.origin}, not {origin}")
    if head.size > size:
        raise RolledBack(f"{by} a log of {head.size} entries, the one shown here ends", seq=size)
    ours = head_at(vault, head.size)
    if ours.root != head.root:  # before anybody is accused: without the database's tiles
        ours = head_at(vault, head.size, OwnTiles(vault))
    if ours.root != head.root:
        raise Forked(
            f"{by} another history of {head.size} entries than this machine",
            ours=ours.text().decode(),
            theirs=head.text().decode(),
            seq=max(head.size - 1, 0),
        )
    return head


def _fitting(vault: Vault, row: Row, value: bytes) -> tuple[int, int]:
    """A bare line does not say what it signs: it is tried on the newest heads."""
    for size in vault.shared.head_sizes(TRIED):
        if holds(head_at(vault, size), row, value):
            return size, cosignature.time_of(value)
    raise BadNote(
        f"the line fits none of the newest {TRIED} heads: it is older, of another log or history, or was changed; "
        "a file with the checkpoint and the line says which"
    )


def _check_newer(vault: Vault, row: Row, *, size: int, at: int) -> None:
    if at - vault.clock().timestamp() > TOLERANCE.total_seconds():
        raise UsageProblem(
            "the cosignature is of a time to come", hint="compare the witness's clock with this one"
        )
    kept = described(vault, row)
    if kept.at and (size, time_of(at)) <= (kept.size, kept.at):
        raise UsageProblem(
            f"a cosignature of {kept.size} entries at {kept.at} is kept already, and this one is not newer",
            hint="ask the witness again: keyholder audit request WITNESS",
        )
