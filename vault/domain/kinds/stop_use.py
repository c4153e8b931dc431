"""Orders to stop the use of accounts, and who may suspend one."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain import evidence
from vault.domain.calendar import london_day_of
from vault.domain.events import Row
from vault.domain.kinds.base import ROLES, Kind, Known, Rule, read_post, read_posts
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import NOT_EVIDENCED, Outcome
from vault.domain.release import HOLD_CODE
from vault.domain.strict import Reader

AGREED_CODE = "agreed.release"


@dataclass(frozen=True, slots=True)
class Hold(Rule):
    """Who may order a stop of use, and whose recorded agreement lets a release through all the same."""

    kind = "hold"
    ordered_by: tuple[str, ...]
    released_by: str
    release_clause: str


@dataclass(frozen=True, slots=True)
class Freeze(Rule):
    """Which roles may freeze an account."""

    kind = "freeze"
    roles: tuple[str, ...]
    powers: tuple[str, ...]


def _hold(table: Reader, clause: str, known: Known) -> Hold:
    return Hold(
        clause=clause,
        ordered_by=read_posts(table, "ordered_by"),
        released_by=read_post(table, "released_by"),
        release_clause=known.clause(table, "release_clause"),
    )


def _freeze(table: Reader, clause: str, _: Known) -> Freeze:
    return Freeze(clause, table.texts("roles", allowed=ROLES), table.texts("powers"))


def assess_hold(case: Case, rule: Hold) -> Outcome:
    """Each order to stop: by whom, and what was shown all the same without the agreement."""
    out = Outcome()
    for order in (row for row in case.records if row["code"] == HOLD_CODE and case.act(row["seq"])):
        out.applied += 1
        if not case.counts(order, rule.ordered_by):
            words = "a stop of use was ordered by somebody who may not"
            out.miss(
                "hold_not_theirs", order["about"], words, rule.clause, order["seq"], status=NOT_EVIDENCED
            )
            continue
        out.show(order["seq"], evidence.proof(order))
        for row in _shown_during(case, order):
            if not agreed(case, rule, row["account"], row["occurred_at"]):
                words = "its login was shown during a stop of use, without an agreement"
                out.miss("shown_during_hold", row["account"], words, rule.clause, row["seq"])
    return out


def _shown_during(case: Case, order: Row) -> list[Row]:
    rows = case.reg.find("exposure", **({"account": order["about"]} if order["about"] else {}))
    return [
        row
        for row in rows
        if row["account"] in case.accounts and stops(case, order, at=row["occurred_at"], entry=row["seq"])
    ]


def stops(case: Case, order: Row, *, at: str, entry: int) -> bool:
    """Whether an order stood at that entry and on that day."""
    end = order["ended"] if order["ended"] is not None else case.until
    return bool(order["seq"] < entry < end) and (
        order["ended"] is not None or case.stands(order, london_day_of(at))
    )


def stopped(case: Case, rule: Hold, account: str, *, entry: int) -> bool:
    """Whether a showing at that entry, now, would be one that `assess_hold` reports."""
    return not agreed(case, rule, account, case.now) and any(
        row["code"] == HOLD_CODE
        and row["about"] in ("", account)
        and case.counts(row, rule.ordered_by)
        and stops(case, row, at=case.now, entry=entry)
        for row in case.records
    )


def agreed(case: Case, rule: Hold, account: str, at: str) -> bool:
    """Whether a release was agreed by then, for the account or for all."""
    day = london_day_of(at)
    return any(
        row["occurred_at"] <= at
        and row["good"]
        and case.stands(row, day)
        and case.counts(row, (rule.released_by,))
        for about in (account, "")
        for row in case.by_code.get((about, AGREED_CODE), ())
    )


def assess_freeze(case: Case, rule: Freeze) -> Outcome:
    """Each freeze: the vault lets nobody else do it."""
    out = Outcome()
    for row in case.freezes:
        if case.act(row["seq"]):
            out.applied += 1
            out.show(row["seq"])
    return out


HOLD = Kind(Hold, _hold, assess_hold, once=True, acts=True)
FREEZE = Kind(Freeze, _freeze, assess_freeze, once=True)
