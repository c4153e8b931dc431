"""Heads seen outside: who witnesses this log, what they cosigned, and how long ago that was.

A cosignature that comes in is verified against the witness's key and against this client's own tree, and kept in the
log. It is verified again whenever something is said on its strength: an entry with a false one counts for nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit import b64, checkpoint, cosignature, merkle, note
from audit.checkpoint import Checkpoint
from audit.errors import AuditError, BadKey, BadNote, Forked, RolledBack
from audit.note import Signature, Vkey
from audit.proof import consistency_proof, root_at
from audit.tiles import TileReader
from audit.witness import write_request
from vault.domain import events as e
from vault.domain import keys, witnesses
from vault.domain.clock import TOLERANCE
from vault.domain.decisions import Denied
from vault.domain.events import ADMINISTRATOR, Register, Row
from vault.domain.finding import Finding
from vault.domain.ids import Prefix
from vault.errors import IntegrityError, NotFound, UsageProblem
from vault.ops import log
from vault.ops.outside import may_open
from vault.ops.session import moment
from vault.ops.verified_tiles import OwnTiles, VerifiedTiles

if TYPE_CHECKING:
    from vault.ops.session import Vault

TRIED = 2000  # heads that a bare line is tried on, newest first: some two seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """One witness of this log, and what it cosigned last."""

    id: str
    name: str
    vkey: str
    added: int
    removed: int | None
    size: int
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A new witness, the entry that names it, and whether that waits for a second administrator."""

    id: str
    entry: int
    waits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A verified cosignature: that witness had seen so many entries at that time."""

    seq: int
    witness: str
    size: int
    at: str
    line: str


# --- who witnesses ------------------------------------------------------------------------------------------------


def add(vault: Vault, key: str) -> Added:
    """Let this key witness the log. On the record, with the key, for everybody."""
    vault.require_role(ADMINISTRATOR)
    given = _witness_key(key)
    if vault.state.find("witness", name=given.name):
        raise UsageProblem(f"{given.name} is a witness already, or was one", hint="make a new witness folder")
    with vault.change() as tx:
        _check_not_asked(tx.state, given.name)
        id_ = tx.new(Prefix.WITNESS)
        entry = tx.emit("witness.added", id_, name=given.name, key=b64.encode(given.public))
        return Added(id=id_, entry=entry, waits=tx.state.get("pending", seq=entry) is not None)


def _check_not_asked(reg: Register, name: str) -> None:
    """Said once is enough: the same name twice would leave the other administrator one that cannot be confirmed."""
    for row in reg.find("pending", confirmed=None):
        if row["event"] == "witness.added" and row["data"]["name"] == name and keys.stands(reg, row):
            raise UsageProblem(
                f"{name} waits for another administrator already",
                hint=f"the other runs: keyholder confirm {row['seq']}",
            )


def _witness_key(text: str) -> Vkey:
    try:
        key = note.parse_vkey(text.strip())
    except BadKey as exc:
        raise UsageProblem(
            f"that is not a witness's key: {exc.message}", hint="take it whole, as printed"
        ) from exc
    if key.kind == note.MLDSA_COSIGNATURE:
        raise UsageProblem(
            "the vault keeps cosignatures with Ed25519 alone",
            hint="give the witness's key of that kind; this one is for `python -m audit verify --witness`",
        )
    if key.kind != note.COSIGNATURE:
        raise UsageProblem(
            "that key signs logs, it is not a witness's", hint="keyholder audit witness new FOLDER"
        )
    if e.witness_name(key.name) is not None:
        raise UsageProblem(
            "the witness's name could name somebody, and the log holds no names",
            hint="let `keyholder audit witness new` choose it: witness/ and 16 random digits",
        )
    return key


def remove(vault: Vault, given: str) -> None:
    """Count this witness's cosignatures no more."""
    vault.require_role(ADMINISTRATOR)
    row = find(vault, given)
    with vault.change() as tx:
        tx.emit("witness.removed", row["id"])


