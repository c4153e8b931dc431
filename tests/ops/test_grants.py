"""Grants: approved access, access held already, sealing to the grantee, and what a revocation leaves owed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ops.test_requests import POSTS, approve_all, ask, people
from tests.world import World
from vault.crypto.keyset import Keyset
from vault.domain.decisions import Refusal
from vault.domain.ids import Prefix
from vault.errors import NotFound, UsageProblem
from vault.ops import accounts, approvals, findings, grants, records, requests, sealing
from vault.ops.accounts import Facts
from vault.ops.keyring import Keyring, text
from vault.ops.past import look_back


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def approved(world: World, account: str, person: str, kind: str = "secret") -> str:
    """A request for access with every approval, by somebody who has been to the masterclass; its id."""
    trained(world, person)
    asker = world.person("Asker", "4000")
    request = requests.request_access(
        world.vault, account=account, person=person, kind=kind, requester=asker, aims="a", purpose="p"
    ).id
    approve_all(world, request, people(world))
    return request


def trained(world: World, person: str, *codes: str) -> None:
    """What the documents ask of somebody before they use an account, on record."""
    for code in codes or ("training.masterclass",):
        records.make(world.vault, code=code, about=("person", person))


def refused(world: World, **asked: object) -> Refusal:
    """Giving is refused: the state is as before but for one entry, which says so."""
    size, held = world.vault.follower.size, world.vault.state.find("grant_")
    with pytest.raises(Refusal) as caught:
        grants.give(world.vault, **{"kind": "secret", **asked})  # type: ignore[arg-type]
    assert world.vault.follower.size == size + 1
    assert world.vault.state.find("grant_") == held
    newest = max(world.vault.state.find("refusal"), key=lambda row: row["seq"])
    assert newest["seq"] == size
    assert newest["clause"] == (caught.value.clause or None)
    return caught.value


def test_access_is_approved_first(world: World) -> None:
    """Without a request it is refused by the chain's clause; with all approvals it is given, once for each request."""
    account, bob = world.account("x/NorfolkPolice"), world.person("Bob Stone", "2001")
    assert refused(world, account=account, person=bob).clause == "NS-9.2"
    request = approved(world, account, bob)
    given = grants.give(world.vault, account=account, person=bob, kind="secret")
    row = world.vault.state.get("grant_", id=given.id)
    assert row is not None
    assert (row["request"], row["existing"]) == (request, 0)
    grants.revoke(world.vault, account=account, person=bob)
    assert refused(world, account=account, person=bob).clause == "NS-9.2"
    world.check()


def test_an_approval_is_for_one_person_and_one_way(world: World) -> None:
    """A request for Bob's seat gives neither Bob the secret nor Carol anything, not even when it is named."""
    account, bob, carol = world.account("x/One"), world.person("Bob", "2001"), world.person("Carol", "2002")
    request = approved(world, account, bob, kind="tool_seat")
    assert refused(world, account=account, person=bob, request=request).clause == "NS-9.2"
    assert refused(world, account=account, person=carol, kind="tool_seat", request=request).clause == "NS-9.2"
    assert grants.give(world.vault, account=account, person=bob, kind="tool_seat", request=request).id
    with pytest.raises(NotFound):
        grants.give(world.vault, account=account, person=bob, kind="secret", request="req-" + "a" * 16)


def test_nobody_approves_their_own_access(world: World) -> None:
    """Who is to have the access does not approve it, though somebody else asked."""
    account, who = world.account("x/One"), people(world)
    manager, asker = who["line_manager"], world.person("Asker", "4000")
    request = requests.request_access(
        world.vault, account=account, person=manager, kind="secret", requester=asker, aims="a", purpose="p"
    ).id
    approve_all(world, request, who)
    assert refused(world, account=account, person=manager).message == (
        "the approval of the line manager is missing"
    )


