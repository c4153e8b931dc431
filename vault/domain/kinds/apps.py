"""Third-party apps on accounts: which are required, allowed and forbidden, and which may not be removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vault.domain import evidence
from vault.domain.events import Row
from vault.domain.kinds.applies import Applies, read_applies
from vault.domain.kinds.base import Kind, Known, Rule, record_codes
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import NOT_EVIDENCED, Outcome
from vault.domain.strict import Reader

OTHERS = ("allowed", "forbidden", "not_addressed")


@dataclass(frozen=True, slots=True)
class Apps(Rule):
    """Apps by code: one on an account is a record ``app.<code>`` about it, as long as that is not ended.

    ``others``: what of apps that neither list names. ``keep``: one that a custodian added may not be removed by anybody
    else. ``first``: records that must stand about the account when an app is added.
    """

    kind = "apps"
    applies: Applies
    required: tuple[str, ...]
    allowed: tuple[str, ...]
    others: str
    keep: bool
    first: tuple[str, ...]


def _read(table: Reader, clause: str, known: Known) -> Apps:
    return Apps(
        clause=clause,
        applies=read_applies(table, known),
        required=table.texts("required", empty=True),
        allowed=table.texts("allowed", empty=True),
        others=table.choice("others", OTHERS),
        keep=table.flag("keep"),
        first=record_codes(table, "first", empty=True),
    )


def assess(case: Case, rule: Apps) -> Outcome:
    """Each account: what is there, what should be, what went, and what came first."""
    out = Outcome()
    for account in case.live(rule.applies):
        out.applied += 1
        rows = [row for row in case.about.get(account["id"], ()) if row["code"].startswith("app.")]
        there = {
            row["code"].removeprefix("app."): row
            for row in rows
            if row["good"] and case.stands(row, case.today)
        }
        for row in there.values():
            out.show(row["seq"], evidence.proof(row))
        _lacking(rule, out, account, there)
        _others(case, rule, out, account, there)
        _removed(case, rule, out, account, rows)
    return out


def _lacking(rule: Apps, out: Outcome, account: Row, there: Mapping[str, Row]) -> None:
    if rule.required and not there.keys() & set(rule.required):
        words = f"no {' or '.join(rule.required)} is on record for it"
        out.miss("app_missing", account["id"], words, rule.clause, account["added"], status=NOT_EVIDENCED)


def _others(case: Case, rule: Apps, out: Outcome, account: Row, there: Mapping[str, Row]) -> None:
    for name, row in there.items():
        if rule.others == "forbidden" and name not in (*rule.required, *rule.allowed):
            out.miss("app_not_allowed", account["id"], f"the app {name} has access", rule.clause, row["seq"])
        for code in rule.first:
            before = case.by_code.get((account["id"], code), ())
            if not any(one["good"] and one["occurred_at"] <= row["occurred_at"] for one in before):
                words = f"no {code} before the app {name} was added"
                out.miss("app_unchecked", account["id"], words, rule.clause, row["seq"], status=NOT_EVIDENCED)


def _removed(case: Case, rule: Apps, out: Outcome, account: Row, rows: list[Row]) -> None:
    for row in rows if rule.keep else ():
        gone = row["ended"] is not None or not row["good"]
        if gone and case.has_role(row["author"], "custodian", row["seq"]):
            if row["ended"] is not None and case.has_role(row["ended_by"], "custodian", row["ended"]):
                continue
            words = f"{row['code'].removeprefix('app.')}, which custody had added, is gone"
            out.miss("app_removed", account["id"], words, rule.clause, row["ended"] or row["seq"])


APPS = Kind(Apps, _read, assess)
