"""The gates: what the policy refuses before an account is opened or closed, or access is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from vault.domain import gates
from vault.domain.approvals import Request, Step, tally
from vault.domain.decisions import Allowed, Denied
from vault.domain.kinds.approval_chain import ApprovalChain
from vault.domain.kinds.own_devices import OwnDeviceRecord
from vault.domain.kinds.platforms_in_use import PlatformsInUse
from vault.domain.policy import Profile
from vault.store.profiles import load_profile

PROFILE = load_profile("norfolk_suffolk")
SILENT = replace(PROFILE, clauses={})
CHAIN = PROFILE.rule(ApprovalChain)
assert CHAIN is not None
POSTS = ("line_manager", "head_of_department", "digital_media_lead")
FULL = tally(
    Request("asker", frozenset(CHAIN.fields)),
    [Step(post, f"person-{n}", "statement", holds_post=True) for n, post in enumerate(POSTS)],
    CHAIN,
)
NONE = tally(Request("asker", frozenset(CHAIN.fields)), [], CHAIN)

OPENING = gates.Opening(tally=FULL, platform="x", retired=False, owner_kind="team", today=date(2026, 11, 2))
ACCESS = gates.Access(
    existing=False,
    person_state="active",
    account_state="open",
    owner_kind="department",
    created_on=None,
    policy=True,
    tally=FULL,
    own_device=False,
)


def without(rule: str) -> Profile:
    """The profile without the clauses of one rule."""
    return replace(PROFILE, clauses={k: c for k, c in PROFILE.clauses.items() if c.kind != rule})


def test_an_approved_account_opens() -> None:
    """With every approval, an owner that is allowed and a platform in use, the account may be opened."""
    assert gates.may_open(PROFILE, OPENING) == Allowed(clause="NS-9.2")
    assert gates.may_open(SILENT, replace(OPENING, tally=None))


OPENINGS = {
    "no approvals": ({"tally": NONE}, "NS-9.2", "line manager"),
    "individual owner": ({"owner_kind": "individual"}, "NS-9.5b", "2017-01-01"),
    "owner of no kind known": ({"owner_kind": "main"}, "NS-9.5c", "main owner"),
    "platform that has closed": ({"retired": True}, "", "closed"),
}


@pytest.mark.parametrize("name", OPENINGS)
def test_what_stops_an_opening(name: str) -> None:
    """Each missing thing refuses, with the clause that asks for it."""
    change, clause, words = OPENINGS[name]
    found = gates.may_open(PROFILE, replace(OPENING, **change))
    assert isinstance(found, Denied)
    assert (found.action, found.clause) == ("account_open", clause)
    assert words in found.reason


def test_a_platform_that_is_not_in_use() -> None:
    """A channel outside the list is a trial: the post that decides on trials must have approved."""
    trial = replace(OPENING, platform="tiktok")
    found = gates.may_open(PROFILE, trial)
    assert isinstance(found, Allowed)
    assert (found.clause, found.finding) == ("NS-3.4a", "a trial on a channel that is not in use yet")
    without_chain = gates.may_open(without("approval_chain"), replace(trial, tally=None))
    assert isinstance(without_chain, Denied)
    assert without_chain.clause == "NS-3.4a"
    assert gates.may_open(without(PlatformsInUse.kind), trial)


def test_old_individual_accounts() -> None:
    """An individual account from before the cut-off stays, on the day itself no more; an unknown day is a finding."""

    def own(day: date | None) -> Allowed | Denied:
        return gates.may_own(PROFILE, owner_kind="individual", created_on=day, action="test")

    old, unknown = own(date(2016, 12, 31)), own(None)
    assert isinstance(old, Allowed)
    assert "passes to somebody else" in old.finding
    assert isinstance(unknown, Allowed)
    assert "not known" in unknown.finding
    assert own(date(2017, 1, 1)) == Denied(
        "test", "individual accounts are only those created before 2017-01-01", clause="NS-9.5b"
    )


GIVINGS = {
    "approved": ({}, None),
    "held already": ({"existing": True, "tally": None, "person_state": "paused"}, None),
    "force without a profile": ({"policy": False, "tally": None}, None),
    "no request": ({"tally": None}, "NS-9.2"),
    "request without approvals": ({"tally": NONE}, "NS-9.2"),
    "somebody who left": ({"person_state": "left"}, ""),
    "somebody paused": ({"person_state": "paused"}, ""),
    "somebody unknown": ({"person_state": "other"}, ""),
    "frozen account": ({"account_state": "frozen"}, ""),
    "new individual account": ({"owner_kind": "individual", "created_on": date(2020, 1, 1)}, "NS-9.5b"),
    "old individual account": ({"owner_kind": "individual", "created_on": date(2015, 1, 1)}, None),
}


@pytest.mark.parametrize("name", GIVINGS)
def test_who_may_be_given_access(name: str) -> None:
    """Access needs the chain, an active person and an open account; a fact is never refused."""
    change, clause = GIVINGS[name]
    found = gates.may_give(PROFILE, replace(ACCESS, **change))
    assert (None if isinstance(found, Allowed) else found.clause) == clause


def test_a_silent_document_refuses_nothing() -> None:
    """What the document does not address is not forbidden by the vault."""
    assert gates.may_give(SILENT, replace(ACCESS, tally=None, owner_kind="individual"))
    assert gates.may_freeze(SILENT, [])
    assert gates.may_close(SILENT, consulted=False, policy=True)
    assert gates.access_shortfalls(SILENT, replace(ACCESS, tally=None, own_device=None)) == ()


SHORTFALLS = {
    "nothing": ({}, []),
    "no approval": ({"existing": True, "tally": None}, ["NS-9.2"]),
    "half an approval": ({"existing": True, "tally": NONE}, ["NS-9.2"]),
    "no answer on own devices": ({"own_device": None}, ["NS-12.1b"]),
    "no profile": ({"policy": False, "own_device": None}, [""]),
    "old individual account": ({"owner_kind": "individual", "created_on": date(2015, 1, 1)}, ["NS-9.5b"]),
    "new individual account": ({"owner_kind": "individual", "created_on": date(2020, 1, 1)}, ["NS-9.5b"]),
}


@pytest.mark.parametrize("name", SHORTFALLS)
def test_where_access_falls_short(name: str) -> None:
    """What is missing is named with its clause; silence about own devices is not an answer."""
    change, clauses = SHORTFALLS[name]
    assert [one.clause for one in gates.access_shortfalls(PROFILE, replace(ACCESS, **change))] == clauses


def test_own_device_answer_where_the_document_asks_none() -> None:
    """A document that keeps no such record finds nothing missing."""
    found = gates.access_shortfalls(without(OwnDeviceRecord.kind), replace(ACCESS, own_device=None))
    assert found == ()


def test_who_may_freeze() -> None:
    """The document names the roles that may suspend an account."""
    assert gates.may_freeze(PROFILE, ["custodian"])
    refused = gates.may_freeze(PROFILE, ["administrator"])
    assert isinstance(refused, Denied)
    assert refused.clause == "NS-10.2a"


def test_closing_needs_the_consultation() -> None:
    """Without the consultation closing is refused; accounts of another force are not judged."""
    refused = gates.may_close(PROFILE, consulted=False, policy=True)
    assert isinstance(refused, Denied)
    assert refused.clause == "NS-9.11a"
    assert gates.may_close(PROFILE, consulted=True, policy=True) == Allowed(clause="NS-9.11a")
    assert gates.may_close(PROFILE, consulted=False, policy=False)
