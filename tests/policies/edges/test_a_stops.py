"""A, continued: freezes, absence, apps, hacked accounts, and who is who."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.ops.members import member
from tests.policies.edges.conftest import Force
from tests.policies.edges.given import (
    LONG_AGO,
    account,
    at,
    gaps,
    grant,
    in_post,
    kinds,
    leave,
    owed,
    post,
    record,
    status,
    verdict,
)
from tests.world import World
from vault.domain.decisions import Refusal
from vault.domain.ids import Prefix
from vault.ops import accounts, deposits, exposure, findings, people, records, secrets


@pytest.mark.parametrize(
    ("reason", "retrained", "found"),
    [
        ("non_adherence", None, "not evidenced"),
        ("non_adherence", "2026-10-01", "not met"),
        ("non_adherence", "after", "met"),
        ("security", None, "not applicable"),
    ],
)
def test_a15_retraining_after_a_freeze(np: World, reason: str, retrained: str | None, found: str) -> None:
    """Only after a freeze for non-adherence, only training held after it, by somebody of the team."""
    page, central = account(np, "x/PcStone"), in_post(np, "corporate_communications", "3000")
    by = {"person": central, "post": "corporate_communications"}
    if retrained and retrained != "after":
        record(np, "retraining.held", page, on=retrained, **by)
    accounts.freeze(np.vault, account=page, reason=reason)
    if retrained == "after":
        record(np, "retraining.held", page, **by)
    assert status(np, "NP-6c") == found
    with pytest.raises(Refusal, match="frozen"):
        secrets.reveal(np.vault, account=page)
    if found in ("met", "not applicable"):
        accounts.unfreeze(np.vault, account=page)
        assert np.vault.state.find("account", id=page)[0]["state"] == "open"
        return
    with pytest.raises(Refusal, match="retraining") as untrained:
        accounts.unfreeze(np.vault, account=page)
    assert untrained.value.clause == "NP-6c"
    assert "keyholder record add retraining.held --about account x/PcStone" in untrained.value.hint
    assert np.vault.state.find("account", id=page)[0]["state"] == "frozen"


def test_a16_a_person_or_an_account(np: World) -> None:
    """A frozen account is closed to everybody; a paused person is closed off from every account, and no other is."""
    pages = [account(np, f"x/Unit{n}") for n in range(2)]
    bob, eve = np.person("Bob Stone", "2001"), np.person("Eve Hill", "2002")
    for page in pages:
        grant(np, page, bob)
        grant(np, page, eve)
    people.pause(np.vault, person="2001")
    for page in pages:
        with pytest.raises(Refusal, match="paused"):
            secrets.reveal(np.vault, account=page, person=bob, how="handed_over")
        assert secrets.reveal(np.vault, account=page, person=eve, how="handed_over")
    accounts.freeze(np.vault, account=pages[0])
    with pytest.raises(Refusal, match="frozen"):
        secrets.reveal(np.vault, account=pages[0], person=eve, how="handed_over")
    assert secrets.reveal(np.vault, account=pages[1], person=eve, how="handed_over")


def test_a17_missing_training_suspends_nobody_by_itself(ns: World) -> None:
    """It is reported; the grant, the account and the person stay as they were."""
    page, bob = account(ns, "x/PcStone"), ns.person("Bob Stone", "2001")
    given = grant(ns, page, bob)
    ns.clock.forward(days=380)
    assert kinds(ns, "NS-11.1d", bob) == ["record_missing"]
    assert ns.vault.state.find("grant_", id=given)[0]["revoked"] is None
    assert secrets.reveal(ns.vault, account=page, person=bob, how="handed_over")
    assert verdict(ns, "NS-11.1e").gaps == ()


def test_a18_a_breach_on_a_special_case(av: World) -> None:
    """The service is to be closed at once: asked for from that entry on, with no ladder before it."""
    page = account(av, "facebook/Issue", type="local")
    record(av, "breach.guidance", page)
    assert (kinds(av, "AS-3.f4", page), verdict(av, "AS-3.f4").weight) == (["step_missing"], "breach")
    record(av, "closed.service", page)
    assert status(av, "AS-3.f4") == "met"
    assert at("2026-11-02") > LONG_AGO


def test_a19_nobody_authorised_can_be_reached(ns: World) -> None:
    """What was done in the emergency is recorded, allowed by its clause, counted, and reviewed as any change is."""
    page, bob = account(ns, "x/Main"), ns.person("Bob Stone", "2001")
    deposits.deposit(ns.vault, account=page, parts={"password": "a"}, changed_by=bob, emergency=True)
    found = verdict(ns, "NS-10.1e")
    assert (found.applied, found.gaps, len(found.proven)) == (1, (), 1)
    assert kinds(ns, "NS-9.10b", page) == ["step_missing"]


def test_a20_accountable_without_holding_it(ns: World) -> None:
    """A line manager's post opens nothing: they answer for the account and see no password."""
    page, lin = account(ns, "x/Unit"), member(ns, "Lin Vale", "2001", "holder")
    ns.vault.sync()
    post(ns, lin.person, "line_manager")
    lin.sync()
    assert kinds(ns, "NS-9.14", page) == []
    with pytest.raises(Refusal, match="no secret grant"):
        secrets.reveal(lin, account=page)
    lin.close()


