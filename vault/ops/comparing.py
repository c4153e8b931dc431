"""`audit verify --state`: what this machine believes, and every blob, against a replay of the whole log.

The projection must be what the log says, row by row; a difference is named by table, key and columns, never by a
value. Every blob that an entry names must be there and be what its name says, or somebody must have answered for it
(`missing`); a blob that no entry names is not evidence of anything, and is listed.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.entry import Entry, decode
from audit.follow import Commit
from vault.domain import blobs
from vault.domain.table import TABLE
from vault.errors import IntegrityError, UsageProblem
from vault.ops.missing import HINT, Missing, listed, missing
from vault.ops.session import fold_into
from vault.store.register import State

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.store.shared import Shared

# What only this client knows; everything else in the projection must follow from the log.
OWN_TABLES = frozenset({"pin", "lookup", "stale", "accepted", "lost"})
SHOWN = 10
_OTHER = (
    "restore a backup that has them; where there is none, read who named each, and say how many are missing"
)
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Blobs:
    """What became of the blobs.

    ``good`` are there as the log names them; ``foreign`` no entry names; ``erased`` are the entries that erased others,
    of which those that are ``back`` lie in the database again; ``missing`` are gone without one.
    """

    good: int
    foreign: tuple[str, ...]
    erased: tuple[int, ...] = ()
    back: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()

    @property
    def unanswered(self) -> tuple[Missing, ...]:
        """What is missing and nobody has answered for."""
        return tuple(one for one in self.missing if one.stops)

    def check(self, place: str, *, hint: str = HINT) -> None:
        """IntegrityError if something is missing for which nobody has answered."""
        if self.unanswered:
            words = (
                f"sealed values that the log names are missing from the {place}: {listed(self.unanswered)}"
            )
            raise IntegrityError(words, hint=hint)

    def check_backup(self, known: int = 0) -> None:
        """The same of a backup, unless whoever restores it knows that so many are missing."""
        many = len(self.unanswered)
        if many == known:
            return
        self.check("backup", hint=f"{_OTHER}: keyholder restore FILE --lacking {many}")
        raise UsageProblem(
            "nothing is missing from the backup that somebody has not answered for",
            hint="leave --lacking out",
        )


class Replay:
    """The log folded a second time, into memory, beside the names of all blobs."""

    def __init__(self) -> None:
        self.state = State.memory()
        self.size = 0
        self._named: dict[str, tuple[int, str]] = {}

    def commit(self, done: Commit) -> None:
        """Take in a verified commit."""
        self.state.add_leaves(self.size, done.leaves, done.entries)
        for entry in done.entries:
            self._entry(entry)

    def _entry(self, entry: Entry) -> None:
        fold_into(self.state, entry)
        self.size += 1
        for one in blobs.named_by(TABLE.get(entry.event), entry.data):
            self._named.setdefault(one.hash, (entry.seq, f"{one.field} of {entry.event}"))

    def catch_up(self, vault: Vault) -> None:
        """Fold what came while the log was verified; `sync` has verified it."""
        from vault.ops.log import bodies

        end = vault.follower.size
        entries = [decode(body) for body in bodies(vault, self.size, end)]
        self.state.add_leaves(self.size, vault.state.leaves(self.size, end), entries)
        for entry in entries:
            self._entry(entry)

    def compare(self, vault: Vault) -> None:
        """The projection must be what the log says, table by table, row by row."""
        from vault.store.differences import differences

        found = itertools.chain.from_iterable(
            (f"{table} {key}: {what}" for key, what in differences(self.state, vault.state, table))
            for table in sorted(self.state.tables() - OWN_TABLES)
        )
        shown = list(itertools.islice(found, SHOWN))
        if shown:
            more = sum(1 for _ in found)
            raise IntegrityError(
                "this machine's register differs from the log: "
                + "; ".join(shown)
                + (f"; and {more} more" if more else ""),
                hint="keep a copy of state.db for the auditor, then delete it: it is made again from the log",
            )

    def check_blobs(self, shared: Shared) -> Blobs:
        """Every blob that is there has the bytes of its name; what of those that the log names is not there."""
        present, named = shared.blob_names(), self._named
        names = [name for name in named if name in present]
        for start in range(0, len(names), CHUNK):
            shared.blobs(names[start : start + CHUNK])
        gone = missing(self.state, named, present, lambda seq: decode(shared.bodies(seq, seq + 1)[0]))
        erased = {row["hash"]: row["seq"] for row in self.state.find("erased")}
        back = present & erased.keys()
        return Blobs(
            len(names) - len(back),
            tuple(sorted(present - named.keys())),
            tuple(sorted(set(erased.values()))),
            tuple(sorted(back)),
            gone,
        )
