"""Deposit what a platform has, and show it again: the entry that says so is durable first.

Nothing in this file returns a secret from inside its unit of work: a value is handed out after the commit, so an
entry that cannot be written leaves nothing to show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vault.domain import exposure, keys, release, rotation, secrets
from vault.domain.decisions import Decision
from vault.domain.events import Row
from vault.domain.ids import Prefix
from vault.errors import NotFound, UsageProblem
from vault.ops import sealing
from vault.ops.bodies import card, merge
from vault.ops.platforms import account_key
from vault.ops.rotation import doors_of, extend, lease_until

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.ops.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposited:
    """What a deposit did: the version, the rotation that it opened or ended, and how the document judges it."""

    number: int
    allowed: bool | None
    clause: str
    rotation: str = ""
    superseded: str = ""
    doors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One version's components, on their way to somebody's eyes. ``age`` is new or old while nobody knows which."""

    name: str
    login: str
    number: int
    age: str
    parts: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code of the second factor, and how long it stays good."""

    name: str
    age: str
    seconds: int
    code: str = field(repr=False)


# --- finding, also for a member who holds an account but does not read the register -----------------------------


def find_account(vault: Vault, given: str) -> str:
    """The account's id. A holder without a register key finds what they hold by its card."""
    names = vault.names
    if names.reads_details() or given.startswith("acc-"):
        return names.find("account", given)
    wanted = account_key(given)
    for row in vault.state.find("recipient", keyset=vault.keyring.keyset_id):
        card = sealing.open_version(vault, account=row["account"], number=row["number"]).card
        if card.get("key") == wanted:
            return str(row["account"])
    raise NotFound(
        f"you hold no account that is called {given}", hint="ask the Digital Media Team for a grant"
    )


# --- deposits ---------------------------------------------------------------------------------------------------


def deposit(
    vault: Vault,
    *,
    account: str,
    parts: Mapping[str, Any],
    changed_on: str | None = None,
    changed_by: str | None = None,
    allowed: bool | None = None,
    emergency: bool = False,
) -> Deposited:
    """Store what the platform has already: a fact, judged by the document and never refused.

    Other components are kept. An open rotation is superseded; where something is owed, one that is verified opens.
    """
    details = _details(vault, account)
    with vault.change() as tx:
        _check_facts(tx, parts, changed_on)
        under_way = rotation.open_rotation(tx.state, account)
        if (
            under_way is not None
            and under_way["state"] in ("applied", "verified")
            and "password" not in parts
        ):
            return Deposited(
                number=extend(tx, under_way, parts), allowed=None, clause="", rotation=under_way["id"]
            )
        row, by = _account(tx, account), changed_by or vault.person
        verdict = release.judge_change(
            tx.state,
            vault.profile,
            account=row,
            person=by,
            roles=keys.roles_of(tx.state, by),
            emergency=emergency,
        )
        judged = allowed if allowed is not None or verdict is None else not verdict.finding
        before = secrets.current(tx.state, account)
        body, states = merge(vault, before, parts, made=card(row["platform"], details) if details else {})
        number = sealing.write_version(
            tx,
            account=account,
            body=body,
            parts=states,
            why="deposit",
            previous=before["number"] if before else None,
            occurred_at=changed_on,
            changed_by=by,
            allowed=judged,
        )
        opened, doors = _open_verified(tx, row, number)
    return Deposited(
        number=number,
        allowed=judged,
        clause=verdict.clause if verdict else "",
        rotation=opened,
        superseded=under_way["id"] if under_way else "",
        doors=doors,
    )


def _check_facts(tx: Tx, parts: Mapping[str, Any], changed_on: str | None) -> None:
    if not parts:
        raise UsageProblem(
            "nothing was given to store", hint="give --password, --totp, --backup-codes or --recovery"
        )
    if changed_on is not None and changed_on > tx.time:
        raise UsageProblem("a change that happened cannot lie in the future", hint="check --changed-on")


def _account(tx: Tx, account: str) -> Row:
    row = tx.state.get("account", id=account)
    if row is None:
        raise NotFound("no account has that id")
    return row


def _details(vault: Vault, account: str) -> dict[str, Any]:
    names = vault.names
    return names.details("account", account) if names.reads_details() else {}


