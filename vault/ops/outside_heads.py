"""Heads seen outside: what witnesses cosigned of this log, and how long ago that was.

A cosignature was verified when it came in (`ops.cosigning`), and is verified again whenever something is said on its
strength: an entry with a false one counts for nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit import b64, cosignature, merkle, note
from audit.checkpoint import Checkpoint
from audit.errors import AuditError
from audit.note import Vkey
from audit.proof import root_at
from audit.tiles import TileReader
from vault.domain import witnesses
from vault.domain.decisions import Denied
from vault.domain.events import Row
from vault.domain.finding import Finding
from vault.errors import IntegrityError
from vault.ops.outside import may_open
from vault.ops.session import moment
from vault.ops.verified_tiles import OwnTiles, VerifiedTiles

if TYPE_CHECKING:
    from vault.ops.session import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A verified cosignature: that witness had seen so many entries at that time."""

    seq: int
    witness: str
    size: int
    at: str
    line: str


def key_of(row: Row) -> Vkey:
    """The key of a witness of the register."""
    return Vkey(row["name"], note.COSIGNATURE, b64.decode(row["key"]))


def head_at(vault: Vault, size: int, tiles: TileReader | None = None) -> Checkpoint:
    """The head of that size, from the leaves that this client has verified."""
    root = root_at(tiles or VerifiedTiles(vault), size=size) if size else merkle.EMPTY_ROOT
    return Checkpoint(vault.follower.origin, size, root)


def time_of(at: int) -> str:
    """The time in a cosignature as entries carry it."""
    return moment(dt.datetime.fromtimestamp(at, dt.UTC))


def _kept(vault: Vault, row: Row) -> Iterator[Seen | int]:
    """Of what the log says this witness cosigned, newest first: what verifies, and the position of what does not."""
    rows = vault.state.find("cosigned", witness=row["id"])
    quick, own = VerifiedTiles(vault), OwnTiles(vault)
    for one in sorted(rows, key=lambda each: (each["size"], each["at"]), reverse=True):
        value = b64.decode(one["cosignature"])
        if not any(holds(head_at(vault, one["size"], tiles), row, value) for tiles in (quick, own)):
            yield one["seq"]
            continue
        line = cosignature.line(key_of(row), value)
        yield Seen(seq=one["seq"], witness=row["name"], size=one["size"], at=one["at"], line=line)


def holds(head: Checkpoint, row: Row, value: bytes) -> bool:
    """Whether the witness cosigned that head with this value."""
    try:
        cosignature.verify(head.text(), value, public=key_of(row).public)
    except AuditError:
        return False
    return True


def newest(vault: Vault) -> Seen | None:
    """The newest head that a witness in force has truly cosigned."""
    found = [newest_of(vault, row) for row in witnesses.in_force(vault.state)]
    return max((one for one in found if one is not None), key=lambda one: (one.at, one.size), default=None)


def newest_of(vault: Vault, row: Row) -> Seen | None:
    """The newest head that this witness has truly cosigned."""
    return next((one for one in _kept(vault, row) if isinstance(one, Seen)), None)


def cosigned_note(vault: Vault) -> bytes:
    """That head as a note, with the log's signature and the witness's, for an export; empty if there is none."""
    seen = newest(vault)
    signed = vault.shared.head_at(seen.size) if seen else None
    if seen is None or signed is None:
        return b""
    if note.text_of(signed) != head_at(vault, seen.size).text():
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