def test_the_request_of_an_account_covers_who_asked_and_the_team(world: World) -> None:
    """An account opened through a request may be given to its requester and its team; anybody else asks anew."""
    who, asker, mate, other = (
        people(world),
        world.person("Asker", "4000"),
        world.person("Mate", "4001"),
        world.person("Other", "4002"),
    )
    with world.vault.change() as tx:
        team = tx.new(Prefix.TEAM)
        tx.emit("team.added", team, kind="team", details=tx.details("team", team, {"name": "Rural"}))
        tx.emit("team.joined", team, person=mate, since=tx.today, rotate=False)
    request = requests.request_account(
        world.vault, name="x/Rural", owner_kind="team", requester=asker, aims="a", purpose="p", team=team
    ).id
    approve_all(world, request, who)
    account = requests.open_account(world.vault, request=request, facts=Facts()).id
    for person in (asker, mate):
        assert refused(world, account=account, person=person).clause == "NS-11.1a"
        trained(world, person)
        assert grants.give(world.vault, account=account, person=person, kind="secret").id
    assert refused(world, account=account, person=other).clause == "NS-9.2"
    assert refused(world, account=account, person=other, request=request).clause == "NS-9.2"
    world.check()


def test_a_team_is_who_was_in_it_when_it_asked(world: World) -> None:
    """Who joins later, or leaves and joins again, was not before those who approved, and asks anew."""
    who, early, late = people(world), world.person("Mate", "4001"), world.person("Late", "4002")
    with world.vault.change() as tx:
        team = tx.new(Prefix.TEAM)
        tx.emit("team.added", team, kind="team", details=tx.details("team", team, {"name": "Rural"}))
        tx.emit("team.joined", team, person=early, since=tx.today, rotate=False)
    request = ask(world, team=team)
    approve_all(world, request, who)
    account = requests.open_account(world.vault, request=request, facts=Facts()).id
    with world.vault.change() as tx:
        tx.emit("team.joined", team, person=late, since=tx.today, rotate=False)
        tx.emit("team.left", team, person=early, until=tx.today, rotate=False)
        tx.emit("team.joined", team, person=early, since=tx.today, rotate=False)
    for person in (early, late):
        trained(world, person)
        assert refused(world, account=account, person=person).clause == "NS-9.2"
        assert refused(world, account=account, person=person, request=request).clause == "NS-9.2"
    world.check()


def test_nobody_approves_their_own_access_through_the_team(world: World) -> None:
    """A member of the team whose post approved its account is not given access on that approval."""
    who = people(world)
    with world.vault.change() as tx:
        team = tx.new(Prefix.TEAM)
        tx.emit("team.added", team, kind="team", details=tx.details("team", team, {"name": "Rural"}))
        for person in who.values():
            tx.emit("team.joined", team, person=person, since=tx.today, rotate=False)
    request = ask(world, team=team)
    approve_all(world, request, who)
    account = requests.open_account(world.vault, request=request, facts=Facts()).id
    for post, person in who.items():
        trained(world, person)
        said = refused(world, account=account, person=person)
        assert said.message.startswith(f"the approval of the {post.replace('_', ' ')} is missing"), (
            said.message
        )
    world.check()


def test_another_force_for_a_moment_passes_no_gate(world: World) -> None:
    """What a profile asks does not end because the account is said to be another force's; who is, never was."""
    account, bob = world.account("x/One"), world.person("Bob", "2001")
    trained(world, bob)
    elsewhere = accounts.add_account(
        world.vault, name="x/Elsewhere", facts=Facts(owner_kind="main", force="Elsewhere")
    ).id
    assert refused(world, account=account, person=bob).clause == "NS-9.2"
    accounts.change_account(world.vault, account=account, facts=Facts(force="Elsewhere"))
    assert refused(world, account=account, person=bob).clause == "NS-9.2"
    with pytest.raises(Refusal) as caught:
        accounts.close(world.vault, account=account, consulted=None)
    assert caught.value.clause
    assert grants.give(world.vault, account=elsewhere, person=bob, kind="secret").id
    with world.vault.change() as tx:  # a program that asks nobody
        tx.emit(
            "grant.given",
            tx.new(Prefix.GRANT),
            account=account,
            person=bob,
            kind="secret",
            since=tx.today,
            existing=False,
        )
    accounts.change_account(world.vault, account=account, facts=Facts(force="Norfolk"))
    found = findings.all_findings(world.vault.state, world.vault.profile, now="2026-11-03T00:00:00Z")
    assert [one.subject for one in found if one.kind == "holder_without_approval"] == [bob]
    world.check()