def _open_verified(tx: Tx, account: Row, number: int) -> tuple[str, tuple[str, ...]]:
    """Where something is owed, the deposit is a rotation whose doors are still to be shut."""
    owed = {row["part"] for row in tx.state.find("obligation", account=account["id"], discharged=None)}
    if not owed:
        return "", ()
    id_, doors = tx.new(Prefix.ROTATION), doors_of(account["platform"], owed)
    tx.emit(
        "rotation.started",
        account["id"],
        rotation=id_,
        number=number,
        owner=tx.vault.person,
        lease_until=lease_until(tx),
        doors=doors,
        deposit=True,
    )
    return id_, tuple(rotation.doors_left(tx.state, id_))


# --- showing ----------------------------------------------------------------------------------------------------


def candidates(vault: Vault, account: str) -> list[tuple[str, int]]:
    """(age, number) of what the platform may have: new before old while the answer of the platform is open."""
    current, under_way = secrets.current(vault.state, account), rotation.open_rotation(vault.state, account)
    asked = under_way if under_way is not None and under_way["state"] in ("applied", "unknown") else None
    if asked is not None and (current is None or asked["number"] != current["number"]):
        old = [("old", int(current["number"]))] if current else []
        return [("new", int(asked["number"])), *old]
    if current is None:
        raise NotFound(
            "nothing is stored for this account", hint="deposit it: keyholder secret set ACCOUNT --password -"
        )
    return [("", int(current["number"]))]


def reveal(
    vault: Vault,
    *,
    account: str,
    parts: Sequence[str] = (exposure.PASSWORD,),
    how: str = "revealed",
    person: str | None = None,
    device: str | None = None,
    number: int | None = None,
    code: int | None = None,
) -> list[Shown]:
    """Record who sees what on which device, durably, and only then hand it out."""
    details, to = _details(vault, account), person or vault.person
    place = device or (machine(vault) if person is None else None)
    with vault.change() as tx:
        _decide(tx, account, to=to, device=place).check()
        shown: list[Shown] = []
        told: set[tuple[str, int]] = set()
        for age, version in [("", number)] if number is not None else candidates(vault, account):
            origins = secrets.origins(tx.state, account, version)
            fresh = [p for p in parts if p in origins and (p, origins[p]) not in told]
            told |= {(p, origins[p]) for p in fresh}
            if fresh:
                shown.append(
                    _open(vault, account=account, number=version, age=age, parts=fresh, details=details)
                )
                tx.emit(
                    "secret.seen",
                    account,
                    number=version,
                    parts=fresh,
                    person=to,
                    how=how,
                    device=place,
                    code=code,
                )
        if not shown:
            raise NotFound(f"the account has no {' and no '.join(parts)} stored".replace("_", " "))
    return shown


def _open(
    vault: Vault, *, account: str, number: int, age: str, parts: Sequence[str], details: Mapping[str, Any]
) -> Shown:
    body = sealing.open_version(vault, account=account, number=number)
    name = str(details.get("name") or body.card.get("name", ""))
    values = {part: body.parts[part] for part in parts}
    return Shown(name=name, login=body.card.get("login", ""), number=number, age=age, parts=values)


def _decide(tx: Tx, account: str, *, to: str, device: str | None) -> Decision:
    row = tx.state.get("device", id=device) if device else None
    return release.may_show(
        tx.state,
        tx.vault.profile,
        account=_account(tx, account),
        actor=tx.vault.person,
        roles=tx.vault.roles(),
        to=to,
        device=row,
    )


def machine(vault: Vault) -> str | None:
    """The device on which this member's keyset lives."""
    rows = vault.state.find("device", keyset=vault.place.keyset)
    return str(rows[0]["id"]) if rows else None


def code(vault: Vault, *, account: str, person: str | None = None, device: str | None = None) -> list[Code]:
    """The code of this moment, recorded as shown."""
    from vault.crypto.totp import parse_seed

    shown = reveal(
        vault, account=account, parts=[exposure.TOTP], how="code_shown", person=person, device=device
    )
    at = int(vault.clock().timestamp())
    made = [(one, *parse_seed(one.parts[exposure.TOTP]).code(at)) for one in shown]
    return [Code(name=one.name, age=one.age, code=code_, seconds=left) for one, code_, left in made]
