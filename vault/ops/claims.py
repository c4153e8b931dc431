"""Claims: reports by members without the right to make them facts. Custody or an administrator decides.

Whoever files needs no register key: the words are sealed to the register's public key, and only the id comes back.
Accepting a claim records the fact in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vault.domain import devices
from vault.domain.events import STAFF, Row
from vault.domain.ids import Prefix
from vault.errors import NotFound, UsageProblem
from vault.ops.loss import Loss, lose_in

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.ops.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim; ``text`` and ``by_name`` are empty to who cannot read the register."""

    id: str
    kind: str
    state: str
    by: str
    by_name: str = ""
    device: str = ""
    occurred_at: str
    entry: int
    text: str = ""


def file(
    vault: Vault, *, kind: str, device: str | None = None, text: str = "", on: str | None = None
) -> Claim:
    """File a claim. A device that cannot be found by this member goes into the sealed words."""
    if not device and not text:
        raise UsageProblem("a claim says what it is about", hint="give --device, --describe or both")
    with vault.change() as tx:
        found = vault.names.search("device", device) if device else None
        words = text if found or not device else f"{device}: {text}" if text else device
        return file_in(tx, kind=kind, device=found, text=words, on=on)


def file_in(tx: Tx, *, kind: str, device: str | None, text: str, on: str | None) -> Claim:
    """The claim, inside a unit of work."""
    id_, at = tx.new(Prefix.CLAIM), tx.at(on)
    entry = tx.emit(
        "claim.filed",
        id_,
        kind=kind,
        occurred_at=at,
        device=device,
        details=tx.details("claim", id_, {"text": text}),
    )
    row = {"id": id_, "kind": kind, "device": device, "state": "open", "by": tx.vault.person}
    return _claim({**row, "occurred_at": at}, text=text, entry=entry)


def list_claims(vault: Vault, *, every: bool = False) -> list[Claim]:
    """Open claims, or all; without a role in custody or administration only one's own."""
    rows = vault.state.find("claim", **({} if every else {"state": "open"}))
    mine = not vault.roles() & STAFF
    shown = [row for row in rows if not mine or row["by"] == vault.person]
    return [show(vault, row["id"]) for row in sorted(shown, key=lambda row: row["seq"])]


def show(vault: Vault, claim: str) -> Claim:
    """One claim, with its words for those who can read the register."""
    row = _find(vault, claim)
    if not vault.names.reads_details():
        return _claim(row, entry=row["seq"])
    text = vault.names.details("claim", row["id"]).get("text", "")
    by = vault.names.details("person", row["by"]).get("name", "")
    return _claim(row, text=str(text), by_name=str(by), entry=row["seq"])


def _claim(row: Row, *, entry: int, text: str = "", by_name: str = "") -> Claim:
    return Claim(
        id=row["id"],
        kind=row["kind"],
        state=row["state"],
        by=row["by"],
        by_name=by_name,
        device=row["device"] or "",
        occurred_at=row["occurred_at"],
        entry=entry,
        text=text,
    )


def _find(vault: Vault, given: str) -> Row:
    """A claim by a prefix of its id; a member sees their own, custody and administrators all."""
    mine = not vault.roles() & STAFF
    rows = [row for row in vault.state.find("claim") if row["id"].startswith(given)]
    rows = [row for row in rows if not mine or row["by"] == vault.person]
    if not given.startswith("clm-") or not rows:
        raise NotFound(f"there is no claim {given}", hint="see: keyholder claim list --all")
    if len(rows) > 1:
        ids = ", ".join(row["id"] for row in rows)
        raise UsageProblem(f"more than one claim begins with {given}", hint=f"use one of these ids: {ids}")
    return rows[0]


def accept(
    vault: Vault, claim: str, *, device: str | None = None, account: str | None = None, keyset: bool = False
) -> Loss | None:
    """Make a claim the fact that it reports, in one transaction; the loss, if it was one."""
    vault.require_role(*STAFF)
    with vault.change() as tx:
        row = _find(vault, claim)
        lost = vault.names.find("device", device) if device else row["device"]
        if row["kind"] == "device_lost" and lost is None:
            hint = "name the device with --device; register it first if it is unknown: keyholder device add"
            raise UsageProblem("the claim does not say which device of the register was lost", hint=hint)
        tx.emit("claim.accepted", row["id"], device=lost)
        if row["kind"] == "account_compromised":
            if account is None:
                raise UsageProblem("the claim is about an account: name it with --account")
            tx.emit(
                "account.compromised",
                vault.names.find("account", account),
                occurred_at=row["occurred_at"],
            )
        return _lose(tx, row, lost, keyset=keyset) if row["kind"] == "device_lost" else None


def _lose(tx: Tx, row: Row, device: str, *, keyset: bool) -> Loss | None:
    """The loss; None where somebody had recorded it before, which is no reason to leave the claim open."""
    found = tx.state.get("device", id=device)
    if found is not None and found["state"] == devices.STATES[1]:
        return None
    return lose_in(tx, device, on=row["occurred_at"], reported_by=row["by"], keyset=keyset)


def reject(vault: Vault, claim: str, *, reason: str, note: str = "") -> str:
    """Decide that a claim is not a fact; why, as a code, and in sealed words if there is more to say."""
    vault.require_role(*STAFF)
    with vault.change() as tx:
        row = _find(vault, claim)
        tx.emit("claim.rejected", row["id"], reason=reason)
        if note:
            id_ = tx.new(Prefix.NOTE)
            tx.emit("note.made", id_, about=row["id"], details=tx.details("note", id_, {"text": note}))
        return str(row["id"])