def test_what_is_held_already_is_a_fact(world: World) -> None:
    """It is recorded since when it was held, with findings, and never refused."""
    account, bob = world.account("x/One"), world.person("Bob", "2001")
    done = grants.give(
        world.vault, account=account, person=bob, kind="secret", existing=True, since="2024-05-01"
    )
    assert [one.clause for one in done.findings] == ["NS-9.2", "NS-12.1b"]
    (line,) = grants.list_grants(world.vault, world.vault.state)
    assert (line.account, line.person, line.since, line.basis) == (
        "x/One",
        "Bob",
        "2024-05-01",
        "held already",
    )
    with world.vault.change() as tx:
        tx.emit("own_device.answered", bob, uses=False, occurred_at=tx.time)
    again = grants.give(world.vault, account=account, person=bob, kind="tool_seat", existing=True)
    assert [one.clause for one in again.findings] == ["NS-9.2"]
    with pytest.raises(UsageProblem, match="future"):
        grants.give(
            world.vault, account=account, person=bob, kind="secret", existing=True, since="2030-01-01"
        )


def test_the_same_grant_twice_is_refused(world: World) -> None:
    """One grant for each person and way; the second try is on the record and changes nothing."""
    account, bob = world.account("x/One"), world.person("Bob", "2001")
    world.grant(account, bob)
    assert "exists already" in refused(world, account=account, person=bob, existing=True).message


def test_paused_people_and_frozen_accounts_get_nothing_new(world: World) -> None:
    """Approval or not: nothing is given to somebody paused, or on an account that is suspended."""
    account, bob = world.account("x/One"), world.person("Bob", "2001")
    approved(world, account, bob)
    with world.vault.change() as tx:
        tx.emit("person.paused", bob, occurred_at=tx.time)
    assert "paused" in refused(world, account=account, person=bob).message
    with world.vault.change() as tx:
        tx.emit("person.resumed", bob, occurred_at=tx.time)
    accounts.freeze(world.vault, account=account)
    assert "frozen" in refused(world, account=account, person=bob).message


def test_individual_accounts(world: World) -> None:
    """An individual account that is too young is refused by its clause; an old one passes on with a finding."""
    bob = world.person("Bob", "2001")
    for name, created in (("x/Young", "2020-01-01"), ("x/Old", "2015-01-01")):
        facts = Facts(owner_kind="individual", created_on=created)
        id_ = accounts.add_account(world.vault, name=name, facts=facts).id
        if name == "x/Young":
            approved(world, id_, bob)
            assert refused(world, account=id_, person=bob).clause == "NS-9.5b"
    request = requests.request_access(
        world.vault, account=id_, person=bob, kind="secret", requester=world.ada, aims="a", purpose="p"
    ).id
    who = {row["post"]: row["person"] for row in world.vault.state.find("post")}
    approve_all(world, request, who)
    done = grants.give(world.vault, account=id_, person=bob, kind="secret")
    assert "NS-9.5b" in [one.clause for one in done.findings]


def test_forces_without_a_profile_are_not_judged(world: World) -> None:
    """No rule is asked for them, and that is said."""
    bob = world.person("Bob", "2001")
    account = accounts.add_account(world.vault, name="x/One", facts=Facts(force="Elsewhere")).id
    done = grants.give(world.vault, account=account, person=bob, kind="secret")
    assert "no profile" in done.findings[0].text
    assert grants.list_grants(world.vault, world.vault.state)[0].basis == "no rule asked"


def keyed(world: World, person: str) -> Keyring:
    """A keyset for a person, as a holder; the ring that opens with it."""
    keyset = Keyset.generate(world.dice)
    with world.vault.change() as tx:
        id_ = tx.new(Prefix.KEYSET)
        tx.emit(
            "signer.added",
            id_,
            key=text(keyset.sign_public),
            kem=text(keyset.kem_public),
            purpose="member",
            person=person,
            vouches=False,
        )
        tx.emit("role.given", person, role="holder")
    return Keyring(keyset_id=id_, keyset=keyset, vault_id=world.vault.vault_id, shared=world.vault.shared)


