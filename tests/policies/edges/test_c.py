"""C: custody and change of passwords: who changed, who knows, what is owed, what discharges it."""

from __future__ import annotations

import pytest

from tests.ops.members import member
from tests.policies.edges.conftest import Force
from tests.policies.edges.given import (
    account,
    gaps,
    grant,
    in_post,
    kinds,
    leave,
    log,
    owed,
    post,
    record,
    status,
)
from tests.world import World
from vault.domain.decisions import Refusal
from vault.errors import Busy
from vault.ops import bodies, deposits, devices, exposure, obligations, rotation, secrets, teams
from vault.ops.accounts import Channel, Facts, change_account

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def rotate(world: World, account_: str) -> None:
    """A rotation through every door."""
    (made,) = rotation.start(world.vault, [account_])
    rotation.applied(world.vault, account=account_)
    rotation.verify(world.vault, account=account_, done=made.doors)


def test_c1_all_relevant_people_are_told(ns: World) -> None:
    """A change by the team leaves them untold until that is on record, after the change."""
    page = account(ns, "x/NorfolkPolice")
    rotate(ns, page)
    assert kinds(ns, "NS-9.10b", page) == ["step_missing"]
    record(ns, "told.relevant_people", page)
    assert status(ns, "NS-9.10b") == "met"


def test_c2_a_notice_never_carries_a_secret(ns: World) -> None:
    """Whoever is told of a loss is told in the log without a word of the password."""
    page, bob = account(ns, "x/NorfolkPolice", password="correct horse"), ns.person("Bob Stone", "2001")
    phone = devices.add(ns.vault, nickname="blue phone", owner="2001", kind="phone", ownership="force")
    ns.seen(page, bob, device=phone)
    devices.lose(ns.vault, "blue phone")
    (cause,) = ns.vault.state.find("cause", kind="device_lost")
    with ns.vault.change() as tx:
        tx.emit("notice.told", phone, cause=cause["seq"], recipient="ict", occurred_at=tx.time)
    assert b"correct horse" not in log(ns)
    assert b"notice.told" in log(ns)


def test_c3_changed_in_an_emergency(ns: World) -> None:
    """Accepted with its reason and allowed by its clause; who made it is recorded as knowing it."""
    page, bob = account(ns, "x/NorfolkPolice"), ns.person("Bob Stone", "2001")
    done = deposits.deposit(
        ns.vault, account=page, parts={"password": "changed at night"}, changed_by=bob, emergency=True
    )
    assert (done.allowed, done.clause) == (True, "NS-10.1e")
    assert ns.vault.state.find("exposure", account=page, person=bob, how="entered", number=2)
    assert kinds(ns, "NS-10.1e", page) == []


@pytest.mark.parametrize(
    ("document", "post_held", "allowed"),
    [
        ("norfolk_suffolk", "", False),
        ("northamptonshire", "", True),
        ("west_midlands", "account_administrator", True),
        ("avon_somerset", "", False),
    ],
)
def test_c4_the_same_act_without_an_emergency(
    force: Force, document: str, post_held: str, allowed: bool
) -> None:
    """The new password is stored everywhere; whether that was a breach is the document's word."""
    world = force(document)
    page, bob = account(world, "x/Unit"), world.person("Bob Stone", "2001")
    grant(world, page, bob)
    if post_held:
        post(world, bob, post_held, scope=page)
    done = deposits.deposit(world.vault, account=page, parts={"password": "another"}, changed_by=bob)
    assert (done.number, done.allowed) == (2, allowed)
    assert kinds(world, done.clause, page).count("deposit_not_allowed") == (not allowed)


def test_c5_changed_told_and_recorded_are_three_times(ns: World) -> None:
    """When it was changed, when somebody was told and when it was written down stand apart."""
    page = account(ns, "x/NorfolkPolice")
    deposits.deposit(ns.vault, account=page, parts={"password": "another"}, changed_on="2026-10-20T08:00:00Z")
    told = record(ns, "told.corporate_communications", page, on="2026-10-22")
    version = ns.vault.state.find("version", account=page, number=2)[0]
    noted = ns.vault.state.find("record", id=told)[0]
    assert version["occurred_at"] < noted["occurred_at"] < ns.vault.state.pin().time  # type: ignore[union-attr]
    assert noted["seq"] > version["seq"]


