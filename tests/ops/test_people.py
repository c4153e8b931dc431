"""People: who they are, what they may, and what their leaving ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.members import member
from tests.world import World
from vault.domain import keys
from vault.domain.decisions import Refusal
from vault.domain.recovery import recovery_due
from vault.errors import IntegrityError, NotFound, Refused, UsageProblem
from vault.ops import confirming, epochs, leaving, people, posts, sealing, teams


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_person_is_found_by_number_address_and_name(world: World) -> None:
    """What was added is found by any of its names, and described anew without losing the rest."""
    bob = people.add(world.vault, name="Bob Stone", collar="2001", email="bob@norfolk.example")
    assert {
        world.vault.names.find("person", name) for name in ("2001", "BOB@norfolk.example", "bob  stone")
    } == {bob}
    people.change(world.vault, person="2001", name="Bob Flint", email="")
    found = people.show_person(world.vault, person="2001")
    assert (found.name, found.collar, found.email) == ("Bob Flint", "2001", "")
    assert found.full_name == "Bob Flint (2001)"
    with pytest.raises(NotFound):
        world.vault.names.find("person", "bob stone")
    world.check()


def test_a_number_is_one_persons(world: World) -> None:
    """A collar number or an address that somebody has is not given twice; one's own may be given again."""
    bob = world.person("Bob Stone", "2001")
    with pytest.raises(UsageProblem, match="collar number"):
        people.add(world.vault, name="Bob Other", collar="2001")
    with pytest.raises(UsageProblem, match="somebody's address"):
        people.change(world.vault, person="2001", email="ada@norfolk.example")
    people.change(world.vault, person="2001", collar="2001")
    with pytest.raises(UsageProblem, match="nothing to change"):
        people.change(world.vault, person="2001")
    assert people.show_person(world.vault, person=bob).id == bob


def test_the_list_shows_who_is_there(world: World) -> None:
    """Leavers are listed only when asked for; names are sorted."""
    world.person("Zoe Young", "9001")
    world.person("Bob Stone", "2001")
    leaving.leave(world.vault, person="9001")
    assert [p.name for p in people.list_people(world.vault)] == ["Ada Byron", "Bob Stone"]
    everybody = people.list_people(world.vault, everybody=True)
    assert [(p.name, p.state) for p in everybody][-1] == ("Zoe Young", "left")


def test_a_holder_does_not_read_the_register(world: World) -> None:
    """Without the register's key there is a clear refusal, not an empty list."""
    eve = member(world, "Eve Hall", "3001", "holder")
    for read in (people.list_people, teams.list_teams):
        with pytest.raises(Refused, match="do not open the register"):
            read(eve.vault)
    with pytest.raises(Refused, match="administrator or custodian"):
        people.add(eve.vault, name="x")


def test_pausing_takes_the_keys_out_of_what_comes(world: World) -> None:
    """While paused nothing is sealed to somebody and no role acts; resumed, they open what was written meanwhile."""
    account, bob = (
        world.account("x/NorfolkPolice", password="1"),
        member(world, "Bob Stone", "2001", "custodian"),
    )
    people.pause(world.vault, person="2001")
    world.deposit(account, password="2")
    bob.vault.sync()
    assert bob.vault.roles() == frozenset()
    with pytest.raises(Refused):
        sealing.open_version(bob.vault, account=account, number=2)
    people.resume(world.vault, person="2001")
    bob.vault.sync()
    assert sealing.open_version(bob.vault, account=account, number=2).parts == {"password": "2"}
    with pytest.raises(Refused, match="themselves"):
        people.pause(world.vault, person="1815")
    world.check()


def test_a_role_changes_what_is_sealed(world: World) -> None:
    """Giving and ending custody starts epochs at once, tells the log who may vouch, and leaves work behind."""
    account, bob = (
        world.account("x/NorfolkPolice", password="1"),
        member(world, "Bob Stone", "2001", "auditor"),
    )
    with pytest.raises(Refused):
        sealing.open_version(bob.vault, account=account, number=1)
    people.give_role(world.vault, person="2001", role="custodian")
    bob.vault.sync()
    assert sealing.open_version(bob.vault, account=account, number=1).parts == {"password": "1"}
    assert world.vault.state.get("signer", id=bob.vault.place.keyset)["vouches"]  # type: ignore[index]
    people.end_role(world.vault, person="2001", role="custodian")
    assert not world.vault.state.get("signer", id=bob.vault.place.keyset)["vouches"]  # type: ignore[index]
    owed = world.vault.state.find("obligation", discharged=None)
    assert [(o["account"], o["class"]) for o in owed] == [(account, 3)]
    with pytest.raises(Refusal, match="that role"):
        people.end_role(world.vault, person="2001", role="custodian")
    with pytest.raises(Refused, match="their own administration"):
        people.end_role(world.vault, person="1815", role="administrator")
    world.check()


