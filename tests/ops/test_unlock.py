"""Unlocking: passphrase and device secret, both of this machine, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.world import COST, PASSPHRASE, World
from vault.errors import IntegrityError, Locked, VaultError
from vault.ops.session import Vault
from vault.ops.unlock import change_passphrase, unlock


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def locked(world: World) -> Vault:
    return Vault.open(world.home, clock=world.clock, random=world.dice)


def test_a_wrong_passphrase(locked: Vault) -> None:
    """A wrong passphrase opens nothing, and the vault stays locked."""
    with pytest.raises(Locked):
        unlock(locked, PASSPHRASE + "x", cost=COST)
    assert not locked.unlocked
    unlock(locked, PASSPHRASE, cost=COST)
    assert locked.unlocked


def test_another_device_secret(locked: Vault, world: World) -> None:
    """The right passphrase without this machine's secret opens nothing."""
    world.home.write(world.home.device, bytes(32))
    with pytest.raises(Locked):
        unlock(locked, PASSPHRASE, cost=COST)
    world.home.device.unlink()
    with pytest.raises(VaultError, match="is missing"):
        unlock(locked, PASSPHRASE, cost=COST)


def test_a_keyset_of_another_vault(world: World, locked: Vault, tmp_path: Path) -> None:
    """A keyset file copied from another vault or machine is refused before the passphrase is tried."""
    other = World(tmp_path / "other", seed="other")
    world.home.write(world.home.keyset, other.home.keyset.read_bytes())
    with pytest.raises(IntegrityError, match="another vault or machine"):
        unlock(locked, PASSPHRASE, cost=COST)


def test_the_floor(locked: Vault) -> None:
    """A keyset file that was made cheaper to guess than the floor is refused outside of tests."""
    with pytest.raises(VaultError):
        unlock(locked, PASSPHRASE)


def test_another_passphrase(world: World, locked: Vault) -> None:
    """After a change only the new one opens; the device secret stays."""
    secret = world.home.device.read_bytes()
    change_passphrase(world.vault, "six other small red foxes", cost=COST)
    with pytest.raises(Locked):
        unlock(locked, PASSPHRASE, cost=COST)
    unlock(locked, "six other small red foxes", cost=COST)
    assert world.home.device.read_bytes() == secret
