"""The form that accounts have on their platform: a page, a profile, a group, a channel."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain import evidence
from vault.domain.kinds.applies import Applies, read_applies
from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import NOT_EVIDENCED, Outcome
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class AccountForm(Rule):
    """The forms allowed; the form of an account is a record ``form.<form>`` about it, the latest one."""

    kind = "account_form"
    applies: Applies
    forms: tuple[str, ...]


def _read(table: Reader, clause: str, known: Known) -> AccountForm:
    return AccountForm(clause, read_applies(table, known), table.texts("forms"))


def assess(case: Case, rule: AccountForm) -> Outcome:
    """Nobody asked is not evidenced; another form is not met."""
    out = Outcome()
    for account in case.live(rule.applies):
        out.applied += 1
        row = case.latest(account["id"], "form.")
        if row is None:
            words = f"its form is not on record; it should be {' or '.join(rule.forms)}"
            out.miss(
                "form_unknown", account["id"], words, rule.clause, account["added"], status=NOT_EVIDENCED
            )
        elif (form := row["code"].removeprefix("form.")) not in rule.forms:
            out.miss("form_not_allowed", account["id"], f"it is a {form}", rule.clause, row["seq"])
        else:
            out.show(row["seq"], evidence.proof(row))
    return out


ACCOUNT_FORM = Kind(AccountForm, _read, assess)
