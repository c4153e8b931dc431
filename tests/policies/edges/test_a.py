"""A: access, stand-ins, incidents, reading of messages, holds and freezes."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.policies.edges.given import (
    access_approved,
    account,
    approved,
    chain,
    gaps,
    grant,
    in_post,
    kinds,
    leave,
    record,
    status,
    verdict,
)
from tests.world import World
from vault.domain.decisions import Refusal
from vault.domain.ids import Prefix
from vault.ops import grants, records, requests, secrets
from vault.ops.accounts import Facts


def test_a1_the_force_incident_manager_out_of_hours(av: World) -> None:
    """Their approval stands in for the co-ordinator's, under its own clause, and opens the account."""
    fim = in_post(av, "fim", "3000")
    request = approved(
        av, "facebook/District", {"fim": fim}, asker=av.person("Asker", "4000"), owner_kind="district"
    )
    opened = requests.open_account(av.vault, request=request, facts=Facts()).id
    assert kinds(av, "AS-A1.b", opened) == []
    (row,) = av.vault.state.find("approval", request=request)
    assert (row["post"], row["person"]) == ("fim", fim)


def test_a2_silver_and_gold(av: World) -> None:
    """The press team acts in an incident that is declared, and no longer when it has been stood down."""
    press, page = in_post(av, "press_team", "3000"), account(av, "x/Main")
    acted = {"person": press, "post": "press_team"}
    record(av, "checked.posts", page, on="2026-10-01", **acted)
    assert kinds(av, "AS-3.l", page) == ["stand_in_out_of_turn"]
    silver = record(av, "incident.silver", on="2026-10-10")
    record(av, "checked.posts", page, on="2026-10-11", **acted)
    assert len(gaps(av, "AS-3.l")) == 1
    records.end(av.vault, silver, on=dt.date(2026, 10, 12))
    record(av, "checked.posts", page, on="2026-10-14", **acted)
    assert len(gaps(av, "AS-3.l")) == 2


@pytest.mark.parametrize(
    ("time", "found"),
    [
        ("2026-10-26T10:00:00Z", ["stand_in_out_of_turn"]),
        ("2026-10-26T07:30:00Z", []),
        ("2026-10-23T07:30:00Z", ["stand_in_out_of_turn"]),
        ("2026-10-26T17:00:00Z", []),
        ("2026-10-25T10:00:00Z", []),
        ("2026-08-31T10:00:00Z", []),
        ("2035-10-22T10:00:00Z", ["hours_not_entered"]),
    ],
    ids=[
        "Monday morning",
        "before eight",
        "before eight in UTC only",
        "five o'clock",
        "Sunday",
        "bank holiday",
        "bank holidays not known",
    ],
)
def test_a3_the_control_room_in_office_hours(np: World, time: str, found: list[str]) -> None:
    """Posting in Corporate Communications' hours is a breach; hours are those of London, in summer too; a bank holiday
    has none, and in a year whose bank holidays nobody has entered it is not known."""
    oscar, main = in_post(np, "force_control_room_oscar_1", "3000"), account(np, "facebook/Main", type="main")
    record(np, "posted.urgent", main, on=time, person=oscar, post="force_control_room_oscar_1")
    assert kinds(np, "NP-2.5b", main) == found


def test_a4_three_accounts_and_no_others(av: World) -> None:
    """Communications officers hold the main, campaign and event accounts; the commanders' is for others."""
    officer = in_post(av, "communications_officer", "3000")
    for name, kind in (("Main", "main"), ("Fest", "event"), ("Campaign", "campaign")):
        grant(av, account(av, f"x/{name}", type=kind), officer)
    assert kinds(av, "AS-4.TW4") == []
    grant(av, account(av, "x/Command", type="incident"), officer)
    assert [gap.subject for gap in gaps(av, "AS-4.TW5")] == [officer]