def find(vault: Vault, given: str) -> Row:
    """The witness in force with that id or name, or a beginning of one; with nothing given, the only one."""
    rows = [
        row
        for row in witnesses.in_force(vault.state)
        if row["id"].startswith(given) or row["name"].startswith(given)
    ]
    if len(rows) == 1:
        return rows[0]
    if rows:
        raise UsageProblem(
            "there is more than one witness", hint="use one of: " + ", ".join(r["name"] for r in rows)
        )
    raise NotFound("no such witness", hint="those there are: keyholder audit witness list")


def everyone(vault: Vault) -> list[Witness]:
    """All that ever were, with the newest head that each has truly cosigned."""
    return [_described(vault, row) for row in vault.state.find("witness")]


def _described(vault: Vault, row: Row) -> Witness:
    last = next((one for one in _kept(vault, row) if isinstance(one, Seen)), None)
    return Witness(
        id=row["id"],
        name=row["name"],
        vkey=note.vkey(row["name"], _key(row).public, note.COSIGNATURE),
        added=row["added"],
        removed=row["removed"],
        size=last.size if last else 0,
        at=last.at if last else "",
    )


def _key(row: Row) -> Vkey:
    return Vkey(row["name"], note.COSIGNATURE, b64.decode(row["key"]))


# --- asking, and bringing in --------------------------------------------------------------------------------------


def request(vault: Vault, given: str = "", *, old: int | None = None) -> str:
    """What to send to a witness: the newest head, and the proof from what it cosigned last."""
    if old is None:
        old = _described(vault, find(vault, given)).size
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
    return Seen(seq=seq, witness=row["name"], size=size, at=time, line=cosignature.line(_key(row), value))


def parse(raw: bytes) -> tuple[Checkpoint | None, tuple[Signature, ...]]:
    """The head, where it came with one, and the signature lines, unverified; an AuditError if it is neither."""
    if b"\n\n" not in raw.strip(b"\n"):
        return None, note.parse_lines(raw)
    read = note.parse(raw)
    return checkpoint.parse_text(read.text), read.signatures


def _by_a_witness(vault: Vault, lines: tuple[Signature, ...]) -> tuple[Row, bytes]:
    for row in vault.state.find("witness"):
        if values := cosignature.values_of(_key(row), lines):
            if row["removed"] is not None:
                raise UsageProblem(f"{row['name']} is a witness of this log no more", hint="ask one that is")
            return row, max(values, key=cosignature.time_of)
    hint = "an administrator adds its key: keyholder audit witness add KEY"
    raise NotFound("none of the lines is by a witness of this log", hint=hint)


def _verify(vault: Vault, row: Row, value: bytes, head: Checkpoint | None) -> tuple[int, int]:
    """Size and time of what is cosigned; an AuditError if it is not this log."""
    if head is None:
        return _fitting(vault, row, value)
    at = cosignature.verify(head.text(), value, public=_key(row).public)
    own_head(vault, head, by=f"{row['name']} has seen")
    return head.size, at


def own_head(vault: Vault, head: Checkpoint, *, by: str) -> Checkpoint:
    """`head`, if it is one of this log; with another root it is a second history, and both are shown."""
    origin, size = vault.follower.origin, vault.follower.size
    if head.origin != origin:
        raise BadNote(f"the head is of the log {head.origin}, not {origin}")
    if head.size > size:
        raise RolledBack(f"{by} a log of {head.size} entries, the one shown here ends", seq=size)
    ours = _head(vault, head.size)
    if ours.root != head.root:  # before anybody is accused: without the database's tiles
        ours = _head(vault, head.size, OwnTiles(vault))
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
        if _holds(_head(vault, size), row, value):
            return size, cosignature.time_of(value)
    raise BadNote(
        f"the line fits none of the newest {TRIED} heads: it is older, of another log or history, or was changed; "
        "a file with the checkpoint and the line says which"
    )


