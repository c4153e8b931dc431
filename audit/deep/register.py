"""What the log says so far, by id, and the questions that more than one rule asks."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from audit.deep.forms import Void
from audit.deep.things import (
    Account,
    Device,
    Ended,
    Epoch,
    Grant,
    Keyset,
    Person,
    Record,
    Request,
    Rotation,
    Version,
    Witness,
)

ADMINISTRATOR, CUSTODIAN, AUDITOR, RECOVERY = "administrator", "custodian", "auditor", "recovery"
REGISTER, CUSTODY = "register", "custody"
STAFF = frozenset({ADMINISTRATOR, CUSTODIAN})
TEAMS = {REGISTER: frozenset({ADMINISTRATOR, CUSTODIAN, AUDITOR}), CUSTODY: frozenset({CUSTODIAN})}
_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True)
class Said:
    """One entry, and what was known of its author there. `confirmed` if a second administrator has agreed to it."""

    seq: int
    time: str
    keyset: str
    person: str
    roles: frozenset[str]
    event: str
    subject: str
    data: Mapping[str, Any]
    confirmed: bool = False

    @property
    def by_staff(self) -> bool:
        return bool(self.roles & STAFF)

    @property
    def by_recovery(self) -> bool:
        return RECOVERY in self.roles


@dataclass(slots=True)
class Register:
    """Everything, by id."""

    witnesses: dict[str, Witness] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    keysets: dict[str, Keyset] = field(default_factory=dict)
    epochs: dict[str, Epoch] = field(default_factory=dict)
    newest: dict[str, Epoch] = field(default_factory=dict)  # by team
    kits: dict[str, list[str]] = field(default_factory=dict)  # recovery keyset → who saw its kit
    readmits: dict[str, set[str]] = field(default_factory=dict)  # recovery keyset → keysets that it announced
    kit_used: int = -1  # the last entry that announced it
    ended: list[Ended] = field(default_factory=list)
    invitations: dict[str, tuple[str, str, bool]] = field(default_factory=dict)  # person, end, used
    waiting: dict[int, Said] = field(default_factory=dict)
    confirmed: dict[int, int] = field(default_factory=dict)  # waiting entry → the entry that confirmed it
    posts: set[tuple[str, str, str | None]] = field(default_factory=set)
    teams: dict[str, set[str]] = field(default_factory=dict)  # owning team → members
    accounts: dict[str, Account] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    batches: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)  # author, recipients
    rotations: dict[str, Rotation] = field(default_factory=dict)
    notices: set[tuple[int, str]] = field(default_factory=set)
    claims: dict[str, str] = field(default_factory=dict)
    # claim → who filed it, its device; record → who states it, what it is about
    authors: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    documents: set[str] = field(default_factory=set)  # hashes of the texts that were chosen: public words
    blobs: dict[str, frozenset[str]] = field(default_factory=dict)  # hash → whom its words concern
    erased: set[str] = field(default_factory=set)
    restored: set[tuple[int, str, int, int]] = field(default_factory=set)  # entry, lost root and size, from
    notes: set[str] = field(default_factory=set)
    uses: dict[int, str] = field(default_factory=dict)  # entry → account
    records: dict[str, Record] = field(default_factory=dict)
    has_policy: bool = False
    unkeyed: set[str] = field(default_factory=set)  # described by somebody without the register's key
    described: dict[str, str] = field(default_factory=dict)  # such a thing → the hash of its words
    changes: int = 0
    _teams: dict[str, frozenset[str]] = field(default_factory=dict)
    _beside: dict[str, frozenset[str]] = field(default_factory=dict)

    def who_changed(self) -> None:
        """Roles, states, keysets or voices changed: forget who belongs to which team, and who is beside whom."""
        self.changes += 1
        self._teams.clear()
        self._beside.clear()

    def belongs(self, team: str) -> frozenset[str]:
        """Exactly the keysets that an epoch of this team must be sealed to."""
        if team not in self._teams:
            own = {k for p in self.people.values() if p.roles & TEAMS[team] for k in p.working}
            kits = {k.id for k in self.keysets.values() if k.purpose == RECOVERY and k.revoked is None}
            self._teams[team] = frozenset(own | kits)
        return self._teams[team]

    def due(self, team: str) -> bool:
        """True while the newest epoch is not sealed to exactly those who belong."""
        return team not in self.newest or self.newest[team].seals != self.belongs(team)

    def heard(self) -> list[Keyset]:
        """The keysets in force of administrators in force."""
        people = (person for person in self.people.values() if ADMINISTRATOR in person.roles)
        return [keyset for person in people for keyset in person.keysets if keyset.works]

    def beside(self, voice: str) -> frozenset[str]:
        """Administrators who can contradict a voice: they have keys that it has no part in."""
        if voice not in self._beside:
            self._beside[voice] = frozenset(k.person for k in self.heard() if voice not in k.voices)
        return self._beside[voice]

    def administrators(self) -> set[str]:
        """Active persons who are administrator and have keys in force."""
        return {p.id for p in self.people.values() if ADMINISTRATOR in p.roles and p.working}

    def keep_one_administrator(self, person: str) -> None:
        """Void if nobody else could act as administrator."""
        if ADMINISTRATOR in self.people[person].held and not self.administrators() - {person}:
            raise Void("the last administrator stays")

    def roles(self, person: str | None) -> frozenset[str]:
        known = self.people.get(person or "")
        return known.roles if known else frozenset()

    def behind(self, keyset: str) -> tuple[str, frozenset[str]]:
        """The person and the roles with which a keyset speaks now; none once it is revoked."""
        found = self.keysets.get(keyset)
        if found is None or found.revoked is not None:
            return "", frozenset()
        roles = frozenset({RECOVERY}) if found.purpose == RECOVERY else self.roles(found.person)
        return found.person, roles

    def holders(self, account: Account) -> list[str]:
        """Keysets that a version must be sealed to beside custody: of working members with a secret grant."""
        people = [self.people[person] for person, kind in account.grants if kind == "secret"]
        return sorted(k for person in people if person.roles for k in person.working)

    def machine(self, keyset: str) -> Device | None:
        """The device on which a keyset is, the first that was registered so."""
        found = (device for device in self.devices.values() if device.keyset == keyset)
        return next(found, None)


def known(things: Mapping[Any, _Thing], key: Any, what: str) -> _Thing:
    """The thing; Void if the register does not know it."""
    found = things.get(key)
    if found is None:
        raise Void(f"{what} is not in the register")
    return found


def version_of(reg: Register, said: Said) -> tuple[Account, Version]:
    """The account that an entry is about and the version that it names; Void if there is none."""
    account = reg.accounts.get(said.subject)
    if account is None or said.data["number"] not in account.versions:
        raise Void("the version is not in the register")
    return account, account.versions[said.data["number"]]


def new(things: Container[Any], key: object, what: str) -> None:
    """Void if there is one already."""
    if key in things:
        raise Void(f"{what} exists already")
