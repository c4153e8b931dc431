"""Give and revoke access: by secret, by platform role, by tool seat.

A new grant needs an approved request (`vault.domain.gates`); what somebody holds already is recorded as a fact. A
grantee with keys can open the current version and the candidates from the same transaction on. Revoking is a cause:
what the person saw or could open is owed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vault.domain import before, gates, grants, keys
from vault.domain.approvals import Tally
from vault.domain.before import Act
from vault.domain.events import ADMINISTRATOR, CUSTODIAN, Row
from vault.domain.exposure import LIVE
from vault.domain.ids import Prefix
from vault.errors import NotFound
from vault.ops import approvals, sealing
from vault.ops.accounts import enforce
from vault.ops.before import check as refuse_before
from vault.ops.forces import judged
from vault.ops.outside import may_open
from vault.ops.secrets import account_row
from vault.ops.worklist import has_profile, need_register

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.ops.tx import Tx
    from vault.store.register import State


@dataclass(frozen=True, slots=True)
class Given:
    """A grant, the number of versions sealed to the grantee with it, and where it falls short."""

    id: str
    shared: int
    findings: tuple[gates.Shortfall, ...]


@dataclass(frozen=True, slots=True)
class Owed:
    """A component that must be changed because of a revocation."""

    account: str
    part: str
    grade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One grant, as a line of the list."""

    id: str
    account: str
    person: str
    kind: str
    role: str
    since: str
    until: str
    basis: str


def give(
    vault: Vault,
    *,
    account: str,
    person: str,
    kind: str,
    role: str | None = None,
    existing: bool = False,
    request: str | None = None,
    since: str | None = None,
) -> Given:
    """Give access, if the policy allows it; with ``existing``, record access that was held already."""
    vault.require_role(CUSTODIAN)
    with vault.change() as tx:
        begins = tx.day(since)
        asked = _request(tx, account=account, person=person, kind=kind, given=request)
        count = _count(vault, tx, asked, person)
        access = _access(vault, tx, account, person, count=count, existing=existing)
        decision = gates.may_give(vault.profile, access)
        enforce(decision, about=account)
        short = _before(vault, tx, account, person, way=kind, since=begins, existing=existing)
        if kind == grants.SECRET and not existing:
            may_open(vault, "grant_give").check()
        id_ = tx.new(Prefix.GRANT)
        tx.emit(
            "grant.given",
            id_,
            account=account,
            person=person,
            kind=kind,
            role=role,
            since=begins,
            existing=existing,
            request=asked["id"] if asked and count is not None and count else None,
        )
        shared = share_live(tx, account, person) if kind == grants.SECRET else 0
    return Given(id_, shared, (*gates.access_shortfalls(vault.profile, access), *short))


def _before(
    vault: Vault, tx: Tx, account: str, person: str, *, way: str, since: str | None, existing: bool
) -> tuple[gates.Shortfall, ...]:
    """What the document asks before somebody gets access; access that is held already is the report's."""
    if existing:
        return ()
    row = judged(vault, account_row(tx, account))
    act = Act(what=before.GRANT, account=row, person=person, way=way, since=since or tx.today)
    return refuse_before(vault, tx, act, action=gates.GIVE, about=account)


def _request(tx: Tx, *, account: str, person: str, kind: str, given: str | None) -> Row | None:
    """The request that covers this access: the one named, else the newest that waits, else the account's own."""
    own = (tx.state.get("account", id=account) or {}).get("request")
    asked = tx.state.find("request", account=account, person=person, kind=kind, state="waiting")
    fitting = sorted(asked, key=lambda row: -row["seq"])
    if own is not None and _covers(tx, opened_by := approvals.request_row(tx.state, own), person):
        fitting.append(opened_by)
    if given is not None:
        approvals.request_row(tx.state, given)
        fitting = [row for row in fitting if row["id"] == given]
    return next(iter(fitting), None)


def _covers(tx: Tx, opened_by: Row, person: str) -> bool:
    """Whether the request for the account speaks of this person: who asked, or the team as it was when they asked.

    Who joined the team later was not before those who approved: anybody could join, be given access, and leave.
    """
    if opened_by["requester"] == person:
        return True
    mates = tx.state.find("team_member", team=opened_by["team"], person=person, left_seq=None)
    return bool(opened_by["team"]) and any(row["joined_seq"] < opened_by["seq"] for row in mates)


