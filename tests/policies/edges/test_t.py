"""T: training and acknowledgements."""

from __future__ import annotations

import pytest

from tests.policies.edges.conftest import Force
from tests.policies.edges.given import account, gaps, grant, in_post, kinds, record, status, verdict
from tests.policies.sixth import TEXT, load
from tests.world import World
from vault.domain import compliance as rules
from vault.domain.decisions import Refusal
from vault.ops import accounts, secrets


def holder(world: World, name: str = "x/Unit", kind: str = "secret", collar: str = "2001") -> str:
    """Somebody with new access to a new line of the register; the person's id."""
    person = world.person(f"Holder {collar}", collar)
    grant(world, account(world, name), person, kind, new=True)
    return person


def test_t1_a_booked_place_is_not_a_course(ns: World) -> None:
    """Nothing is shown before the masterclass; a booking opens it only if the owner decides so; the course does."""
    bob = holder(ns)
    page = ns.vault.state.find("grant_", person=bob)[0]["account"]
    record(ns, "booked.masterclass", bob)
    with pytest.raises(Refusal, match="no record training") as refused:
        secrets.reveal(ns.vault, account=page, person=bob, how="handed_over")
    assert refused.value.clause == "NS-11.1a"
    assert kinds(ns, "NS-11.1a", bob) == ["record_missing"]
    assert "I3" in verdict(ns, "NS-11.1a").decisions
    record(ns, "training.masterclass", bob)
    assert status(ns, "NS-11.1a") == "met"
    assert secrets.reveal(ns.vault, account=page, person=bob, how="handed_over")


@pytest.mark.parametrize(
    ("attended", "last_day"),
    [("2025-11-03", "2026-11-03"), ("2024-02-29", "2025-02-28"), ("2026-03-31", "2027-03-31")],
)
def test_t2_a_year_from_the_last_attendance(ns: World, attended: str, last_day: str) -> None:
    """Calendar years from the day it was attended, late or not; 29 February gives 28."""
    bob = holder(ns)
    record(ns, "training.refresher", bob, on="2023-01-10")
    record(ns, "training.refresher", bob, on=attended)
    if last_day >= "2026-11-02":
        assert kinds(ns, "NS-11.1d", bob) == []
    else:
        assert f"ran out on {last_day}" in gaps(ns, "NS-11.1d", bob)[0].words


def test_t3_the_course_is_for_one_platform(ns: World) -> None:
    """Whoever has Instagram only needs the refresher, and no masterclass."""
    bob = holder(ns, "instagram/unit")
    assert (kinds(ns, "NS-11.1a", bob), kinds(ns, "NS-11.1d", bob)) == ([], ["record_missing"])


def test_t4_training_is_per_person(ns: World) -> None:
    """Six users of one account, one of them trained: five are open."""
    page, people = account(ns, "x/Team"), [ns.person(f"User {n}", f"200{n}") for n in range(6)]
    for person in people:
        grant(ns, page, person)
    record(ns, "training.refresher", people[0])
    assert {gap.subject for gap in gaps(ns, "NS-11.1d")} == set(people[1:])


def test_t5_new_to_one_channel(np: World) -> None:
    """Trained for one channel, or known to have used it, says nothing of the other; guidance is read for both."""
    central = in_post(np, "corporate_communications", "3000")
    by = {"person": central, "post": "corporate_communications"}
    bob = holder(np, "x/Unit")
    grant(np, account(np, "facebook/Unit"), bob, new=True)
    record(np, "prior_use.channel", bob, platform="x", **by)
    assert [gap.words for gap in gaps(np, "NP-2.1.3a", bob)] == ["no record training.channel for facebook"]
    assert len(gaps(np, "NP-2.1.3b", bob)) == 2


def test_t6_trained_after_the_access(np: World) -> None:
    """In the wrong order it stays a breach of order, though the training was held."""
    central = in_post(np, "corporate_communications", "3000")
    bob = holder(np)
    np.clock.forward(days=10)
    record(np, "training.channel", bob, platform="x", person=central, post="corporate_communications")
    (gap,) = gaps(np, "NP-2.1.3a", bob)
    assert (gap.status, "after the 2026-11-02 that it should come before" in gap.words) == ("not met", True)


def test_t8_retrained_by_somebody_else(np: World) -> None:
    """A trainer outside Corporate Communications does not count."""
    page, other = account(np, "x/Unit"), in_post(np, "line_manager", "3000")
    accounts.freeze(np.vault, account=page, reason="non_adherence")
    record(np, "retraining.held", page, person=other, post="line_manager")
    assert status(np, "NP-6c") == "not evidenced"


def test_t9_the_team_is_not_exempt(ns: World) -> None:
    """A custodian who uses an account is a user."""
    grant(ns, account(ns, "x/Main"), ns.ada)
    assert kinds(ns, "NS-11.1d", ns.ada) == ["record_missing"]


def test_t10_not_required_is_not_compliant(wm: World) -> None:
    """The document has no training: nothing is asked, and its advice is a fact that counts as nothing met."""
    bob = holder(wm)
    record(wm, "training.masterclass", bob)
    found = verdict(wm, "WM-10")
    assert (str(found.status), found.proven, found.statements) == ("not applicable", (), ())
    asked = [code for one in wm.vault.profile.rules("record_required") for code in getattr(one, "codes", ())]
    assert asked and not [code for code in asked if code.startswith("training.")]


@pytest.mark.parametrize(
    ("document", "clause", "asked"),
    [("northamptonshire", "NP-2.1.3b", True), ("avon_somerset", "AS-3.i", False)],
)
def test_t11_control_room_and_press_staff(force: Force, document: str, clause: str, asked: bool) -> None:
    """Whether a seat in a tool is asked for training is the document's word."""
    world = force(document)
    bob = holder(world, "facebook/Main", "tool_seat")
    assert kinds(world, clause, bob) == (["record_missing"] if asked else [])


GUIDANCE = """
[clauses."EL-7"]
where = "7"
strength = "MUST"
kind = "record_required"
reading = "The guidance is read, in its second version"
[clauses."EL-7".parameters]
about = "person"
applies = {}
codes = ["ack.guidance"]
need = "all"
every = "once"
by = []
before = []
version = "2"
"""


def test_t7_the_guidance_changes(ns: World) -> None:
    """An acknowledgement of the old version is kept and counts no more; one of the new version does."""
    bob = holder(ns)
    record(ns, "ack.guidance", bob, person=bob, version="1")

    def found() -> tuple[str, list[str]]:
        checked = rules.assess(ns.vault.state, load(TEXT + GUIDANCE), now="2026-11-03T12:00:00Z")
        one = next(one for one in checked if one.clause == "EL-7")
        return str(one.status), [gap.words for gap in one.gaps]

    assert found() == ("not met", ["ack.guidance is of version 1, not 2"])
    record(ns, "ack.guidance", bob, person=bob, version="2")
    assert found() == ("met", [])
    assert len(ns.vault.state.find("record", about=bob)) == 2
