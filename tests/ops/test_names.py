"""Names: found by what people type, told apart when they are alike, suggested when they are wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.ops.members import member
from tests.world import World
from vault.domain.events import Row
from vault.domain.ids import Prefix
from vault.errors import NotFound, UsageProblem
from vault.ops import people
from vault.ops.names import ERASED, FEW, names_of, title
from vault.store.register import State


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_by_every_name(world: World) -> None:
    """A person by collar number, e-mail or name, without case; a device by nickname; anything by its id."""
    bob = world.person("Bob Stone", "2001")
    for typed in ("2001", "bob stone", "BOB   STONE", "2001@Norfolk.example", bob, bob[:9]):
        assert world.vault.names.find("person", typed) == bob
    account = world.account("x/NorfolkPolice")
    for typed in ("x/NorfolkPolice", "X/norfolkpolice", "x/@NorfolkPolice", account, account[:9]):
        assert world.vault.names.find("account", typed) == account
    device = world.vault.names.find("device", "ada's LAPTOP")
    assert world.vault.names.details("device", device)["nickname"] == "Ada's laptop"


def test_one_description_is_read_without_all_that_was_erased(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list asks for names again and again: each costs what it is, however many were erased in ten years."""
    bob = world.person("Bob Stone", "2001")
    many = [{"hash": f"{n}", "person": bob, "seq": 1} for n in range(1_000)]
    state, read = world.vault.state, 0
    with state.transaction():
        state.put_all("erased", many)
    find = State._find

    def counted(self: State, table: str, equal: Mapping[str, Any]) -> list[Row]:
        nonlocal read
        rows = find(self, table, equal)
        read += len(rows)
        return rows

    monkeypatch.setattr(State, "_find", counted)
    assert world.vault.names.details("person", bob)["name"] == "Bob Stone"
    assert read < 50


def test_what_was_erased_says_so_alone_and_in_a_long_list(world: World) -> None:
    """Looked up one by one or read together: the same."""
    people = [world.person(f"Bob {n}", str(2000 + n)) for n in range(FEW + 1)]
    state = world.vault.state
    gone = (state.get("person", id=people[7]) or {})["details"]
    with state.transaction():
        state.put("erased", hash=gone, person=people[7], seq=1)
    names = world.vault.names
    for found in (names.many("person"), names.many("person", people[5:9])):
        assert [id_ for id_, words in found.items() if words["name"] == ERASED] == [people[7]]


def test_a_key_that_means_another_account(world: World) -> None:
    """Somebody writes another account's spelling as the key of their own: it leads nobody to theirs."""
    right = world.account("x/NorfolkPolice")
    with world.vault.change() as tx:
        wrong = tx.new(Prefix.ACCOUNT)
        details = tx.details("account", wrong, {"name": "x/Theirs", "key": "twitter/norfolkpolice"})
        tx.emit("account.added", wrong, platform="x", owner_kind="team", details=details)
    for typed in ("twitter/norfolkpolice", "twitter/NorfolkPolice", "x/norfolkpolice"):
        assert world.vault.names.find("account", typed) == right


def test_a_name_that_is_a_list(world: World) -> None:
    """Details whose name is a list of texts name nothing, and are in nobody's way."""
    account = world.account("x/NorfolkPolice")
    with world.vault.change() as tx:
        odd = tx.new(Prefix.ACCOUNT)
        details = tx.details("account", odd, {"name": "x/odd", "key": ["x/norfolkpolice"]})
        tx.emit("account.added", odd, platform="x", owner_kind="team", details=details)
        person = tx.new(Prefix.PERSON)
        tx.emit(
            "person.added", person, details=tx.details("person", person, {"name": ["Bob"], "collar": "1"})
        )
    assert world.vault.names.find("account", "x/norfolkpolice") == account
    assert world.vault.names.find("person", "1") == person


