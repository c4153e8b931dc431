"""What a register holds, as plain objects: people and their keys, accounts and what is owed on them, devices."""

from __future__ import annotations

from dataclasses import dataclass, field

MEMBER, PROPOSED = "member", "proposed"
LIVE = frozenset({"current", "prepared", "applied", "unknown"})


@dataclass(slots=True)
class Record:
    """What stands beside something: who wrote it, and whether it has ended or was withdrawn."""

    author: str
    ended: bool = False
    withdrawn: bool = False


@dataclass(slots=True)
class Keyset:
    """`voices`: the persons in whose hands it may be, its own among them; a kit has none."""

    id: str
    person: str
    key: str
    kem: str
    purpose: str
    added: int
    voices: frozenset[str] = frozenset()
    revoked: int | None = None

    @property
    def works(self) -> bool:
        """Admitted as a member's and not revoked."""
        return self.purpose == MEMBER and self.revoked is None


@dataclass(slots=True)
class Witness:
    name: str
    key: str
    removed: bool = False


@dataclass(slots=True)
class Ended:
    """An administrator who contradicted a voice until an entry in that voice; and the entry that brought them back."""

    seq: int
    person: str
    voice: str
    back: int | None = None


@dataclass(slots=True)
class Person:
    """`held`: role → since which entry. `administered`: was administrator at some time."""

    id: str
    added: int
    state: str = "active"
    left: int | None = None
    held: dict[str, int] = field(default_factory=dict)
    administered: bool = False
    keysets: list[Keyset] = field(default_factory=list)

    @property
    def roles(self) -> frozenset[str]:
        """Roles in force: none while paused or after leaving."""
        return frozenset(self.held) if self.state == "active" else frozenset()

    @property
    def working(self) -> list[str]:
        """Keysets in force, whatever the roles."""
        return [keyset.id for keyset in self.keysets if keyset.works]


@dataclass(slots=True)
class Epoch:
    """`follows`: the epoch whose private key it seals. `skipped`: the entry that left it out."""

    id: str
    team: str
    number: int
    seq: int
    seals: frozenset[str]
    author: str
    follows: str | None
    skipped: int | None = None


@dataclass(slots=True)
class Version:
    """`origins`: component → the number of the version in which it was new. `to`: keyset → since which entry.

    `gone`: components that the platform has no more.
    """

    number: int
    seq: int
    epoch: Epoch
    previous: int | None
    why: str
    author: str
    origins: dict[str, int]
    to: dict[str, int]
    gone: set[str]
    state: str = "prepared"

    @property
    def there(self) -> dict[str, int]:
        """The components that the platform has not given up since."""
        return {part: origin for part, origin in self.origins.items() if part not in self.gone}


@dataclass(slots=True)
class Obligation:
    """A component that a cause touches, and whose leaving the cause was, if it was one."""

    cause: int
    kind: str
    person: str | None
    part: str
    origin: int
    grade: int
    discharged: int | None = None
    deferred: str | None = None


@dataclass(slots=True)
class Rotation:
    id: str
    account: str
    number: int
    base: int
    doors: list[str]
    state: str
    shut: set[str] = field(default_factory=set)
    ended: bool = False


@dataclass(slots=True)
class Account:
    """`seen`: (person, device or None, part, origin). `grants`: (person, kind) → grant in force."""

    id: str
    platform: str
    team: str | None
    request: str | None
    state: str = "open"
    versions: dict[int, Version] = field(default_factory=dict)
    grants: dict[tuple[str, str], str] = field(default_factory=dict)
    factors: dict[str, tuple[str, str | None, str | None]] = field(default_factory=dict)
    seen: dict[tuple[str, str | None, str, int], int] = field(default_factory=dict)
    owed: list[Obligation] = field(default_factory=list)
    rotation: Rotation | None = None

    @property
    def newest(self) -> Version | None:
        return self.versions[max(self.versions)] if self.versions else None

    @property
    def current(self) -> Version | None:
        """The version that the platform is known to have."""
        found = [number for number, version in self.versions.items() if version.state == "current"]
        return self.versions[max(found)] if found else None

    @property
    def open(self) -> list[Obligation]:
        """What must still be changed."""
        return [each for each in self.owed if each.discharged is None]

    def live(self, *parts: str) -> set[tuple[str, int]]:
        """(component, origin) that the platform may hold now: in current and candidate versions."""
        return {
            value
            for version in self.versions.values()
            if version.state in LIVE
            for value in version.there.items()
            if not parts or value[0] in parts
        }


@dataclass(slots=True)
class Device:
    id: str
    seq: int
    person: str | None
    kind: str
    keyset: str | None
    state: str = "in_use"
    accounts: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Request:
    """What was asked for, and whether it still waits."""

    kind: str
    account: str | None
    person: str | None
    requester: str
    state: str = "waiting"


@dataclass(slots=True)
class Grant:
    account: str
    person: str
    kind: str
    revoked: int | None = None