def _count(vault: Vault, tx: Tx, asked: Row | None, person: str) -> Tally | None:
    """What the request's approvals are worth for this person, whose own is not one of them."""
    if asked is None:
        return None
    words = vault.names.details("request", asked["id"])
    return approvals.standing(tx.state, vault.profile, {**asked, "person": person}, words)


def _access(
    vault: Vault, tx: Tx, account: str, person: str, *, count: Tally | None, existing: bool
) -> gates.Access:
    row, who = tx.state.get("account", id=account), tx.state.get("person", id=person)
    if row is None or who is None:
        raise NotFound("the account or the person is not in the register")
    answer = tx.state.get("own_device", person=person)
    return gates.Access(
        existing=existing,
        person_state=who["state"],
        account_state=row["state"],
        owner_kind=row["owner_kind"],
        created_on=dt.date.fromisoformat(row["created_on"]) if row["created_on"] else None,
        policy=has_profile(vault.profile, judged(vault, row)["force"]),
        tally=count,
        own_device=None if answer is None else bool(answer["uses"]),
    )


def share_live(tx: Tx, account: str, person: str) -> int:
    """Seal what the platform has, or may have soon, to the grantee's keysets."""
    if not keys.roles_of(tx.state, person):
        return 0
    keysets = keys.active_keysets(tx.state, person)
    live = [row["number"] for row in tx.state.find("version", account=account) if row["state"] in LIVE]
    missing = [
        (number, keyset)
        for number in live
        for keyset in keysets
        if tx.state.get("recipient", account=account, number=number, keyset=keyset) is None
    ]
    for number, keyset in missing:
        sealing.share_version(tx, account=account, number=number, to=keyset)
    return len({number for number, _ in missing})


def revoke(
    vault: Vault, *, account: str, person: str, kind: str | None = None, reason: str = "no_longer_needed"
) -> list[Owed]:
    """End somebody's access, in one way or in all; returns what must be changed because of it."""
    vault.require_role(CUSTODIAN, ADMINISTRATOR)
    asked = {} if kind is None else {"kind": kind}
    with vault.change() as tx:
        rows = tx.state.find("grant_", account=account, person=person, revoked=None, **asked)
        if not rows:
            raise NotFound(
                "the person does not hold the account", hint=f"keyholder grant list --account {account}"
            )
        causes = [tx.emit("grant.revoked", row["id"], until=tx.today, reason=reason) for row in rows]
        owed = [row for seq in causes for row in tx.state.find("obligation", cause=seq, discharged=None)]
    return [Owed(row["account"], row["part"], row["class"]) for row in owed]


def list_grants(
    vault: Vault,
    state: State,
    *,
    account: str | None = None,
    person: str | None = None,
    ended: bool = False,
) -> list[Held]:
    """Who holds what, as ``state`` has it; ``ended`` shows the revoked ones too."""
    need_register(vault)
    wanted = {"account": account, "person": person} | ({} if ended else {"revoked": None})
    only = {key: value for key, value in wanted.items() if value is not None or key == "revoked"}
    rows = state.find("grant_", **only)
    accounts = vault.names.many("account", {row["account"] for row in rows}, state=state)
    people = vault.names.many("person", {row["person"] for row in rows}, state=state)
    held = [_held(row, accounts, people) for row in rows]
    return sorted(held, key=lambda line: (line.account.casefold(), line.person.casefold(), line.kind))


def _held(
    row: Row, accounts: Mapping[str, Mapping[str, Any]], people: Mapping[str, Mapping[str, Any]]
) -> Held:
    return Held(
        id=row["id"],
        account=accounts.get(row["account"], {}).get("name", row["account"]),
        person=people.get(row["person"], {}).get("name", row["person"]),
        kind=row["kind"],
        role=row["role"] or "",
        since=row["since"],
        until=row["until"] or "",
        basis="approved" if row["request"] else "held already" if row["existing"] else "no rule asked",
    )
