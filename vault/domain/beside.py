"""What the clauses that name a record still miss of its subject: said when the record is made, not only in the report.

Each rule's own assessor is asked, of this one subject, so a notice and the report cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from vault.domain.events import Register, Row
from vault.domain.kinds import on_event, record_required
from vault.domain.kinds.case import Case
from vault.domain.kinds.on_event import OnEvent
from vault.domain.kinds.outcome import NOT_EVIDENCED, Gap, Outcome
from vault.domain.kinds.record_required import RecordRequired, Subject
from vault.domain.policy import Profile, Strength


class Beside(Case):
    """The register beside one subject: its own records, and times in post of those who are asked about."""

    def __init__(self, reg: Register, profile: Profile, *, now: str, subject: str) -> None:
        super().__init__(reg, profile, now=now)
        self.subject = subject

    @cached_property
    def accounts(self) -> dict[str, Row]:
        """The subject, where it is an account that the document binds."""
        row = self.reg.get("account", id=self.subject)
        return {row["id"]: row} if row is not None and self.profile.binds(row["force"]) else {}

    @cached_property
    def records(self) -> list[Row]:
        """Records about the subject that count, in the order in which they happened."""
        rows = (row for row in self.reg.find("record", about=self.subject) if row["withdrawn"] is None)
        return sorted(rows, key=lambda row: (row["occurred_at"], row["seq"]))

    def holds(self, person: str, post: str, day: str, scopes: Iterable[str | None] | None = None) -> bool:
        """Whether somebody held that post on that day: asked of their own times in post alone."""
        self.posts[person, post] = self.reg.find("post", person=person, post=post)
        return super().holds(person, post, day, scopes)

    @cached_property
    def posts(self) -> dict[tuple[str, str], list[Row]]:
        """Times in post, of those who were asked about."""
        return {}


def missing(reg: Register, profile: Profile, record: Row, *, now: str) -> tuple[Gap, ...]:
    """What is still amiss, or not shown, of the subject of a record under the clauses that name its code."""
    case = Beside(reg, profile, now=now, subject=record["about"])
    found = (gap for rule in _naming(profile, record["code"]) for gap in _gaps(case, rule, record))
    weak = {key for key, clause in profile.clauses.items() if clause.strength is Strength.MAY}
    return tuple(dict.fromkeys(gap for gap in found if gap.clause not in weak))


def _naming(profile: Profile, code: str) -> Iterator[RecordRequired | OnEvent]:
    for rule in profile.rules(RecordRequired):
        if code in rule.codes and not rule.after:
            yield rule
    for event in profile.rules(OnEvent):
        recorded = tuple(name for name in event.on if "." in name)
        if recorded and code in {*recorded, *(one for step in event.steps for one in step.done)}:
            yield replace(event, on=recorded)


def _gaps(case: Beside, rule: RecordRequired | OnEvent, record: Row) -> Iterator[Gap]:
    if isinstance(rule, OnEvent):
        for step in rule.steps:
            yield from _not_theirs(case, record, step.done, step.by, step.clause)
        yield from on_event.assess(case, rule).gaps
        return
    out, account = Outcome(), case.accounts.get(record["about"])
    if account is None or case.fits(account, rule.applies):
        yield from _not_theirs(case, record, rule.codes, rule.by, rule.clause)
        platform = (record["platform"] or "") if rule.per_platform else ""
        record_required.judge(case, rule, out, Subject(record["about"], platform))
    yield from out.gaps


def _not_theirs(
    case: Beside, record: Row, codes: tuple[str, ...], by: tuple[str, ...], clause: str
) -> Iterator[Gap]:
    """A record of the right word by somebody whose word does not count: without this, "no record" would be a riddle."""
    if record["code"] in codes and not case.counts(record, by):
        words = f"{record['code']} counts as a statement of {' or '.join(by)} alone, and this is none"
        yield Gap("not_theirs", NOT_EVIDENCED, record["about"], words, clause, (record["seq"],))
