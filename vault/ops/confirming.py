"""The second administrator's word: what waits, and what follows when it is given.

Giving the role of administrator and changing recovery take effect with `entry.confirmed` by another person. The log
itself is then told what the register decided: an administrator's keysets may vouch for others, an older kit's
keyset signs no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vault.domain import events, keys
from vault.errors import NotFound
from vault.ops import epochs
from vault.ops.create import retire_recovery

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.ops.tx import Tx


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry that has no effect before another administrator confirms it."""

    entry: int
    event: str
    subject: str
    about: str
    by: str
    time: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What took effect, and which teams still wait for one of their own."""

    event: str
    subject: str
    teams_due: tuple[str, ...]


def list_waiting(vault: Vault) -> list[Waiting]:
    """Everything that waits, the oldest first."""
    rows = sorted(vault.state.find("pending", confirmed=None), key=lambda row: row["seq"])
    return [
        Waiting(
            row["seq"],
            row["event"],
            row["subject"],
            _name(vault, row["subject"]),
            _name(vault, row["person"]),
            row["time"],
        )
        for row in rows
    ]


def _name(vault: Vault, id_: str) -> str:
    if not id_.startswith("per-") or not vault.names.reads_details():
        return id_
    return str(vault.names.details("person", id_).get("name", id_))


def confirm(vault: Vault, *, entry: int) -> Confirmed:
    """Say yes, as another administrator than the one who wrote it."""
    vault.require_role(events.ADMINISTRATOR)
    row = vault.state.get("pending", seq=entry)
    if row is None:
        raise NotFound(f"entry {entry} does not wait for anybody", hint="see what waits: keyholder confirm")
    with vault.change() as tx:
        tx.emit("entry.confirmed", "", entry=entry)
        if row["event"] == "role.given":
            sync_vouching(tx, row["subject"])
        if row["event"] == "recovery.made":
            retire_recovery(tx)
        due = epochs.settle(tx)
    return Confirmed(row["event"], row["subject"], due)


def sync_vouching(tx: Tx, person: str) -> None:
    """Let the log know whether this person's keysets may add and revoke signers."""
    wanted, known = keys.vouches(tx.state, person), {s.id: s for s in tx.vault.follower.signers.items()}
    for keyset in keys.active_keysets(tx.state, person):
        if keyset in known and known[keyset].vouches != wanted:
            tx.emit("signer.vouching", keyset, vouches=wanted)
