"""Somebody leaves: what ends, what must be changed and by whom, and one transaction that does it.

The plan is the transaction itself, folded and then dropped: what is shown is what would be recorded, by the same
rules. Leaving is a fact and is not refused for missing paperwork; only the last administrator cannot leave, and
nobody removes themselves.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vault.domain import events, keys
from vault.domain.calendar import london_day_of
from vault.domain.kinds.administrator import AccountAdministratorRequired
from vault.domain.kinds.membership import RotateOnMembershipChange
from vault.errors import Refused
from vault.ops import epochs
from vault.ops.people import Person, Post, scope_name, show_person

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.ops.tx import Tx
    from vault.store.register import State


@dataclass(frozen=True, slots=True)
class Owed:
    """One component that must be changed because of it. Class 1 on a lost device, 2 seen, 3 could open only."""

    account: str
    name: str
    part: str
    grade: int
    by: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a leaver's going ends and opens."""

    person: Person
    roles: tuple[str, ...]
    keysets: tuple[str, ...]
    grants: tuple[tuple[str, str], ...]
    posts: tuple[Post, ...]
    teams: tuple[str, ...]
    abandoned: tuple[str, ...]
    owed: tuple[Owed, ...]
    saw_recovery_kit: bool
    teams_due: tuple[str, ...]
    starters: tuple[tuple[str, tuple[str, ...]], ...]
    devices: tuple[str, ...]
    early: str


class _OnlyAPlan(Exception):
    """Drop the transaction: nothing was written."""

    def __init__(self, leaving: Leaving) -> None:
        super().__init__()
        self.leaving = leaving


def plan(vault: Vault, *, person: str, on: dt.datetime | None = None) -> Leaving:
    """What `leave` would do; nothing is written."""
    try:
        return _leave(vault, person=person, on=on, write=False)
    except _OnlyAPlan as tried:
        return _named(vault, tried.leaving)


def leave(vault: Vault, *, person: str, on: dt.datetime | None = None) -> Leaving:
    """End somebody's keys, grants, posts, roles and memberships, and start new epochs, in one transaction."""
    return _leave(vault, person=person, on=on, write=True)


def _leave(vault: Vault, *, person: str, on: dt.datetime | None, write: bool) -> Leaving:
    vault.require_role(*events.STAFF)
    who = show_person(vault, person=person)
    if who.id == vault.person:
        raise Refused("nobody removes themselves", hint="ask another administrator or custodian")
    with vault.change() as tx:
        before = _before(tx, who)
        _end(tx, who, at=tx.at(on))
        due = epochs.settle(tx) if write else epochs.waiting(tx)
        leaving = _after(tx, who, before, due)
        if not write:
            raise _OnlyAPlan(leaving)
    return _named(vault, leaving)


def _end(tx: Tx, who: Person, *, at: str) -> None:
    """The keys first, so that nothing in this commit can be theirs; then teams, which may owe more than they saw."""
    rule = tx.vault.profile.rule(RotateOnMembershipChange)
    for keyset in keys.active_keysets(tx.state, who.id):
        tx.emit("signer.revoked", keyset, reason="left", occurred_at=at)
    for row in tx.state.find("team_member", person=who.id, left_seq=None):
        rotate = rule is not None and rule.leave
        tx.emit("team.left", row["team"], person=who.id, until=london_day_of(at), rotate=rotate)
    tx.emit("person.left", who.id, occurred_at=at)


@dataclass(frozen=True, slots=True)
class _Before:
    size: int
    prepared: frozenset[str]
    grants: tuple[tuple[str, str], ...]


def _before(tx: Tx, who: Person) -> _Before:
    grants = sorted((g["account"], g["kind"]) for g in tx.state.find("grant_", person=who.id, revoked=None))
    prepared = frozenset(r["id"] for r in tx.state.find("rotation", state="prepared", ended=None))
    return _Before(tx.vault.follower.size, prepared, tuple(grants))


def _after(tx: Tx, who: Person, before: _Before, due: tuple[str, ...]) -> Leaving:
    state = tx.state
    gone = (state.get("rotation", id=id_) for id_ in before.prepared)
    saw_kit = any(row["person"] == who.id for row in state.find("recovery", until=None))
    return Leaving(
        who,
        who.roles,
        who.keysets,
        before.grants,
        who.posts,
        who.teams,
        tuple(sorted(row["account"] for row in gone if row is not None and row["ended"] is not None)),
        _owed(tx, since=before.size),
        saw_kit,
        due,
        tuple((team, tuple(epochs.starters(state, team))) for team in due),
        tuple(d["id"] for d in state.find("device", person=who.id) if d["state"] != "retired"),
        _early(state, who.id),
    )


def _early(state: State, person: str) -> str:
    """The latest day since which they hold something that this ends, if they are said to have left before it.

    It is no reason to refuse: what was held may have been recorded late. Most often it is a slip.
    """
    row = state.get("person", id=person) or {}
    left = london_day_of(row["left_at"])
    ended = [*state.find("grant_", person=person), *state.find("post", person=person)]
    since = max((one["since"] for one in [*ended, *state.find("team_member", person=person)]), default="")
    return since if left < since else ""


def _owed(tx: Tx, *, since: int) -> tuple[Owed, ...]:
    """The obligations that this transaction opened, the most urgent first; one line for each component."""
    worst: dict[tuple[str, str], int] = {}
    for row in tx.state.find("obligation", discharged=None):
        if row["cause"] >= since:
            key = (row["account"], row["part"])
            worst[key] = min(row["class"], worst.get(key, 3))
    lines = [Owed(a, a, part, grade, _by(tx, a)) for (a, part), grade in worst.items()]
    return tuple(sorted(lines, key=lambda owed: (owed.grade, owed.account, owed.part)))


def _by(tx: Tx, account: str) -> str:
    """Who answers for the change: the account's administrator where there is one, else the custodians."""
    rule = tx.vault.profile.rule(AccountAdministratorRequired)
    held = tx.state.find("post", post=rule.post, scope=account, until=None) if rule else []
    return str(held[0]["person"]) if held else events.CUSTODIAN


def _named(vault: Vault, leaving: Leaving) -> Leaving:
    """The same with names instead of ids: looked up after the transaction, which the look-ups must not enter."""

    names = vault.names.many(
        "account", {owed.account for owed in leaving.owed} | {a for a, _ in leaving.grants}
    )
    people = vault.names.many(
        "person", {p for _, who in leaving.starters for p in who} | {o.by for o in leaving.owed}
    )

    def account(id_: str) -> str:
        return str(names.get(id_, {}).get("name", id_))

    def person(id_: str) -> str:
        return str(people.get(id_, {}).get("name", id_))

    owed = tuple(replace(o, name=account(o.account), by=person(o.by)) for o in leaving.owed)
    grants = tuple((account(a), kind) for a, kind in leaving.grants)
    starters = tuple((team, tuple(map(person, who))) for team, who in leaving.starters)
    abandoned = tuple(scope_name(vault, a) for a in leaving.abandoned)
    devices = tuple(vault.names.shown("device", d) for d in leaving.devices)
    return replace(leaving, owed=owed, grants=grants, starters=starters, abandoned=abandoned, devices=devices)
