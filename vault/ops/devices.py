"""Devices: register, change, lose, find, retire.

A loss said by a custodian, an administrator or the owner is a fact; said by anybody else it becomes a claim. It is
accepted for devices that nobody had registered, too: both entries are one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vault.domain import devices, exposure
from vault.domain.events import STAFF, Register, Row
from vault.domain.ids import Prefix
from vault.errors import NotFound, UsageProblem
from vault.ops.claims import Claim, file_in
from vault.ops.loss import Loss, lose_in
from vault.store.register import State

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.ops.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device as the register knows it; ``nickname`` and ``owner_name`` are empty to who cannot read them."""

    id: str
    nickname: str
    owner: str
    owner_name: str
    kind: str
    ownership: str
    screen_lock: str
    attested_on: str | None
    state: str
    keyset: str | None
    accounts: tuple[str, ...]
    factors: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unregistered:
    """A device that nobody had put into the register before it was lost."""

    nickname: str
    owner: str
    kind: str
    ownership: str


# --- register ---------------------------------------------------------------------------------------------


def add(
    vault: Vault,
    *,
    nickname: str,
    owner: str,
    kind: str,
    ownership: str,
    screen_lock: str = "unknown",
    attested_on: str | None = None,
) -> str:
    """Register a device; its id."""
    with vault.change() as tx:
        given = Unregistered(nickname=nickname, owner=owner, kind=kind, ownership=ownership)
        return _add(tx, given, screen_lock=screen_lock, attested_on=attested_on)


def _add(tx: Tx, given: Unregistered, *, screen_lock: str = "unknown", attested_on: str | None = None) -> str:
    names = tx.vault.names
    known = names.search("device", given.nickname)
    if known is not None:
        raise UsageProblem(
            f"a device is called {given.nickname} already ({known})", hint="give it another nickname"
        )
    device = tx.new(Prefix.DEVICE)
    tx.emit(
        "device.added",
        device,
        person=names.find("person", given.owner),
        kind=given.kind,
        ownership=given.ownership,
        screen_lock=screen_lock,
        attested_on=tx.day(attested_on) if attested_on else None,
        details=tx.details("device", device, {"nickname": given.nickname}),
    )
    return device


def change(
    vault: Vault,
    device: str,
    *,
    nickname: str | None = None,
    owner: str | None = None,
    kind: str | None = None,
    ownership: str | None = None,
    screen_lock: str | None = None,
    attested_on: str | None = None,
    signed_in: Sequence[str] = (),
    signed_out: Sequence[str] = (),
) -> str:
    """Change what is known of a device: its fields, and which accounts are signed in on it."""
    given = {"kind": kind, "ownership": ownership, "screen_lock": screen_lock, "attested_on": attested_on}
    fields: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    with vault.change() as tx:
        id_ = vault.names.find("device", device)
        if owner is not None:
            fields["person"] = vault.names.find("person", owner)
        if nickname is not None:
            details = {**vault.names.details("device", id_), "nickname": nickname}
            fields["details"] = tx.details("device", id_, details)
        if not fields and not signed_in and not signed_out:
            raise UsageProblem("nothing was given to change", hint="see: keyholder device change --help")
        if attested_on is not None:
            fields["attested_on"] = tx.day(attested_on)
        if fields:
            tx.emit("device.changed", id_, **fields)
        _sign(tx, id_, event="device.signed_in", accounts=signed_in)
        _sign(tx, id_, event="device.signed_out", accounts=signed_out)
    return id_


def _sign(tx: Tx, device: str, *, event: str, accounts: Sequence[str]) -> None:
    for account in accounts:
        id_ = tx.vault.names.find("account", account)
        if event == "device.signed_out" and not tx.state.find(
            "device_account", device=device, account=id_, until_seq=None
        ):
            raise UsageProblem(
                f"{account} is not signed in there; nothing was changed",
                hint="see what is: keyholder device show DEVICE",
            )
        tx.emit(event, device, account=id_)


def answer(vault: Vault, person: str, *, uses: bool, at: str | None = None) -> str:
    """Record whether somebody uses a device of their own; "none" is an answer too."""
    with vault.change() as tx:
        id_ = vault.names.find("person", person)
        tx.emit("own_device.answered", id_, uses=uses, occurred_at=tx.at(at))
    return id_


def end(vault: Vault, device: str, *, event: str, at: str | None = None) -> str:
    """`device.found` or `device.retired`. What a loss made owed stays owed."""
    with vault.change() as tx:
        id_ = vault.names.find("device", device)
        _check_end(event, (tx.state.get("device", id=id_) or {}).get("state", ""))
        tx.emit(event, id_, occurred_at=tx.at(at))
    return id_