def test_a_leaver_opens_nothing_written_afterwards(world: World) -> None:
    """With their own keys, their whole home and the database, no later version, epoch or description opens."""
    account, bob = (
        world.account("x/NorfolkPolice", password="1"),
        member(world, "Bob Stone", "2001", "custodian"),
    )
    done = leaving.leave(world.vault, person="2001")
    assert done.teams_due == ()
    world.deposit(account, password="2")
    eve = world.person("Eve Hall", "3001")
    bob.vault.sync()
    assert sealing.open_version(bob.vault, account=account, number=1).parts == {"password": "1"}
    with pytest.raises(Refused):
        sealing.open_version(bob.vault, account=account, number=2)
    assert bob.vault.names.details("person", eve) == {}
    described = bob.vault.shared.blob((bob.vault.state.get("person", id=eve) or {})["details"])
    with pytest.raises(Refused):
        bob.vault.keyring.open_details(bob.vault.state, described, kind="person", subject=eve)
    state, keyset = bob.vault.state, bob.vault.keyring.keyset
    after = max(row["seq"] for row in state.find("cause"))
    later = [row["id"] for row in state.find("batch") if row["seq"] > after]
    later += [row["id"] for row in state.find("epoch") if row["seq"] > after]
    assert len(later) >= 3
    seals = [row for id_ in later for row in state.find("batch_seal", batch=id_)]
    seals += [row for id_ in later for row in state.find("epoch_seal", epoch=id_)]
    assert bob.vault.place.keyset not in {row.get("keyset") or row.get("recipient") for row in seals}
    for row in seals:
        with pytest.raises(IntegrityError):
            keyset.open(bob.vault.shared.blob(row["seal"]), info=b"")
    with pytest.raises(Exception, match="revoked"), bob.vault.change() as tx:
        tx.emit("note.made", "not-" + "a" * 16, details="A" * 43 + "=")
    world.check()


def test_the_plan_is_what_happens_and_writes_nothing(world: World) -> None:
    """--plan shows what ends and what is owed; neither database changes; leaving then does exactly that."""
    account, other = (
        world.account("x/NorfolkPolice", password="1"),
        world.account("x/SuffolkPolice", password="2"),
    )
    bob = member(world, "Bob Stone", "2001", "custodian", "auditor")
    team = teams.add(world.vault, name="Digital")
    owned = world.account("facebook/norfolkpolice", password="3", team=team)
    teams.join(world.vault, team="Digital", person="2001")
    posts.give(world.vault, person="2001", post="line_manager")
    posts.give(world.vault, person="1815", post="account_administrator", scope="x/NorfolkPolice")
    world.grant(account, bob.person)
    world.seen(account, bob.person)
    size, state = world.vault.shared.size(), repr(world.vault.state.find("person"))
    planned = leaving.plan(world.vault, person="2001")
    assert (world.vault.shared.size(), repr(world.vault.state.find("person"))) == (size, state)
    assert planned.roles == ("auditor", "custodian")
    assert len(planned.keysets) == 1
    assert planned.grants == (("NorfolkPolice", "secret"),) or planned.grants[0][1] == "secret"
    assert [p.post for p in planned.posts] == ["line_manager"]
    assert planned.teams == ("Digital",)
    assert next((o.account, o.grade) for o in planned.owed) == (account, 2)
    assert {(o.account, o.part) for o in planned.owed} == {(a, "password") for a in (account, other, owned)}
    assert next(o.by for o in planned.owed) == "Ada Byron"
    assert {o.by for o in planned.owed[1:]} == {"custodian"}
    done = leaving.leave(world.vault, person="2001")
    assert planned.teams_due == done.teams_due == ()  # Ada starts both of them herself
    assert (done.owed, done.roles, done.grants) == (planned.owed, planned.roles, planned.grants)
    left = people.show_person(world.vault, person="2001")
    assert (left.state, left.roles, left.keysets, left.posts, left.teams) == ("left", (), (), (), ())
    assert not world.vault.state.find("grant_", person=bob.person, revoked=None)
    world.check()


def test_leaving_abandons_what_was_prepared(world: World) -> None:
    """A candidate that the leaver could open is never applied."""
    account, bob = (
        world.account("x/NorfolkPolice", password="1"),
        member(world, "Bob Stone", "2001", "custodian"),
    )
    with world.vault.change() as tx:
        body = sealing.Body({}, {"password": "2"})
        number = sealing.write_version(
            tx, account=account, body=body, parts={"password": "new"}, why="rotation", previous=1
        )
        about = {"rotation": "rot-" + "a" * 16, "number": number, "owner": world.ada, "lease_until": tx.time}
        tx.emit("rotation.started", account, doors=[], **about)
    assert len(leaving.plan(world.vault, person=bob.person).abandoned) == 1
    leaving.leave(world.vault, person=bob.person)
    assert world.vault.state.get("version", account=account, number=2)["state"] == "abandoned"  # type: ignore[index]
    world.check()