def test_a5_every_name_is_confirmed(av: World) -> None:
    """Name by name, by whoever authorised the account or stands in; a further name is a further question."""
    page, lead = account(av, "facebook/Unit"), in_post(av, "district_intelligence_coordinator", "3000")
    record(av, "use.open_source", page)
    record(av, "responsible.day_to_day", page, person=lead, post="district_intelligence_coordinator")
    first, second = (grant(av, page, av.person(f"Holder {n}", f"20{n:02}"), new=True) for n in range(2))
    by = {"person": lead, "post": "district_intelligence_coordinator"}
    record(av, "named.confirmed", first)
    assert [gap.subject for gap in gaps(av, "AS-A1.c")] == [first, second], "nobody else confirms them"
    record(av, "named.confirmed", first, **by)
    assert [gap.subject for gap in gaps(av, "AS-A1.c")] == [second]
    record(av, "named.confirmed", second, person=in_post(av, "fim", "3001"), post="fim")
    assert status(av, "AS-A1.c") == "met"
    av.clock.forward(days=360)
    assert status(av, "AS-A1.c") == "met", "no number is written: the regular look is another clause"
    record(av, "named.confirmed", first, good=False, **by)
    assert "not so" in gaps(av, "AS-A1.c", first)[0].words


def test_a6_a_limit_without_a_number(av: World) -> None:
    """The count is shown against a number that is said to be ours."""
    page = account(av, "facebook/Unit")
    record(av, "use.open_source", page)
    for n in range(7):
        grant(av, page, av.person(f"Holder {n}", f"20{n:02}"))
    gap = next(gap for gap in gaps(av, "AS-A1.i") if gap.kind == "too_many_holders")
    assert (gap.kind, "7 people" in gap.words, "a local choice" in gap.words) == (
        "too_many_holders",
        True,
        True,
    )


def test_a7_somebody_answers_for_the_list(av: World) -> None:
    """The requester answers for who has access, by their own word; when they have gone, somebody must follow."""
    page, asker = account(av, "x/Operation", type="incident"), in_post(av, "account_requester", "3000")
    record(av, "authority.requester", page)
    assert kinds(av, "AS-A1.l", page) == ["record_missing"], "by nobody else"
    made = record(av, "authority.requester", page, person=asker, post="account_requester")
    assert status(av, "AS-A1.l") == "met"
    leave(av, asker)
    assert kinds(av, "AS-A1.l", page) == ["account_without_post"]
    records.withdraw(av.vault, made, reason="left_post")
    assert len(gaps(av, "AS-A1.l", page)) == 2


def test_a8_messages_are_read_on_authority(ns: World) -> None:
    """Who may ask, for what they may ask, with the authority attached: each missing one is a breach."""
    page, who = account(ns, "x/PcStone"), chain(ns, "corporate_communications", "professional_standards")
    central, standards = who.values()
    paper = {"details": _sealed(ns)}
    good = record(
        ns, "messages.audit", page, person=central, post="corporate_communications", details=paper["details"]
    )
    assert status(ns, "NS-6.5a") == "met"
    record(ns, "messages.discipline", page, person=central, post="corporate_communications", **paper)
    record(ns, "messages.discipline", page, person=standards, post="professional_standards")
    assert [len(gaps(ns, clause)) for clause in ("NS-6.5a", "NS-6.5b")] == [1, 1]
    assert good not in {gap.subject for gap in gaps(ns, "NS-6.5a")}
    posts = chain(ns, "line_manager", "head_of_department", "digital_media_lead")
    for person, said in ((standards, {"NS-6.5b"}), (central, {"NS-6.5a"})):
        record(ns, "training.masterclass", person)
        access_approved(ns, page, person, posts)
        found = grants.give(ns.vault, account=page, person=person, kind="secret").findings
        assert {one.clause for one in found} & {"NS-6.5a", "NS-6.5b"} == said, "a FACT and a MAY are said"


def _sealed(world: World) -> str:
    """Words that only the register's readers open; the name of their blob."""
    with world.vault.change() as tx:
        name = tx.details("record", world.ada, {"text": "case 12/26"})
        tx.emit("note.made", tx.new(Prefix.NOTE), details=name)
    return name


def test_a9_a_complaint_about_the_team_itself(ns: World) -> None:
    """Professional Standards may ask for discipline; the team's own body may not."""
    page, who = account(ns, "x/PcStone"), chain(ns, "corporate_communications", "professional_standards")
    for body, person in who.items():
        record(ns, "messages.discipline", page, person=person, post=body, details=_sealed(ns))
    (gap,) = gaps(ns, "NS-6.5a")
    entry = ns.vault.state.find("record", seq=gap.entries[0])[0]
    assert entry["post"] == "corporate_communications"