def test_a21_away_for_a_while(ns: World) -> None:
    """Paused, whatever the reason: nothing is handed over, nothing is owed, and all is there afterwards."""
    page, bob = account(ns, "x/Unit"), ns.person("Bob Stone", "2001")
    given = grant(ns, page, bob)
    people.pause(ns.vault, person="2001")
    with pytest.raises(Refusal):
        secrets.reveal(ns.vault, account=page, person=bob, how="handed_over")
    assert owed(ns) == set()
    people.resume(ns.vault, person="2001")
    assert secrets.reveal(ns.vault, account=page, person=bob, how="handed_over")
    assert ns.vault.state.find("grant_", id=given)[0]["revoked"] is None
    people.pause(ns.vault, person="2001")
    leave(ns, bob)
    assert owed(ns) == {(page, "password", 2)}, "for good, what they saw is owed"


def test_a22_an_app_that_nobody_allowed(wm: World) -> None:
    """Found on an account: a finding until it is gone; the one that is required is none."""
    page = account(wm, "x/Unit")
    record(wm, "app.hootsuite", page)
    app = record(wm, "app.quizmaker", page)
    assert [(gap.kind, "quizmaker" in gap.words) for gap in gaps(wm, "WM-3.14")] == [
        ("app_not_allowed", True)
    ]
    records.end(wm.vault, app, on=dt.date(2026, 11, 1))
    assert kinds(wm, "WM-3.14") == []


@pytest.mark.parametrize(
    ("document", "clause"), [("norfolk_suffolk", "NS-6.3d"), ("west_midlands", "WM-3.13b")]
)
def test_a23_an_app_of_the_team_is_gone(force: Force, document: str, clause: str) -> None:
    """Custody added it and somebody else removed it: a breach."""
    world = force(document)
    page = account(world, "x/Unit")
    record(world, "app.hootsuite", page)
    assert "app_removed" not in kinds(world, clause, page)
    record(world, "app.hootsuite", page, good=False)
    acting = "WM-3.13a" if document == "west_midlands" else clause
    assert "app_removed" in kinds(world, acting, page)


def test_a24_the_terms_come_first(ns: World) -> None:
    """An app whose terms nobody read is not evidenced; reading them afterwards does not mend it."""
    page, other = account(ns, "x/Unit"), account(ns, "x/Other")
    record(ns, "app.scheduler", page)
    record(ns, "app_terms.read", page)
    assert kinds(ns, "NS-10.2h", page) == ["app_unchecked"]
    record(ns, "app_terms.read", other)
    record(ns, "app.scheduler", other)
    assert kinds(ns, "NS-10.2h", other) == []