def test_nobody_removes_themselves_and_the_last_administrator_stays(world: World) -> None:
    """The last administrator cannot leave, be paused or lose the role, even when the keys were revoked first."""
    bob = member(world, "Bob Stone", "2001", "custodian")
    with pytest.raises(Refused, match="themselves"):
        leaving.leave(world.vault, person="1815")
    for act in (leaving.leave, people.pause):
        with pytest.raises(Refusal, match="last administrator"):
            act(bob.vault, person="1815")
    world.vault.sync()
    with pytest.raises(Refusal, match="last administrator"), world.vault.change() as tx:
        tx.emit("role.ended", world.ada, role="administrator")
    assert people.show_person(world.vault, person="1815").roles == ("administrator", "custodian")
    assert not world.vault.state.find("void")
    world.check()


def test_a_custodian_removes_and_the_log_stops_the_keys(world: World) -> None:
    """Removed by a custodian, the keys sign no more for any reader of the log, not only in the register."""
    bob = member(world, "Bob Stone", "2001", "custodian")
    eve = member(world, "Eve Hall", "3001", "auditor")
    bob.vault.sync()
    leaving.leave(bob.vault, person="3001")
    world.vault.sync()
    assert world.vault.state.get("signer", id=eve.vault.place.keyset)["revoked"] is not None  # type: ignore[index]
    world.check()


def test_an_unfit_remover_leaves_the_team_due(world: World) -> None:
    """An administrator who is no custodian removes one: custody waits, and the answer names who can act."""
    bob = member(world, "Bob Stone", "2001", "administrator")
    eve = member(world, "Eve Hall", "3001", "custodian")
    bob.vault.sync()
    done = leaving.leave(bob.vault, person="3001")
    assert done.teams_due == (keys.CUSTODY,)
    assert done.starters == ((keys.CUSTODY, ("Ada Byron",)),)
    assert keys.epoch_due(bob.vault.state, keys.CUSTODY)
    assert epochs.renew(world.vault) == ((), 0)
    eve.vault.sync()
    newest = keys.newest_epoch(eve.vault.state, keys.CUSTODY)
    assert newest is not None and not eve.vault.keyring.is_in(eve.vault.state, keys.CUSTODY)
    world.check()


def test_a_leaver_who_saw_the_kit_is_named(world: World) -> None:
    """Somebody who saw the recovery kit leaves: the kit must be renewed, until it is."""
    bob = member(world, "Bob Stone", "2001", "administrator")
    confirming_entry = bob.admitted.pending
    assert confirming_entry == ()
    done = leaving.leave(bob.vault, person="1815")
    assert done.saw_recovery_kit
    assert recovery_due(bob.vault.state) == ["seen_by_leaver"]
    assert confirming.list_waiting(bob.vault) == []


def test_posts_are_held_from_a_day_to_a_day(world: World) -> None:
    """A post is given once for one thing, ends once, and a name that the policy does not know is said."""
    world.account("x/NorfolkPolice")
    done = posts.give(world.vault, person="1815", post="Line Manager")
    assert (done.post, done.is_known) == ("line_manager", True)
    with pytest.raises(Refusal, match="holds that post"):
        posts.give(world.vault, person="1815", post="line-manager")
    posts.give(world.vault, person="1815", post="account_administrator", scope="x/norfolkpolice")
    shown = people.show_person(world.vault, person="1815").posts
    assert [(p.post, p.scope_name) for p in shown][1][0] == "account_administrator"
    posts.end(world.vault, person="1815", post="line_manager")
    with pytest.raises(Refusal, match="that post"):
        posts.end(world.vault, person="1815", post="line_manager")
    assert posts.give(world.vault, person="1815", post="mascot").is_known is False
    with pytest.raises(UsageProblem, match="not a post"):
        posts.give(world.vault, person="1815", post="§")
    world.check()


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"name": "  "}, "needs a name"),
        ({"name": "Bob", "email": "bob"}, "not an e-mail"),
        ({"name": "Bob", "email": "@police.example"}, "not an e-mail"),
        ({"name": "Bob", "email": "bob stone@police.example"}, "not an e-mail"),
    ],
)
def test_a_person_can_be_found_again(world: World, given: dict[str, str], wrong: str) -> None:
    """Nobody is registered without a name, or under what is no address; nor described so later."""
    with pytest.raises(UsageProblem, match=wrong):
        people.add(world.vault, **given)
    who = world.person("Bob Stone", "2001")
    with pytest.raises(UsageProblem, match=wrong):
        people.change(world.vault, person=who, **given)


def test_a_leaver_gets_nothing_new(world: World) -> None:
    """No role, no post, no team for somebody who has left; what they had can still be ended."""
    who, team = world.person("Bob Stone", "2001"), teams.add(world.vault, name="Roads")
    leaving.leave(world.vault, person=who)
    for act in (
        lambda: people.give_role(world.vault, person=who, role="holder"),
        lambda: posts.give(world.vault, person=who, post="line_manager"),
        lambda: teams.join(world.vault, team=team, person=who),
    ):
        with pytest.raises(Refused, match="has left"):
            act()
