"""Which body keeps the logins: every account's login lies in the vault, and a custodian can always open it."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.applies import Applies, read_applies
from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import Outcome
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class Custody(Rule):
    """The body whose members are the custodians. ``role_is_enough``: a custodian's own platform role counts as well."""

    kind = "custody"
    body: str
    applies: Applies
    role_is_enough: bool


def _read(table: Reader, clause: str, known: Known) -> Custody:
    return Custody(clause, table.text("body"), read_applies(table, known), table.flag("role_is_enough"))


def assess(case: Case, rule: Custody) -> Outcome:
    """What is stored is sealed to custody, so a login that is there can be opened by a custodian."""
    out = Outcome()
    stored = {row["account"]: row["seq"] for row in case.reg.find("version", state="current")}
    for account in case.live(rule.applies):
        out.applied += 1
        entry = stored.get(account["id"])
        if entry is None and rule.role_is_enough:
            entry = _own_role(case, account["id"])
        if entry is None:
            words = "no login is stored, so nobody could take the account back"
            out.miss("account_without_secret", account["id"], words, rule.clause, account["added"])
        else:
            out.show(entry)
    return out


def _own_role(case: Case, account: str) -> int | None:
    rows = (row for row in case.holders.get(account, ()) if row["kind"] == "platform_role")
    return next((row["given"] for row in rows if case.is_now(row["person"], "custodian")), None)


CUSTODY = Kind(Custody, _read, assess)
