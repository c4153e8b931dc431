"""L: leavers, transfers, hand-over, closing, conversion, orphans."""

from __future__ import annotations

import datetime as dt
from contextlib import closing

import pytest

from tests.policies.edges.conftest import Force
from tests.policies.edges.given import (
    account,
    approved,
    chain,
    gaps,
    grant,
    in_post,
    kinds,
    leave,
    owed,
    record,
    status,
    verdict,
)
from tests.policies.edges.test_c import rotate
from tests.world import World
from vault.domain.decisions import Refusal
from vault.errors import UsageProblem
from vault.ops import accounts, grants, importing, imports, leaving, requests, secrets, teams
from vault.ops.accounts import Facts
from vault.ops.findings import subject_names
from vault.ops.import_words import Choices
from vault.ops.past import look_back
from vault.ops.sheets import Sheet, account_sheet
from vault.ops.worklist import Wanted, list_accounts


def sheet(world: World, page: str) -> Sheet:
    return account_sheet(world.vault, world.vault.state, page)


def test_l1_found_out_later(ns: World) -> None:
    """Back-dated: the day of leaving is the fact's, the entry is today's, and the password is owed."""
    page, bob = account(ns, "x/Unit"), ns.person("Bob Stone", "2001")
    ns.seen(page, bob)
    leaving.leave(ns.vault, person="2001", on=dt.datetime(2026, 9, 30, tzinfo=dt.UTC))
    (cause,) = ns.vault.state.find("cause", kind="person_left")
    assert cause["occurred_at"][:10] == "2026-09-30"
    assert ns.vault.state.find("person", id=bob)[0]["left_at"][:10] == "2026-09-30"
    assert owed(ns) == {(page, "password", 2)}


def test_l2_to_another_team(ns: World) -> None:
    """Leaving one team makes that team's accounts owed, and no other; other access stays."""
    pages = {}
    bob = ns.person("Bob Stone", "2001")
    for name in ("Rural", "Roads"):
        team = teams.add(ns.vault, name=name)
        pages[name] = account(ns, f"x/{name}", team=team)
        teams.join(ns.vault, team=name, person="2001")
    for page in pages.values():
        grant(ns, page, bob)
        rotate(ns, page)
    assert owed(ns) == set()
    teams.leave(ns.vault, team="Rural", person="2001")
    assert {page for page, _, _ in owed(ns)} == {pages["Rural"]}
    assert len(ns.vault.state.find("grant_", person=bob, revoked=None)) == 2


def test_l3_to_another_force(np: World) -> None:
    """Counted as a leaver, still a police officer or not: told before, and what was seen is owed."""
    page, bob, eve = account(np, "x/Unit"), np.person("Bob Stone", "2001"), np.person("Eve Hill", "2002")
    for person in (bob, eve):
        np.seen(page, person)
    record(np, "told.corporate_communications", bob, on="2026-10-20")
    leave(np, bob)
    leave(np, eve)
    assert [gap.subject for gap in gaps(np, "NP-7a")] == [eve]
    assert {row["person"] for row in np.vault.state.find("cause", kind="person_left")} == {bob, eve}
    assert owed(np) == {(page, "password", 2)}


def test_l4_handed_on_without_a_word(wm: World) -> None:
    """Not evidenced until Corporate Communications is told; the one before is owed, the one after acknowledges."""
    page, bob, eve = account(wm, "x/PcStone"), wm.person("Bob Stone", "2001"), wm.person("Eve Hill", "2002")
    grant(wm, page, bob)
    wm.seen(page, bob)
    record(wm, "handed_over.account", page)
    assert kinds(wm, "WM-4.22a", page) == ["step_missing"]
    grants.revoke(wm.vault, account=page, person=bob, reason="no_longer_needed")
    assert owed(wm) == {(page, "password", 2)}
    with pytest.raises(Refusal) as first:
        grants.give(wm.vault, account=page, person=eve, kind="secret")
    assert first.value.clause == "WM-4.18"
    record(wm, "ack.guidance", eve, platform="x")
    grants.give(wm.vault, account=page, person=eve, kind="secret")
    assert kinds(wm, "WM-3.2", eve) == [], "new accounts are approved, passing one on is told"
    record(wm, "told.corporate_communications", page)
    assert status(wm, "WM-4.22a") == "met"


