"""The one way through the shared log: every commit verified, handed on, and at the end nothing missing that is held.

Whoever syncs, joins, restores or verifies walks here, so nobody forgets to ask whether the log shown reaches the heads
that are known: the pin, the invitation's, one that an administrator names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from audit.follow import Commit, Follower
    from vault.store.shared import Shared


def walk(
    shared: Shared,
    follower: Follower,
    fold: Callable[[Commit, int], None] | None = None,
    *,
    until: int | None = None,
) -> None:
    """Verify what is beyond the follower; ``fold(commit, start)`` for each commit, which begins at entry ``start``.

    To the end of the log, or until the follower has come to ``until`` entries. Raises at the first fault; RolledBack
    where the log ends before a head that is held.
    """
    for _, keyset, note, bodies in shared.commits_after(follower.size):
        start = follower.size
        done = follower.commit(bodies, note, keyset)
        if fold is not None:
            fold(done, start)
        if until is not None and follower.size >= until:
            return
    follower.check_reached()
