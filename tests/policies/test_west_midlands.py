"""What CC/01 says, and no more: each parameter in a small scenario of its own."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.policies.edges.given import (
    account,
    due_today,
    gaps,
    grant,
    in_post,
    kinds,
    record,
    status,
    verdict,
)
from tests.world import World
from vault.domain.kinds.stop_use import Hold
from vault.ops import usage


@pytest.mark.parametrize(
    ("how", "reminded"),
    [("login", True), ("message", True), ("reply", True), ("reshare", False), ("post", False)],
)
def test_new_content_keeps_an_account_alive(wm: World, how: str, reminded: bool) -> None:
    """A regular flow of new content is asked for: answers and sign-ins are none."""
    page = account(wm, "x/Unit")
    usage.used(wm.vault, account=page, how="post", day=dt.date(2026, 1, 1))
    usage.used(wm.vault, account=page, how=how, day=dt.date(2026, 11, 1))
    said = due_today(wm, "x/Unit")
    assert ("reminder" in said) == reminded
    until = dt.date(2026, 12, 24)
    boss = in_post(wm, "corporate_communications", "3000")
    usage.followed_up(
        wm.vault,
        account=page,
        step="mitigation",
        day=dt.date(2026, 11, 1),
        until=until,
        post="corporate_communications",
        person=boss,
    )
    later = due_today(wm, "x/Unit")
    assert later == said, "the text knows of no mitigation"


def test_posts_are_those_of_local_accounts(wm: World) -> None:
    """Owner, supervisor and senior leadership are said of local sites, not of the main ones."""
    main, local = account(wm, "x/Main", type="main"), account(wm, "x/Unit", type="local")
    assert kinds(wm, "WM-4.2", main) == []
    assert kinds(wm, "WM-4.2", local) == ["account_without_post"] * 3
    assert kinds(wm, "WM-3.7", main) == ["account_without_post"], "content is supervised everywhere"


def test_the_force_may_read_messages(wm: World) -> None:
    """No body is named: anybody may ask, for compliance; the purpose is still judged."""
    page, boss = account(wm, "x/Unit"), in_post(wm, "line_manager", "3000")
    record(wm, "messages.compliance", page, person=boss, post="line_manager")
    assert status(wm, "WM-4.4") == "met"
    record(wm, "messages.discipline", page, person=boss, post="line_manager")
    assert kinds(wm, "WM-4.4", page) == ["messages_read"]


@pytest.mark.parametrize(
    "what", ["breach.reported", "complaint.serious", "issue.serious", "discrepancy.found"]
)
def test_the_deputy_chief_constable_only_if_necessary(wm: World, what: str) -> None:
    """Any one of the first instance deals with it; nobody has to take it further."""
    page = account(wm, "x/Unit")
    record(wm, what, page)
    assert kinds(wm, "WM-4.5", page) == ["step_missing"]
    record(wm, "told.department_head", page)
    assert status(wm, "WM-4.5") == "met"
    record(wm, "breach.escalated", page)
    assert kinds(wm, "WM-4.5", page) == ["step_missing"], "taken further, it ends with them"
    record(wm, "told.deputy_chief_constable", page)
    assert status(wm, "WM-4.5") == "met"


def test_directions_are_followed(wm: World) -> None:
    """A direction that is no stop of use is followed as well."""
    bob = wm.person("Bob Stone", "2001")
    record(wm, "direction.sent", bob)
    assert (kinds(wm, "WM-4.19", bob), verdict(wm, "WM-4.19").breach) == (["step_missing"], False)
    record(wm, "followed.direction", bob)
    assert status(wm, "WM-4.19") == "met"


def test_who_wants_out_passes_it_on_or_closes_it(wm: World) -> None:
    """One of the two is done; nothing else ends the matter."""
    page = account(wm, "x/Unit")
    record(wm, "wish.to_stop", page)
    assert kinds(wm, "WM-4.22a", page) == ["step_missing"]
    record(wm, "closed.account", page)
    assert status(wm, "WM-4.22a") == "met"


def test_live_incidents_with_corporate_communications(wm: World) -> None:
    """A message about one is agreed with them first, by themselves."""
    one, two, three = (account(wm, f"x/{name}") for name in ("One", "Two", "Three"))
    central = in_post(wm, "corporate_communications", "3000")
    record(wm, "incident.live_messages", one)
    record(wm, "agreed.corporate_communications", two, person=wm.person("Bob Stone", "2001"))
    record(wm, "incident.live_messages", two)
    record(wm, "agreed.corporate_communications", three, person=central, post="corporate_communications")
    record(wm, "incident.live_messages", three)
    assert [(gap.subject, verdict(wm, "WM-4.8").breach) for gap in gaps(wm, "WM-4.8")] == [
        (one, True),
        (two, True),
    ]


def test_the_guidance_of_each_channel(wm: World) -> None:
    """The relevant guidance is that of the channel used."""
    bob = wm.person("Bob Stone", "2001")
    for name in ("x/Unit", "facebook/Unit"):
        grant(wm, account(wm, name), bob)
    record(wm, "ack.guidance", bob, platform="x")
    assert [gap.words for gap in gaps(wm, "WM-4.18")] == ["no record ack.guidance for facebook"]
    assert status(wm, "WM-1.2") == "met", "the series as a whole is read once"


def test_who_gives_directions_lifts_them(wm: World) -> None:
    """A release during a stop is agreed under the clause on directions, not the one on live incidents."""
    assert [(rule.ordered_by, rule.release_clause) for rule in wm.vault.profile.rules(Hold)] == [
        (("corporate_communications",), "WM-4.19")
    ]


def test_live_video_is_said_to_twitter_users(wm: World) -> None:
    """On another platform the clause asks nothing."""
    record(wm, "facility.live_video", account(wm, "facebook/Unit", owner_kind="main"))
    assert status(wm, "WM-4.24") == "not applicable"


@pytest.mark.parametrize("what", ["crest.used_privately", "photographs.used_privately"])
def test_private_use_by_permission(wm: World, what: str) -> None:
    """Name and crest (6.7), photographs and images (6.8): permission comes first."""
    bob = wm.person("Bob Stone", "2001")
    record(wm, what, bob)
    assert kinds(wm, "WM-6.7/6.8", bob) == ["step_missing"]


def test_a_spoof_is_not_set_up(wm: World) -> None:
    """Finding somebody else's asks nothing of anybody; setting one up is what the clause is against."""
    record(wm, "spoof.found")
    assert status(wm, "WM-6.10") == "not applicable"
    bob = wm.person("Bob Stone", "2001")
    record(wm, "spoof.set_up", bob)
    assert (kinds(wm, "WM-6.10", bob), verdict(wm, "WM-6.10").breach) == (["event_not_allowed"], False)


@pytest.mark.parametrize("what", ["changed.account_name", "changed.owner"])
def test_a_new_name_or_owner_is_told(what: str, wm: World) -> None:
    """Not the password alone: each change on record is told."""
    page = account(wm, "x/Unit")
    record(wm, what, page)
    assert kinds(wm, "WM-3.9", page) == ["step_missing"]
    record(wm, "told.corporate_communications", page)
    assert status(wm, "WM-3.9") == "met"
