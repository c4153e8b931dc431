"""Clause by clause: what the document asks, and what the register shows of it.

    met               everything that the clause applies to is as it says, and entries show it
    not met           something is not, or was not when it should have been: a breach once is a breach for good
    not evidenced     nothing shows it, and nothing shows the contrary
    not applicable    there is nothing that it applies to, or it asks nothing
    not addressed     the document has no rule of a kind that others have (never "compliant")
    not assessable    the vault cannot see it
    decision needed   the document leaves open what only its owner can decide

Pure: a register and a profile give verdicts. Acts are judged by the document in force when they were done (`past`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from vault.domain import evidence
from vault.domain.events import Register
from vault.domain.finding import Finding
from vault.domain.kinds.case import END, Case, Mail
from vault.domain.kinds.outcome import NOT_EVIDENCED, NOT_MET, UNDECIDED, Gap, Outcome
from vault.domain.kinds.registry import KINDS
from vault.domain.kinds.stated import Stated
from vault.domain.policy import Clause, Profile, Strength


class Status(StrEnum):
    """What can be said of one clause."""

    MET = "met"
    NOT_MET = NOT_MET
    NOT_EVIDENCED = NOT_EVIDENCED
    NOT_APPLICABLE = "not applicable"
    NOT_ADDRESSED = "not addressed"
    NOT_ASSESSABLE = "not assessable by the vault"
    UNDECIDED = UNDECIDED


class Weight(StrEnum):
    """What a shortfall of a clause is; none where the clause only permits."""

    BREACH = "breach"
    ADVISORY = "advisory"
    NOTE = "note"
    GUIDANCE = "guidance"
    NONE = ""


_WEIGHTS = {
    Strength.MUST: Weight.BREACH,
    Strength.SHOULD: Weight.ADVISORY,
    Strength.MAY: Weight.NONE,
    Strength.FACT: Weight.NOTE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One clause: its status, how much it applied to, what is amiss, and the entries that show the rest.

    The classes of evidence stand apart: ``proven`` by the log, a ``document`` attached, somebody's ``statement``.
    """

    document: str
    clause: str
    where: str
    strength: Strength
    kind: str
    status: Status
    weight: Weight
    applied: int
    gaps: tuple[Gap, ...]
    proven: tuple[int, ...]
    attached: tuple[int, ...]
    statements: tuple[int, ...]
    decisions: tuple[str, ...]
    why: str

    @property
    def breach(self) -> bool:
        """A MUST that is not met."""
        return self.status is Status.NOT_MET and self.weight is Weight.BREACH

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Each gap as a finding."""
        return tuple(_finding(gap, self.weight) for gap in self.gaps)


def assess(
    reg: Register,
    profile: Profile,
    *,
    now: str,
    since: int = 0,
    mails: Mapping[str, Mail] | None = None,
    guidance: bool = False,
) -> tuple[Verdict, ...]:
    """A verdict for every clause, in the document's order. ``since``: the entry from which it is in force."""
    case = Case(reg, profile, now=now, since=since, mails=mails)
    return _verdicts(profile, case, {*KINDS}, guidance=guidance)


def past(reg: Register, profile: Profile, *, now: str, since: int, until: int) -> tuple[Verdict, ...]:
    """What was done while an earlier document was in force, by that document: only clauses with something amiss."""
    case = Case(reg, profile, now=now, since=since, until=until, past=True)
    acts = {name for name, kind in KINDS.items() if kind.acts}
    return tuple(verdict for verdict in _verdicts(profile, case, acts, guidance=False) if verdict.gaps)


def silent(profile: Profile) -> tuple[str, ...]:
    """The kinds of rule that the document has none of: not addressed, which is not compliant."""
    return tuple(name for name in KINDS if profile.rule(name) is None)