def test_a25_hacked(ns: World) -> None:
    """Everything of it is owed in the first class, its use is stopped, and who had it is listed."""
    page, bob = account(ns, "x/Main"), ns.person("Bob Stone", "2001")
    ns.seen(page, bob)
    with ns.vault.change() as tx:
        tx.emit("account.compromised", page, occurred_at=tx.time)
    accounts.freeze(ns.vault, account=page, reason="security")
    assert owed(ns) == {(page, "password", 1)}
    assert {one.person for one in exposure.of_account(ns.vault, page, state=ns.vault.state) if one.ways} == {
        "Bob Stone",
        "Ada Byron",
    }
    with pytest.raises(Refusal, match="frozen"):
        secrets.reveal(ns.vault, account=page)


def test_a26_an_admins_own_profile(np: World) -> None:
    """Inactive, the access is silently gone: not met; and the page without anybody central is a breach."""
    page, bob = account(np, "facebook/Sector", password=None), np.person("Bob Stone", "2001")
    grant(np, page, bob, "platform_role")
    record(np, "own_profile.active", bob)
    assert status(np, "NP-2.5e") == "met"
    record(np, "own_profile.active", bob, good=False)
    assert status(np, "NP-2.5e") == "not met"
    assert kinds(np, "NP-2.5c", page) == ["account_without_secret"]


def test_a27_an_auditor_sees_no_secret(ns: World) -> None:
    """An auditor's keys open the register and no login; nothing is sealed to them."""
    page = account(ns, "x/Main")
    rex = member(ns, "Rex Audit", "2001", "auditor")
    assert rex.names.details("account", page)["name"] == "x/Main"
    with pytest.raises(Refusal, match="no secret grant"):
        secrets.reveal(rex, account=page)
    assert not rex.state.find("recipient", keyset=rex.keyring.keyset_id)
    rex.close()
    ns.vault.sync()


def test_a28_the_same_person_under_another_name(ns: World) -> None:
    """Name and number change, the id and all that hangs on it stay, and no old entry is touched."""
    page, bob = account(ns, "x/Main"), ns.person("Bob Stone", "2001")
    grant(ns, page, bob)
    before = ns.vault.shared.bodies(0, ns.vault.follower.size)
    people.change(ns.vault, person="2001", name="Bob Flint", collar="7001")
    assert ns.vault.names.find("person", "7001") == bob
    assert ns.vault.state.find("grant_", person=bob, revoked=None)
    assert ns.vault.shared.bodies(0, len(before)) == before


def test_a29_an_auditor_who_is_custodian_too(ns: World) -> None:
    """Possible in a small team, and a finding as long as it is so."""
    rex = member(ns, "Rex Audit", "2001", "auditor")
    ns.vault.sync()
    assert "auditor_of_own_work" not in {one.kind for one in findings.status(ns.vault).findings}
    people.give_role(ns.vault, person="2001", role="custodian")
    (found,) = (one for one in findings.status(ns.vault).findings if one.kind == "auditor_of_own_work")
    assert (found.subject, "custodian" in found.words) == (rex.person, True)
    people.end_role(ns.vault, person="2001", role="auditor")
    assert "auditor_of_own_work" not in {one.kind for one in findings.status(ns.vault).findings}
    rex.close()


def test_a30_who_typed_the_command(ns: World) -> None:
    """Each entry is signed with the keys of one member: on a shared machine two members are two authors."""
    eve = member(ns, "Eve Hill", "2001", "custodian")
    ns.vault.sync()
    first = record(ns, "checked.posts")
    with eve.change() as tx:
        second = tx.new(Prefix.RECORD)
        tx.emit("record.made", second, code="checked.posts", occurred_at=tx.time)
    ns.vault.sync()
    authors = {row["id"]: row["author"] for row in ns.vault.state.find("record")}
    assert authors == {first: ns.ada, second: eve.person}
    eve.close()
