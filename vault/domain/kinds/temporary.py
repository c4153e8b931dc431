"""Accounts that are to end: on a day, or upon an event that somebody must declare; never extended in silence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vault.domain import usage
from vault.domain.accounts import TYPES
from vault.domain.calendar import days_after
from vault.domain.due import Due
from vault.domain.events import Row
from vault.domain.kinds.applies import Applies
from vault.domain.kinds.base import Kind, Known, Rule, read_posts
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import NOT_EVIDENCED, NOT_MET, Outcome
from vault.domain.strict import Reader

ENDLESS = "it is temporary, and neither a day nor an event ends it"
END, NO_END, REVIEW = "temporary_end", "temporary_without_end", "temporary_review"


@dataclass(frozen=True, slots=True)
class TemporaryAccount(Rule):
    """Accounts of these types must have an end; one that has an end is temporary whatever its type.

    ``review_days``: how long an awaited event may be awaited before somebody says so again; a local number.
    """

    kind = "temporary_account"
    types: tuple[str, ...]
    review_days: int
    by: tuple[str, ...]

    def needs_end(self, account_type: str | None) -> bool:
        """Whether an account of that type must say when it ends."""
        return account_type in self.types


def ends(
    rule: TemporaryAccount | None, account: Row, rows: Sequence[Row], *, mandatory: bool = False
) -> Iterator[Due]:
    """What falls due about the end of one account. An end that somebody set binds without a rule, too."""
    term = usage.terms(rows)
    clause, who = (rule.clause, rule.by) if rule else ("", ())
    if account["state"] == "closed" or (term is not None and term.how == usage.PERMANENT):
        return
    if term is None:
        if rule is not None and rule.needs_end(account["type"]):
            yield Due(NO_END, account["id"], clause, None, None, who, ENDLESS, mandatory=mandatory)
        return
    day = dt.date.fromisoformat(term.day)
    refused = f", {len(term.not_allowed)} extensions nobody allowed" if term.not_allowed else ""
    if term.how == usage.UPON:
        if rule is not None:
            again = days_after(day, rule.review_days)
            words = f"ends upon {term.ending}{refused}: has that come?"
            yield Due(REVIEW, account["id"], clause, again, day, who, words, local=True)
        return
    words = f"ended with {term.ending}{refused}" if term.how == usage.REACHED else f"its end{refused}"
    yield Due(END, account["id"], clause, day, day, who, words, mandatory=mandatory)


def _read(table: Reader, clause: str, known: Known) -> TemporaryAccount:
    return TemporaryAccount(
        clause=clause,
        types=table.texts("types", allowed=TYPES),
        review_days=known.local[table.choice("review_local", known.local)],
        by=read_posts(table, "by"),
    )


def assess(case: Case, rule: TemporaryAccount) -> Outcome:
    """Ends that have passed or are missing, and awaited events of which nobody has said anything for too long."""
    out, terms = Outcome(), case.by_account("term")
    for account in case.live(Applies()):
        rows = terms.get(account["id"], ())
        out.applied += bool(rows) or rule.needs_end(account["type"])
        for due in ends(rule, account, rows):
            late = due.due_on is not None and due.due_on.isoformat() < case.today
            status = NOT_MET if due.what == END else NOT_EVIDENCED
            if late or due.what == NO_END:
                out.miss(due.what, account["id"], due.words, rule.clause, account["added"], status=status)
    return out


TEMPORARY_ACCOUNT = Kind(TemporaryAccount, _read, assess, once=True)