def merged(verdicts: Iterable[Verdict]) -> list[Finding]:
    """Each shortfall once, with every clause that it falls under; the heaviest weight is its own."""
    order = tuple(Weight)
    first: dict[tuple[str, str, str, tuple[int, ...]], tuple[Gap, int]] = {}
    also: dict[
        tuple[str, str, str, tuple[int, ...]], list[str]
    ] = {}  # a whole force has many, and few are met twice
    for verdict in verdicts:
        weight = order.index(verdict.weight)
        for gap in verdict.gaps:
            key = gap.kind, gap.subject, gap.words, gap.entries
            if key not in first:
                first[key] = gap, weight
                continue
            known, heaviest = first[key]
            first[key] = known, min(heaviest, weight)
            clauses = also.setdefault(key, [known.clause])
            if gap.clause not in clauses:
                clauses.append(gap.clause)
    return [_finding(gap, order[n], tuple(also.get(key, (gap.clause,)))) for key, (gap, n) in first.items()]


def _finding(gap: Gap, weight: Weight, clauses: tuple[str, ...] = ()) -> Finding:
    return Finding(
        kind=gap.kind,
        words=gap.words,
        subject=gap.subject,
        clause=clauses[0] if clauses else gap.clause,
        also=clauses[1:],
        weight=weight,
        evidence=gap.entries,
    )


def _verdicts(profile: Profile, case: Case, kinds: set[str], *, guidance: bool) -> tuple[Verdict, ...]:
    outcomes = {
        clause.key: [KINDS[rule.kind].assess(case, rule) for rule in clause.rules if rule.kind in kinds]
        for clause in profile.clauses.values()
    }
    gaps: dict[str, list[Gap]] = {}
    for gap in (gap for several in outcomes.values() for one in several for gap in one.gaps):
        gaps.setdefault(gap.clause, []).append(gap)
    return tuple(
        _verdict(
            profile,
            clause,
            [*outcomes.get(clause.part_of, ()), *outcomes[clause.key]],
            gaps.get(clause.key, []),
            gaps.get(clause.part_of, []),
            guidance=guidance,
        )
        for clause in profile.clauses.values()
    )


def _verdict(
    profile: Profile,
    clause: Clause,
    outcomes: list[Outcome],
    gaps: list[Gap],
    whole: list[Gap],
    *,
    guidance: bool,
) -> Verdict:
    weight = _WEIGHTS[clause.strength]
    shown = {
        by: [seq for one in outcomes for seq in one.shown.get(by, ())]
        for by in (evidence.PROVEN, evidence.DOCUMENT, evidence.STATEMENT)
    }
    rule = clause.rule
    return Verdict(
        document=profile.name,
        clause=clause.key,
        where=clause.where,
        strength=clause.strength,
        kind=clause.kinds,
        status=_status(outcomes, gaps, whole),
        weight=Weight.GUIDANCE if guidance and weight is not Weight.NONE else weight,
        applied=sum(outcome.applied for outcome in outcomes),
        gaps=tuple(gaps),
        proven=tuple(shown[evidence.PROVEN]),
        attached=tuple(shown[evidence.DOCUMENT]),
        statements=tuple(shown[evidence.STATEMENT]),
        decisions=tuple(
            key
            for key, d in profile.decisions.items()
            if {clause.key, clause.sub_of} & {*d.clauses} and not d.confirmed
        ),
        why=rule.because if isinstance(rule, Stated) else "",
    )


def _status(outcomes: list[Outcome], gaps: list[Gap], whole: list[Gap]) -> Status:
    """The worst that was found under any of its rules; without anything to apply to, not applicable.

    A part of which nothing is said is not thereby met: while the ``whole`` falls short, nothing shows the part.
    """
    found = {gap.status for gap in gaps} | {_of_a_part(gap.status) for gap in whole}
    for status in (Status.NOT_MET, Status.UNDECIDED, Status.NOT_EVIDENCED):
        if status in found:
            return status
    if not outcomes:
        return Status.NOT_ASSESSABLE
    if fixed := next((outcome.fixed for outcome in outcomes if outcome.fixed), ""):
        return Status(fixed)
    return Status.MET if any(outcome.applied for outcome in outcomes) else Status.NOT_APPLICABLE


def _of_a_part(status: str) -> str:
    return UNDECIDED if status == UNDECIDED else NOT_EVIDENCED


__all__ = ["END", "Mail", "Status", "Verdict", "Weight", "assess", "merged", "past", "silent"]
