"""Deposit what a platform has already: a fact, judged by the document and never refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard

from vault.domain import keys, release, rotation, secrets
from vault.domain.decisions import Allowed
from vault.domain.events import Row
from vault.domain.ids import Prefix
from vault.errors import UsageProblem
from vault.ops import sealing
from vault.ops.bodies import card, merge
from vault.ops.rotation import doors_of, extend, lease_until
from vault.ops.secrets import account_row, described

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
    details = described(vault, account)
    with vault.change() as tx:
        _check_facts(tx, parts, changed_on)
        under_way = rotation.open_rotation(tx.state, account)
        if _continues(under_way, parts):
            number = extend(tx, under_way, parts)
            return Deposited(number=number, allowed=None, clause="", rotation=under_way["id"])
        row, by = account_row(tx, account), changed_by or vault.person
        verdict = _judged(tx, row, by, emergency=emergency)
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


def _continues(under_way: Row | None, parts: Mapping[str, Any]) -> TypeGuard[Row]:
    """Whether it is what the platform made in the course of a rotation, and not a change beside it."""
    answered = under_way is not None and under_way["state"] in ("applied", "verified")
    return answered and "password" not in parts


def _judged(tx: Tx, account: Row, person: str, *, emergency: bool) -> Allowed | None:
    roles = keys.roles_of(tx.state, person)
    return release.judge_change(
        tx.state,
        tx.vault.profile,
        account=account,
        person=person,
        roles=roles,
        emergency=emergency,
        now=tx.time,
    )


def _check_facts(tx: Tx, parts: Mapping[str, Any], changed_on: str | None) -> None:
    if not parts:
        raise UsageProblem(
            "nothing was given to store", hint="give --password, --totp, --backup-codes or --recovery"
        )
    tx.at(changed_on)


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
