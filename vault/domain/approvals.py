"""Has a request what the document asks for? The tally says what counts, what is missing, and why not.

- Steps count in the order in which they were taken. A step of a later stage does not count before the earlier
  stages are complete; within a stage the order is free.
- The requester never counts, nor does who is to have the access. An approver holds the post on the day of the
  step (a fact handed in with it). A step whose giver is not named cannot be told from the requester's own and
  does not count.
- An approval by somebody of whom only a later entry says that they held the post counts from that entry on, as if
  it had been given then: it takes nothing from what counted before.
- One person does not give two different steps, unless the document says so. Where it names several posts for one
  step, one of them is enough.
- A refusal by the holder of a post that is asked for ends the request; nothing after it counts.
- A chain without steps is never complete: empty means no.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from vault.domain.decisions import Allowed, Decision, Denied
from vault.domain.kinds.approval_chain import ApprovalChain, ApprovalStep


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, which of the document's fields the request fills in, and who is to have the access, if not who asks."""

    requester: str
    fields: frozenset[str]
    beneficiary: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One decision that somebody took. ``evidence`` says how it is known: log, document or statement."""

    post: str
    person: str | None
    evidence: str
    holds_post: bool
    approved: bool = True


@dataclass(frozen=True, slots=True)
class Ignored:
    """A step that does not count, and the reason."""

    step: Step
    reason: str


@dataclass(frozen=True, slots=True)
class Tally:
    """The state of one request against one chain. True when nothing is missing."""

    clause: str
    fields_clause: str
    needed: tuple[ApprovalStep, ...]
    given: tuple[Step, ...]
    ignored: tuple[Ignored, ...]
    refused_by: Step | None
    missing_fields: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.needed) and not (self.missing or self.missing_fields or self.refused_by)

    @property
    def missing(self) -> tuple[str, ...]:
        """The posts still to approve, in the document's order."""
        return tuple(step.post for step in _open_steps(self.needed, self.given))

    @property
    def next_posts(self) -> tuple[str, ...]:
        """The posts that may approve now."""
        if self.refused_by:
            return ()
        return tuple(post for step in _now(self.needed, self.given) for post in step.posts)

    def decide(self, action: str) -> Decision:
        """Whether ``action`` may go ahead, with the clause of the first thing that is missing."""
        if self:
            return Allowed(clause=self.clause)
        if self.refused_by:
            return Denied(
                action,
                f"the {_words(self.refused_by.post)} refused the request",
                hint="it has ended; another one: keyholder account request",
                clause=self.clause,
            )
        if self.missing_fields:
            words = ", ".join(self.missing_fields)
            again = "ask anew, with all of it: keyholder account request"
            return Denied(action, f"the request does not say: {words}", hint=again, clause=self.fields_clause)
        waiting = next(iter(_now(self.needed, self.given)), None)
        if waiting is None:
            return Denied(action, "nobody is named who could approve it", clause=self.clause)
        return Denied(
            action,
            f"the approval of the {_words(waiting.post)} is missing",
            hint="when it is given: keyholder account approve REQUEST --post POST --by PERSON",
            clause=waiting.clause,
        )


class Taken(NamedTuple):
    """When somebody decided, in which entry, and in which the register learned that they held the post, if any did."""

    day: str
    seq: int
    in_post: int | None


def in_order(steps: Iterable[Taken]) -> list[Taken]:
    """The order in which they count: by day and entry; one whose giver was shown in post later, from then on."""
    ordered = sorted(steps)
    late = [step for step in ordered if step.in_post is not None and step.in_post > step.seq]
    counted = [step for step in ordered if step not in late]
    for step in sorted(late, key=lambda one: (one.in_post or 0, one.seq)):
        before = [
            n for n, other in enumerate(counted) if max(other.seq, other.in_post or 0) < (step.in_post or 0)
        ]
        counted.insert(max(before, default=-1) + 1, step)
    return counted


def tally(request: Request, steps: Iterable[Step], chain: ApprovalChain) -> Tally:
    """Count the steps, given in the order in which they were taken."""
    given: list[Step] = []
    ignored: list[Ignored] = []
    refused_by = None
    for step in steps:
        if (
            reason := "the request had been refused before"
            if refused_by
            else _objection(request, step, given, chain)
        ):
            ignored.append(Ignored(step, reason))
        elif step.approved:
            given.append(step)
        else:
            refused_by = step
    missing = tuple(field for field in chain.fields if field not in request.fields)
    return Tally(
        clause=chain.clause,
        fields_clause=chain.fields_clause,
        needed=chain.steps,
        given=tuple(given),
        ignored=tuple(ignored),
        refused_by=refused_by,
        missing_fields=missing,
    )


def _objection(request: Request, step: Step, given: Sequence[Step], chain: ApprovalChain) -> str:
    """Why the step does not count; empty if it does."""
    if step.post not in {post for needed in chain.steps for post in needed.posts}:
        return "the document does not ask for this post"
    if step.person is None:
        return "who approved is not named"
    if step.person == request.requester:
        return "the requester cannot approve"
    if step.person == request.beneficiary:
        return "who is to have the access cannot approve it"
    if not step.holds_post:
        return "the person did not hold the post on that day"
    # A refusal is heard whenever it comes: order and repetition only matter for what opens a gate.
    return _disorder(step, given, chain) if step.approved else ""


def _disorder(step: Step, given: Sequence[Step], chain: ApprovalChain) -> str:
    if step.post in {before.post for before in given}:
        return "the post had approved before"
    if not any(step.post in waiting.posts for waiting in _open_steps(chain.steps, given)):
        return "another post had given this approval before"
    if not chain.one_person_may_give_several and step.person in {before.person for before in given}:
        return "the person had approved under another post"
    if not any(step.post in waiting.posts for waiting in _now(chain.steps, given)):
        return "an earlier approval was still missing"
    return ""


def _open_steps(needed: Sequence[ApprovalStep], given: Sequence[Step]) -> list[ApprovalStep]:
    done = {step.post for step in given}
    return [step for step in needed if done.isdisjoint(step.posts)]


def _now(needed: Sequence[ApprovalStep], given: Sequence[Step]) -> list[ApprovalStep]:
    """The open steps of the earliest stage that has any."""
    waiting = _open_steps(needed, given)
    stage = min((step.stage for step in waiting), default=0)
    return [step for step in waiting if step.stage == stage]


def _words(post: str) -> str:
    return post.replace("_", " ")
