"""Owning teams: they carry no keys, but when somebody joins or leaves, the passwords of their accounts are due.

Whether that is so, for joining and for leaving, is the document's word (`rotate_on_membership_change`); a document
that is silent owes nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vault.domain import events, happened
from vault.domain.ids import Prefix
from vault.domain.kinds.membership import RotateOnMembershipChange
from vault.errors import Refused, UsageProblem
from vault.ops.people import present

if TYPE_CHECKING:
    from vault.domain.events import Row
    from vault.ops.session import Vault
    from vault.store.register import State


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a team, or who was."""

    person: str
    name: str
    since: str
    until: str | None


@dataclass(frozen=True, slots=True)
class Team:
    """An owning team, who is in it, and which accounts it owns."""

    id: str
    name: str
    kind: str
    members: tuple[Member, ...]
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Membership:
    """What a change of membership was, and how many components are due because of it, by which clause."""

    team: str
    person: str
    day: str
    owed: int
    clause: str


def add(vault: Vault, *, name: str, kind: str = "team") -> str:
    """Make an owning team known; the id."""
    vault.require_role(*events.STAFF)
    if not name.strip():
        raise UsageProblem("a team needs a name", hint="give it with --name")
    if vault.names.search("team", name) is not None:
        raise UsageProblem(f"there is a team called {name} already", hint="see: keyholder team list")
    with vault.change() as tx:
        id_ = tx.new(Prefix.TEAM)
        tx.emit("team.added", id_, kind=kind, details=tx.details("team", id_, {"name": name.strip()}))
    return id_


def join(vault: Vault, *, team: str, person: str, since: dt.date | None = None) -> Membership:
    """Somebody belongs to a team from a day on."""
    rule = vault.profile.rule(RotateOnMembershipChange)
    rotate = rule is not None and rule.join
    return _change(vault, "team.joined", team=team, person=person, rotate=rotate, since=since)


def leave(vault: Vault, *, team: str, person: str, until: dt.date | None = None) -> Membership:
    """Somebody belongs to a team no more."""
    rule = vault.profile.rule(RotateOnMembershipChange)
    rotate = rule is not None and rule.leave
    return _change(vault, "team.left", team=team, person=person, rotate=rotate, until=until)


def _change(
    vault: Vault, event: str, *, team: str, person: str, rotate: bool, **day: dt.date | None
) -> Membership:
    vault.require_role(*events.STAFF)
    what = vault.names.find("team", team)
    who = present(vault, person) if event == "team.joined" else vault.names.find("person", person)
    rule = vault.profile.rule(RotateOnMembershipChange)
    with vault.change() as tx:
        days = {field: tx.day(value) for field, value in day.items()}
        held = tx.state.find("team_member", team=what, person=who, left_seq=None)
        if "until" in days and held:
            happened.ended(days["until"], since=held[0]["since"])
        seq = tx.emit(event, what, person=who, rotate=rotate, **days)
        owed = len(tx.state.find("obligation", cause=seq))
    return Membership(what, who, next(iter(days.values())), owed, rule.clause if rule else "")


def list_teams(vault: Vault, *, state: State | None = None) -> list[Team]:
    """Every team, by name."""
    _reads(vault)
    reg = state or vault.state
    found = [_team(vault, reg, row) for row in reg.find("team")]
    return sorted(found, key=lambda team: (team.name.casefold(), team.id))


def show_team(vault: Vault, *, team: str, state: State | None = None) -> Team:
    """One team."""
    _reads(vault)
    reg, what = state or vault.state, vault.names.find("team", team)
    row = reg.get("team", id=what)
    if row is None:
        raise UsageProblem(
            f"{team} was not in the register then", hint="look back to a later day: --as-of DATE"
        )
    return _team(vault, reg, row)


def _reads(vault: Vault) -> None:
    if not vault.names.reads_details():
        raise Refused("your keys do not open the register", hint="ask an administrator or a custodian")


def _team(vault: Vault, reg: State, row: Row) -> Team:
    inside = reg.find("team_member", team=row["id"], left_seq=None)
    people = vault.names.many("person", {r["person"] for r in inside})
    owned = [r["id"] for r in reg.find("account", team=row["id"]) if r["state"] != "closed"]
    accounts = vault.names.many("account", owned)
    members = [
        Member(r["person"], str(people.get(r["person"], {}).get("name", r["person"])), r["since"], r["until"])
        for r in inside
    ]
    return Team(
        row["id"],
        str(vault.names.details("team", row["id"]).get("name", row["id"])),
        row["kind"],
        tuple(sorted(members, key=lambda m: m.name.casefold())),
        tuple(sorted(str(accounts.get(a, {}).get("name", a)) for a in owned)),
    )
