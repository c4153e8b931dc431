"""C, continued: doors, history, central access, drift, and several causes at once."""

from __future__ import annotations

import pytest

from tests.policies.edges.conftest import Force
from tests.policies.edges.given import (
    account,
    chain,
    gaps,
    grant,
    in_post,
    kinds,
    leave,
    log,
    owed,
    record,
    status,
    verdict,
)
from tests.policies.edges.test_c import rotate
from tests.world import World
from vault.domain.decisions import Refusal
from vault.ops import compliance, deposits, devices, findings, rotation, secrets
from vault.ops.platforms import platforms


def _all_but(world: World, door: str) -> None:
    """Every door but one: the rotation is not done; with that one it is."""
    page = account(world, "x/NorfolkPolice")
    (made,) = rotation.start(world.vault, [page])
    rotation.applied(world.vault, account=page)
    left = rotation.verify(world.vault, account=page, done=[one for one in made.doors if one != door])
    assert (left.state, left.doors_left) == ("verified", (door,))
    assert rotation.verify(world.vault, account=page, done=[door]).state == "done"


def test_c17_connected_tools_are_linked_anew(ns: World) -> None:
    """A tool that would go silent is a door: until it is ticked, the rotation is not done."""
    _all_but(ns, "connected_tools")


def test_c18_phones_are_signed_out(ns: World) -> None:
    """Sessions are a door, and their ending is on record with who said so."""
    _all_but(ns, "sessions")
    (row,) = ns.vault.state.find("door", door="sessions")
    assert row["state"] == "done"


def test_c20_an_old_password_is_kept_and_its_reading_recorded(ns: World) -> None:
    """The former version opens when asked for by number, and the log says who asked."""
    page = account(ns, "x/NorfolkPolice")
    rotate(ns, page)
    (old,) = secrets.reveal(ns.vault, account=page, number=1)
    assert old.parts["password"] == "first one"
    assert ns.vault.state.find("exposure", account=page, number=1, how="revealed", person=ns.ada)


@pytest.mark.parametrize("name", ["x/NorfolkPolice", "instagram/norfolkpolice", "facebook/NorfolkPolice"])
def test_c21_a_new_password_fits_its_platform(ns: World, name: str) -> None:
    """Made by the platform's rules and at least as long as the local value says."""
    page = account(ns, name)
    (made,) = rotation.start(ns.vault, [page])
    (shown,) = secrets.reveal(ns.vault, account=page, number=made.number)
    rules = platforms().by_code[name.split("/", maxsplit=1)[0]].password
    fresh = shown.parts["password"]
    assert ns.vault.profile.local_value("password_length") <= len(fresh) <= rules.most


def test_c22_no_secret_in_log_or_words(ns: World) -> None:
    """Deposited, shown, handed over and rotated: it is in no entry, no finding and no repr."""
    page, bob = account(ns, "x/NorfolkPolice", password="correct horse"), ns.person("Bob Stone", "2001")
    grant(ns, page, bob)
    shown = secrets.reveal(ns.vault, account=page)
    secrets.reveal(ns.vault, account=page, person=bob, how="handed_over")
    rotate(ns, page)
    said = log(ns) + repr(shown).encode() + repr(compliance.check(ns.vault)).encode()
    assert shown[0].parts["password"] == "correct horse"
    assert b"correct horse" not in said


def test_c23_a_page_admin_has_no_secret(np: World) -> None:
    """Access through one's own profile: leaving ends it on record, and no password is owed for it."""
    page, bob = account(np, "facebook/Page"), np.person("Bob Stone", "2001")
    given = grant(np, page, bob, "platform_role")
    assert kinds(np, "NP-2.5e", bob) == ["record_missing"]
    leave(np, bob)
    assert np.vault.state.find("grant_", id=given)[0]["revoked"] is not None
    assert owed(np) == set()


def test_c24_the_control_room_has_a_seat_and_no_password(np: World) -> None:
    """Through the tool it may; holding the secret of the main account is a breach."""
    main = account(np, "facebook/Main", type="main")
    who = chain(np, "force_control_room_oscar_1", "force_control_room_ido")
    seat, secret = who.values()
    grant(np, main, seat, "tool_seat")
    grant(np, main, secret, "secret")
    assert [(gap.kind, gap.subject) for gap in gaps(np, "NP-2.5a")] == [("holder_not_allowed", secret)]


def test_c25_a_unit_changes_it_itself(av: World) -> None:
    """The document names nobody but the team: a breach until the team has changed it again."""
    page, bob = account(av, "facebook/Unit"), in_post(av, "maintaining_unit", "2001")
    record(av, "use.open_source", page)
    grant(av, page, bob)
    done = deposits.deposit(av.vault, account=page, parts={"password": "theirs"}, changed_by=bob)
    assert (done.allowed, done.clause) == (False, "AS-A1.a")
    assert kinds(av, "AS-A1.a", page) == ["deposit_not_allowed"]
    assert [one.kind for one in _found(av) if one.kind == "deposit_not_allowed"]
    rotate(av, page)
    assert [one.kind for one in _found(av) if one.kind == "deposit_not_allowed"] == []


def _found(world: World) -> list[findings.Finding]:
    return list(findings.status(world.vault).findings)


