"""A member without the register's key sees their own person, their devices and the cards of what they hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.members import enrol, member
from tests.world import World
from vault.crypto import details as crypto
from vault.domain.details import copy_in_force
from vault.domain.ids import Prefix
from vault.errors import NotFound, Refused
from vault.ops import claims, deposits, devices, own, people, sheets, worklist
from vault.ops.session import Vault
from vault.ops.worklist import Wanted


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def words_of(vault: Vault, id_: str) -> dict[str, object]:
    """What a member reads of a thing."""
    vault.sync()
    kind = "person" if id_.startswith("per") else "device"
    return vault.names.many(kind).get(id_, {})


def test_a_holder_sees_themselves_and_their_devices(world: World) -> None:
    """By name, with what is on them; colleagues are not shown, and not named."""
    hal, bob = member(world, "Hal Doe", "6001", "holder"), world.person("Bob Stone", "2001")
    for owner, nickname in (("6001", "red phone"), ("2001", "blue phone")):
        devices.add(world.vault, nickname=nickname, owner=owner, kind="phone", ownership="force")
    hal.vault.sync()
    me = people.show_person(hal.vault, person="6001")
    assert (me.id, me.name, me.email) == (hal.person, "Hal Doe", "6001@norfolk.example")
    shown = devices.list_devices(hal.vault)
    assert [(one.nickname, one.owner_name) for one in shown] == [
        ("6001 laptop", "Hal Doe"),
        ("red phone", "Hal Doe"),
    ]
    assert devices.show(hal.vault, "RED phone").kind == "phone"
    assert list(hal.vault.names.many("person")) == [hal.person]
    with pytest.raises(Refused):
        people.show_person(hal.vault, person=bob)
    with pytest.raises(NotFound):
        devices.show(hal.vault, "blue phone")
    assert hal.vault.names.many("team") == {}
    world.check()


def test_a_copy_follows_every_change(world: World) -> None:
    """Another name, another owner, other keys: the next entry brings the copy with it, and no colleague keeps one."""
    hal, eve = member(world, "Hal Doe", "6001", "holder"), member(world, "Eve Low", "6002", "holder")
    phone = devices.add(world.vault, nickname="phone", owner="6001", kind="phone", ownership="force")
    people.change(world.vault, person="6001", name="Hal Married")
    assert words_of(hal.vault, hal.person)["name"] == "Hal Married"
    devices.change(world.vault, phone, owner="6002")
    assert words_of(hal.vault, phone) == {}
    assert words_of(eve.vault, phone) == {"nickname": "phone"}
    second = enrol(world, hal.person, by=world.vault, folder="hal two", rekey=True)
    assert words_of(second.vault, hal.person)["name"] == "Hal Married"
    people.give_role(world.vault, person="6001", role="auditor")
    people.change(world.vault, person="6001", name="Hal Auditor")
    people.end_role(world.vault, person="6001", role="auditor")
    assert words_of(second.vault, hal.person)["name"] == "Hal Auditor"
    world.check()


def test_what_a_holder_describes_is_sealed_anew(world: World) -> None:
    """They keep a copy at once; the next custodian who writes seals device and claim under the register's key."""
    hal = member(world, "Hal Doe", "6001", "holder")
    own_phone = devices.add(hal.vault, nickname="own", owner=hal.person, kind="phone", ownership="personal")
    claim = claims.file(hal.vault, kind="other", device=None, text="it is gone").id
    assert words_of(hal.vault, own_phone) == {"nickname": "own"}
    world.vault.sync()
    assert {row["id"] for row in world.vault.state.find("unkeyed", done=None)} == {own_phone, claim}
    world.person("Bob Stone", "2001")
    assert world.vault.state.find("unkeyed", done=None) == []
    for kind, id_ in (("device", own_phone), ("claim", claim)):
        row = world.vault.state.get(kind, id=id_)
        assert row is not None
        assert not crypto.is_hpke_form(world.vault.shared.blob(row["details"])[20:])
    assert claims.show(world.vault, claim).text == "it is gone"
    assert words_of(hal.vault, own_phone) == {"nickname": "own"}
    world.check()


def test_what_does_not_open_waits_no_longer(world: World) -> None:
    """A description that is none is settled on the record and not tried at every entry; one that is gone waits."""
    hal = member(world, "Hal Doe", "6001", "holder")
    with hal.vault.change() as tx:
        for words in (b"garbage", None):
            name = tx.blob(words) if words else "A" * 43 + "="
            tx.emit("note.made", tx.new(Prefix.NOTE), details=name)
    world.person("Bob Stone", "2001")
    (waiting,) = world.vault.state.find("unkeyed", done=None)
    row = world.vault.state.get("note", id=waiting["id"])
    assert row is not None and row["details"] == "A" * 43 + "="
    world.check()


