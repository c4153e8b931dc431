"""What the Facebook guidance says, and no more: whom it binds, when it asks, what counts as an update."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.policies.edges.conftest import Force
from tests.policies.edges.given import account, due_today, gaps, grant, kinds, record, status
from tests.world import World
from vault.ops import requests, usage
from vault.ops.accounts import Facts


@pytest.fixture
def wf(force: Force) -> World:
    """A force under the guidance alone."""
    return force("west_midlands_facebook")


def opened(wf: World, owner_kind: str) -> str:
    """A new Facebook account of that owner."""
    asked = {"owner_kind": owner_kind, "requester": wf.ada}
    request = requests.request_account(wf.vault, name=f"facebook/Of{owner_kind}", **asked).id
    return requests.open_account(wf.vault, request=request, facts=Facts()).id


def test_a_personal_profile_is_locked_by_who_is_named_as_an_officer(wf: World) -> None:
    """New access to an individual's profile asks for it once; a team's account, and what was there before, do not."""
    bob, eve, dee = (
        wf.person(name, f"200{n}") for n, name in enumerate(("Bob Stone", "Eve Hill", "Dee Roe"))
    )
    grant(wf, opened(wf, "individual"), bob, new=True)
    grant(wf, opened(wf, "team"), eve, new=True)
    grant(wf, account(wf, "facebook/Old", owner_kind="individual"), dee)
    assert [gap.subject for gap in gaps(wf, "WF-S2")] == [bob]
    record(wf, "own_profile.not_named_as_officer", bob)
    assert status(wf, "WF-S2") == "met"
    record(wf, "own_profile.not_named_as_officer", bob, good=False)
    record(wf, "attestation.own_profile_locked", bob)
    wf.clock.forward(days=3000)
    assert status(wf, "WF-S2") == "met", "no renewal is written"


def test_a_report_of_crime_is_referred(wf: World) -> None:
    """Each one who tries is told where to go; a page without a notice falls short of nothing."""
    page = account(wf, "facebook/Page")
    assert status(wf, "WF-V3") == "not applicable"
    record(wf, "crime.reported_there", page)
    assert kinds(wf, "WF-V3", page) == ["step_missing"]
    record(wf, "referred.crime_reporting", page)
    assert status(wf, "WF-V3") == "met"


@pytest.mark.parametrize(
    ("how", "reminded"),
    [("login", True), ("message", True), ("automatic", True), ("reply", False), ("reshare", False)],
)
def test_an_update_is_what_followers_see(wf: World, how: str, reminded: bool) -> None:
    """A sign-in keeps no page alive; an answer to a question does, since the foreword asks for answers."""
    page = account(wf, "facebook/Page")
    usage.used(wf.vault, account=page, how="post", day=dt.date(2026, 1, 1))
    usage.used(wf.vault, account=page, how=how, day=dt.date(2026, 11, 1))
    said = due_today(wf, "facebook/Page")
    assert ("reminder" in said) == reminded


def test_a_mitigation_stops_no_reminder(wf: World) -> None:
    """The guidance knows of none."""
    assert [step.stopped_by for step in wf.vault.profile.rules("dormancy")[0].steps] == [()]  # type: ignore[attr-defined]


def test_the_guidance_is_read_again(wf: World) -> None:
    """It is to be updated regularly: after the local time somebody reads it anew."""
    bob = wf.person("Bob Stone", "2001")
    grant(wf, account(wf, "facebook/Page"), bob)
    record(wf, "ack.facebook_guidance", bob)
    assert status(wf, "WF-U1") == "met"
    wf.clock.forward(days=366)
    assert "ran out" in gaps(wf, "WF-U1", bob)[0].words
