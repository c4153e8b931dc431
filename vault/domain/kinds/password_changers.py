"""Who changes passwords, and who else may, and when."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.applies import Applies, read_applies
from vault.domain.kinds.base import ROLES, Kind, Known, Rule, read_post
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import Outcome
from vault.domain.strict import Reader

OCCASIONS = ("emergency", "membership_change", "any_time")


@dataclass(frozen=True, slots=True)
class ChangerException:
    """Who else may change a password, and when. An empty post means anybody, or any holder of the account."""

    occasion: str
    post: str
    reason_required: bool
    clause: str
    decision: str
    holders_only: bool = False


@dataclass(frozen=True, slots=True)
class PasswordChangers(Rule):
    """Who changes passwords of which accounts. A change by anybody else is recorded all the same, and is a finding."""

    kind = "password_changers"
    applies: Applies
    roles: tuple[str, ...]
    exceptions: tuple[ChangerException, ...]

    def exceptions_for(self, occasion: str) -> tuple[ChangerException, ...]:
        """All exceptions for that occasion, in the document's order."""
        return tuple(exception for exception in self.exceptions if exception.occasion == occasion)


def _password_changers(table: Reader, clause: str, known: Known) -> PasswordChangers:
    return PasswordChangers(
        clause=clause,
        applies=read_applies(table, known),
        roles=table.texts("roles", allowed=ROLES),
        exceptions=tuple(_changer(entry, known) for entry in table.tables("exceptions", empty=True)),
    )


def _changer(table: Reader, known: Known) -> ChangerException:
    with table:
        holders_only = table.has("holders_only") and table.flag("holders_only")
        if holders_only and table.text("post", blank=True):
            table.refuse("asks for a post and for any holder at once", "holders_only")
        return ChangerException(
            occasion=table.choice("occasion", OCCASIONS),
            post=read_post(table, "post", blank=True),
            reason_required=table.flag("reason_required"),
            clause=known.clause(table),
            decision=known.decision(table),
            holders_only=holders_only,
        )


def assess(case: Case, rule: PasswordChangers) -> Outcome:
    """Each change that was somebody's, judged when it was recorded; one that was not allowed stays a breach."""
    out = Outcome()
    for row in case.changes:
        if not (case.act(row["seq"]) and case.fits(case.accounts[row["account"]], rule.applies)):
            continue
        out.applied += 1
        if row["allowed"] == 0:
            words = f"its password was changed by {row['changed_by'] or 'somebody'}, who may not"
            out.miss("deposit_not_allowed", row["account"], words, rule.clause, row["seq"])
        else:
            out.show(row["seq"])
    return out


PASSWORD_CHANGERS = Kind(PasswordChangers, _password_changers, assess, acts=True)