def test_a_holder_lists_what_they_hold_by_its_card(world: World) -> None:
    """The account's name comes from the card; what they do not hold is neither listed nor shown."""
    hal = member(world, "Hal Doe", "6001", "holder")
    mine, other, bare = world.account("x/Mine"), world.account("x/Other"), world.account("x/Bare")
    for account in (mine, bare):
        world.grant(account, hal.person)
    deposits.deposit(world.vault, account=mine, parts={"password": "one"})
    hal.vault.sync()
    listed = worklist.list_accounts(hal.vault, hal.vault.state, Wanted())
    assert {line.id: line.name for line in listed} == {mine: "x/Mine", bare: bare}
    sheet = sheets.account_sheet(hal.vault, hal.vault.state, hal.vault.names.find("account", "x/mine"))
    assert (sheet.name, sheet.holders) == ("x/Mine", ("Hal Doe (secret)",))
    with pytest.raises(Refused):
        sheets.account_sheet(hal.vault, hal.vault.state, other)
    devices.change(world.vault, "6001 laptop", signed_in=["x/Mine", "x/Other"])
    hal.vault.sync()
    assert devices.show(hal.vault, "6001 laptop").accounts == tuple(sorted(("x/Mine", other)))
    world.check()


def _copies(world: World, id_: str, keyset: str) -> dict[str, object]:
    row = copy_in_force(world.vault.state, id_, keyset)
    assert row is not None
    return dict(row)


def test_pasted_and_swapped_copies_open_nowhere(world: World) -> None:
    """A custodian's own program points entries at other blobs, batches and things: nothing is shown for any."""
    hal, eve = member(world, "Hal Doe", "6001", "holder"), member(world, "Eve Low", "6002", "holder")
    phone = devices.add(world.vault, nickname="phone", owner="6001", kind="phone", ownership="force")
    tablet = devices.add(world.vault, nickname="tablet", owner="6001", kind="tablet", ownership="force")
    keyset, others = hal.vault.place.keyset, eve.vault.place.keyset
    good = _copies(world, phone, keyset)
    pastes = {
        "another device of theirs": _copies(world, tablet, keyset)["blob"],
        "somebody else": _copies(world, eve.person, others)["blob"],
        "the register's form": (world.vault.state.get("device", id=phone) or {})["details"],
    }
    for way, blob in pastes.items():
        with world.vault.change() as tx:
            batch, _ = tx.commit_keys({keyset})
            tx.emit("details.shared", keyset, about=phone, batch=batch, details=blob)
        assert words_of(hal.vault, phone) == {}, way
    with world.vault.change() as tx:  # the right blob under a batch that is not its own
        batch, _ = tx.commit_keys({keyset})
        tx.emit("details.shared", keyset, about=phone, batch=batch, details=good["blob"])
    assert words_of(hal.vault, phone) == {}
    with (
        world.vault.change() as tx
    ):  # the entry says that it is sealed to them; the batch is sealed to another
        batch, _ = tx.commit_keys({others})
        tx.emit("details.shared", keyset, about=phone, batch=batch, details=good["blob"])
    assert words_of(hal.vault, phone) == {}
    assert words_of(hal.vault, tablet) == {"nickname": "tablet"}
    devices.change(world.vault, phone, nickname="new name")
    assert words_of(hal.vault, phone) == {"nickname": "new name"}
    world.check()


def test_nobody_opens_a_colleagues_copy(world: World) -> None:
    """The bytes are there for all to fetch; without the other's keys, and at another's place, nothing opens."""
    hal, eve = member(world, "Hal Doe", "6001", "holder"), member(world, "Eve Low", "6002", "holder")
    eve.vault.sync()
    assert own.opened(eve.vault, "person", [hal.person], eve.vault.state) == {}
    eve.vault.place = hal.vault.place  # a client that lies to itself about who it is
    assert own.opened(eve.vault, "person", [hal.person], eve.vault.state) == {hal.person: None}


def test_members_of_the_register_need_no_copy(world: World) -> None:
    """They read the register itself; a copy would be one more blob to erase."""
    member(world, "Cal Reed", "3001", "custodian")
    world.person("Bob Stone", "2001")
    assert world.vault.state.find("own_details") == []
    world.check()


def test_every_blob_that_names_somebody_is_erased(world: World) -> None:
    """Copies of a leaver's person and devices, and what was sealed anew about them: none is left behind."""
    from vault.ops import erasure, leaving, notes

    hal = member(world, "Hal Doe", "6001", "holder")
    devices.add(hal.vault, nickname="own", owner=hal.person, kind="phone", ownership="personal")
    notes.make(hal.vault, text="about me", kind="person", about=hal.person)
    people.change(world.vault, person="6001", name="Hal Married")
    leaving.leave(world.vault, person="6001")
    state = world.vault.state
    copies = {row["blob"] for row in state.find("own_details")}
    (note,) = state.find("note")
    assert state.find("unkeyed", done=None) == []
    assert copies | {note["details"]} <= {row["hash"] for row in state.find("about", person=hal.person)}
    erasure.erase(world.vault, erasure.plan(world.vault, person=hal.person), basis="retention_over")
    assert world.vault.shared.blobs(sorted(copies | {note["details"]})) == {}
    world.check()
