"""The recovery kit: who saw it, making another, and the one thing that it can do.

`recover` on a fresh machine: the kit's keyset signs that it is used, gives the roles of administrator and custodian
to one person, admits one new keyset and seals the team keys to it. Everything after that is signed by the new
keyset, first of all the end of that person's older keys. A crash between the two leaves a working administrator.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from audit.entry import leaf_hash
from audit.errors import AuditError
from audit.words import parse_vault_id
from vault.crypto import kit
from vault.crypto.keyset import Keyset
from vault.domain import events, keys
from vault.domain.ids import Prefix, new_id
from vault.domain.recovery import recovery_due, recovery_in_force
from vault.errors import IntegrityError, NotFound, Refused, UsageProblem
from vault.ops import epochs, standing
from vault.ops.create import make_recovery, register_machine
from vault.ops.keyring import Keyring, text
from vault.ops.session import Vault
from vault.ops.unlock import store_keyset
from vault.store.home import Home, Place
from vault.store.shared import Shared, open_door

if TYPE_CHECKING:
    from vault.crypto.stretch import Cost
    from vault.domain.events import Row
    from vault.ops.session import Clock, Random
    from vault.ops.tx import Tx


@dataclass(frozen=True, slots=True)
class Renewed:
    """A new kit, which was shown. ``pending`` is the entry that a second administrator must confirm."""

    kit: list[str] = field(repr=False)
    pending: int | None
    teams_due: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kit:
    """One kit, as the register knows it."""

    keyset: str
    state: str
    made: int
    seen_by: tuple[str, ...]
    used: tuple[int, ...]
    due: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recovered:
    """Who is administrator again, and which teams still wait for one of their own."""

    person: str
    name: str
    keyset: str
    teams_due: tuple[str, ...]


def renew(
    vault: Vault, *, seen_by: Sequence[str] = (), show: Callable[[list[str]], None] = lambda _: None
) -> Renewed:
    """Make another kit, seen by the one who asks and by ``seen_by``. The old one ends when this one is in force.

    ``show`` is given its lines before anything is recorded, while they open nothing: where nobody can see them, the kit
    of before stays in force.
    """
    vault.require_role(events.ADMINISTRATOR)
    standing.check(vault)
    others = [vault.names.find("person", person) for person in seen_by]
    secret = vault.random(kit.SIZE)
    show(kit.encode(secret))
    with vault.change() as tx:
        lines = make_recovery(tx, secret, seen_by=list(dict.fromkeys([vault.person, *others])))
        rows = tx.state.find("pending", event="recovery.made", confirmed=None)
        pending = max((row["seq"] for row in rows), default=None)
        due = epochs.settle(tx)
    return Renewed(lines, pending, due)


def list_kits(vault: Vault) -> list[Kit]:
    """Every kit that ever was, the newest last."""
    state = vault.state
    rows = [row for purpose in ("recovery", keys.PROPOSED) for row in state.find("keyset", purpose=purpose)]
    return [_kit(vault, row) for row in sorted(rows, key=lambda row: row["added"])]


def _kit(vault: Vault, row: Row) -> Kit:
    state = (
        "ended" if row["revoked"] is not None else "in force" if row["purpose"] == "recovery" else "waiting"
    )
    seen = sorted({r["person"] for r in vault.state.find("recovery", keyset=row["id"])})
    names = {p: vault.names.details("person", p).get("name", p) for p in seen} if vault.unlocked else {}
    used = tuple(r["seq"] for r in vault.state.find("recovery_use", keyset=row["id"]))
    due = tuple(recovery_due(vault.state)) if state == "in force" else ()
    return Kit(row["id"], state, row["added"], tuple(sorted(names.get(p, p) for p in seen)), used, due)


def recover(
    home: Home,
    *,
    location: str,
    vault_id: str,
    lines: str,
    person: str | None,
    new_person: Mapping[str, str] | None,
    passphrase: str,
    machine: str,
    clock: Clock,
    random: Random,
    cost: Cost | None = None,
    skip: bool = False,
) -> Recovered:
    """Make somebody administrator (and custodian) again on this fresh machine, by the kit alone.

    ``skip`` leaves out team keys that were sealed wrongly to the kit.
    """
    if home.exists():
        raise UsageProblem(
            f"there is a Keyholder home at {home.folder} already; nothing was changed",
            hint="recover into another folder: set KEYHOLDER_HOME",
        )
    by_kit = kit.keyset_from_kit(kit.decode(lines))
    digest = _verified_id(location, vault_id)
    keyset, keyset_id = Keyset.generate(random), new_id(Prefix.KEYSET, random)
    with tempfile.TemporaryDirectory() as folder:
        vault = _with_kit(Home(Path(folder)), location, digest, by_kit, clock=clock, random=random)
        try:
            who = _find_active(vault, person) if person else new_id(Prefix.PERSON, random)
            home.make()
            sealed = {"passphrase": passphrase, "vault_id": digest.hex(), "keyset_id": keyset_id}
            store_keyset(home, keyset, random=random, cost=cost, **sealed)
            with vault.change() as tx:
                _readmit(tx, who, new_person or {}, keyset=keyset, keyset_id=keyset_id, skip=skip)
            name = vault.names.details("person", who).get("name", who)
        finally:
            vault.close()
    # Only now is this folder a home: before, running recover again starts afresh.
    home.set_place(Place(vault=location, vault_id=digest.hex(), keyset=keyset_id, person=who))
    due = _take_over(home, keyset, machine=machine, clock=clock, random=random)
    return Recovered(who, name, keyset_id, due)


def _verified_id(location: str, vault_id: str) -> bytes:
    """The whole vault id of the database, if it is the one that was typed in from the kit."""
    door = open_door(location)
    try:
        first = Shared(door).bodies(0, 1)
    finally:
        door.close()
    try:
        typed = parse_vault_id(vault_id)
    except AuditError as problem:
        raise UsageProblem(problem.message, hint="the ten words stand on the kit") from None
    if not first or not typed.matches(leaf_hash(first[0])):
        raise IntegrityError("this is not the vault that the kit was made for", hint="check KEYHOLDER_VAULT")
    return leaf_hash(first[0])


def _with_kit(
    home: Home, location: str, digest: bytes, by_kit: Keyset, *, clock: Clock, random: Random
) -> Vault:
    """A vault opened with the kit's keys, in a folder that is gone afterwards."""
    home.set_place(Place(vault=location, vault_id=digest.hex(), keyset="", person=""))
    vault = Vault.open(home, clock=clock, random=random)
    try:
        vault.sync()
        id_ = _in_force(vault, by_kit)
        vault.place = Place(vault=location, vault_id=digest.hex(), keyset=id_, person="")
        vault.use(Keyring(keyset_id=id_, keyset=by_kit, vault_id=digest, shared=vault.shared))
    except BaseException:
        vault.close()
        raise
    return vault


