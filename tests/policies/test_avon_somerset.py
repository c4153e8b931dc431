"""What the protocol says, and no more: each parameter in a small scenario of its own."""

from __future__ import annotations

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
from vault.domain.kinds.base import Rule
from vault.ops import grants, requests, secrets
from vault.ops.accounts import Facts


def codes(av: World, clause: str) -> set[str]:
    """Every code of records that the clause's rules ask for."""
    rules: tuple[Rule, ...] = av.vault.profile.clauses[clause].rules
    return {code for rule in rules for code in getattr(rule, "codes", ())}


def test_a_clear_voice_is_a_purpose_too(av: World) -> None:
    """Each of the nine reasons that the document lists will do."""
    assert len(codes(av, "AS-2.a")) == 9
    record(av, "purpose.clear_voice", account(av, "x/Main"))
    assert status(av, "AS-2.a") == "met"


def test_open_source_accounts_are_no_public_ones(av: World) -> None:
    """Neither the minimum of public accounts, nor central running, nor the corporate image is said of them."""
    page, command = account(av, "facebook/Unit", None), account(av, "x/Command", None, type="incident")
    record(av, "use.open_source", page)
    assert [kinds(av, clause, page) for clause in ("AS-3.a", "AS-3.b", "AS-4.FB6")] == [[], [], []]
    assert (kinds(av, "AS-3.b", command), kinds(av, "AS-4.TW6.2", command)) == ([], ["record_missing"])
    assert (kinds(av, "AS-A1.a", page), kinds(av, "AS-4.TW3", command)) == (["account_without_secret"],) * 2


def test_a_local_issue_is_agreed_whoever_owns_it(av: World) -> None:
    """A district's own chain is not enough for a temporary presence: the Head of eServices agrees to that."""
    who = chain(av, "district_intelligence_coordinator", "head_of_corporate_communications")
    head = who.pop("head_of_corporate_communications")
    request = approved(av, "facebook/Estate", who, asker=av.person("Asker", "4000"), owner_kind="district")
    record(av, "evidence.only_a_local_account_works", request)
    with pytest.raises(Refusal) as caught:
        requests.open_account(av.vault, request=request, facts=Facts(type="local"))
    assert caught.value.clause == "AS-3.d"
    record(
        av,
        "agreed.head_of_corporate_communications",
        request,
        person=head,
        post="head_of_corporate_communications",
    )
    assert requests.open_account(av.vault, request=request, facts=Facts(type="local")).id


@pytest.mark.parametrize(
    ("kind", "asked"), [("local", True), ("event", False), ("campaign", False), ("incident", False)]
)
def test_only_a_local_issue_is_temporary(av: World, kind: str, asked: bool) -> None:
    """Glastonbury's account stands in the lists without an end, and so does the commanders'."""
    account(av, "x/One", type=kind)
    assert (status(av, "AS-3.e") != "not applicable") == asked


def test_officers_are_told_before_they_have_access(av: World) -> None:
    """Guidance given comes before the grant, by whatever way; a list beside the register is not asked for."""
    page, bob = account(av, "facebook/Issue", type="local"), av.person("Bob Stone", "2001")
    with pytest.raises(Refusal) as caught:
        grants.give(av.vault, account=page, person=bob, kind="platform_role")
    assert caught.value.clause == "AS-3.f3"
    record(av, "guidance.given", bob)
    assert grants.give(av.vault, account=page, person=bob, kind="platform_role").id
    assert status(av, "AS-3.f2") == "met"


def test_the_organisation_is_told_when_it_asks(av: World) -> None:
    """Nobody asked: nothing is owed; a question is answered."""
    page = account(av, "facebook/Issue", type="local")
    assert status(av, "AS-3.f5") == "not applicable"
    record(av, "question.organisation", page)
    assert kinds(av, "AS-3.f5", page) == ["step_missing"]
    record(av, "statement.temporary", page)
    assert status(av, "AS-3.f5") == "met"


def test_the_press_team_watches_in_an_incident(av: World) -> None:
    """Their watching counts for the day; outside an incident it is they who are out of turn."""
    page, press = account(av, "x/Main"), in_post(av, "press_team", "3000")
    record(av, "incident.gold", on="2026-11-01")
    record(av, "watched.daily", page, person=press, post="press_team")
    assert (status(av, "AS-3.j"), status(av, "AS-3.l")) == ("met", "met")


@pytest.mark.parametrize("told", ["corporate_communications", "unit", "department"])
def test_what_needs_escalation(av: World, told: str) -> None:
    """Within Corporate Communications, to a unit, or to a department: any of them."""
    page = account(av, "x/Main")
    record(av, "escalation.needed", page)
    record(av, f"told.{told}", page)
    assert status(av, "AS-3.k") == "met"


@pytest.mark.parametrize(
    ("clause", "name", "facts", "code"),
    [
        ("AS-4.YT", "youtube/main", {}, "attestation.comments_pre_moderated"),
        ("AS-4.TW6.2", "x/Main", {}, "attestation.not_for_urgent_crime"),
        ("AS-4.TW6", "x/Main", {}, "attestation.set_image"),
        ("AS-4.US.2", "ustream/main", {}, "attestation.set_image"),
    ],
)
def test_what_a_channel_shows(av: World, clause: str, name: str, facts: dict[str, str], code: str) -> None:
    """Asked of the channel, and again after the local time."""
    page = account(av, name, **facts)
    others = codes(av, clause) - {code}
    for other in others:
        record(av, other, page)
    assert [gap.words for gap in gaps(av, clause, page)] == [f"no record {code}"]
    record(av, code, page)
    assert status(av, clause) == "met"


