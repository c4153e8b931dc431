"""Sealed values that the log names and that are not there: who named them, and whether anybody has answered for that.

The log cannot tell what was deleted from what its author never stored: whoever may write an entry may name a value that
nobody has. So each is named with its author, and it stops a verification until another person, a custodian or an
administrator, has said on the record how it is (`keyholder correct ENTRY`). From then on it is a finding, with both
entries. What only a void entry names is nobody's, and stops nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vault.domain.events import STAFF

if TYPE_CHECKING:
    from audit.entry import Entry
    from vault.domain.events import Register

SHOWN = 10
HINT = (
    "deleted, or never stored by who named it: restore it from a backup, and ask both. If nobody has it, "
    "another custodian or administrator than its author says so: keyholder correct ENTRY"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One sealed value that is gone: the first entry that counts and names it, by which field, and that entry's author.

    ``answered`` is the correction of that entry by another of the staff, and who it was. ``void``: no entry in force
    names it.
    """

    hash: str
    seq: int
    what: str
    author: str
    answered: tuple[int, str] | None
    void: bool

    @property
    def stops(self) -> bool:
        """Whether nobody has answered for it, though it counts."""
        return not self.void and self.answered is None

    @property
    def answer(self) -> str:
        """Why it stops nothing; empty if it does."""
        if self.answered:
            return "corrected by entry {} by {}".format(*self.answered)
        return "the entry is void" if self.void else ""

    def __str__(self) -> str:
        return f"entry {self.seq} ({self.what}) by {self.author}"


def missing(
    reg: Register, named: Mapping[str, tuple[int, str]], present: set[str], entry: Callable[[int], Entry]
) -> tuple[Missing, ...]:
    """What is named and not there, nor erased. ``named``: hash → entry and words; ``entry`` reads one of the log."""
    erased = {row["hash"] for row in reg.find("erased")}
    found = (_one(reg, name, named[name], entry) for name in named if name not in present | erased)
    return tuple(sorted(found, key=lambda one: (one.seq, one.what, one.hash)))


def listed(found: Iterable[Missing]) -> str:
    """The first of them in words, and how many more there are."""
    words = iter(found)
    shown = [str(one) for one in itertools.islice(words, SHOWN)]
    more = sum(1 for _ in words)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _one(reg: Register, name: str, said: tuple[int, str], entry: Callable[[int], Entry]) -> Missing:
    row = reg.get("blob", hash=name)
    seq, what = (row["seq"], f"{row['field']} of {row['event']}") if row else said
    author = author_of(reg, entry(seq))
    corrections = [entry(at) for at in sorted(note["seq"] for note in reg.find("note", entry=seq))]
    answers = [(each.seq, author_of(reg, each)) for each in corrections]
    return Missing(
        hash=name,
        seq=seq,
        what=what,
        author=author,
        answered=next((each for each in answers if each[1] != author and was_staff(reg, *each)), None),
        void=row is None,
    )


def author_of(reg: Register, entry: Entry) -> str:
    """Whose keys signed it; their id where they are nobody's."""
    keyset = reg.get("keyset", id=entry.actor)
    return str((keyset["person"] if keyset else None) or entry.actor)


def was_staff(reg: Register, seq: int, person: str) -> bool:
    """Whether somebody was custodian or administrator at that entry."""
    return any(
        row["role"] in STAFF and row["since"] <= seq and (row["until"] is None or seq < row["until"])
        for row in reg.find("role", person=person)
    )