@pytest.mark.parametrize(
    ("document", "clause"), [("norfolk_suffolk", "NS-6.3a"), ("northamptonshire", "NP-2.5c")]
)
def test_c26_nobody_central_can_get_in(force: Force, document: str, clause: str) -> None:
    """Neither a login in custody nor a custodian's own role: a breach, from the moment the last one is gone."""
    world = force(document)
    page = account(world, "facebook/Sector", password=None)
    assert kinds(world, clause, page) == ["account_without_secret"]
    own = grant(world, page, world.ada, "platform_role")
    assert kinds(world, clause, page) == []
    with world.vault.change() as tx:
        tx.emit("grant.revoked", own, until=tx.today, reason="no_longer_needed")
    assert (kinds(world, clause, page), status(world, clause)) == (["account_without_secret"], "not met")


def test_c27_the_only_one_who_can(ns: World) -> None:
    """There is a kit from the first day, and one administrator alone is said as long as it is so."""
    assert [row["person"] for row in ns.vault.state.find("recovery", until=None)] == [ns.ada]
    assert "only_one_administrator" in {one.kind for one in _found(ns)}
    seals = ns.vault.state.find("epoch_seal")
    kit = ns.vault.state.find("keyset", purpose="recovery")[0]["id"]
    assert {row["epoch"] for row in seals if row["keyset"] == kit} == {row["epoch"] for row in seals}


def test_c28_no_password_is_too_old(force: Force) -> None:
    """No document gives a greatest age: a year later nothing has become amiss about the password itself."""
    for document in ("norfolk_suffolk", "west_midlands", "northamptonshire", "avon_somerset"):
        world = force(document)
        page = account(world, "x/Unit")
        before = {(one.kind, one.subject) for one in compliance.check(world.vault).findings}
        world.clock.forward(days=390)
        after = {(one.kind, one.subject) for one in compliance.check(world.vault).findings}
        assert {one for one in after - before if one[1] == page} == set()
        assert owed(world) == set()


def test_c29_seen_and_not_used(ns: World) -> None:
    """A release counts as an exposure whether or not anybody signed in with it."""
    page, bob = account(ns, "x/NorfolkPolice"), ns.person("Bob Stone", "2001")
    grant(ns, page, bob)
    secrets.reveal(ns.vault, account=page, person=bob, how="handed_over")
    leave(ns, bob)
    assert owed(ns) == {(page, "password", 2)}


def test_c30_the_first_release_is_to_a_named_holder(ns: World) -> None:
    """Nobody without a grant is handed a login, and each release names one person."""
    page, bob = account(ns, "x/NorfolkPolice"), ns.person("Bob Stone", "2001")
    with pytest.raises(Refusal, match="no secret grant"):
        secrets.reveal(ns.vault, account=page, person=bob, how="handed_over")
    grant(ns, page, bob, new=True)
    with pytest.raises(Refusal, match="no record training"):
        secrets.reveal(ns.vault, account=page, person=bob, how="handed_over")
    record(ns, "training.masterclass", bob)
    secrets.reveal(ns.vault, account=page, person=bob, how="handed_over")
    assert [row["person"] for row in ns.vault.state.find("exposure", how="handed_over")] == [bob]
    assert kinds(ns, "NS-11.1a", bob) == []


def test_c31_the_stored_one_no_longer_works(ns: World) -> None:
    """What is found on the platform is deposited as a fact beside the old one, which stays readable."""
    page = account(ns, "x/NorfolkPolice")
    done = deposits.deposit(ns.vault, account=page, parts={"password": "somebody's"}, allowed=False)
    assert (done.number, done.allowed) == (2, False)
    assert secrets.reveal(ns.vault, account=page, number=1)[0].parts["password"] == "first one"
    assert kinds(ns, "NS-10.1e", page) == ["deposit_not_allowed"]


def test_c32_one_rotation_answers_what_came_before_it(ns: World) -> None:
    """A leaver today and a lost phone today are discharged together; a loss after it is not."""
    page, bob = account(ns, "x/NorfolkPolice"), ns.person("Bob Stone", "2001")
    eve = ns.person("Eve Hill", "2002")
    phones = [
        devices.add(ns.vault, nickname=f"phone {n}", owner="2002", kind="phone", ownership="force")
        for n in (1, 2)
    ]
    ns.seen(page, bob)
    ns.seen(page, eve, device=phones[0])
    ns.seen(page, eve, device=phones[1])
    causes = {leave(ns, bob), devices.lose(ns.vault, "phone 1").entry}
    (made,) = rotation.start(ns.vault, [page])
    rotation.applied(ns.vault, account=page)
    later = devices.lose(ns.vault, "phone 2").entry
    rotation.verify(ns.vault, account=page, done=made.doors)
    rows = ns.vault.state.find("obligation", account=page)
    closed = {row["cause"]: row["discharged"] for row in rows}
    assert len({closed[cause] for cause in causes}) == 1 and None not in {closed[c] for c in causes}
    assert {row["cause"] for row in rows} == causes | {later}
    assert closed[later] is None


def test_c33_one_fault_under_several_clauses(ns: World) -> None:
    """An account without a login falls under three clauses: one finding that names them all."""
    page = account(ns, "x/NorfolkPolice", password=None)
    found = [one for one in compliance.check(ns.vault).findings if one.kind == "account_without_secret"]
    assert [(one.subject, {one.clause, *one.also}) for one in found] == [
        (page, {"NS-6.3a", "NS-9.8", "NS-10.2a"})
    ]
    assert verdict(ns, "NS-6.3a").breach and verdict(ns, "NS-9.8").breach
