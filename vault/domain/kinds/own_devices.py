"""The record of people who use devices of their own."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain import evidence
from vault.domain.kinds.base import Kind, Known, Rule, read_post
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import NOT_EVIDENCED, Outcome
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class OwnDeviceRecord(Rule):
    """Who keeps the record of people using their own devices; "no answer" and "none" differ."""

    kind = "own_device_record"
    keeper: str
    answer_required: bool


def _own_device_record(table: Reader, clause: str, _: Known) -> OwnDeviceRecord:
    return OwnDeviceRecord(clause, read_post(table, "keeper"), table.flag("answer_required"))


def assess(case: Case, rule: OwnDeviceRecord) -> Outcome:
    """Every holder is asked; "none" is an answer, silence is not."""
    out = Outcome()
    answers = {row["person"]: row for row in case.reg.find("own_device")}
    registered = {row["person"]: row["added"] for row in case.reg.find("device", ownership="personal")}
    for person, given in sorted(case.first_grants.items()):
        out.applied += 1
        if person in registered:
            out.show(registered[person])
        elif person not in answers:
            words = "nobody has recorded whether they use a device of their own"
            status = NOT_EVIDENCED
            if rule.answer_required:
                out.miss("own_device_not_asked", person, words, rule.clause, given, status=status)
        elif answers[person]["uses"]:
            words = "uses a device of their own, which is not in the register"
            out.miss("own_device_not_registered", person, words, rule.clause, answers[person]["seq"])
        else:
            out.show(answers[person]["seq"], evidence.STATEMENT)
    return out


OWN_DEVICE_RECORD = Kind(OwnDeviceRecord, _own_device_record, assess, once=True)
