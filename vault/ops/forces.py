"""By which force an account is judged: its own, or the one that it had while the profile bound it.

To which force an account belongs is a fact that anybody who keeps the register may correct. What the profile asks
before access is given or an account is closed does not end by such a correction: it would be asked of nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from audit.entry import decode
from vault.ops.log import bodies

if TYPE_CHECKING:
    from vault.domain.events import Row
    from vault.ops.session import Vault

_SAY = frozenset({"account.added", "account.opened", "account.changed"})


def judged(vault: Vault, row: Row) -> Row:
    """The account's row, with the last force that the profile binds where it binds the present one no more."""
    if vault.profile.binds(row["force"]):
        return row
    bound = [force for force in _forces(vault, row["id"]) if vault.profile.binds(force)]
    return {**row, "force": bound[-1]} if bound else row


def _forces(vault: Vault, account: str) -> Iterator[str | None]:
    """Every force that the account was said to be of, in order: an account without one is of the vault's own."""
    for leaf in sorted(vault.state.find("leaf", subject=account), key=lambda leaf: leaf["seq"]):
        if leaf["event"] not in _SAY or vault.state.get("void", seq=leaf["seq"]) is not None:
            continue
        said = decode(bodies(vault, leaf["seq"], leaf["seq"] + 1)[0]).data
        if "force" in said or leaf["event"] != "account.changed":
            force = said.get("force")
            yield None if force is None else str(force)
