"""Erase what was written about somebody who has left: words and the entry that says so, in one transaction.

What there is to erase comes from the log (`domain.blobs`), not from what somebody remembers; the deletion follows only
an entry that takes effect. What stays is named: words about something else that mention the person, copies elsewhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vault.domain import erasure as rules
from vault.domain.events import ADMINISTRATOR, Row
from vault.errors import IntegrityError, Refused, UsageProblem
from vault.ops.keyring import Unreadable
from vault.ops.names import title
from vault.ops.people import Person, show_person

if TYPE_CHECKING:
    from vault.ops.session import Vault

STAYS = (
    "cards in old versions of accounts, if a login was the person's own",
    "backups and copies of the database made before",
    "other members' homes, until they next open the vault: keyed marks of the names, no words",
    "what was printed or exported",
)
_READ = ("account", "team", "request", "claim", "note", "person", "device")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One sealed value: the entry that named it first, what it is, and who else it is about."""

    hash: str
    entry: int
    what: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasing:
    """What is erased, what is kept, and what stays although it may name the person."""

    person: Person
    erased: tuple[Words, ...]
    kept: tuple[Words, ...]
    mentions: tuple[str, ...]
    entries: tuple[int, ...] = ()
    scrubbed: bool = False


def plan(vault: Vault, *, person: str, keep: Sequence[int] = ()) -> Erasing:
    """What `erase` would do; nothing is written. ``keep``: entries whose words stay for a reason of their own."""
    vault.require_role(ADMINISTRATOR)
    who = show_person(vault, person=person)
    if who.state != "left":
        raise Refused(
            f"{who.full_name} has not left",
            hint="only what was written about leavers is erased: keyholder person leave",
        )
    found = [_words(vault, who.id, name) for name in rules.outstanding(vault.state, who.id)]
    unknown = set(keep) - {one.entry for one in found}
    if unknown:
        raise UsageProblem(
            f"entry {min(unknown)} names no words about {who.name}", hint="see which do: --plan"
        )
    erased = tuple(one for one in found if one.entry not in keep)
    if not erased:
        raise Refused(f"nothing that was written about {who.full_name} is left to erase")
    kept = tuple(one for one in found if one.entry in keep)
    return Erasing(person=who, erased=erased, kept=kept, mentions=tuple(_mentions(vault, who, found)))


def erase(vault: Vault, planned: Erasing, *, basis: str) -> Erasing:
    """Do it: entries and deletion are one transaction; then this machine forgets, too."""
    names = [one.hash for one in planned.erased]
    with vault.change() as tx:
        entries = tuple(
            tx.emit(
                "person.erased",
                planned.person.id,
                basis=basis,
                blobs=names[start : start + rules.MOST],
            )
            for start in range(0, len(names), rules.MOST)
        )
        tx.erase += names
    vault.names.refresh()
    scrubbed = [vault.shared.door.scrub(), vault.state.scrub()]
    done = Erasing(
        person=planned.person,
        erased=planned.erased,
        kept=planned.kept,
        mentions=planned.mentions,
        entries=entries,
        scrubbed=all(scrubbed),
    )
    left = vault.shared.blob_names() & set(names)
    if left:
        raise IntegrityError(f"{len(left)} sealed values are still in the database after their erasure")
    return done


def _words(vault: Vault, person: str, name: str) -> Words:
    row = vault.state.get("blob", hash=name)
    assert row is not None  # noqa: S101 - `outstanding` has just read it
    others = {r["person"] for r in vault.state.find("about", hash=name)} - {person}
    return Words(
        hash=name, entry=row["seq"], what=f"{row['field']} of {row['event']}", others=tuple(sorted(others))
    )


def _mentions(vault: Vault, who: Person, found: Sequence[Words]) -> Iterator[str]:
    """What is about something else and yet has the name, number or address in its words."""
    going = {one.hash for one in found}
    marks = [mark for mark in (who.name, who.collar, who.email) if mark]
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(mark)}(?!\w)" for mark in marks), re.IGNORECASE)
    for kind in _READ:
        described = vault.names.many(kind)
        for row in vault.state.find(kind):
            words = described.get(row["id"], {})
            if row["details"] not in going and pattern.search(json.dumps(words, ensure_ascii=False)):
                shown = f" ({title(kind, words)})" if kind in ("account", "team") else ""
                yield f"{kind} {row['id']}{shown}"
    for row in vault.state.find("account"):
        if row["consulted"] and pattern.search(json.dumps(_consulted(vault, row), ensure_ascii=False)):
            yield f"who was consulted before {row['id']} was closed"


def _consulted(vault: Vault, row: Row) -> Mapping[str, object]:
    found = vault.shared.blobs([row["consulted"]]).get(row["consulted"])
    try:
        return (
            vault.keyring.open_details(vault.state, found, kind="evidence", subject=row["id"])
            if found
            else {}
        )
    except Unreadable:
        return {}
