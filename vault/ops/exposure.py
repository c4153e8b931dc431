"""What somebody, a device or an account was exposed to, for each component since it last changed.

Two sources, both folded from the log: who could open (recipients of versions and of custody epochs) and who saw
(`secret.seen`). Read only; a register of an earlier day may be given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vault.domain import exposure, keys
from vault.domain.events import Row
from vault.ops.obligations import GRADES, Words

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.store.register import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """One component in one person's hands or on one device. ``last`` is None where nothing shows that it was seen."""

    account: str
    person: str
    part: str
    grade: int
    ways: tuple[str, ...]
    devices: tuple[str, ...]
    last: str | None
    entry: int | None
    changed_on: str

    @property
    def grade_words(self) -> str:
        return GRADES[self.grade]


def of_person(vault: Vault, person: str, *, state: State) -> list[Exposed]:
    """What a person could open and did see, of everything that has not changed since."""
    words, touched = Words(vault), exposure.touched_by_person(state, person)
    seen = _seen(state.find("exposure", person=person))
    rows = [
        _exposed(words, state, person=person, value=v, grade=grade, seen=seen.get(v, ()))
        for v, grade in touched.items()
    ]
    return sorted(rows, key=_order)


def of_device(vault: Vault, device: str, *, state: State) -> list[Exposed]:
    """What would have to be changed if the device were lost now."""
    words, touched = Words(vault), exposure.touched_by_device(state, device)
    seen = _seen(state.find("exposure", device=device))
    row = state.get("device", id=device)
    if row is not None and row["keyset"]:
        openable = map(exposure.value_of, state.openable_values([row["keyset"]]))
        touched.update(dict.fromkeys(openable, exposure.ON_LOST_DEVICE))
    owner = row["person"] if row and row["person"] else ""
    rows = [
        _exposed(words, state, person=owner, value=v, grade=grade, seen=seen.get(v, ()))
        for v, grade in touched.items()
    ]
    return sorted(rows, key=_order)


def of_account(vault: Vault, account: str, *, state: State) -> list[Exposed]:
    """Who could open and who saw what the platform may hold now."""
    words, seen = Words(vault), _seen(state.find("exposure", account=account))
    rows: list[Exposed] = []
    for value in exposure.live_values(state, account):
        saw = defaultdict(list)
        for row in seen.get(value, ()):
            saw[row["person"]].append(row)
        for person in sorted(could_open(state, value) | saw.keys()):
            grade = exposure.SEEN if person in saw else exposure.COULD_OPEN
            rows.append(
                _exposed(words, state, person=person, value=value, grade=grade, seen=saw.get(person, ()))
            )
    return sorted(rows, key=_order)


def could_open(state: State, value: exposure.Value) -> set[str]:
    """Persons one of whose keysets, in force or not, was ever sealed a version that has this value."""
    account, part, origin = value
    sealed: set[str] = set()
    for row in state.find("part", account=account, part=part, origin=origin):
        to = state.find("recipient", account=account, number=row["number"])
        sealed |= {one["keyset"] for one in to}
        version = state.get("version", account=account, number=row["number"])
        sealed |= _custody(state, version["epoch"]) if version else set()
    owners = (state.get("keyset", id=keyset) for keyset in sealed)
    return {str(row["person"]) for row in owners if row is not None and row["person"] is not None}


def _custody(state: State, epoch: str) -> set[str]:
    """Keysets of that epoch and of every later one: each seals its predecessor's key."""
    row = state.get("epoch", id=epoch)
    first = row["number"] if row else 0
    later = [e["id"] for e in state.find("epoch", team=keys.CUSTODY) if e["number"] >= first]
    if row is not None and row["skipped"] is not None:
        later = [e for e in later if (state.get("epoch", id=e) or {}).get("skipped") is not None]
    return {seal["keyset"] for id_ in later for seal in state.find("epoch_seal", epoch=id_)}


def _seen(rows: Iterable[Row]) -> dict[exposure.Value, list[Row]]:
    found: dict[exposure.Value, list[Row]] = defaultdict(list)
    for row in rows:
        found[exposure.value_of(row)].append(row)
    return found


def _exposed(
    words: Words, state: State, *, person: str, value: exposure.Value, grade: int, seen: Iterable[Row]
) -> Exposed:
    account, part, origin = value
    rows = sorted(seen, key=lambda row: (row["occurred_at"], row["seq"]))
    version = state.get("version", account=account, number=origin)
    devices = dict.fromkeys(words.name("device", row["device"]) for row in rows if row["device"])
    return Exposed(
        account=words.name("account", account),
        person=words.name("person", person),
        part=part,
        grade=grade,
        ways=tuple(dict.fromkeys(row["how"] for row in rows)),
        devices=tuple(devices),
        last=rows[-1]["occurred_at"] if rows else None,
        entry=rows[-1]["seq"] if rows else None,
        changed_on=version["occurred_at"] if version else "",
    )


def _order(row: Exposed) -> tuple[int, str, str, str]:
    return row.grade, row.account, row.part, row.person
