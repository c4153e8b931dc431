"""What is asked, or held, already when somebody asks for an account or for access: a slip, or a thing to be said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vault.domain.gates import Shortfall
from vault.errors import UsageProblem

if TYPE_CHECKING:
    from vault.ops.session import Vault
    from vault.store.register import State


def already(vault: Vault, state: State, words: Mapping[str, Any], **asked: Any) -> tuple[Shortfall, ...]:
    """A request that waits for the same. Word for word, and with no decision on it, it is a slip and refused.

    In other words it is said, and so is one that was decided on: what was approved out of order is asked for anew.
    Only what this member can read is compared.
    """
    asked |= {"state": "waiting"}
    alike = [row["id"] for row in state.find("request") if asked.items() <= row.items()]
    for id_, before in vault.names.many("request", alike, state=state).items():
        if before == words and not state.find("approval", request=id_):
            raise UsageProblem(
                f"the same is asked already, word for word: {id_}", hint="see: keyholder account requests"
            )
        if before.get("name") == words["name"]:
            return (Shortfall("", f"{id_} asks for the same, and waits"),)
    return ()


def in_vain(state: State, *, account: str, person: str, kind: str) -> tuple[Shortfall, ...]:
    """Access that is held needs no request, and none is given to an account that is not open."""
    row = state.get("account", id=account) or {}
    found = [] if row.get("state") == "open" else [Shortfall("", f"the account is {row.get('state')}")]
    if state.find("grant_", account=account, person=person, kind=kind, revoked=None):
        found.append(Shortfall("", "the person has this access already"))
    return tuple(found)
