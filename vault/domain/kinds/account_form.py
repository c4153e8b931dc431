"""The form that accounts have on their platform: a page, a profile, a group, a channel."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.applies import Applies, read_applies
from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class AccountForm(Rule):
    """The forms allowed; the form of an account is a record ``form.<form>`` about it, the latest one."""

    kind = "account_form"
    applies: Applies
    forms: tuple[str, ...]


def _read(table: Reader, clause: str, known: Known) -> AccountForm:
    return AccountForm(clause, read_applies(table, known), table.texts("forms"))


ACCOUNT_FORM = Kind(AccountForm, _read)