def test_a10_the_right_without_a_case(wm: World) -> None:
    """For compliance no authority has to be attached; any other purpose is none of the document's."""
    page, central = account(wm, "x/PcStone"), in_post(wm, "corporate_communications", "3000")
    record(wm, "messages.compliance", page, person=central, post="corporate_communications")
    assert status(wm, "WM-4.4") == "met"
    record(wm, "messages.curiosity", page, person=central, post="corporate_communications")
    assert (status(wm, "WM-4.4"), verdict(wm, "WM-4.4").breach) == ("not met", False)


def test_a11_who_read_the_messages_knows_the_password(ns: World) -> None:
    """At the end of their window the password is owed."""
    page, inspector = account(ns, "x/PcStone"), ns.person("Inspector", "3000")
    grant(ns, page, inspector)
    secrets.reveal(ns.vault, account=page, person=inspector, how="handed_over")
    done = grants.revoke(ns.vault, account=page, person=inspector, reason="no_longer_needed")
    assert [(one.account, one.grade) for one in done] == [(page, 2)]


def test_a12_a_stop_of_use(ns: World) -> None:
    """Ordered by who may; shown meanwhile is a breach; of the one account, from then until it is lifted."""
    page, other, room = account(ns, "x/One"), account(ns, "x/Two"), in_post(ns, "control_room", "3000")
    order = record(ns, "hold.stop_use", page, person=room, post="control_room")
    assert status(ns, "NS-6.6b") == "met"
    ns.seen(page, ns.ada, how="revealed")
    ns.seen(other, ns.ada, how="revealed")
    assert [gap.subject for gap in gaps(ns, "NS-6.6b")] == [page]
    with pytest.raises(Refusal, match="stopped") as caught:
        secrets.reveal(ns.vault, account=page)
    assert caught.value.clause == "NS-6.6b"
    records.end(ns.vault, order)
    ns.seen(page, ns.ada, how="copied")
    assert len(gaps(ns, "NS-6.6b")) == 1
    record(ns, "hold.stop_use", other, person=ns.person("Bob Stone", "2001"))
    assert kinds(ns, "NS-6.6b", other) == ["hold_not_theirs"]


def test_a13_released_with_an_agreement(ns: World) -> None:
    """During a stop, with the body's agreement on record before it, a release is no breach."""
    page, central = account(ns, "x/One"), in_post(ns, "corporate_communications", "3000")
    by = {"person": central, "post": "corporate_communications"}
    record(ns, "hold.stop_use", page, **by)
    record(ns, "agreed.release", page, **by)
    secrets.reveal(ns.vault, account=page)
    assert (kinds(ns, "NS-6.6c"), status(ns, "NS-6.6b")) == ([], "met")


def test_a14_the_senior_investigating_officers_authority(ns: World) -> None:
    """Live messages without it are not evidenced; with it they are, and it is found by its code."""
    page, sio = account(ns, "x/Main"), in_post(ns, "senior_investigating_officer", "3000")
    record(ns, "incident.live_messages", page)
    assert kinds(ns, "NS-6.6a", page) == ["step_missing"]
    other = account(ns, "x/Other")
    bare = record(ns, "authority.senior_investigating_officer", other, person=sio)
    record(ns, "incident.live_messages", other)
    (gap,) = gaps(ns, "NS-6.6a", other)
    assert "with the document that shows it" in gap.words, "approval is documented for auditing"
    records.withdraw(ns.vault, bare, reason="other")
    third = account(ns, "x/Third")
    made = records.make(
        ns.vault,
        code="authority.senior_investigating_officer",
        about=("account", third),
        person="3000",
        evidence={"text": "signed by hand, page 4"},
    ).id
    record(ns, "incident.live_messages", third)
    assert kinds(ns, "NS-6.6a", third) == []
    found = records.list_records(ns.vault, code="authority.senior_investigating_officer")
    assert [one.id for one in found if one.state == "stands"] == [made]