def test_l6_no_successor_yet(ns: World) -> None:
    """Whoever wants out has said so; until the team decides, closed or passed on, it is open."""
    page, bob = account(ns, "x/PcStone"), ns.person("Bob Stone", "2001")
    record(ns, "wish.to_stop", page, person=bob)
    assert kinds(ns, "NS-9.12b", page) == ["step_missing"]
    record(ns, "decided.passed_on", page, person=bob)
    assert kinds(ns, "NS-9.12b", page) == ["step_missing"], "the holder does not decide it"
    record(ns, "decided.passed_on", page)
    assert status(ns, "NS-9.12b") == "met"


def test_l7_both_are_told(ns: World) -> None:
    """The team alone is not enough; team and line manager are."""
    page = account(ns, "x/PcStone")
    record(ns, "wish.to_stop", page)
    record(ns, "told.digital_media_team", page)
    (gap,) = gaps(ns, "NS-9.12a", page)
    assert "told.line_manager" in gap.words and "digital_media_team" not in gap.words
    record(ns, "told.line_manager", page)
    assert status(ns, "NS-9.12a") == "met"


def test_l8_closed_without_asking(ns: World) -> None:
    """The vault refuses to; what happened outside is recorded, and stays a breach."""
    page = account(ns, "x/PcStone")
    with pytest.raises(Refusal) as refused:
        accounts.close(ns.vault, account=page, consulted=None)
    assert refused.value.clause == "NS-9.11a"
    accounts.close(ns.vault, account=page, consulted=None, existing=True)
    assert (kinds(ns, "NS-9.11a", page), status(ns, "NS-9.11a")) == (["closed_without_consulting"], "not met")


def test_l9_the_same_act_elsewhere(wm: World) -> None:
    """Where the owner may close it and informs, it is compliant once they have informed."""
    page = account(wm, "x/PcStone")
    accounts.close(wm.vault, account=page, consulted=None)
    assert kinds(wm, "WM-4.22b", page) == ["step_missing"]
    record(wm, "told.corporate_communications", page)
    assert status(wm, "WM-4.22b") == "met"


def test_l10_the_closing_list(ns: World) -> None:
    """Followers told and another channel named: each is open until it is on record."""
    page = account(ns, "x/PcStone")
    accounts.close(ns.vault, account=page, consulted={"text": "by telephone"})
    assert (kinds(ns, "NS-9.11a", page), kinds(ns, "NS-9.11b", page)) == ([], ["closing_list"] * 2)
    record(ns, "closing.followers_told", page)
    record(ns, "closing.other_channel_named", page)
    assert status(ns, "NS-9.11b") == "met"


def test_l11_kept_as_a_personal_account(force: Force) -> None:
    """Never in the one document, by two officers' leave in another, and the owner's decision after leaving."""
    wm, ns, np = force("west_midlands"), force("norfolk_suffolk"), force("northamptonshire")
    record(wm, "converted.personal", account(wm, "x/PcStone"))
    assert (status(wm, "WM-4.23a"), verdict(wm, "WM-4.23a").breach) == ("not met", True)
    page, lead = account(ns, "x/PcStone"), in_post(ns, "digital_media_lead", "3000")
    record(ns, "agreed.digital_media_lead", page, person=lead, post="digital_media_lead")
    record(ns, "converted.personal", page)
    assert status(ns, "NS-9.16b") == "met"
    record(ns, "converted.personal", account(ns, "x/PcFlint"))
    assert status(ns, "NS-9.16b") == "not evidenced"
    bob, eve = np.person("Bob Stone", "2001"), np.person("Eve Hill", "2002")
    record(np, "converted.personal", account(np, "x/PcStone"), person=bob)
    leave(np, bob)
    assert status(np, "NP-7c") == "decision needed"
    record(np, "converted.personal", account(np, "x/PcHill"), person=eve)
    assert status(np, "NP-7c") == "not met"


def test_l12_after_closing(ns: World) -> None:
    """The login stays, sealed; nobody is handed it any more, and nothing about it is owed."""
    page, bob = account(ns, "x/PcStone"), ns.person("Bob Stone", "2001")
    grant(ns, page, bob)
    ns.seen(page, bob)
    accounts.close(ns.vault, account=page, consulted={"text": "agreed"})
    assert ns.vault.state.find("version", account=page, state="current")
    with pytest.raises(Refusal):
        secrets.reveal(ns.vault, account=page, person=bob, how="handed_over")
    leave(ns, bob)
    assert owed(ns) == set()