def test_c6_a_password_in_a_mail(ns: World) -> None:
    """It is compromised: owed at once in the first class, until it is changed."""
    page = account(ns, "x/NorfolkPolice")
    with ns.vault.change() as tx:
        tx.emit("account.compromised", page, occurred_at=tx.time)
    assert owed(ns) == {(page, "password", 1)}
    rotate(ns, page)
    assert owed(ns) == set()


def test_c7_passed_on_to_a_colleague(np: World) -> None:
    """A breach, and who knows it now is listed; once they must not, the password is owed."""
    page, bob = account(np, "x/Unit"), np.person("Bob Stone", "2001")
    record(np, "disclosed.password", page)
    np.seen(page, bob)
    assert kinds(np, "NP-2.1.7", page) == ["event_not_allowed"]
    known = exposure.of_account(np.vault, page, state=np.vault.state)
    assert {one.person for one in known if one.ways} == {"Ada Byron", "Bob Stone"}
    with np.vault.change() as tx:
        tx.emit("account.compromised", page, occurred_at=tx.time)
    assert owed(np) == {(page, "password", 1)}


def test_c8_written_before_it_is_changed(ns: World) -> None:
    """Between the two phases both are there; an answer that was lost shows the new one first, then the old."""
    page = account(ns, "x/NorfolkPolice")
    rotation.start(ns.vault, [page])
    assert [one.number for one in secrets.reveal(ns.vault, account=page)] == [1]
    rotation.failed(ns.vault, account=page, unknown=True)
    assert [one.age for one in secrets.reveal(ns.vault, account=page)] == ["new", "old"]
    assert [row.work.state for row in obligations.owed(ns.vault) if row.work] == ["unknown"]


@pytest.mark.parametrize("unknown", [True, False])
def test_c9_what_cannot_be_changed_stays_owed(ns: World, unknown: bool) -> None:
    """Refused by the platform, or nobody knows: the obligation is open and its days are counted."""
    page, bob = account(ns, "x/NorfolkPolice"), ns.person("Bob Stone", "2001")
    ns.seen(page, bob)
    cause = leave(ns, bob)
    rotation.start(ns.vault, [page])
    rotation.failed(ns.vault, account=page, unknown=unknown)
    ns.clock.forward(days=9)
    (line,) = (row for row in obligations.owed(ns.vault) if row.part)
    assert (line.account, line.entry, line.since[:10]) == (page, cause, "2026-11-02")
    assert kinds(ns, "NS-10.2e", bob) == ["owed_membership"]


def test_c10_twelve_accounts_of_a_leaver(ns: World) -> None:
    """Twelve obligations; five done leave seven, and the clause is met only when all are."""
    bob, pages = ns.person("Bob Stone", "2001"), [account(ns, f"x/Unit{n}") for n in range(12)]
    for page in pages:
        ns.seen(page, bob)
    leave(ns, bob)
    assert len(owed(ns)) == 12
    for page in pages[:5]:
        rotate(ns, page)
    assert {page for page, _, _ in owed(ns)} == set(pages[5:])
    assert "7 accounts" in gaps(ns, "NS-10.2e", bob)[0].words
    for page in pages[5:]:
        rotate(ns, page)
    assert status(ns, "NS-10.2e") == "met"


def test_c11_who_had_it_before_todays_list(ns: World) -> None:
    """Nobody's member today, but the version was released to him: his leaving makes it owed."""
    bob, page = ns.person("Bob Stone", "2001"), account(ns, "x/NorfolkPolice")
    teams.add(ns.vault, name="Rural")
    ns.seen(page, bob)
    leave(ns, bob)
    assert owed(ns) == {(page, "password", 2)}


