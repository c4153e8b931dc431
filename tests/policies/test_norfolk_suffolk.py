"""What Policy No. 41 says, and no more: each parameter in a small scenario of its own."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.policies.edges.given import (
    account,
    approved,
    chain,
    gaps,
    grant,
    in_post,
    kinds,
    record,
    status,
    verdict,
)
from tests.world import World
from vault.domain.decisions import Refusal
from vault.ops import devices, due, requests, usage
from vault.ops.accounts import Facts

CHAIN = ("line_manager", "head_of_department", "digital_media_lead")


def test_a_trial_is_the_leads_to_approve(ns: World) -> None:
    """A new channel opens when the Digital Media Lead has approved it; nobody above is asked."""
    request = approved(ns, "tiktok/ruralteam", chain(ns, *CHAIN), asker=ns.person("Asker", "4000"))
    opened = requests.open_account(ns.vault, request=request, facts=Facts())
    assert [one.clause for one in opened.findings] == ["NS-3.4a"]
    assert status(ns, "NS-3.4b") == "not applicable"


def test_what_the_policy_does_not_cover_is_the_deputies(ns: World) -> None:
    """Marked as not covered, a request waits for the Deputy Chief Constables, whatever its platform."""
    who = chain(ns, *CHAIN, "deputy_chief_constable")
    chief = who.pop("deputy_chief_constable")
    request = approved(ns, "x/ruralteam", who, asker=ns.person("Asker", "4000"))
    record(ns, "request.not_covered", request)
    with pytest.raises(Refusal) as caught:
        requests.open_account(ns.vault, request=request, facts=Facts())
    assert caught.value.clause == "NS-3.4b"
    record(ns, "agreed.deputy_chief_constables", request, person=who["line_manager"])
    with pytest.raises(Refusal):
        requests.open_account(ns.vault, request=request, facts=Facts())
    record(ns, "agreed.deputy_chief_constables", request, person=chief, post="deputy_chief_constable")
    assert requests.open_account(ns.vault, request=request, facts=Facts()).id


def test_one_post_signs_for_the_department(ns: World) -> None:
    """Who approves an account for the department signs for its facilities too."""
    page, who = account(ns, "x/Unit"), chain(ns, "corporate_communications", "head_of_department")
    for body, person in who.items():
        record(ns, f"agreed.{body}", page, person=person, post=body)
    record(ns, "facility.live_video", page)
    assert status(ns, "NS-3.3b") == "met"


@pytest.mark.parametrize(
    "what", ["breach.reported", "complaint.serious", "issue.serious", "discrepancy.found"]
)
def test_line_management_first(ns: World, what: str) -> None:
    """Each of the four goes to line management and then to one of two bodies."""
    page = account(ns, "x/Unit")
    record(ns, what, page)
    assert kinds(ns, "NS-6.4", page) == ["step_missing"] * 2


def test_only_contact_stops_the_closing(ns: World) -> None:
    """A month after the reminder the account may be closed; an excuse that somebody accepted is not in the text."""
    page, lead = account(ns, "x/Unit"), in_post(ns, "corporate_communications", "3000")
    usage.used(ns.vault, account=page, how="post", day=dt.date(2026, 1, 10))
    usage.followed_up(ns.vault, account=page, step="reminder", day=dt.date(2026, 7, 20))
    until = {"until": dt.date(2027, 1, 1), "post": "corporate_communications", "person": lead}
    usage.followed_up(ns.vault, account=page, step="mitigation", day=dt.date(2026, 7, 21), **until)  # type: ignore[arg-type]

    def closing() -> list[dt.date | None]:
        return [one.due.due_on for one in due.agenda(ns.vault, within=0).items if one.due.what == "may_close"]

    assert closing() == [dt.date(2026, 8, 20)]
    usage.followed_up(ns.vault, account=page, step="contact", day=dt.date(2026, 7, 25))
    assert closing() == []


def test_all_security_layers(ns: World) -> None:
    """A screen lock is the example: the other layers of the device are attested beside it."""
    bob = ns.person("Bob Stone", "2001")
    grant(ns, account(ns, "x/Unit"), bob)
    said = {"kind": "phone", "ownership": "force", "screen_lock": "yes", "attested_on": "2026-11-01"}
    blue = devices.add(ns.vault, nickname="Blue", owner=bob, **said)
    found = [gap.words for gap in gaps(ns, "NS-10.1d", blue)]
    assert found == ["no record attestation.security_layers"]
    record(ns, "attestation.security_layers", blue)
    assert kinds(ns, "NS-10.1d", blue) == []


@pytest.mark.parametrize("what", ["spoof.set_up", "spoof.contributed_to"])
def test_a_spoof_is_neither_set_up_nor_fed(ns: World, what: str) -> None:
    """Somebody else's spoof that is found asks nothing of anybody."""
    record(ns, "spoof.found")
    assert status(ns, "NS-10.2i") == "not applicable"
    bob = ns.person("Bob Stone", "2001")
    record(ns, what, bob)
    assert (kinds(ns, "NS-10.2i", bob), verdict(ns, "NS-10.2i").breach) == (["event_not_allowed"], False)


@pytest.mark.parametrize("what", ["force_address.personal_account", "force_address.on_profile"])
def test_a_force_address_is_not_private(ns: World, what: str) -> None:
    """Neither on a personal profile nor behind a personal account."""
    bob = ns.person("Bob Stone", "2001")
    record(ns, what, bob)
    assert (kinds(ns, "NS-13.20", bob), verdict(ns, "NS-13.20").breach) == (["event_not_allowed"], True)


def test_personal_accounts_are_at_their_safest(ns: World) -> None:
    """Everybody with access is urged to; it is advice, and asked again after the local time."""
    bob = ns.person("Bob Stone", "2001")
    grant(ns, account(ns, "x/Unit"), bob)
    assert (kinds(ns, "NS-13.4", bob), verdict(ns, "NS-13.4").breach) == (["record_missing"], False)
    record(ns, "attestation.security_settings", bob)
    assert kinds(ns, "NS-13.4", bob) == []
    ns.clock.forward(days=366)
    assert "ran out" in gaps(ns, "NS-13.4", bob)[0].words


@pytest.mark.parametrize(
    ("clause", "decision"),
    [("NS-3.4b", "I36"), ("NS-6.5a", "I37"), ("NS-9.10b", "I26"), ("NS-11.1d", "I4"), ("NS-9.15", "X21")],
)
def test_what_the_text_leaves_open_is_shown(ns: World, clause: str, decision: str) -> None:
    """A reading that is ours stands as an open decision beside the clause."""
    assert decision in verdict(ns, clause).decisions


@pytest.mark.parametrize("what", ["changed.account_name", "changed.owner"])
def test_a_new_name_or_owner_is_told(what: str, ns: World) -> None:
    """Not the password alone: each change on record is told."""
    page = account(ns, "x/Unit")
    record(ns, what, page)
    assert kinds(ns, "NS-9.9", page) == ["step_missing"]
    record(ns, "told.digital_media_team", page)
    assert status(ns, "NS-9.9") == "met"