def test_l17_a_team_is_merged(ns: World) -> None:
    """The account passes to another team: who is told is said, and from then on that team's leavers count."""
    old, new = teams.add(ns.vault, name="Old"), teams.add(ns.vault, name="New")
    page = account(ns, "x/Unit", team=old, force="norfolk")
    ns.person("Bob Stone", "2001")
    teams.join(ns.vault, team="New", person="2001")
    assert owed(ns) == set()
    told = accounts.change_account(ns.vault, account=page, facts=Facts(team=new))
    assert {to for one in told for to in one.recipients} == {"digital_media_team", "corporate_communications"}
    teams.leave(ns.vault, team="New", person="2001")
    assert {one for one, _, _ in owed(ns)} == {page}
    assert ns.vault.state.find("account", id=page)[0]["team"] == new


def test_l18_followers_of_a_leaver(np: World) -> None:
    """That followers were told is asked for on record."""
    page, bob = account(np, "x/PcStone", owner_kind="individual"), np.person("Bob Stone", "2001")
    grant(np, page, bob)
    leave(np, bob)
    assert kinds(np, "NP-7b", bob) == ["step_missing"]
    record(np, "told.followers", bob)
    assert status(np, "NP-7b") == "met"


def test_l19_a_leaver_still_posts(np: World) -> None:
    """An incident: referral is asked for, and custody can take the login away at once."""
    page, bob = account(np, "x/PcStone"), np.person("Bob Stone", "2001")
    np.seen(page, bob)
    leave(np, bob)
    breach = record(np, "breach.reported", page)
    assert kinds(np, "NP-6a", page) == ["step_missing"]
    record(np, "told.professional_standards", breach)
    assert (status(np, "NP-6a"), owed(np)) == ("met", {(page, "password", 2)})


def test_l20_a_page_admin_leaves(np: World) -> None:
    """The role ends with them, no password is owed, and the page is asked for somebody central."""
    page, bob = account(np, "facebook/Sector", password=None), np.person("Bob Stone", "2001")
    own = grant(np, page, np.ada, "platform_role")
    role = grant(np, page, bob, "platform_role")
    leave(np, bob)
    assert np.vault.state.find("grant_", id=role)[0]["revoked"] is not None
    assert (owed(np), kinds(np, "NP-2.5c", page)) == (set(), [])
    assert np.vault.state.find("grant_", id=own)[0]["revoked"] is None


def test_l21_everybody_has_gone(ns: World) -> None:
    """An account nobody answers for is a breach by name."""
    page, who = account(ns, "x/Unit"), chain(ns, "account_administrator", "line_manager")
    assert status(ns, "NS-10.2b") == "met"
    for person in who.values():
        leave(ns, person)
    assert [gap.subject for gap in gaps(ns, "NS-10.2b")] == [page]
    assert [gap.subject for gap in gaps(ns, "NS-9.14")] == [page]


def test_l22_whose_the_account_is(ns: World) -> None:
    """Everybody with access has acknowledged that it is the Constabulary's, or that is not evidenced."""
    page, bob = account(ns, "x/PcStone"), ns.person("Bob Stone", "2001")
    grant(ns, page, bob)
    assert kinds(ns, "NS-9.16a", bob) == ["record_missing"]
    record(ns, "ack.property_of_the_force", bob, person=bob)
    assert status(ns, "NS-9.16a") == "met"
    assert verdict(ns, "NS-9.16a").statements, "recorded by somebody else, it is a statement"


def test_l13_a_closed_account_is_not_opened_in_passing(ns: World) -> None:
    """Nothing opens it again, and no second line is made of one that is open."""
    page = account(ns, "x/PcStone")
    with pytest.raises(UsageProblem, match="in the register already"):
        requests.request_account(ns.vault, name="x/PcStone", owner_kind="team", requester=ns.ada)
    accounts.close(ns.vault, account=page, consulted={"text": "agreed"})
    with pytest.raises(Refusal):
        accounts.unfreeze(ns.vault, account=page)
    assert ns.vault.state.find("account", id=page)[0]["state"] == "closed"


def test_l13_opened_anew_is_another_account_with_its_own_approval(ns: World) -> None:
    """The handle goes through the whole chain again; the closed account keeps its line, and is found by its id."""
    old = account(ns, "x/Unit", "its password")
    accounts.close(ns.vault, account=old, consulted={"text": "agreed"})
    who, asker = (
        chain(ns, "line_manager", "head_of_department", "digital_media_lead"),
        ns.person("Ann", "4000"),
    )
    waiting = requests.request_account(
        ns.vault, name="x/unit", owner_kind="team", requester=asker, aims="a", purpose="b"
    )
    assert any(old in words and "closed on 2026-11-02" in words for words in waiting.warnings)
    with pytest.raises(Refusal) as refused:
        requests.open_account(ns.vault, request=waiting.id, facts=Facts())
    assert refused.value.clause == "NS-9.2"
    assert ns.vault.names.find("account", "x/Unit") == old, "until then the handle means what there was"
    asked = approved(ns, "x/Unit", who, asker=asker)
    new = requests.open_account(ns.vault, request=asked, facts=Facts(type="team")).id
    assert ns.vault.names.find("account", "x/Unit") == new
    assert ns.vault.names.find("account", old) == old
    assert (sheet(ns, new).same_handle, sheet(ns, old).same_handle) == ((old,), (new,))
    assert [(row.id, row.state) for row in list_accounts(ns.vault, ns.vault.state, Wanted())] == sorted(
        [(old, "closed"), (new, "open")]
    )
    assert subject_names(ns.vault, [old, new]) == {new: "x/Unit", old: f"x/Unit (closed, {old})"}
    with pytest.raises(UsageProblem, match="in the register already"):
        accounts.add_account(ns.vault, name="x/Unit", facts=Facts())