def _head(vault: Vault, size: int, tiles: TileReader | None = None) -> Checkpoint:
    """The head of that size, from the leaves that this client has verified."""
    root = root_at(tiles or VerifiedTiles(vault), size=size) if size else merkle.EMPTY_ROOT
    return Checkpoint(vault.follower.origin, size, root)


def time_of(at: int) -> str:
    """The time in a cosignature as entries carry it."""
    return moment(dt.datetime.fromtimestamp(at, dt.UTC))


def _check_newer(vault: Vault, row: Row, *, size: int, at: int) -> None:
    if at - vault.clock().timestamp() > TOLERANCE.total_seconds():
        raise UsageProblem(
            "the cosignature is of a time to come", hint="compare the witness's clock with this one"
        )
    kept = _described(vault, row)
    if kept.at and (size, time_of(at)) <= (kept.size, kept.at):
        raise UsageProblem(
            f"a cosignature of {kept.size} entries at {kept.at} is kept already, and this one is not newer",
            hint="ask the witness again: keyholder audit request WITNESS",
        )


# --- what is known ------------------------------------------------------------------------------------------------


def _kept(vault: Vault, row: Row) -> Iterator[Seen | int]:
    """Of what the log says this witness cosigned, newest first: what verifies, and the position of what does not."""
    kept = vault.state.find("cosigned", witness=row["id"])
    quick, own = VerifiedTiles(vault), OwnTiles(vault)
    for one in sorted(kept, key=lambda each: (each["size"], each["at"]), reverse=True):
        value = b64.decode(one["cosignature"])
        if not any(_holds(_head(vault, one["size"], tiles), row, value) for tiles in (quick, own)):
            yield one["seq"]
            continue
        line = cosignature.line(_key(row), value)
        yield Seen(seq=one["seq"], witness=row["name"], size=one["size"], at=one["at"], line=line)


def _holds(head: Checkpoint, row: Row, value: bytes) -> bool:
    try:
        cosignature.verify(head.text(), value, public=_key(row).public)
    except AuditError:
        return False
    return True


def newest(vault: Vault) -> Seen | None:
    """The newest head that a witness in force has truly cosigned."""
    found = (one for row in witnesses.in_force(vault.state) for one in _newest_of(vault, row))
    return max(found, key=lambda one: (one.at, one.size), default=None)


def _newest_of(vault: Vault, row: Row) -> list[Seen]:
    return [one for one in _kept(vault, row) if isinstance(one, Seen)][:1]


def cosigned_note(vault: Vault) -> bytes:
    """That head as a note, with the log's signature and the witness's, for an export; empty if there is none."""
    seen = newest(vault)
    signed = vault.shared.head_at(seen.size) if seen else None
    if seen is None or signed is None:
        return b""
    if note.text_of(signed) != _head(vault, seen.size).text():
        raise IntegrityError(f"the signed head of {seen.size} entries in the database is not that of the log")
    return signed + seen.line.encode()


def words(vault: Vault) -> str:
    """How old the last outside head is, for `status` and `doctor`."""
    seen = newest(vault)
    if seen is None:
        return "never"
    days = age(vault, seen)
    ago = "today" if days == 0 else "1 day ago" if days == 1 else f"{days} days ago"
    return f"{ago} by {seen.witness}, size {seen.size}"


def age(vault: Vault, seen: Seen) -> int:
    """Whole days since then."""
    return max((vault.clock() - dt.datetime.fromisoformat(seen.at)).days, 0)


def findings(vault: Vault) -> list[Finding]:
    """Entries with a false cosignature, and the missing head where the policy asks for one."""
    false = [one for row in vault.state.find("witness") for one in _kept(vault, row) if isinstance(one, int)]
    text = "the entry says that a witness cosigned this log, and the cosignature is false"
    found = [Finding(kind="false_cosignature", words=text, evidence=(seq,)) for seq in sorted(false)]
    refused = may_open(vault, "")
    if isinstance(refused, Denied):
        found.append(Finding(kind="no_cosigned_head", words=refused.reason))
    return found
