"""Making a vault: what is there after, on every engine, and that nothing is made over something."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.conftest import cluster, location  # noqa: F401 - fixtures
from tests.world import COST, PASSPHRASE, Clock, Dice, World
from vault.domain import keys
from vault.errors import Locked, UsageProblem
from vault.ops import sealing
from vault.ops.create import Created, create
from vault.ops.session import Vault
from vault.ops.unlock import unlock
from vault.store import policy_text
from vault.store.home import Home


def make(home: Home, location: str, seed: str = "made") -> Created:  # noqa: F811 - the place, not the fixture
    return create(
        home,
        location=location,
        profile="norfolk_suffolk",
        document=policy_text.text("norfolk_suffolk"),
        passphrase=PASSPHRASE,
        person={"name": "Ada Byron", "collar": "1815", "email": "ada@norfolk.example"},
        machine="Ada's laptop",
        clock=Clock(),
        random=Dice(seed),
        cost=COST,
    )


def test_on_every_engine(location: str, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    """The same vault in a file, behind a SQLite URL and in PostgreSQL: made, written, opened again and read."""
    home = Home(tmp_path / "ada")
    made = make(home, location)
    assert len(made.words) == 10
    assert made.kit[0] not in repr(made)
    vault = Vault.open(home, clock=Clock(), random=Dice("more"))
    unlock(vault, PASSPHRASE, cost=COST)
    vault.sync()
    assert vault.vault_id.hex() == made.vault_id
    assert vault.roles() == {"administrator", "custodian"}
    assert not vault.state.find("void")
    with vault.change() as tx:
        tx.emit("account.added", "acc-" + "a" * 16, platform="x", owner_kind="main", details="A" * 43 + "=")
        body = sealing.Body({"platform": "x"}, {"password": "first one"})
        sealing.write_version(
            tx, account="acc-" + "a" * 16, body=body, parts={"password": "new"}, why="deposit"
        )
    sealing.read_back_all(vault, {("acc-" + "a" * 16, 1): body})
    vault.close()


def test_the_first_state(tmp_path: Path) -> None:
    """One member, one kit that she saw, custody ready, a policy, her machine a device; nothing void."""
    world = World(tmp_path)
    state = world.vault.state
    assert [row["person"] for row in state.find("recovery")] == [world.ada]
    assert not keys.epoch_due(state, keys.CUSTODY)
    assert not keys.epoch_due(state, keys.REGISTER)
    assert state.find("policy")[0]["profile"] == "norfolk_suffolk"
    assert [row["keyset"] for row in state.find("device")] == [world.vault.place.keyset]
    assert state.find("void") == []
    assert world.vault.shared.bodies(0, 1)[0].count(b"Ada") == 0
    world.check()


def test_nothing_is_made_over_something(tmp_path: Path) -> None:
    """A home that is there, a vault that is there: refused, both unchanged."""
    first = Home(tmp_path / "ada")
    make(first, str(tmp_path / "vault.db"))
    with pytest.raises(UsageProblem, match="already"):
        make(first, str(tmp_path / "other.db"))
    assert not (tmp_path / "other.db").exists()
    with pytest.raises(UsageProblem, match="already"):
        make(Home(tmp_path / "bob"), str(tmp_path / "vault.db"))
    url = f"sqlite:///{tmp_path / 'url.db'}"
    make(Home(tmp_path / "cal"), url)
    with pytest.raises(UsageProblem, match="already"):
        make(Home(tmp_path / "dee"), url)


def test_locked_until_unlocked(tmp_path: Path) -> None:
    """An open vault has no keys; asking for them says what is needed."""
    home = Home(tmp_path / "ada")
    make(home, str(tmp_path / "vault.db"))
    vault = Vault.open(home, clock=Clock(), random=Dice())
    assert not vault.unlocked
    with pytest.raises(Locked, match="is locked"):
        _ = vault.keyring
    vault.close()
