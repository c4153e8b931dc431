"""Under which e-mail address an account is registered: exact domains, a person's address or a department's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vault.domain.kinds.applies import Applies, read_applies
from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.kinds.case import Case, Mail
from vault.domain.kinds.outcome import NOT_EVIDENCED, NOT_MET, UNDECIDED, Outcome
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


def assess(case: Case, rule: RegisteredEmail) -> Outcome:
    """Without domains nothing can be judged; without keys to the register nothing can be seen."""
    out = Outcome()
    accounts = case.live(rule.applies)
    if accounts and not rule.domains:
        out.applied = len(accounts)
        words = "no domain is entered, so no address can be right"
        out.miss("domains_not_entered", "", words, rule.clause, status=UNDECIDED)
        return out
    for account in accounts:
        out.applied += 1
        wrong, status = problem(rule, case.mails, account["id"])
        if wrong:
            out.miss("registered_email", account["id"], wrong, rule.clause, account["added"], status=status)
        else:
            out.show(account["added"])
    return out


def problem(rule: RegisteredEmail, mails: Mapping[str, Mail] | None, account: str) -> tuple[str, str]:
    """What is wrong with an account's address, and how surely; ("", "") if nothing is."""
    if mails is None:
        return "its registered address cannot be read with these keys", NOT_EVIDENCED
    mail = mails.get(account)
    if mail is None:
        return "no registered address is on record", NOT_EVIDENCED
    if (mail.domain in rule.domains) != rule.allowed:
        return f"its registered address is {'not ' if rule.allowed else ''}of a domain of the list", NOT_MET
    if rule.whose == "department" and mail.persons:
        return "it is registered under a person's address, not a department's", NOT_MET
    if rule.whose == "person" and not mail.persons:
        return "its registered address is nobody's in the register", NOT_EVIDENCED
    return "", ""


REGISTERED_EMAIL = Kind(RegisteredEmail, _read, assess)
