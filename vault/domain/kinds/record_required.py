"""What must be on record about an account, a person, a device or a grant, and before which act of the vault.

The workhorse of the kinds: training, acknowledgements, attestations, checklists, named-person lists, reviews, authority
and evidence are all records of some code by somebody, as old as the document lets them be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from vault.domain import evidence
from vault.domain.calendar import london_day_of
from vault.domain.events import Row
from vault.domain.interval import Interval
from vault.domain.kinds.applies import Applies, read_applies
from vault.domain.kinds.base import VERSION, Kind, Known, Rule, record_code, record_codes
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import NOT_EVIDENCED, NOT_MET, Outcome
from vault.domain.strict import Reader

ABOUT = ("account", "person", "device", "grant", "vault")
GATES = ("approval", "open", "grant", "release", "unfreeze", "close")
AFTER = ("freeze",)
# What can be amiss with a record.
MISSING, NOT_SO, OTHER_VERSION, BEFORE_FREEZE = "missing", "not_so", "other_version", "before_freeze"
LAPSED, UNSURE, LATE = "lapsed", "unsure", "late"


@dataclass(frozen=True, slots=True)
class Provisional:
    """What opens the gate meanwhile, such as a booked place, until its own end; only where ``allowed``."""

    code: str
    allowed: bool
    decision: str


@dataclass(frozen=True, slots=True)
class RecordRequired(Rule):
    """Records of these codes must stand about each subject that the rule applies to.

    A subject of ``person`` is everybody with access to an account that the filter lets through. ``need``: all of the
    codes, or any. ``by``: the posts (or ``self``, or a role) whose statement counts; empty: anybody's. ``before``: acts
    that the vault refuses meanwhile. ``unless``: codes that make it unnecessary. ``after``: it must be later than the
    last freeze (for ``after_reason``, if given). ``version``: that of the document which the record must name.
    """

    kind = "record_required"
    about: str
    applies: Applies
    codes: tuple[str, ...]
    need: str
    every: Interval
    by: tuple[str, ...]
    before: tuple[str, ...]
    unless: tuple[str, ...] = ()
    version: str = ""
    per_platform: bool = False
    after: str = ""
    after_reason: str = ""
    provisional: Provisional | None = None
    decision: str = ""


def _read(table: Reader, clause: str, known: Known) -> RecordRequired:
    after_reason = table.text("after_reason") if table.has("after_reason") else ""
    if after_reason and not table.has("after"):
        table.refuse("is of nothing without after", "after_reason")
    version = table.text("version") if table.has("version") else ""
    if version and not VERSION.match(version):
        table.refuse("must be numbers and dots, as a record has them", "version")
    return RecordRequired(
        clause=clause,
        about=table.choice("about", ABOUT),
        applies=read_applies(table, known),
        codes=record_codes(table, "codes"),
        need=table.choice("need", ("all", "any")),
        every=known.interval(table),
        by=table.texts("by", empty=True),
        before=table.texts("before", allowed=GATES, empty=True),
        unless=record_codes(table, "unless") if table.has("unless") else (),
        version=version,
        per_platform=table.has("per_platform") and table.flag("per_platform"),
        after=table.choice("after", AFTER) if table.has("after") else "",
        after_reason=after_reason,
        provisional=_provisional(table.table("provisional"), known) if table.has("provisional") else None,
        decision=known.decision(table),
    )


def _provisional(table: Reader, known: Known) -> Provisional:
    with table:
        return Provisional(record_code(table, "code"), table.flag("allowed"), known.decision(table))


class Subject(NamedTuple):
    """What must have records: which platform they must be of, and the day of the act that they should come before."""

    id: str
    platform: str = ""
    began: str = ""


def assess(case: Case, rule: RecordRequired) -> Outcome:
    """Every subject, and for each whether its records are there, in time and as they should be."""
    out = Outcome()
    for subject in subjects(case, rule):
        if not rule.after or freezes(case, rule, subject.id):
            out.applied += 1
            if not waived(case, rule, subject):
                judge(case, rule, out, subject)
    return out


def waived(case: Case, rule: RecordRequired, subject: Subject) -> bool:
    """Whether a record makes it unnecessary for that subject, or does meanwhile."""
    return spared(case, rule, subject) or bool(booked(case, rule, subject.id, case.today))


def spared(case: Case, rule: RecordRequired, subject: Subject) -> bool:
    """Whether a record makes it unnecessary for that subject."""
    return any(not look(case, rule, subject, code).what for code in rule.unless)


def booked(case: Case, rule: RecordRequired, subject: str, day: str) -> list[Row]:
    """What did meanwhile on that day, where the document's owner lets it: until an end of its own."""
    if rule.provisional is None or not rule.provisional.allowed:
        return []
    return [
        row
        for row in case.by_code.get((subject, rule.provisional.code), ())
        if row["good"]
        and row["until"] is not None
        and london_day_of(row["occurred_at"]) <= day <= row["until"]
    ]


def subjects(case: Case, rule: RecordRequired) -> Iterator[Subject]:
    """Whatever the rule is about today."""
    if rule.about == "vault":
        yield Subject("")
    elif rule.about == "account":
        for row in case.live(rule.applies):
            here = "open" in rule.before and row["request"] is not None and case.act(row["added"])
            yield Subject(row["id"], "", (row["created_on"] or "") if here else "")
    elif rule.about == "device":
        for row in case.devices(rule.applies):
            yield Subject(row["id"])
    elif rule.about == "grant":
        for row in case.access(rule.applies):
            yield Subject(row["id"], "", _began(case, rule, row))
    else:
        yield from _people(case, rule)