def test_l13_two_closed_accounts_of_one_handle(ns: World) -> None:
    """Neither is guessed: both are named with the day of their closing; looking back, the open one of then is meant."""
    pages = []
    for _ in range(2):
        pages.append(accounts.add_account(ns.vault, name="x/Unit", facts=Facts()).id)
        accounts.close(ns.vault, account=pages[-1], consulted={"text": "agreed"})
        ns.clock.forward(days=1)
    with pytest.raises(UsageProblem, match="more than one account") as refused:
        ns.vault.names.find("account", "x/Unit")
    assert all(f"{page} x/Unit closed 2026-11-0" in (refused.value.hint or "") for page in pages)
    opened = ns.vault.state.find("account", id=pages[1])[0]["added"]
    with closing(look_back(ns.vault, opened)) as then:
        assert then.names.find("account", "x/Unit") == pages[1]


def test_l13_a_file_with_the_handle_of_a_closed_account(ns: World) -> None:
    """Its row is taken for the closed one and says so, no secret goes in; where there is a new one, it is of that."""
    old, older = account(ns, "x/Unit", None), account(ns, "x/Gone", None)
    for page in (old, older):
        accounts.close(ns.vault, account=page, consulted={"text": "agreed"})
    new = accounts.add_account(ns.vault, name="x/Unit", facts=Facts()).id
    raw = b"platform,handle,password\nx,Unit,of the new one\nx,Gone,of nobody\n"
    planned = imports.plan_import(ns.vault, raw, Choices())
    said = {row.number: row.warnings for row in planned.plan.rows}
    assert not any("closed" in words for words in said[2])
    assert [f"taken for {older}, closed on" in words for words in said[3]] == [True]
    assert (planned.of_closed, [planned.id_of(row) for row in planned.deposits]) == (1, [new])
    assert dict(planned.not_going_in) == {3: ("password",)}
    done = importing.register(ns.vault, planned, raw, Choices(), skip_bad=False)
    assert (done.new, done.deposits) == (0, 1)
    assert [row["account"] for row in ns.vault.state.find("version")] == [new]


def test_l14_a_temporary_account_says_its_end_at_once(av: World) -> None:
    """Opened or added without an end, the clause is named with what to do; with one, nothing is; both are recorded."""
    who, asker = chain(av, "head_of_eservices"), av.person("Asker", "4000")
    said = {}
    for name, facts in (("Fair", Facts(type="local")), ("Fete", Facts(type="local", ends_upon="event_over"))):
        asked = approved(av, f"x/{name}", who, asker=asker, owner_kind="main")
        record(av, "evidence.only_a_local_account_works", asked)
        opened = requests.open_account(av.vault, request=asked, facts=facts)
        said[name] = "AS-3.e" in [one.clause for one in opened.findings]
        assert len(av.vault.state.find("term", account=opened.id)) == (name == "Fete")
    assert said == {"Fair": True, "Fete": False}
    bare = accounts.add_account(av.vault, name="x/Old", facts=Facts(type="local"))
    assert [(one.clause, f"keyholder account ends {bare.id}" in one.text) for one in bare.findings] == [
        ("AS-3.e", True)
    ]
    whole = accounts.add_account(av.vault, name="x/New", facts=Facts(type="local", ends_on="2027-01-31"))
    assert whole.findings == ()
    assert {gap.subject for gap in gaps(av, "AS-3.e") if gap.kind == "temporary_without_end"} >= {bare.id}
    assert whole.id not in {gap.subject for gap in gaps(av, "AS-3.e")}
    with pytest.raises(UsageProblem, match="a day or upon an event"):
        accounts.add_account(
            av.vault, name="x/Both", facts=Facts(ends_on="2027-01-31", ends_upon="event_over")
        )
