"""Ask what the document wants before an act of the vault: refuse by its clause, or say where the act falls short."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING

from vault.domain import before
from vault.domain.before import Act
from vault.domain.decisions import Decision, Denied
from vault.domain.gates import Shortfall
from vault.domain.kinds.registered_email import RegisteredEmail
from vault.errors import NotFound, UsageProblem

if TYPE_CHECKING:
    from vault.domain.kinds.case import Mail
    from vault.ops.session import Vault
    from vault.ops.tx import Tx

_NAMED = {"acc-": "account", "per-": "person"}


def check(
    vault: Vault, tx: Tx, act: Act, *, action: str, about: str, fact: bool = False
) -> tuple[Shortfall, ...]:
    """Refuse the act on the record, with the commands that open the way; else what it falls short of.

    A ``fact`` has happened already: it falls short, and is never refused.
    """
    found = before.unmet(tx.state, vault.profile, act, now=tx.time, guides=vault.guides)
    stop = [one for one in found if one.must]
    if stop and not fact:
        hint = "; ".join(dict.fromkeys(one.hint for one in stop))
        called(vault, stop[0].denied(action, about)._replace(hint=hint)).check()
    return tuple(Shortfall(one.clause, one.words) for one in found)


def called(vault: Vault, decision: Decision) -> Decision:
    """The same decision, its commands with names that can be typed instead of ids, where these keys read them."""
    if not isinstance(decision, Denied) or not vault.names.reads_details():
        return decision
    words = [_called(vault, word) for word in decision.hint.split(" ")]
    return decision._replace(hint=" ".join(words))


def _called(vault: Vault, word: str) -> str:
    id_ = word.rstrip(";")
    kind = _NAMED.get(id_[:4])
    if kind is None:
        return word
    details = vault.names.details(kind, id_)
    name = str(details.get("collar") or details.get("name") or id_)
    try:
        found = vault.names.find(kind, name)
    except (NotFound, UsageProblem):  # erased, or somebody's namesake
        found = ""
    return word.replace(id_, shlex.quote(name)) if found == id_ else word


def mails(vault: Vault, address: str | None) -> Mapping[str, Mail] | None:
    """What the address of a new account shows, where the document asks; None where the keys do not tell."""
    from vault.ops.compliance import mail_of

    asked = any(document.rule(RegisteredEmail) for document in (vault.profile, *vault.guides))
    if not asked or not vault.names.reads_details():
        return None
    people = vault.names.many("person").values()
    own = {str(details["email"]).casefold() for details in people if details.get("email")}
    folded = (address or "").strip().casefold()
    return {before.NEW: mail_of(folded, own)} if folded else {}
