"""Show what is stored: the entry that says so is durable first.

Nothing in this file returns a secret from inside its unit of work: a value is handed out after the commit, so an
entry that cannot be written leaves nothing to show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vault.domain import exposure, release, rotation, secrets
from vault.domain.decisions import Decision
from vault.domain.events import Row
from vault.errors import IntegrityError, NotFound, UsageProblem
from vault.ops import sealing
from vault.ops.outside import may_open

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.ops.tx import Tx


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
    wanted = names.normal("account", given)
    rows = vault.state.find("recipient", keyset=vault.keyring.keyset_id)
    found = {row["account"] for row in rows if _card(vault, row).get("key") == wanted}
    if len(found) > 1:  # a card is its author's word: it must not lead to another account in silence
        raise UsageProblem(
            f"more than one account is called {given}",
            hint=f"use one of these ids: {', '.join(sorted(found))}",
        )
    if not found:
        raise NotFound(
            f"you hold no account that is called {given}", hint="ask the Digital Media Team for a grant"
        )
    return str(found.pop())


def _card(vault: Vault, row: Row) -> Mapping[str, str]:
    """The card of a version; none where it does not open: one bad version must not hide all the others."""
    try:
        return sealing.open_version(vault, account=row["account"], number=row["number"]).card
    except IntegrityError:
        return {}


def account_row(tx: Tx, account: str) -> Row:
    """The account, which is there: its id came from a look-up."""
    row = tx.state.get("account", id=account)
    if row is None:
        raise NotFound("no account has that id")
    return row


def described(vault: Vault, account: str) -> dict[str, Any]:
    """The account's details; none for a member without the register's key."""
    names = vault.names
    return names.details("account", account) if names.reads_details() else {}


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
    details, to = described(vault, account), person or vault.person
    place = device or (machine(vault) if person is None else None)
    with vault.change() as tx:
        _decide(tx, account, to=to, device=place).check()
        may_open(vault, release.SHOW).check()
        if number is not None and tx.state.get("version", account=account, number=number) is None:
            raise NotFound(
                f"the account has no version {number}", hint="leave --version out for what it has now"
            )
        found = [("", number)] if number is not None else candidates(vault, account)
        shown: list[Shown] = []
        for age, version, fresh in _fresh(tx, account, found if code is None else found[:1], parts):
            one = _open(vault, account=account, number=version, age=age, parts=fresh, details=details)
            if code is not None:
                _check_unused(tx, account, version, place=code, of=len(one.parts[exposure.BACKUP_CODES]))
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
            shown.append(one)
        if not shown:
            raise NotFound(
                f"the account has no {' and no '.join(parts)} stored".replace("_", " "),
                hint="store what the platform has: keyholder secret set ACCOUNT",
            )
    return shown


def _fresh(
    tx: Tx, account: str, found: Sequence[tuple[str, int]], parts: Sequence[str]
) -> Iterator[tuple[str, int, list[str]]]:
    """(age, version, parts) of what is to be shown; a value that two versions share is shown once."""
    told: set[tuple[str, int]] = set()
    for age, version in found:
        origins = secrets.origins(tx.state, account, version)
        fresh = [p for p in parts if p in origins and (p, origins[p]) not in told]
        told |= {(p, origins[p]) for p in fresh}
        if fresh:
            yield age, version, fresh


def _check_unused(tx: Tx, account: str, version: int, *, place: int, of: int) -> None:
    """A backup code works once: asked under the head lock, so that of two who want it one gets it."""
    origin = secrets.origins(tx.state, account, version)[exposure.BACKUP_CODES]
    rows = tx.state.find("exposure", account=account, part=exposure.BACKUP_CODES, origin=origin)
    used = {row["code"]: row["seq"] for row in rows}
    if not 1 <= place <= of:
        raise NotFound(f"there is no backup code {place}", hint=f"they are numbered 1 to {of}")
    if place in used:
        left = next((n for n in range(1, of + 1) if n not in used), None)
        hint = "all are used: have the platform make new ones, then keyholder secret backup-codes ACCOUNT --set -"
        raise UsageProblem(
            f"backup code {place} was used before (entry {used[place]})",
            hint=f"the next one: keyholder secret backup-codes ACCOUNT --use {left}" if left else hint,
        )


def _open(
    vault: Vault, *, account: str, number: int, age: str, parts: Sequence[str], details: Mapping[str, Any]
) -> Shown:
    body = sealing.open_version(vault, account=account, number=number)
    name = str(details.get("name") or body.card.get("name", ""))
    values = {part: body.parts[part] for part in parts}
    return Shown(name=name, login=body.card.get("login", ""), number=number, age=age, parts=values)


def _decide(tx: Tx, account: str, *, to: str, device: str | None) -> Decision:
    row = tx.state.get("device", id=device) if device else None
    decision = release.may_show(
        tx.state,
        lambda: (tx.vault.profile, *tx.vault.guides),
        account=account_row(tx, account),
        actor=tx.vault.person,
        roles=tx.vault.roles(),
        to=to,
        device=row,
        now=tx.time,
    )
    if not decision:
        from vault.ops import before

        return before.called(tx.vault, decision)
    return decision


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
