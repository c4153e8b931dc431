"""An `init` that died left half a vault behind: it is cleared away, so that `init` can be repeated.

What makes a home unfinished, and nothing less: no invitation made it, it has never verified an entry, and either
it names no vault's id yet or the vault that it names has no entry. The vault's file goes only if nothing was ever
written to it. Everything else is somebody's, and is not touched.
"""

from __future__ import annotations

from pathlib import Path

from vault.errors import VaultError
from vault.store.file import is_blank
from vault.store.home import Home
from vault.store.register import State
from vault.store.shared import Shared, open_door


def clear(home: Home) -> None:
    """Remove the leavings of an `init` that died in this home, if there are any."""
    if not home.exists():
        return
    place = home.place()
    # Asked first, because it waits for an `init` that is still at work; what that leaves is judged afterwards.
    blank = "://" not in place.vault and is_blank(Path(place.vault))
    if not _is_unfinished(home):
        return
    if blank:
        for end in ("-wal", "-shm", ""):
            Path(place.vault + end).unlink(missing_ok=True)
    home.forget()


def _is_unfinished(home: Home) -> bool:
    place = home.place()
    if place.held_size or _has_pin(home):
        return False
    return not place.vault_id or _is_empty(place.vault)


def _has_pin(home: Home) -> bool:
    if not home.state.exists():
        return False
    state = State.open(home.state)
    try:
        return state.pin() is not None
    finally:
        state.close()


def _is_empty(location: str) -> bool:
    """Whether the vault is there, and has no entry. One that is out of reach is not empty."""
    try:
        door = open_door(location)
    except VaultError:
        return False
    try:
        return Shared(door).entry_count() == 0
    finally:
        door.close()