def test_ustream_has_no_limit(av: World) -> None:
    """One account is listed; that there be one only is said of Flickr."""
    for name in ("one", "two"):
        record(av, "attestation.set_image", account(av, f"ustream/{name}"))
    assert status(av, "AS-4.US") == "met"
    account(av, "ustream/three", None)
    assert "account_without_secret" in kinds(av, "AS-4.US")


@pytest.mark.parametrize(
    ("clause", "name", "kind"), [("AS-4.FB3", "facebook/Main", "main"), ("AS-4.TW3", "x/Any", "event")]
)
def test_eservices_keep_the_login(av: World, clause: str, name: str, kind: str) -> None:
    """All aspects of maintaining the account: its login is stored."""
    page = account(av, name, None, type=kind)
    assert kinds(av, clause, page) == ["account_without_secret"]
    av.deposit(page, password="first one")
    assert status(av, clause) == "met"


def test_the_commanders_use_their_account(av: World) -> None:
    """Designated staff manage it, incident commanders use it; a communications officer has no part in it."""
    page = account(av, "x/Command", type="incident")
    for n, post in enumerate(("operations_designated", "incident_commander", "communications_officer")):
        grant(av, page, in_post(av, post, f"30{n}0"))
    assert [gap.kind for gap in gaps(av, "AS-4.TW5")] == ["holder_not_allowed"]


def test_overseen_by_eservices(av: World) -> None:
    """The unit maintains and eServices oversee, not anybody who is called an overseer."""
    page = account(av, "facebook/Unit")
    record(av, "use.open_source", page)
    in_post(av, "maintaining_unit", "3000")
    in_post(av, "overseer", "3001")
    assert kinds(av, "AS-4.FB5", page) == ["account_without_post"]
    in_post(av, "eservices", "3002")
    assert status(av, "AS-4.FB5") == "met"


def test_a_web_chat_is_scheduled_and_moderated(av: World) -> None:
    """Both by a member of eServices."""
    page, team = account(av, "facebook/Chats", type="web_chat"), in_post(av, "eservices", "3000")
    record(av, "scheduled.web_chat", page, on="2026-10-01", person=team, post="eservices")
    record(av, "web_chat.held", page, on="2026-10-10")
    assert kinds(av, "AS-4.WC", page) == ["step_missing"]
    record(av, "moderated.web_chat", page, person=team, post="eservices")
    assert status(av, "AS-4.WC") == "met"


def test_no_name_no_login(av: World) -> None:
    """Until the co-ordinator has confirmed the name, a new holder is not handed the login."""
    page, bob = account(av, "facebook/Unit"), av.person("Bob Stone", "2001")
    record(av, "use.open_source", page)
    record(av, "ack.appendix_1", bob)
    given = grant(av, page, bob, new=True)
    with pytest.raises(Refusal) as caught:
        secrets.reveal(av.vault, account=page, person=bob, how="handed_over")
    assert caught.value.clause == "AS-A1.c"
    lead = in_post(av, "department_manager", "3000")
    record(av, "named.confirmed", given, person=lead, post="department_manager")
    assert secrets.reveal(av.vault, account=page, person=bob, how="handed_over")
    assert [gap.words for gap in gaps(av, "AS-A1.c")] == ["no record responsible.day_to_day"]


def test_the_lead_officer_of_the_case(av: World) -> None:
    """Each time it is used to trace somebody, not once for the account."""
    page = account(av, "facebook/Unit")
    record(av, "use.open_source", page)
    assert status(av, "AS-A1.e") == "not applicable"
    record(av, "trace.begun", page, on="2026-10-01")
    record(av, "involved.lead_officer", page, on="2026-10-02")
    assert status(av, "AS-A1.e") == "met"
    record(av, "trace.begun", page, on="2026-10-20")
    assert kinds(av, "AS-A1.e", page) == ["step_missing"]


def test_out_of_hours_is_not_defined(av: World) -> None:
    """The FIM's approval counts; whether it was out of hours nobody can say until hours are entered."""
    fim = in_post(av, "fim", "3000")
    request = approved(
        av, "facebook/District", {"fim": fim}, asker=av.person("Asker", "4000"), owner_kind="district"
    )
    assert requests.open_account(av.vault, request=request, facts=Facts()).id
    assert (kinds(av, "AS-A1.g"), status(av, "AS-A1.g")) == (["hours_not_entered"], "decision needed")
    assert "I33" in verdict(av, "AS-A1.g").decisions


def test_evidence_is_a_criterion_of_special_cases(av: World) -> None:
    """A campaign's account is agreed centrally and needs no proof that the community will not engage elsewhere."""
    who = chain(av, "head_of_eservices")
    request = approved(av, "facebook/Campaign", who, asker=av.person("Asker", "4000"), owner_kind="main")
    opened = requests.open_account(av.vault, request=request, facts=Facts(type="campaign"))
    assert {one.clause for one in opened.findings} == {"AS-3.a"}
    assert status(av, "AS-3.f1") == "not applicable"


def test_what_an_open_source_account_is_for(av: World) -> None:
    """One of the three expected uses is on record, or that is noted; nothing waits for it."""
    page = account(av, "facebook/Unit")
    record(av, "use.open_source", page)
    assert (kinds(av, "AS-A1.d", page), verdict(av, "AS-A1.d").breach) == (["record_missing"], False)
    record(av, "purpose.missing_persons", page)
    assert status(av, "AS-A1.d") == "met"
