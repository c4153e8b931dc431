"""Approvals: who counts, in which order, and what ends a request."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vault.domain.approvals import Request, Step, Taken, in_order, tally
from vault.domain.decisions import Allowed, Denied
from vault.domain.kinds.approval_chain import ApprovalChain, ApprovalStep

CHAIN = ApprovalChain(
    clause="ZZ-1",
    steps=(
        ApprovalStep("manager", 1, "ZZ-1"),
        ApprovalStep("head_of_unit", 1, "ZZ-1"),
        ApprovalStep("lead", 2, "ZZ-2"),
    ),
    fields=("aims", "purpose"),
    fields_clause="ZZ-3",
    one_person_may_give_several=False,
)
REQUEST = Request("asker", frozenset({"aims", "purpose"}))


def step(post: str, person: str | None, *, holds: bool = True, approved: bool = True) -> Step:
    return Step(post, person, "statement", holds, approved)


MANAGER, HEAD, LEAD = step("manager", "mo"), step("head_of_unit", "hal"), step("lead", "lee")

CASES = {
    "nothing yet": ([], "manager", ("manager", "head_of_unit", "lead"), ()),
    "first": ([MANAGER], "head_of_unit", ("head_of_unit", "lead"), ()),
    "first stage in any order": ([HEAD], "manager", ("manager", "lead"), ()),
    "all": ([HEAD, MANAGER, LEAD], None, (), ()),
    "too early": ([LEAD, MANAGER, HEAD], "lead", ("lead",), ("an earlier approval was still missing",)),
    "requester": (
        [step("manager", "asker")],
        "manager",
        ("manager", "head_of_unit", "lead"),
        ("the requester cannot approve",),
    ),
    "unnamed": (
        [step("manager", None)],
        "manager",
        ("manager", "head_of_unit", "lead"),
        ("who approved is not named",),
    ),
    "without the post": (
        [step("manager", "mo", holds=False)],
        "manager",
        ("manager", "head_of_unit", "lead"),
        ("the person did not hold the post on that day",),
    ),
    "other post": (
        [step("porter", "mo")],
        "manager",
        ("manager", "head_of_unit", "lead"),
        ("the document does not ask for this post",),
    ),
    "twice": (
        [MANAGER, step("manager", "mia")],
        "head_of_unit",
        ("head_of_unit", "lead"),
        ("the post had approved before",),
    ),
    "under two posts": (
        [MANAGER, step("head_of_unit", "mo")],
        "head_of_unit",
        ("head_of_unit", "lead"),
        ("the person had approved under another post",),
    ),
    "refusal by one without the post": (
        [step("manager", "mo", holds=False, approved=False)],
        "manager",
        ("manager", "head_of_unit", "lead"),
        ("the person did not hold the post on that day",),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_counts(name: str) -> None:
    """Each case: who is next, who is missing, and why a step did not count."""
    steps, next_post, missing, reasons = CASES[name]
    result = tally(REQUEST, steps, CHAIN)
    assert (next(iter(result.next_posts), None), result.missing) == (next_post, missing)
    assert tuple(ignored.reason for ignored in result.ignored) == reasons
    assert bool(result) == (not missing)


def test_one_person_may_give_several_where_the_document_says_so() -> None:
    """The four-eyes rule between steps is the document's to loosen; the requester's exclusion is not."""
    chain = replace(CHAIN, one_person_may_give_several=True)
    steps = [step(post, "mo") for post in ("manager", "head_of_unit", "lead")]
    assert tally(REQUEST, steps, chain)
    assert not tally(Request("mo", REQUEST.fields), steps, chain)


def test_a_refusal_ends_it() -> None:
    """After a refusal nothing counts, not even the approvals that were missing."""
    refusal = step("lead", "lee", approved=False)
    result = tally(REQUEST, [MANAGER, refusal, HEAD, LEAD], CHAIN)
    assert not result
    assert result.refused_by == refusal
    assert result.given == (MANAGER,)
    assert [ignored.reason for ignored in result.ignored] == ["the request had been refused before"] * 2
    assert result.next_posts == ()
    assert tally(REQUEST, [MANAGER, HEAD, LEAD, step("manager", "mo", approved=False)], CHAIN).refused_by


def test_missing_fields() -> None:
    """A request that does not say what the document asks for is not complete, whoever approved."""
    result = tally(Request("asker", frozenset({"aims"})), [MANAGER, HEAD, LEAD], CHAIN)
    assert not result
    assert result.missing_fields == ("purpose",)


def test_an_empty_chain_is_never_complete() -> None:
    """No approvers named means no, not yes."""
    result = tally(REQUEST, [], replace(CHAIN, steps=(), fields=()))
    assert not result
    assert result.decide("open") == Denied("open", "nobody is named who could approve it", clause="ZZ-1")


AGAIN = "ask anew, with all of it: keyholder account request"
APPROVE = "when it is given: keyholder account approve REQUEST --post POST --by PERSON"
ENDED = "it has ended; another one: keyholder account request"


def test_decisions_cite_the_clause() -> None:
    """The refusal names what is missing, the clause that asks for it and the next step."""
    incomplete = Request("asker", frozenset({"aims"}))
    refusal = [step("manager", "mo", approved=False)]
    assert tally(REQUEST, [MANAGER, HEAD, LEAD], CHAIN).decide("open") == Allowed(clause="ZZ-1")
    assert tally(incomplete, [], CHAIN).decide("open") == Denied(
        "open", "the request does not say: purpose", AGAIN, clause="ZZ-3"
    )
    assert tally(REQUEST, [MANAGER, HEAD], CHAIN).decide("open") == Denied(
        "open", "the approval of the lead is missing", APPROVE, clause="ZZ-2"
    )
    assert tally(REQUEST, [MANAGER], CHAIN).decide("open") == Denied(
        "open", "the approval of the head of unit is missing", APPROVE, clause="ZZ-1"
    )
    assert tally(REQUEST, refusal, CHAIN).decide("open") == Denied(
        "open", "the manager refused the request", ENDED, clause="ZZ-1"
    )


def test_who_was_shown_in_post_later_counts_from_then_on() -> None:
    """By day and entry; one whose giver was not known to be in post comes after all that was known before."""
    first, second, third = Taken("2026-11-01", 5, 1), Taken("2026-11-02", 6, 2), Taken("2026-11-02", 12, 3)
    late, never = Taken("2026-11-01", 4, 10), Taken("2026-11-01", 3, None)
    assert in_order([third, late, second, never, first]) == [never, first, second, late, third]
    alone = Taken("2026-11-01", 4, 4 + 1)
    assert in_order([alone]) == [alone]
    later = Taken("2026-11-03", 2, 11)
    assert in_order([later, late, first]) == [first, late, later]
