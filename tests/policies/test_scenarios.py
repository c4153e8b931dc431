"""The same scenarios under every document: five that exist and a sixth that is data alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest

from tests.policies.sixth import PROFILES
from vault.domain import release
from vault.domain.approvals import Request, Step, tally
from vault.domain.decisions import Denied
from vault.domain.events import CUSTODIAN, Register
from vault.domain.kinds.approval_chain import ApprovalChain
from vault.domain.kinds.lost_device import LostDeviceChain
from vault.domain.kinds.password_changers import PasswordChangers

SILENT = {
    ApprovalChain: {"west_midlands_facebook"},
    LostDeviceChain: {"avon_somerset", "northamptonshire", "west_midlands_facebook"},
    PasswordChangers: {"west_midlands_facebook"},
}
ACCOUNT: Mapping[str, Any] = {
    "id": "acc-1",
    "team": None,
    "platform": "x",
    "owner_kind": "main",
    "type": None,
    "request": None,
    "force": None,
}
NOW = "2026-11-02T12:00:00Z"


class Nothing:
    """A register in which nobody holds a grant or a post, and nothing is owed."""

    def find(self, table: str, /, **equal: Any) -> list[Any]:
        return []


def chains(name: str) -> list[ApprovalChain]:
    """The document's chain and its variants; a document without one is said to be silent."""
    rule = PROFILES[name].rule(ApprovalChain)
    assert (rule is None) == (name in SILENT[ApprovalChain])
    return [rule, *(variant.chain for variant in rule.variants)] if rule else []


def approvals(chain: ApprovalChain, *, own: bool = False) -> list[Step]:
    """Every approval that the chain asks for, in order; the first by the requester where `own`."""
    given = [Step(step.post, f"p{n}", "statement", holds_post=True) for n, step in enumerate(chain.steps)]
    return [Step(given[0].post, "asker", "statement", holds_post=True), *given[1:]] if own else given


@pytest.mark.parametrize("name", PROFILES)
def test_a_complete_chain_opens_the_gate(name: str) -> None:
    """Everybody whom the document asks has approved, and the request says what it must."""
    for chain in chains(name):
        count = tally(Request("asker", frozenset(chain.fields)), approvals(chain), chain)
        assert count
        assert (count.missing, count.ignored) == ((), ())


@pytest.mark.parametrize("name", PROFILES)
def test_nobody_approves_their_own_request(name: str) -> None:
    """The requester's own approval does not count, and the refusal carries that step's clause."""
    for chain in chains(name):
        count = tally(Request("asker", frozenset(chain.fields)), approvals(chain, own=True), chain)
        assert count.ignored[0].reason == "the requester cannot approve"
        refusal = count.decide("account_open")
        assert isinstance(refusal, Denied)
        assert refusal.clause == chain.steps[0].clause


@pytest.mark.parametrize("name", PROFILES)
def test_a_request_that_says_too_little(name: str) -> None:
    """What the document asks a request to say is asked for under the clause that says so."""
    for chain in chains(name):
        refusal = tally(Request("asker", frozenset()), approvals(chain), chain).decide("account_open")
        assert bool(refusal) == (not chain.fields)
        if isinstance(refusal, Denied):
            assert refusal.clause == chain.fields_clause


@pytest.mark.parametrize("name", PROFILES)
def test_lost_devices(name: str) -> None:
    """A loss has an order of people to tell, each once and under a clause, or the document is silent."""
    profile = PROFILES[name]
    rule = profile.rule(LostDeviceChain)
    assert (rule is None) == (name in SILENT[LostDeviceChain])
    force = rule.for_ownership("force") if rule else None
    assert (force is None) == (rule is None)
    if force:
        told = [to for step in force.steps for to in step.recipients]
        assert told
        assert len(set(told)) == len(told)
        assert {step.clause for step in force.steps} <= set(profile.clauses)


@pytest.mark.parametrize("name", PROFILES)
def test_password_changes(name: str) -> None:
    """A custodian may change a password, somebody without any tie may not; silence judges nobody."""
    reg, profile = cast("Register", Nothing()), PROFILES[name]
    rule = profile.rule(PasswordChangers)
    assert (rule is None) == (name in SILENT[PasswordChangers])
    by_custodian, by_stranger, emergency = (
        release.judge_change(
            reg, profile, account=ACCOUNT, person="per-1", roles=roles, emergency=alarm, now=NOW
        )
        for roles, alarm in ((frozenset({CUSTODIAN}), False), (frozenset(), False), (frozenset(), True))
    )
    if rule is None:
        assert (by_custodian, by_stranger, emergency) == (None, None, None)
        return
    assert by_custodian
    assert by_stranger
    assert emergency
    clauses = {rule.clause for rule in profile.rules(PasswordChangers)}
    assert by_custodian.clause in clauses and by_custodian.finding == ""
    assert by_stranger.clause in clauses
    assert by_stranger.finding
    assert bool(emergency.finding) == (not rule.exceptions_for("emergency"))
