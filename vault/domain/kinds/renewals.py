"""What must be on record again, and by when: training, acknowledgements, reviews, attestations, before they lapse.

The assessor of `record_required` says how it stands with each record; this gives the day until which it counts. What
was never on record has no day, for no document says by when it first should be; nor has what a freeze or a new version
asks for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from vault.domain.due import Due
from vault.domain.events import CUSTODIAN
from vault.domain.interval import ONCE, WORKING_DAY
from vault.domain.kinds import record_required as records
from vault.domain.kinds.case import Case
from vault.domain.kinds.record_required import Found, RecordRequired, Subject

RENEWAL, DAILY, NEVER = "renewal", "each_working_day", "never_recorded"
AFTER_FREEZE, NEW_VERSION, BOOKED = "after_freeze", "new_version", "booked_meanwhile"
PUT_RIGHT = "put_right"
_WITHOUT_DAY = {
    records.BEFORE_FREEZE: AFTER_FREEZE,
    records.OTHER_VERSION: NEW_VERSION,
    records.MISSING: NEVER,
    records.NOT_SO: PUT_RIGHT,
}


def falls_due(case: Case, rule: RecordRequired, *, mandatory: bool) -> Iterator[Due]:
    """For each subject of the rule what has to be renewed."""
    if _for_good(case, rule):
        return
    for subject in records.subjects(case, rule):
        if rule.after and not records.freezes(case, rule, subject.id):
            continue
        for due in _of(case, rule, subject):
            yield replace(due, mandatory=mandatory, local=rule.every.local and due.due_on is not None)


def first_of(items: Iterable[Due]) -> Iterable[Due]:
    """One for each thing, clause and subject: of several platforms, or several demands of a clause, the first."""
    found: dict[tuple[str, str, str], Due] = {}
    for due in items:
        key = due.what, due.clause, due.subject
        found[key] = _sooner(found[key], due) if key in found else due
    return found.values()


def _for_good(case: Case, rule: RecordRequired) -> bool:
    """What is asked once falls due only where a record has an end of its own: most rules need no second look."""
    if rule.every.unit != ONCE or rule.after or rule.version:
        return False
    codes = {*rule.codes, rule.provisional.code if rule.provisional else ""}
    return not any(row["until"] and row["code"] in codes for row in case.records)


def _sooner(one: Due, other: Due) -> Due:
    first, later = sorted((one, other), key=lambda due: due.due_on or dt.date.max)
    return replace(first, words=f"{first.words}; {later.words}")


def _of(case: Case, rule: RecordRequired, subject: Subject) -> Iterator[Due]:
    if records.spared(case, rule, subject):
        return
    if meanwhile := records.booked(case, rule, subject.id, case.today):
        row = max(meanwhile, key=lambda row: str(row["until"]))
        day, words = (
            dt.date.fromisoformat(row["until"]),
            f"{row['code']} does until then; then {_codes(rule)}",
        )
        yield _due(case, rule, subject, BOOKED, (day, records.day_of(row), words))
        return
    found = [records.look(case, rule, subject, code) for code in rule.codes]
    if rule.need == "any":
        found = _nearest(found)
    yield from _again(case, rule, subject, found)
    yield from _first(case, rule, subject, found)


def _nearest(found: Sequence[Found]) -> list[Found]:
    """Of several that would each do, the one that counts longest, or else one that is there."""
    good = [one for one in found if one.what in _COUNTS]
    if good:
        return [max(good, key=lambda one: one.end or dt.date.max)]
    return [max(found, key=lambda one: one.row is not None)]


_COUNTS = ("", records.LAPSED, records.UNSURE, records.LATE)


def _again(case: Case, rule: RecordRequired, subject: Subject, found: Sequence[Found]) -> Iterator[Due]:
    """What counts until a day: the first of the days."""
    ending = sorted(
        (one.end, str(one.row["code"]), records.day_of(one.row)) for one in found if one.end and one.row
    )
    if ending:
        end, _, since = ending[0]
        codes = " and ".join(code for day, code, _ in ending if day == end)
        counts = "counted" if end.isoformat() < case.today else "counts"
        words = f"{codes} {counts} until then{_platform(subject)}"
        what = DAILY if rule.every.unit == WORKING_DAY else RENEWAL
        yield _due(case, rule, subject, what, (end, since, words))


def _first(case: Case, rule: RecordRequired, subject: Subject, found: Sequence[Found]) -> Iterator[Due]:
    """What has no day: never on record, wrong when it was, or asked for anew by a freeze or a version."""
    wrong: dict[str, Found] = {}
    for one in found:
        what = _WITHOUT_DAY.get(one.what, "")
        if what == NEVER and rule.after:
            what = AFTER_FREEZE
        if what and (rule.every.unit != ONCE or what in (AFTER_FREEZE, NEW_VERSION)):
            wrong.setdefault(what, one)
    for what, one in wrong.items():
        since = records.day_of(one.row) if one.row else None
        words = one.why
        if what == AFTER_FREEZE:
            since = records.day_of(records.freezes(case, rule, subject.id)[-1])
            words = f"its use was stopped; after that {_codes(rule)}"
        elif what == NEVER:
            words = f"not yet on record: {_codes(rule)}{_platform(subject)}"
        yield _due(case, rule, subject, what, (None, since, words))


def _due(
    case: Case,
    rule: RecordRequired,
    subject: Subject,
    what: str,
    day: tuple[dt.date | None, dt.date | None, str],
) -> Due:
    due_on, since, words = day
    return Due(what, subject.id, rule.clause, due_on, since, _who(case, rule, subject.id), words)


def _who(case: Case, rule: RecordRequired, subject: str) -> tuple[str, ...]:
    """Whom it is about, and whose statement counts; where neither is said, the custodians."""
    table = {"device": "device", "grant": "grant_"}.get(rule.about, "")
    row = case.reg.get(table, id=subject) if table else None
    person = subject if rule.about == "person" else row["person"] if row else None
    said = tuple(post for post in rule.by if post != "self")
    return tuple(filter(None, (person, *said))) or (CUSTODIAN,)


def _codes(rule: RecordRequired) -> str:
    return (" and " if rule.need == "all" else " or ").join(rule.codes)


def _platform(subject: Subject) -> str:
    return f" ({subject.platform})" if subject.platform else ""
