"""The cover of a document: whom it binds, and which post answers for an account. What a list says of it.

Read without the rules: their kinds alone take longer to load than a list of a thousand accounts. So only the form of
these few values is seen here. Whatever judges, and `policy check`, reads the file whole and refuses what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from vault.domain.policy import Profile

ADMINISTRATOR = "account_administrator"
KIND = "account_administrator_required"  # `domain/kinds/administrator.py`


class Cover(NamedTuple):
    """The profile's name, its forces by code with their names, and the post that answers for an account's password."""

    name: str
    forces: Mapping[str, str]
    administrator: str

    def binds(self, force: str | None) -> bool:
        """Whether the document binds accounts of that force; one that is not stated is the vault's own."""
        return force is None or force in self.forces


def read(values: Mapping[str, Any], *, name: str) -> Cover | None:
    """The cover of a profile's file; None where the file has another form: reading it whole says what is wrong."""
    try:
        forces = {code: table["name"] for code, table in values["forces"].items()}
        posts = [post for clause in values["clauses"].values() for post in _posts(clause)]
    except (AttributeError, KeyError, TypeError):
        return None
    if not all(isinstance(text, str) for text in (*forces.values(), *posts)):
        return None
    return Cover(name, forces, posts[0] if posts else ADMINISTRATOR)


def of(profile: Profile) -> Cover:
    """The cover of a document that was read whole."""
    from vault.domain.kinds.administrator import AccountAdministratorRequired

    rule = profile.rule(AccountAdministratorRequired)
    forces = {code: force.name for code, force in profile.forces.items()}
    return Cover(profile.name, forces, rule.post if rule else ADMINISTRATOR)


def _posts(clause: Mapping[str, Any]) -> list[str]:
    rules = (clause, *clause.get("more", ()))
    return [rule["parameters"]["post"] for rule in rules if rule["kind"] == KIND]
