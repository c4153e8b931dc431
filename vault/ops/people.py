"""People known to the vault, and members: add, describe, pause, give and end roles, list.

Names, numbers and addresses go into sealed details; the log carries the person's random id. A change of who
belongs to a key team starts new epochs in the same transaction, where the one who acts may.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING, Any

from vault.domain import events, keys
from vault.domain.events import Row
from vault.domain.ids import Prefix
from vault.errors import Refused, UsageProblem
from vault.ops import epochs
from vault.ops.confirming import sync_vouching

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.store.register import State

FIELDS = ("name", "collar", "email")
_NAMED = {"collar": "collar number", "email": "address"}


@dataclass(frozen=True, slots=True)
class Post:
    """A post as it is shown: for what, from when to when."""

    post: str
    scope: str
    scope_name: str
    since: str
    until: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """One person, with what the register says of them."""

    id: str
    details: Mapping[str, Any]
    state: str
    left_at: str | None
    roles: tuple[str, ...]
    keysets: tuple[str, ...]
    posts: tuple[Post, ...]
    teams: tuple[str, ...]

    @property
    def name(self) -> str:
        return str(self.details.get("name", ""))

    @property
    def collar(self) -> str:
        return str(self.details.get("collar", ""))

    @property
    def email(self) -> str:
        return str(self.details.get("email", ""))

    @property
    def full_name(self) -> str:
        """As somebody is named before something final: name, collar number, address."""
        rest = ", ".join(part for part in (self.collar, self.email) if part)
        return f"{self.name or self.id} ({rest})" if rest else self.name or self.id


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change of roles or state left: entries that wait for a second administrator, teams due, shares."""

    person: str
    pending: int | None
    teams_due: tuple[str, ...]
    not_shared: int = 0


def add(vault: Vault, *, name: str, collar: str = "", email: str = "") -> str:
    """Make a person known; the id. A collar number or an address is one person's."""
    vault.require_role(*events.STAFF)
    given = described(name=name, collar=collar, email=email)
    _check_unused(vault, given)
    with vault.change() as tx:
        id_ = tx.new(Prefix.PERSON)
        tx.emit("person.added", id_, details=tx.details("person", id_, given))
    return id_


def described(*, name: str, collar: str = "", email: str = "") -> dict[str, str]:
    """The details of a person who can be found again: a name, and an address only where it is one."""
    details = {"name": " ".join(name.split()), "collar": collar.strip(), "email": email.strip()}
    if not details["name"]:
        raise UsageProblem("a person needs a name", hint="give it as --name 'Ada Byron'")
    check_address(details["email"])
    return {field: value for field, value in details.items() if value}


def check_address(text: str) -> None:
    """`UsageProblem` for what is no e-mail address; nothing is one that is taken away."""
    local, at, domain = text.partition("@")
    if text and not (local and at and domain and not any(map(str.isspace, text))):
        raise UsageProblem("that is not an e-mail address", hint="give it as --email ada@police.example")


def _check_unused(vault: Vault, details: Mapping[str, str], *, but: str = "") -> None:
    """A collar number or an address is one person's among those who have not left."""
    for field in ("collar", "email"):
        value = details.get(field, "")
        other = vault.names.search("person", value) if value else None
        if other not in (None, but) and (vault.state.get("person", id=other) or {})["state"] != "left":
            raise UsageProblem(
                f"{value} is somebody's {_NAMED[field]} already ({other})",
                hint="see: keyholder person show " + quote(value),
            )


def change(vault: Vault, *, person: str, **new: str | None) -> str:
    """Describe somebody anew: only the fields given; an empty one is taken away."""
    vault.require_role(*events.STAFF)
    who = vault.names.find("person", person)
    given = {field: value for field, value in new.items() if value is not None}
    if not given:
        raise UsageProblem("nothing to change was given", hint="give --name, --collar or --email")
    before = vault.names.details("person", who)
    kept = {
        **before,
        **dict.fromkeys(FIELDS, ""),
        **described(**{f: before.get(f, "") for f in FIELDS} | given),
    }
    _check_unused(vault, {field: kept[field] for field in given}, but=who)
    with vault.change() as tx:
        named = {field: value for field, value in kept.items() if value}
        tx.emit("person.changed", who, details=tx.details("person", who, named))
    return who


def present(vault: Vault, person: str) -> str:
    """The id of somebody who has not left: a leaver gets nothing new."""
    who = vault.names.find("person", person)
    if (vault.state.get("person", id=who) or {}).get("state") == "left":
        raise Refused(
            f"{person} has left", hint="somebody who came back is a new person: keyholder person add"
        )
    return who