def _began(case: Case, rule: RecordRequired, grant: Row) -> str:
    gated = {"grant", "release", "approval"} & set(rule.before)
    return str(grant["since"]) if gated and not grant["existing"] and case.act(grant["given"]) else ""


def _people(case: Case, rule: RecordRequired) -> Iterator[Subject]:
    """Everybody with access, once (or once for each platform), with the first day of access that was given here."""
    first: dict[tuple[str, str], str] = {}
    for row in case.access(rule.applies):
        key = row["person"], case.accounts[row["account"]]["platform"] if rule.per_platform else ""
        days = [day for day in (_began(case, rule, row), first.get(key)) if day]
        first[key] = min(days, default="")
    for (person, platform), began in first.items():
        yield Subject(person, platform, began)


def freezes(case: Case, rule: RecordRequired, subject: str) -> list[Row]:
    """The freezes that ask for it: of the account, or of any account of the person."""
    accounts = {subject, *(row["account"] for row in case.access_of.get(subject, ()))}
    fitting = (row for row in case.freezes if row["account"] in accounts)
    return [row for row in fitting if rule.after_reason in ("", row["reason"])]


def judge(case: Case, rule: RecordRequired, out: Outcome, subject: Subject) -> None:
    """Whether the records of one subject are there, in time and as they should be."""
    found = [look(case, rule, subject, code) for code in rule.codes]
    wrong = [entry for entry in found if entry.what]
    if not wrong or (rule.need == "any" and len(wrong) < len(found)):
        for one in found:
            if not one.what and one.row is not None:
                out.show(one.row["seq"], evidence.proof(one.row))
        return
    # Of several that would each do, the nearest to being met says what is wrong.
    shown = wrong if rule.need == "all" else [max(wrong, key=lambda entry: entry.row is not None)]
    for one in shown:
        status = NOT_EVIDENCED if one.what in (MISSING, UNSURE) else NOT_MET
        entries = (one.row["seq"],) if one.row is not None else ()
        out.miss("record_missing", subject.id, one.why, rule.clause, *entries, status=status)


class Found(NamedTuple):
    """How it stands with the records of one code about a subject: ``what`` is amiss ("" if nothing), and in words.

    ``row`` is the record that it is about, ``end`` its last day; None: it counts for good, or not at all.
    `UNSURE`: it may count still, for all that is known of the year's bank holidays.
    """

    what: str
    why: str
    row: Row | None
    end: dt.date | None = None


def look(case: Case, rule: RecordRequired, subject: Subject, code: str) -> Found:
    """The latest record of one code about a subject, and whether it is enough."""
    rows = [
        row
        for row in case.by_code.get((subject.id, code), ())
        if case.counts(row, rule.by) and subject.platform in ("", row["platform"])
    ]
    if not rows:
        return Found(
            MISSING, f"no record {code}{f' for {subject.platform}' if subject.platform else ''}", None
        )
    row = rows[-1]
    wrong, why = _unfit(case, rule, subject, row)
    if wrong:
        return Found(wrong, why, row)
    end = _end(rule, row)
    if end is not None and end.isoformat() < case.today:
        return Found(*_lapsed(case, rule, row, end), row, end)
    late = "" if booked(case, rule, subject.id, subject.began) else _late(rows, subject)
    return Found(LATE if late else "", late, row, end)


def day_of(row: Row) -> dt.date:
    """The day in London of what a record says."""
    return dt.date.fromisoformat(london_day_of(row["occurred_at"]))


def _end(rule: RecordRequired, row: Row) -> dt.date | None:
    """The last day on which it counts: its own end, or the document's interval."""
    own = dt.date.fromisoformat(row["until"]) if row["until"] else None
    return min((end for end in (own, rule.every.next(day_of(row))) if end), default=None)


def _lapsed(case: Case, rule: RecordRequired, row: Row, end: dt.date) -> tuple[str, str]:
    why = f"{row['code']} ran out on {end}"
    if rule.every.unsure(day_of(row), today := dt.date.fromisoformat(case.today)):
        return UNSURE, f"{why}, unless a day of {today.year} that nobody has entered was a bank holiday"
    return LAPSED, why


def _unfit(case: Case, rule: RecordRequired, subject: Subject, row: Row) -> tuple[str, str]:
    """What is wrong with it, whatever the day is."""
    code, day = row["code"], london_day_of(row["occurred_at"])
    if not row["good"]:
        return NOT_SO, f"{code} was recorded as not so on {day}"
    if rule.version and row["version"] != rule.version and code in rule.codes:
        return OTHER_VERSION, f"{code} is of version {row['version'] or 'none'}, not {rule.version}"
    if rule.after and code in rule.codes:
        stops = freezes(case, rule, subject.id)
        if stops and row["occurred_at"] <= stops[-1]["occurred_at"]:
            return BEFORE_FREEZE, f"{code} is from before the freeze"
    return "", ""


def _late(rows: list[Row], subject: Subject) -> str:
    """What should have come first and came later stays a breach."""
    first, began = london_day_of(rows[0]["occurred_at"]), subject.began
    code = rows[0]["code"]
    return (
        f"{code} is of {first}, after the {began} that it should come before"
        if began and first > began
        else ""
    )


RECORD_REQUIRED = Kind(RecordRequired, _read, assess)
