"""Under which e-mail address an account is registered: exact domains, a person's address or a department's."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.applies import Applies, read_applies
from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.strict import Reader

WHOSE = ("any", "person", "department")


@dataclass(frozen=True, slots=True)
class RegisteredEmail(Rule):
    """The address is of one of these domains exactly (``allowed`` false: of none of them).

    No domain in the list: the document names none and nobody has entered them, so the rule cannot be met.
    """

    kind = "registered_email"
    applies: Applies
    domains: tuple[str, ...]
    whose: str
    allowed: bool


def _read(table: Reader, clause: str, known: Known) -> RegisteredEmail:
    domains = table.texts("domains", empty=True)
    if any(domain != domain.casefold() or "@" in domain for domain in domains):
        table.refuse("may only hold domains in lower case, without @", "domains")
    return RegisteredEmail(
        clause, read_applies(table, known), domains, table.choice("whose", WHOSE), table.flag("allowed")
    )


REGISTERED_EMAIL = Kind(RegisteredEmail, _read)
