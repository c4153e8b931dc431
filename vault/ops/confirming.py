"""The second administrator's word: what waits, and what follows when it is given.

Giving the role of administrator and changing recovery take effect with `entry.confirmed` by another person, with
keys that the first had no part in (`vault.domain.voices`). The log itself is then told what the register decided: an
administrator's keysets may vouch for others, an older kit's keyset signs no more. The same word makes a keyset that
one administrator enrolled for another that other's own voice; nothing waits for it but the finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.words import to_words
from vault.crypto.keyset import fingerprint
from vault.domain import events, keys, voices
from vault.errors import NotFound
from vault.ops import epochs
from vault.ops.create import retire_recovery
from vault.ops.keyring import raw

if TYPE_CHECKING:
    from vault.domain.events import Row
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
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What took effect, and which teams still wait for one of their own."""

    event: str
    subject: str
    teams_due: tuple[str, ...]


def list_waiting(vault: Vault) -> list[Waiting]:
    """Everything that waits, the oldest first: entries, and administrators' keys that nobody has vouched for."""
    waits = [_waiting(vault, row) for row in vault.state.find("pending", confirmed=None)]
    keysets = [_enrolled(vault, row) for row in voices.heard(vault.state) if voices.others(row)]
    return sorted(waits + keysets, key=lambda one: one.entry)


def _waiting(vault: Vault, row: Row) -> Waiting:
    about, by = _name(vault, row["subject"]), _name(vault, row["person"])
    words = _words(vault, row["subject"]) if row["event"] == "role.given" else ()
    return Waiting(row["seq"], row["event"], row["subject"], about, by, row["time"], words)


def _enrolled(vault: Vault, row: Row) -> Waiting:
    by = ", ".join(_name(vault, person) for person in sorted(voices.others(row)))
    words = (key_words(row),)
    return Waiting(row["added"], "signer.added", row["id"], _name(vault, row["person"]), by, "", words)


def _words(vault: Vault, person: str) -> tuple[str, ...]:
    return tuple(
        key_words(row) for row in vault.state.find("keyset", person=person, revoked=None, purpose="member")
    )


def key_words(row: Row) -> str:
    """The ten words of a keyset of the register."""
    return " ".join(to_words(fingerprint(kem_public=raw(row["kem"]), sign_public=raw(row["key"]))))


def own_words(vault: Vault) -> list[str]:
    """The ten words of this machine's keys: from the keys themselves, whatever the register says."""
    return to_words(vault.keyring.keyset.fingerprint())


def _name(vault: Vault, id_: str) -> str:
    if not id_.startswith("per-") or not vault.names.reads_details():
        return id_
    return str(vault.names.details("person", id_).get("name", id_))


def confirm(vault: Vault, *, entry: int) -> Confirmed:
    """Say yes, as somebody whom the one who wrote it cannot be."""
    vault.require_role(events.ADMINISTRATOR, events.CUSTODIAN)
    enrolled = voices.enrolled_at(vault.state, entry)
    row = vault.state.get("pending", seq=entry) or (
        {"event": "signer.added", "subject": enrolled["id"]} if enrolled else None
    )
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