def test_a_grantee_with_keys_opens_what_there_is(world: World) -> None:
    """Current version and candidates are sealed to the grantee in the same transaction as the grant."""
    account, bob = world.account("x/One", password="Marker-1"), world.person("Bob", "2001")
    ring = keyed(world, bob)
    commits = len(list(world.vault.shared.commits_after(0)))
    done = grants.give(world.vault, account=account, person=bob, kind="secret", existing=True)
    assert done.shared == 1
    assert len(list(world.vault.shared.commits_after(0))) == commits + 1
    own, world.vault._keyring = world.vault._keyring, ring
    try:
        assert sealing.open_version(world.vault, account=account, number=1).parts == {"password": "Marker-1"}
    finally:
        world.vault._keyring = own
    grants.revoke(world.vault, account=account, person=bob)
    again = grants.give(world.vault, account=account, person=bob, kind="secret", existing=True)
    assert again.shared == 0, "it is sealed to them already"
    world.check()


def test_a_platform_role_shares_no_secret(world: World) -> None:
    """Somebody who acts through their own profile gets no seal."""
    account, bob = world.account("facebook/one", password="Marker-1"), world.person("Bob", "2001")
    keyed(world, bob)
    done = grants.give(
        world.vault, account=account, person=bob, kind="platform_role", role="editor", existing=True
    )
    assert done.shared == 0
    assert not world.vault.state.find("version", state="prepared")
    assert len(world.vault.state.find("recipient")) == 0


def test_a_revocation_says_what_is_owed(world: World) -> None:
    """What the person saw is owed in class 2; only the way named ends; who holds nothing cannot lose it."""
    account, bob = world.account("x/One", password="Marker-1"), world.person("Bob", "2001")
    for kind in ("secret", "tool_seat"):
        world.grant(account, bob, kind)
    world.seen(account, bob)
    assert grants.revoke(world.vault, account=account, person=bob, kind="tool_seat") == []
    owed = grants.revoke(world.vault, account=account, person=bob, reason="moved")
    assert owed == [grants.Owed(account, "password", 2)]
    with pytest.raises(NotFound):
        grants.revoke(world.vault, account=account, person=bob)
    world.check()


def test_the_list_as_it_was_and_with_what_ended(world: World) -> None:
    """Filters by account and person; ended grants when asked; the register of an earlier day."""
    one, two = world.account("x/One"), world.account("x/Two")
    bob, carol = world.person("Bob", "2001"), world.person("Carol", "2002")
    world.grant(one, bob)
    then = world.vault.clock()
    world.clock.forward(days=1)
    world.grant(two, carol)
    grants.revoke(world.vault, account=one, person=bob)

    def pairs(**only: object) -> list[tuple[str, str]]:
        found = grants.list_grants(world.vault, world.vault.state, **only)  # type: ignore[arg-type]
        return [(line.account, line.person) for line in found]

    assert pairs() == [("x/Two", "Carol")]
    assert pairs(ended=True) == [("x/One", "Bob"), ("x/Two", "Carol")]
    assert pairs(account=one, ended=True) == [("x/One", "Bob")]
    assert pairs(person=bob) == []
    past = look_back(world.vault, then)
    old = grants.list_grants(past, past.state)
    assert [line.account for line in old] == ["x/One"]
    assert POSTS


def test_a_document_without_a_chain_asks_none(tmp_path: Path) -> None:
    """A document that does not address approvals stops nothing, and nothing is called approved."""
    world = World(tmp_path, profile="west_midlands_facebook")
    request = requests.request_account(
        world.vault, name="facebook/WestMidlandsPolice", owner_kind="individual", requester=world.ada
    ).id
    assert requests.list_requests(world.vault, world.vault.state)[0].state == "no approval asked"
    done = approvals.decide(world.vault, request=request, post="line_manager", evidence={"text": "seen"})
    assert (done.counts, done.complete) == (True, True)
    account = requests.open_account(world.vault, request=request, facts=Facts()).id
    bob = world.person("Bob", "2001")
    assert refused(world, account=account, person=bob).clause == "WF-S2"
    trained(world, bob, "ack.part_1_order", "own_profile.none")
    assert grants.give(world.vault, account=account, person=bob, kind="secret").findings == ()
    assert grants.list_grants(world.vault, world.vault.state)[0].basis == "no rule asked"
    world.check()
