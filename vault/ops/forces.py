"""By which force an account is judged: its own, or the one that it had while the profile bound it.

To which force an account belongs is a fact that anybody who keeps the register may correct. What the profile asks
before access is given or an account is closed does not end by such a correction: it would be asked of nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from audit.entry import Entry, decode
from vault.domain.accounts import CLOSED
from vault.domain.finding import Finding
from vault.ops.log import bodies
from vault.ops.missing import author_of, was_staff

if TYPE_CHECKING:
    from vault.domain.events import Row
    from vault.ops.session import Vault

_SAY = frozenset({"account.added", "account.imported", "account.opened", "account.changed"})


def judged(vault: Vault, row: Row) -> Row:
    """The account's row, with the last force that the profile binds where it binds the present one no more."""
    if vault.profile.binds(row["force"]):
        return row
    bound = [force for _, force in _forces(vault, row["id"]) if vault.profile.binds(force)]
    return {**row, "force": bound[-1]} if bound else row


def lifted(vault: Vault, account: str | None = None) -> Iterator[Finding]:
    """Accounts of which nothing is judged any more, because somebody said that they are of another force.

    It stands until it is put right, or somebody else who keeps the register has said on the record that it is so.
    """
    for row in vault.state.find("account", **({"id": account} if account else {})):
        if row["state"] != CLOSED and not vault.profile.binds(row["force"]):
            yield from _lifted(vault, row)


def _lifted(vault: Vault, row: Row) -> Iterator[Finding]:
    said = list(_forces(vault, row["id"]))
    last = max((n for n, (_, force) in enumerate(said) if vault.profile.binds(force)), default=None)
    if last is None or _answered(vault, entry := said[last + 1][0].seq):
        return
    was = said[last][1] or "no other force"
    words = (
        f"said to be of {row['force']} since entry {entry}, and of {was} before: no document judges it any more, "
        "though access to it and its closing are asked as before"
    )
    yield Finding(kind="force_lifted", words=words, subject=row["id"], evidence=(entry,))


def _answered(vault: Vault, seq: int) -> bool:
    """Whether somebody other than its author, who kept the register then, has spoken of that entry."""
    state, author = vault.state, author_of(vault.state, _entry(vault, seq))
    notes = (note["seq"] for note in state.find("note", entry=seq))
    words = ((at, author_of(state, _entry(vault, at))) for at in notes)
    return any(by != author and was_staff(state, at, by) for at, by in words)


def _entry(vault: Vault, seq: int) -> Entry:
    return decode(bodies(vault, seq, seq + 1)[0])


def _forces(vault: Vault, account: str) -> Iterator[tuple[Entry, str | None]]:
    """Every force that the account was said to be of, in order: an account without one is of the vault's own."""
    for leaf in sorted(vault.state.find("leaf", subject=account), key=lambda leaf: leaf["seq"]):
        if leaf["event"] not in _SAY or vault.state.get("void", seq=leaf["seq"]) is not None:
            continue
        entry = _entry(vault, leaf["seq"])
        if "force" in entry.data or leaf["event"] != "account.changed":
            force = entry.data.get("force")
            yield entry, None if force is None else str(force)