def pause(vault: Vault, *, person: str, on: dt.datetime | None = None) -> Changed:
    """Suspend somebody: no role acts, no new secret is sealed to them; nothing ends."""
    return _set_state(vault, "person.paused", person=person, on=on)


def resume(vault: Vault, *, person: str, on: dt.datetime | None = None) -> Changed:
    """Take somebody back as they were, with what was written meanwhile."""
    return _set_state(vault, "person.resumed", person=person, on=on)


def _set_state(vault: Vault, event: str, *, person: str, on: dt.datetime | None) -> Changed:
    vault.require_role(*(events.STAFF if event == "person.paused" else events.ADMINISTRATORS))
    who = vault.names.find("person", person)
    if who == vault.person:
        raise Refused("nobody does this to themselves", hint="ask another administrator")
    with vault.change() as tx:
        tx.emit(event, who, occurred_at=tx.at(on))
        due = epochs.settle(tx)
        left = epochs.share_owed(tx, who)[1]
    return Changed(who, None, due, left)


def give_role(vault: Vault, *, person: str, role: str) -> Changed:
    """Give a role; that of administrator waits for a second administrator where there is one."""
    vault.require_role(events.ADMINISTRATOR)
    who = present(vault, person)
    with vault.change() as tx:
        seq = tx.emit("role.given", who, role=role)
        waits = tx.state.get("pending", seq=seq) is not None
        sync_vouching(tx, who)
        due = epochs.settle(tx)
    return Changed(who, seq if waits else None, due)


def end_role(vault: Vault, *, person: str, role: str) -> Changed:
    """End a role. A custodian's end is a cause: what they could open must be changed."""
    vault.require_role(events.ADMINISTRATOR)
    who = vault.names.find("person", person)
    if who == vault.person and role == events.ADMINISTRATOR:
        raise Refused("nobody takes their own administration away", hint="ask another administrator")
    with vault.change() as tx:
        tx.emit("role.ended", who, role=role)
        sync_vouching(tx, who)
        due = epochs.settle(tx)
    return Changed(who, None, due)


def list_people(vault: Vault, *, state: State | None = None, everybody: bool = False) -> list[Person]:
    """Everybody who has not left (or everybody), by name."""
    _reads(vault)
    reg = state or vault.state
    rows = [row for row in reg.find("person") if everybody or row["state"] != "left"]
    described = vault.names.many("person")
    found = [_person(vault, reg, row, described.get(row["id"], {})) for row in rows]
    return sorted(found, key=lambda person: (person.name.casefold(), person.id))


def show_person(vault: Vault, *, person: str, state: State | None = None) -> Person:
    """One person; a member who does not read the register sees themselves."""
    if vault.names.search("person", person) != vault.person:
        _reads(vault)
    reg, who = state or vault.state, vault.names.find("person", person)
    row = reg.get("person", id=who)
    if row is None:
        raise UsageProblem(
            f"{person} was not in the register then", hint="look back to a later day: --as-of DATE"
        )
    return _person(vault, reg, row, vault.names.details("person", who))


def _reads(vault: Vault) -> None:
    if not vault.names.reads_details():
        raise Refused(
            "your keys do not open the register of people",
            hint="ask an administrator, a custodian or an auditor",
        )


def _person(vault: Vault, reg: State, row: Row, details: Mapping[str, Any]) -> Person:
    id_ = row["id"]
    teams = [r["team"] for r in reg.find("team_member", person=id_, left_seq=None)]
    return Person(
        id_,
        details,
        row["state"],
        row["left_at"],
        tuple(sorted(r["role"] for r in reg.find("role", person=id_, until=None))),
        tuple(keys.active_keysets(reg, id_)),
        tuple(posts_of(vault, reg.find("post", person=id_, until=None))),
        tuple(vault.names.details("team", team).get("name", team) for team in teams),
    )


def posts_of(vault: Vault, rows: Iterable[Row]) -> list[Post]:
    """Posts, each with the name of the account or team that it is for."""
    return [
        Post(row["post"], row["scope"] or "", scope_name(vault, row["scope"]), row["since"], row["until"])
        for row in rows
    ]


def scope_name(vault: Vault, scope: str | None) -> str:
    """The name of an account or a team; empty for a post that is for everything."""
    if not scope:
        return ""
    kind = "account" if scope.startswith(Prefix.ACCOUNT) else "team"
    return str(vault.names.details(kind, scope).get("name", scope))
