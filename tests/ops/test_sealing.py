"""Versions: opened by who they were sealed to, and refused when anything about them was changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ops.members import member
from tests.world import World
from vault.crypto.version import WRAP_SIZE
from vault.errors import IntegrityError, NotFound, VaultError
from vault.ops import sealing
from vault.ops.session import Vault
from vault.store.shared import Shared


class Swapped(Shared):
    """A shared database that shows other bytes under some names: what its owner could do to the checks."""

    def __init__(self, shared: Shared, other: dict[str, bytes | None]) -> None:
        super().__init__(shared.door)
        self.other = other

    def blob(self, name: str) -> bytes:
        found = self.other.get(name, b"")
        if found is None:
            raise IntegrityError("a sealed value is missing")
        return found or super().blob(name)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def account(world: World) -> str:
    """An account with one version, held by two keyed persons."""
    id_ = world.account("x/NorfolkPolice")
    for name, collar in (("Hal Moor", "2001"), ("Ivy Dale", "2002")):
        vault = member(world, name, collar, "holder")
        world.vault.sync()
        world.grant(id_, vault.person)
        vault.close()
    world.deposit(id_, password="first one")
    return id_


def show(vault: Vault, account: str, other: dict[str, bytes | None]) -> None:
    """Open version 1 through a changed database."""
    vault.shared = Swapped(vault.shared, other)
    sealing.open_version(vault, account=account, number=1)


def test_a_holder_opens_their_own_wrap(world: World, account: str) -> None:
    """Each holder opens it with their own keys, without custody's."""
    from vault.store.home import Home

    for collar in ("2001", "2002"):
        vault = world.open(Home(world.folder / collar))
        assert sealing.open_version(vault, account=account, number=1).parts == {"password": "first one"}
        vault.close()


def test_no_such_version(world: World, account: str) -> None:
    """A version that was never written is not found; nor can it be shared."""
    with pytest.raises(NotFound):
        sealing.open_version(world.vault, account=account, number=2)
    with pytest.raises(NotFound), world.vault.change() as tx:
        sealing.share_version(tx, account=account, number=2, to=world.vault.place.keyset)


def test_wraps_swapped_between_recipients(world: World, account: str) -> None:
    """Each wrap belongs to its recipient and place: swapped they open nothing."""
    name = world.vault.state.get("version", account=account, number=1)["blob"]
    blob = world.vault.shared.blob(name)
    first, second, rest = blob[:WRAP_SIZE], blob[WRAP_SIZE : 2 * WRAP_SIZE], blob[2 * WRAP_SIZE :]
    with pytest.raises(VaultError):
        show(world.vault, account, {name: second + first + rest})


@pytest.mark.parametrize("place", [0, WRAP_SIZE * 3, -1])
def test_a_changed_byte(world: World, account: str, place: int) -> None:
    """One byte changed in a wrap or in the body is one refusal, without the secret."""
    name = world.vault.state.get("version", account=account, number=1)["blob"]
    blob = bytearray(world.vault.shared.blob(name))
    blob[place] ^= 1
    with pytest.raises(VaultError) as caught:
        show(world.vault, account, {name: bytes(blob)})
    assert "first one" not in str(caught.value)


@pytest.mark.parametrize("length", [1, WRAP_SIZE - 1, WRAP_SIZE * 3, WRAP_SIZE * 3 + 10])
def test_a_shortened_blob(world: World, account: str, length: int) -> None:
    """A blob cut anywhere is refused in our words."""
    name = world.vault.state.get("version", account=account, number=1)["blob"]
    blob = world.vault.shared.blob(name)
    with pytest.raises(VaultError):
        show(world.vault, account, {name: blob[:length]})


def test_missing_blobs(world: World, account: str) -> None:
    """Without the sealed body, or the commit key's seal, nothing opens."""
    row = world.vault.state.get("version", account=account, number=1)
    seal = world.vault.state.get("batch_seal", batch=row["batch"], recipient=row["epoch"])["seal"]
    world.vault.keyring.commit_keys.clear()
    for name in (row["blob"], seal):
        again = world.open(world.home)
        with pytest.raises(IntegrityError, match="missing"):
            show(again, account, {name: None})
        again.close()


@pytest.mark.parametrize(
    "change",
    [
        {"commitment": "A" * 43 + "="},
        {"places": 2},
        {"number": 7},
        {"batch": "bat-" + "z" * 16},
        {"epoch": "epo-" + "z" * 16},
    ],
)
def test_another_entry_than_it_was_sealed_for(world: World, account: str, change: dict[str, object]) -> None:
    """A version pasted under another commitment, number, batch or epoch does not open."""
    world.vault.state.change("version", {"account": account, "number": 1}, **change)
    with pytest.raises(VaultError):
        sealing.open_version(world.vault, account=account, number=int(change.get("number", 1)))


def test_a_version_of_another_account(world: World, account: str) -> None:
    """A version pasted under another account does not open."""
    other = world.account("x/SuffolkPolice")
    world.vault.state.change("version", {"account": account, "number": 1}, account=other)
    with pytest.raises(VaultError):
        sealing.open_version(world.vault, account=other, number=1)


def test_read_back(world: World, account: str) -> None:
    """What was stored is compared through a connection of its own; another content is refused."""
    good = sealing.open_version(world.vault, account=account, number=1)
    before = world.vault.shared
    sealing.read_back_all(world.vault, {(account, 1): good})
    with pytest.raises(IntegrityError, match="not what was sealed"):
        sealing.read_back_all(world.vault, {(account, 1): sealing.Body(good.card, {"password": "other"})})
    assert world.vault.shared is before


def test_a_body_hides_itself() -> None:
    """Printing a body shows no secret."""
    assert "hunter2" not in repr(sealing.Body({"platform": "x"}, {"password": "hunter2"}))
