"""What the documents' wider parameters change at the gates: alternates, variants, barred owners, any-time changers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

import pytest

from tests.policies.sixth import PROFILES, SHIPPED
from vault.domain import events, gates, release
from vault.domain.approvals import Request, Step, tally
from vault.domain.decisions import Allowed, Denied
from vault.domain.events import Register
from vault.domain.kinds.approval_chain import ApprovalChain

ELSEWHERE = PROFILES["elsewhere"]


def approved(post: str, person: str) -> Step:
    return Step(post, person, "statement", holds_post=True)


def test_one_of_several_posts_is_enough() -> None:
    """A deputy's approval completes the step; the desk's own after it adds nothing."""
    chain = ELSEWHERE.rule(ApprovalChain)
    assert chain
    steps = [approved("sergeant", "a"), approved("deputy", "b"), approved("press_desk", "c")]
    assert tally(Request("me", frozenset({"purpose"})), steps[:1], chain).next_posts == (
        "press_desk",
        "deputy",
    )
    count = tally(Request("me", frozenset({"purpose"})), steps, chain)
    assert count
    assert [ignored.reason for ignored in count.ignored] == ["another post had given this approval before"]
    early = tally(Request("me", frozenset()), steps[1:2], chain)
    assert early.ignored[0].reason == "an earlier approval was still missing"


def opening(name: str, *, owner_kind: str, platform: str) -> Allowed | Denied:
    """Whether that owner may have a new account there, approvals apart."""
    return gates.may_open(
        PROFILES[name],
        gates.Opening(
            tally=None, platform=platform, retired=False, owner_kind=owner_kind, today=date(2026, 1, 1)
        ),
    )


OPENINGS = {
    "team on a barred platform": ("west_midlands", "team", "facebook", "WM-3.3b"),
    "individual on a barred platform": ("northamptonshire", "individual", "linkedin", "NP-2.6c"),
    "closed list": ("norfolk_suffolk", "individual", "x", "NS-9.5b"),
}


@pytest.mark.parametrize("name", OPENINGS)
def test_refused_owners(name: str) -> None:
    """An owner kept off a platform is refused with the clause that says so."""
    document, owner_kind, platform, clause = OPENINGS[name]
    refusal = opening(document, owner_kind=owner_kind, platform=platform)
    assert isinstance(refusal, Denied)
    assert refusal.clause == clause


def test_owners_let_through() -> None:
    """An owner elsewhere than barred goes through; one that an open list does not name, with a finding."""
    assert opening("west_midlands", owner_kind="team", platform="x") == Allowed()
    assert opening("northamptonshire", owner_kind="main", platform="linkedin") == Allowed()
    unnamed = opening("west_midlands", owner_kind="district", platform="x")
    assert unnamed == Allowed("WM-3.3b", "the document names no district owner")


ACCESS = {
    "norfolk_suffolk": ("team", "NS-9.2"),
    "northamptonshire": ("individual", "NP-2.1.0"),
    "west_midlands": ("team", ""),
    "avon_somerset": ("main", ""),
    "elsewhere": ("team", "EL-1"),
}


@pytest.mark.parametrize("name", ACCESS)
def test_access_is_approved_where_the_document_says_so(name: str) -> None:
    """One document speaks of access too, the other of new accounts alone: then nothing is refused, nothing missing."""
    owner_kind, clause = ACCESS[name]
    asked = access(owner_kind)
    refusal, short = gates.may_give(PROFILES[name], asked), gates.access_shortfalls(PROFILES[name], asked)
    approvals = {one.clause for one in short if "approval" in one.text}
    assert (refusal.clause, approvals) == (clause, {clause} - {""})
    assert bool(refusal) == (not clause)


def test_access_is_approved_by_owner() -> None:
    """Two chains of one document: the names for a district's account are confirmed, for a central one they are not."""
    avon = PROFILES["avon_somerset"]
    assert gates.may_give(avon, access("district")).clause == "AS-A1.b"
    assert gates.may_give(avon, access("main")) == Allowed()


def access(owner_kind: str) -> gates.Access:
    """Access that nobody has asked for."""
    return gates.Access(
        existing=False,
        person_state="active",
        account_state="open",
        owner_kind=owner_kind,
        created_on=date(2016, 1, 1),
        policy=True,
        tally=None,
        own_device=False,
    )


class Held:
    """A register with one holder and one post."""

    def find(self, table: str, /, **equal: Any) -> list[Any]:
        if table == "grant_" and equal["person"] == "per-holder":
            return [{"id": "grt-1"}]
        return [{"scope": None}] if table == "post" and equal["person"] == "per-poster" else []


ACCOUNT: Mapping[str, Any] = {
    "id": "acc-1",
    "team": None,
    "platform": "x",
    "owner_kind": "main",
    "type": None,
    "request": None,
    "force": None,
}
CHANGES = {
    "holder": ("northamptonshire", "per-holder", "NP-2.1.6b", True),
    "stranger": ("northamptonshire", "per-other", "NP-2.1.6a", False),
    "administrator": ("west_midlands", "per-poster", "WM-5.7a", True),
    "holder too": ("west_midlands", "per-holder", "WM-3.9", True),
    "holder where nobody else may": ("avon_somerset", "per-holder", "AS-4.TW3", False),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changes_at_any_time(name: str) -> None:
    """Who may change a password at any time does so under their own clause; anybody else is a finding."""
    document, person, clause, fine = CHANGES[name]
    judged = release.judge_change(
        cast("Register", Held()),
        SHIPPED[document],
        account=ACCOUNT,
        person=person,
        roles=frozenset(),
        emergency=False,
        now="2026-11-02T12:00:00Z",
    )
    assert judged
    assert (judged.clause, not judged.finding) == (clause, fine)


@pytest.mark.parametrize("name", PROFILES)
def test_the_log_can_cite_every_clause(name: str) -> None:
    """A refusal's clause goes into an entry: each key must fit there."""
    assert [key for key in PROFILES[name].clauses if events.clause(key) is not None] == []