def test_a_key_that_nobody_can_type(world: World) -> None:
    """A key that is no account's name is in nobody's way, and the look-up goes on."""
    with world.vault.change() as tx:
        odd = tx.new(Prefix.ACCOUNT)
        details = tx.details("account", odd, {"name": "odd", "key": "no such platform"})
        tx.emit("account.added", odd, platform="x", owner_kind="team", details=details)
    with pytest.raises(UsageProblem):
        world.vault.names.find("account", "no such platform")
    assert world.vault.names.find("account", odd) == odd


def test_ambiguous(world: World) -> None:
    """Two of one name: refused, with both ids; nobody is chosen."""
    ids = [world.person("Bob Stone", collar) for collar in ("2001", "2002")]
    with pytest.raises(UsageProblem, match="more than one person") as caught:
        world.vault.names.find("person", "bob stone")
    assert all(id_ in caught.value.hint for id_ in ids)
    assert "Bob Stone 2002 2002@norfolk.example" in caught.value.hint, "what tells them apart is said"
    common = "per-"
    with pytest.raises(NotFound):
        world.vault.names.find("person", common)


def test_an_ambiguous_prefix(world: World) -> None:
    """The beginning of several ids is refused with the candidates."""
    ids = [world.person(f"Person {n}", f"{n}") for n in range(3000, 3040)]
    starts = [id_[:5] for id_ in ids]
    twice = next(start for start in starts if starts.count(start) > 1)
    with pytest.raises(UsageProblem, match="more than one"):
        world.vault.names.find("person", twice)


def test_suggestions(world: World) -> None:
    """A name that is nearly right is suggested, and where to look is said."""
    world.account("x/NorfolkPolice")
    with pytest.raises(NotFound, match="no account is called x/NorfolkPolise") as caught:
        world.vault.names.find("account", "x/NorfolkPolise")
    assert "did you mean x/NorfolkPolice?" in caught.value.hint
    assert "keyholder account list" in caught.value.hint
    with pytest.raises(NotFound) as caught:
        world.vault.names.find("person", "zzzzzz")
    assert "did you mean" not in caught.value.hint


def test_somebody_who_cannot_read_names(world: World) -> None:
    """A holder uses ids; nothing of a name is shown to them."""
    account = world.account("x/NorfolkPolice")
    hal = member(world, "Hal Moor", "2001", "holder")
    with pytest.raises(NotFound) as caught:
        hal.names.find("account", "x/NorfolkPolice")
    assert "use the id" in caught.value.hint
    assert hal.names.find("account", account) == account
    hal.close()


def test_a_new_name_replaces_the_old(world: World) -> None:
    """After a change of details the old name finds nothing, the new one does."""
    bob = world.person("Bob Stone", "2001")
    assert world.vault.names.search("person", "bob stone") == bob
    with world.vault.change() as tx:
        tx.emit(
            "person.changed", bob, details=tx.details("person", bob, {"name": "Bob Reed", "collar": "2001"})
        )
    assert world.vault.names.search("person", "bob stone") is None
    assert world.vault.names.search("person", "Bob Reed") == bob


def test_no_name_in_clear(world: World) -> None:
    """Neither database holds a name in clear: the look-up table has keyed tags."""
    world.person("Bob Stone", "2001")
    world.vault.names.find("person", "bob stone")
    for path in world.folder.rglob("*"):
        if path.is_file() and path.suffix in (".db", ".db-wal", ".json"):
            held = path.read_bytes()
            assert b"Bob Stone" not in held
            assert b"bob stone" not in held


def test_names_and_titles() -> None:
    """What can be typed for a thing, and what is shown for it; a thing without a name has none."""
    person = {"name": "Bob  Stone", "collar": "2001", "email": ""}
    assert names_of("person", person) == {"bob stone", "2001"}
    assert names_of("account", {"key": "x/norfolkpolice"}) == {"x/norfolkpolice"}
    assert title("person", person) == "Bob  Stone"
    assert title("device", {}) == ""


def test_a_number_is_its_owners_before_it_is_a_name(world: World) -> None:
    """Somebody who is called like another's collar number does not make that number ambiguous."""
    bob = world.person("Bob Stone", "2001")
    people.add(world.vault, name="2001")
    assert world.vault.names.find("person", "2001") == bob