_NOT_SO = {
    ("device.retired", "lost"): (
        "the device is lost, and stays in the list as lost",
        "if somebody has it again, say so first: keyholder device found DEVICE",
    ),
    ("device.retired", "retired"): ("the device is retired already", "see: keyholder device show DEVICE"),
    ("device.found", "in_use"): ("the device is not lost", "see: keyholder device show DEVICE"),
    ("device.found", "retired"): (
        "the device is retired, not lost",
        "one that is used again is registered anew: keyholder device add",
    ),
}


def _check_end(event: str, state: str) -> None:
    if (wrong := _NOT_SO.get((event, state))) is not None:
        raise UsageProblem(wrong[0], hint=wrong[1])


# --- loss -------------------------------------------------------------------------------------------------


def lose(
    vault: Vault,
    device: str | Unregistered,
    *,
    on: str | None = None,
    reported_by: str | None = None,
    told_at: str | None = None,
    keyset: bool = False,
) -> Loss | Claim:
    """Record a loss with all that follows from it; a claim instead, where this member's word makes no fact."""
    with vault.change() as tx:
        person, roles = vault.person, vault.roles()
        if isinstance(device, Unregistered):
            if not roles & STAFF and vault.names.find("person", device.owner) != person:
                return file_in(tx, kind="device_lost", device=None, text=device.nickname, on=on)
            id_ = _add(tx, device)
        else:
            id_ = vault.names.find("device", device)
            if not devices.may_make_fact(tx.state, id_, person=person, roles=roles):
                return file_in(tx, kind="device_lost", device=id_, text="", on=on)
        reporter = vault.names.find("person", reported_by) if reported_by else None
        return lose_in(tx, id_, on=on, reported_by=reporter, told_at=told_at, keyset=keyset)


# --- reading ----------------------------------------------------------------------------------------------


def list_devices(
    vault: Vault, *, owner: str | None = None, state: str | None = None, register: State | None = None
) -> list[Device]:
    """Devices, by nickname; a member who cannot read the register sees their own."""
    reg, reads = register or vault.state, vault.names.reads_details()
    rows = reg.find("device", **({"state": state} if state else {}))
    if not reads:
        rows = [row for row in rows if row["person"] == vault.person]
    elif owner is not None:
        wanted = vault.names.find("person", owner)
        rows = [row for row in rows if row["person"] == wanted]
    return sorted(_all(vault, reg, rows), key=lambda device: (device.nickname.casefold(), device.id))


def show(vault: Vault, device: str) -> Device:
    """One device, with what is signed in on it and which second factors live on it."""
    found = lookup(vault, device)
    if not vault.names.reads_details() and found.owner != vault.person:
        raise NotFound(f"no device of yours is called {device}", hint="see: keyholder device list")
    return found


def lookup(vault: Vault, device: str) -> Device:
    """The device meant, without a question of who asks: anybody may say that any device is lost."""
    row = vault.state.get("device", id=vault.names.find("device", device))
    if row is None:
        raise NotFound(f"no device is called {device}")
    return _all(vault, vault.state, [row])[0]


def _all(vault: Vault, reg: Register, rows: Sequence[Row]) -> list[Device]:
    reads = vault.names.reads_details() or all(row["person"] == vault.person for row in rows)
    links = [link for row in rows for link in reg.find("device_account", device=row["id"], until_seq=None)]
    named = vault.names.many("device", [row["id"] for row in rows])
    owners = vault.names.many("person", {row["person"] for row in rows if row["person"]})
    accounts = vault.names.many("account", {link["account"] for link in links}) if links else {}

    def account(id_: str) -> str:
        return str(accounts.get(id_, {}).get("name") or id_)

    return [
        Device(
            nickname=str(named.get(row["id"], {}).get("nickname", "")),
            owner=row["person"] or "",
            owner_name=str(owners.get(row["person"], {}).get("name", "")),
            accounts=tuple(sorted(account(link["account"]) for link in links if link["device"] == row["id"])),
            factors=_factors(vault, reg, row) if reads else (),
            **{field: row[field] for field in _COLUMNS},
        )
        for row in rows
    ]


_COLUMNS = ("id", "kind", "ownership", "screen_lock", "attested_on", "state", "keyset")


def _factors(vault: Vault, reg: Register, row: Row) -> tuple[tuple[str, str, str], ...]:
    """(account, channel, kind) of what a loss would endanger."""
    found = exposure.factors_on(reg, row)
    named: Mapping[str, Any] = vault.names.many("account", {f["account"] for f in found}) if found else {}
    return tuple(
        (str(named.get(f["account"], {}).get("name") or f["account"]), f["channel"], f["kind"]) for f in found
    )