def _in_force(vault: Vault, by_kit: Keyset) -> str:
    row = recovery_in_force(vault.state)
    if row is None or row["key"] != text(by_kit.sign_public):
        raise Refused("this kit is not the one in force", hint="look for the newest one")
    return str(row["id"])


def _find_active(vault: Vault, person: str) -> str:
    who = vault.names.find("person", person)
    row = vault.state.get("person", id=who)
    if row is None or row["state"] != "active":
        raise Refused(
            f"{person} is paused or has left", hint="the kit re-admits somebody who is in the force"
        )
    return who


def _readmit(tx: Tx, who: str, new: Mapping[str, str], *, keyset: Keyset, keyset_id: str, skip: bool) -> None:
    """Everything that the kit signs, in one commit."""
    tx.emit("recovery.used", tx.vault.keyring.keyset_id, admits=keyset_id)
    for team in epochs.TEAMS if skip else ():
        epochs.leave_out(tx, team)
    epochs.settle(tx)  # what was due before, so that a description can be sealed
    if tx.state.get("person", id=who) is None:
        tx.emit("person.added", who, details=tx.details("person", who, new))
    held = keys.roles_of(tx.state, who)
    for role in (events.ADMINISTRATOR, events.CUSTODIAN):
        if role not in held:
            tx.emit("role.given", who, role=role)
    tx.emit(
        "signer.added",
        keyset_id,
        key=text(keyset.sign_public),
        kem=text(keyset.kem_public),
        purpose="member",
        person=who,
        vouches=True,
    )
    epochs.settle(tx)


def _take_over(home: Home, keyset: Keyset, *, machine: str, clock: Clock, random: Random) -> tuple[str, ...]:
    """The first act of the new keys: end the older ones of this person, enrol the machine, new epochs."""
    vault = Vault.open(home, clock=clock, random=random)
    try:
        vault.sync()
        ring = Keyring(
            keyset_id=vault.place.keyset, keyset=keyset, vault_id=vault.vault_id, shared=vault.shared
        )
        vault.use(ring)
        with vault.change() as tx:
            for old in keys.active_keysets(tx.state, vault.person):
                if old != vault.place.keyset:
                    tx.emit("signer.revoked", old, reason="replaced")
            register_machine(tx, keyset=vault.place.keyset, person=vault.person, nickname=machine)
            return epochs.settle(tx)
    finally:
        vault.close()


def show_kit(vault: Vault) -> Kit:
    """The kit in force."""
    row = recovery_in_force(vault.state)
    if row is None:
        raise NotFound("no recovery kit is in force", hint="make one: keyholder recovery renew")
    return _kit(vault, row)