def test_c12_somebody_joins(force: Force) -> None:
    """Where the text says changes, a joiner makes the team's passwords owed; where it is silent, nobody does."""
    found = {}
    for document in ("norfolk_suffolk", "northamptonshire"):
        world = force(document)
        team = teams.add(world.vault, name="Rural")
        page = account(world, "x/Rural", team=team)
        world.person("Bob Stone", "2001")
        found[document] = (teams.join(world.vault, team="Rural", person="2001").owed, bool(owed(world)), page)
    assert [one[:2] for one in found.values()] == [(1, True), (0, False)]


def test_c13_removed_first_then_changed(ns: World) -> None:
    """Once the grant is gone the leaver opens nothing, and the next version is not sealed to them."""
    from vault.ops import grants

    page, bob = account(ns, "x/NorfolkPolice"), member(ns, "Bob Stone", "2001", "holder")
    grant(ns, page, bob.person)
    grants.revoke(ns.vault, account=page, person=bob.person, reason="left_team")
    rotate(ns, page)
    bob.sync()
    with pytest.raises(Refusal, match="no secret grant"):
        secrets.reveal(bob, account=page)
    sealed = {row["keyset"] for row in ns.vault.state.find("recipient", account=page, number=2)}
    assert bob.keyring.keyset_id not in sealed
    bob.close()


def test_c14_a_custodian_leaves(ns: World) -> None:
    """Everything that they could open is owed, what they saw first, and the teams' keys are made anew."""
    pages = [account(ns, f"x/Unit{n}") for n in range(3)]
    eve = member(ns, "Eve Hill", "2001", "custodian")
    ns.vault.sync()
    ns.seen(pages[2], eve.person)
    epochs = len(ns.vault.state.find("epoch"))
    from vault.ops import leaving

    leaving.leave(ns.vault, person="2001")
    assert {(page, grade) for page, _, grade in owed(ns)} == {(pages[0], 3), (pages[1], 3), (pages[2], 2)}
    assert next(row.account for row in obligations.owed(ns.vault)) == pages[2]
    assert len(ns.vault.state.find("epoch")) == epochs + 2
    eve.close()


def test_c15_the_administrator_leaves_without_successor(ns: World) -> None:
    """An account is not without one: the breach stands from the day of leaving."""
    page, bob = account(ns, "x/NorfolkPolice"), in_post(ns, "account_administrator", "2001")
    assert kinds(ns, "NS-10.2b", page) == []
    leave(ns, bob)
    assert (kinds(ns, "NS-10.2b", page), status(ns, "NS-10.2b")) == (["account_without_post"], "not met")


def test_c16_two_custodians_at_once(ns: World) -> None:
    """The second is told that somebody is at it; the chain of the log is one."""
    page, eve = account(ns, "x/NorfolkPolice"), member(ns, "Eve Hill", "2001", "custodian")
    rotation.start(ns.vault, [page])
    eve.sync()
    with pytest.raises(Busy):
        rotation.start(eve, [page])
    ns.vault.sync()
    assert len(ns.vault.state.find("version", account=page)) == 2
    eve.close()


def test_c19_everything_on_a_lost_phone(ns: World) -> None:
    """Password, seed and recovery that sit on it are owed, each for itself."""
    page, bob = account(ns, "x/NorfolkPolice"), ns.person("Bob Stone", "2001")
    deposits.deposit(
        ns.vault, account=page, parts={"totp": bodies.parse_part("totp", SEED), "recovery": "old words"}
    )
    phone = devices.add(ns.vault, nickname="blue phone", owner="2001", kind="phone", ownership="force")
    channels = (
        Channel(channel="second_factor", kind="authenticator_app", device=phone),
        Channel(channel="recovery_phone", kind="sms", device=phone),
    )
    change_account(ns.vault, account=page, facts=Facts(), channels=channels)
    ns.seen(page, bob, device=phone, number=2)
    devices.lose(ns.vault, "blue phone")
    assert owed(ns) == {(page, part, 1) for part in ("password", "totp", "recovery")}
