"""The register as it was: the log folded up to a point, in memory, and never written with.

A `Past` is a `Vault` whose projection ends at an earlier entry, whose clock stands then, and which refuses every
change. Whatever lists or shows is asked in the same way, so it needs to know nothing of it. Rights and keys are
today's (`now`): somebody who has since lost the register reads nothing of it, and old descriptions open through
the epochs that came later.

Order is the log's, times are their authors': where they contradict each other about a moment, an entry is asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from audit.entry import Entry, decode
from audit.merkle import Frontier
from vault.errors import NotFound, UsageProblem
from vault.ops.clock import entries_at
from vault.ops.log import bodies
from vault.ops.session import Synced, Vault, fold_into
from vault.store.register import Pin, State

if TYPE_CHECKING:
    from vault.ops.keyring import Keyring

CHUNK = 1000
Point = dt.datetime | int  # a time, or the number of an entry


class Past(Vault):
    """The vault with its register as it was after ``last``. Gone with the command; nothing of it is on a disk."""

    def __init__(self, now: Vault, state: State, last: Entry, at: dt.datetime, *, doubted: str = "") -> None:
        self.last = last
        self.doubted = doubted  # whose times had to be left out to say where that moment is
        self._now = now
        super().__init__(home=now.home, shared=now.shared, state=state, clock=lambda: at, random=now.random)

    @property
    def now(self) -> Vault:
        return self._now

    @property
    def keyring(self) -> Keyring:
        """Today's keys."""
        return self._now.keyring

    @property
    def unlocked(self) -> bool:
        return self._now.unlocked

    def roles(self) -> frozenset[str]:
        """Today's: what somebody may read is not decided by what they once were."""
        return self._now.roles()

    def sync(self) -> Synced:
        """The past has no news."""
        return Synced(0, ())

    def may_write(self) -> None:
        """It may not: what was, cannot be changed, and what is, must not be decided by what was."""
        raise UsageProblem(
            "the register as it was cannot be written with", hint="leave out --as-of; nothing was changed"
        )

    def close(self) -> None:
        """Forget it; the vault itself stays open."""
        self.state.close()


def look_back(vault: Vault, to: Point) -> Past:
    """The vault as it was at that time, or after that entry."""
    if isinstance(to, int) and not 0 <= to < vault.follower.size:
        raise NotFound(f"there is no entry {to}", hint=f"the log has entries 0 to {vault.follower.size - 1}")
    end, doubted = (to + 1, "") if isinstance(to, int) else entries_at(vault, to)
    state = State.memory()
    try:
        with state.transaction():
            last = _fold(vault, state, end)
        at = dt.datetime.fromisoformat(last.time) if isinstance(to, int) else to
        return Past(vault, state, last, min(at, vault.clock()), doubted=doubted)
    except BaseException:
        state.close()
        raise


def _fold(vault: Vault, state: State, end: int) -> Entry:
    """Fold so many entries; the last of them. The pin stands there, too."""
    frontier, last, leaf = Frontier(), None, b""
    for entry, leaf in _verified(vault, end):
        fold_into(state, entry)
        state.add_leaves(entry.seq, [leaf], [entry])
        frontier.append(leaf)
        last = entry
    if last is None:
        raise NotFound(
            "the vault did not exist then: there was no register",
            hint="it begins with: keyholder audit show 0",
        )
    origin = vault.follower.origin
    state.set_pin(Pin(vault.vault_id.hex(), origin, frontier.size, leaf, frontier.to_bytes(), last.time))
    return last


def _verified(vault: Vault, end: int) -> Iterable[tuple[Entry, bytes]]:
    """The first ``end`` entries with their leaves; what was verified once is not another commit's to verify."""
    for start in range(0, end, CHUNK):
        stop = min(start + CHUNK, end)
        yield from zip(map(decode, bodies(vault, start, stop)), vault.state.leaves(start, stop), strict=True)
