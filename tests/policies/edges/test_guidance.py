"""A document that guides under the one in force: its MUST refuses, too, after the document's own; the rest is said."""

from __future__ import annotations

import pytest

from tests.policies.edges.given import account, chain, kinds, record, verdict
from tests.world import World
from vault.domain.compliance import Weight
from vault.domain.decisions import Refusal
from vault.ops import approvals, grants, requests
from vault.ops.accounts import Facts
from vault.ops.platforms import guides_of

SAYS = ("criteria", "responsibilities", "guidance", "benefit")


def test_guides_are_found_by_what_they_say() -> None:
    """The file that names the document guides under it; no other document has one."""
    assert [one.name for one in guides_of("west_midlands")] == ["west_midlands_facebook"]
    assert guides_of("norfolk_suffolk") == guides_of("west_midlands_facebook") == ()


def test_a_must_of_the_guidance_refuses_access(wm: World) -> None:
    """The document's own clause first; then the guidance's, until it is on record; the report calls it guidance."""
    page = account(wm, "facebook/PcStone", owner_kind="individual")
    bob = wm.person("Bob Stone", "2001")
    for code, clause in (("ack.guidance", "WM-4.18"), ("attestation.own_profile_locked", "WF-S2")):
        with pytest.raises(Refusal) as refused:
            grants.give(wm.vault, account=page, person=bob, kind="secret")
        assert refused.value.clause == clause
        assert f"keyholder record add {code} --about person 2001" in refused.value.hint
        if clause != "WF-S2":
            record(wm, code, bob, platform="facebook")
    other = grants.give(wm.vault, account=page, person=bob, kind="secret", existing=True)
    assert kinds(wm, "WF-S2") == []
    with wm.vault.change() as tx:
        tx.emit("grant.revoked", other.id, until=tx.today, reason="mistake")
    record(wm, "attestation.own_profile_locked", bob)
    given = grants.give(wm.vault, account=page, person=bob, kind="secret")
    assert "WF-S1" in [one.clause for one in given.findings]
    assert verdict(wm, "WF-S1").weight is Weight.GUIDANCE


def test_a_should_of_the_guidance_is_said_at_the_opening(wm: World) -> None:
    """The page of a unit is opened, and its form and its answers are named as missing."""
    who = chain(wm, "line_manager", "corporate_communications")
    request = requests.request_account(
        wm.vault,
        name="facebook/Unit",
        owner_kind="local_policing_unit",
        requester=wm.person("Asker", "4000"),
        purpose="duty",
        fields=dict.fromkeys(SAYS, "said"),
    ).id
    for held, person in who.items():
        approvals.decide(wm.vault, request=request, post=held, person=person)
    record(wm, "benefit.stated", request)
    opened = requests.open_account(wm.vault, request=request, facts=Facts())
    said = [one.clause for one in opened.findings]
    assert {"WF-B2", "WF-T1"} <= set(said)
    assert "WF-B1" not in said
