"""What a rule applies to: a filter over accounts, and over people, grants and devices where the rule is about those.

Each key narrows; no key at all is everything. ``marks`` are records on the account: a document's own classes, so that
a class which no other document knows needs no code.
"""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain import devices
from vault.domain.accounts import TYPES
from vault.domain.kinds.base import Known
from vault.domain.strict import Reader

WAYS = ("secret", "platform_role", "tool_seat")


@dataclass(frozen=True, slots=True)
class Applies:
    """The filter; an empty part does not narrow. ``new``: only accounts and access that were asked for here first.

    ``uncovered``: only what the document's lists of platforms and owners do not name.
    """

    platforms: tuple[str, ...] = ()
    owner_kinds: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    without_types: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    without_marks: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    person_types: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    ownership: tuple[str, ...] = ()
    device_kinds: tuple[str, ...] = ()
    new: bool = False
    uncovered: bool = False


def read_applies(table: Reader, known: Known) -> Applies:
    """The filter of a rule. It must be there: ``applies = {}`` says that nothing narrows it."""
    with table.table("applies") as entry:
        return Applies(
            platforms=_some(entry, "platforms", tuple(known.platforms)),
            owner_kinds=_some(entry, "owner_kinds"),
            types=_some(entry, "types", TYPES),
            without_types=_some(entry, "without_types", TYPES),
            forms=_some(entry, "forms"),
            marks=_some(entry, "marks"),
            without_marks=_some(entry, "without_marks"),
            ways=_some(entry, "ways", WAYS),
            person_types=_some(entry, "person_types"),
            posts=_some(entry, "posts"),
            ownership=_some(entry, "ownership", devices.OWNERSHIP),
            device_kinds=_some(entry, "device_kinds", devices.KINDS),
            new=entry.has("new") and entry.flag("new"),
            uncovered=entry.has("uncovered") and entry.flag("uncovered"),
        )


def _some(entry: Reader, key: str, allowed: tuple[str, ...] = ()) -> tuple[str, ...]:
    return entry.texts(key, allowed=allowed) if entry.has(key) else ()
