"""A force whose log is set back: several machines, some of which had seen more."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from audit.errors import Forked, RolledBack
from cli.context import Context
from cli.main import run
from cli.settings import Settings
from cli.terminal import Terminal
from tests.cli.scripted import NoTty, ScriptedTty
from tests.members import Member, member
from tests.world import COST, World
from vault.domain.continuing import RESTORED
from vault.ops import continuing
from vault.ops.continuing import Survey
from vault.ops.keyring import text
from vault.ops.session import Vault
from vault.store.home import Home
from vault.store.shared import open_door


class Force(World):
    """A vault with two administrators and a custodian, and copies of its file to be put back."""

    def __init__(self, folder: Path, *, two: bool = True) -> None:
        super().__init__(folder)
        self.bea = (
            member(self, "Bea Cox", "2002", "administrator", "custodian", folder="bea") if two else None
        )
        self.cal = member(self, "Cal Dow", "2003", "custodian", folder="cal")
        self.copies = self.size = 0

    def everybody(self) -> list[Member]:
        return [self.cal, *([self.bea] if self.bea else [])]

    def all_read(self) -> None:
        for one in self.everybody():
            one.vault.sync()

    def copy(self) -> Path:
        """The file as it is now."""
        self.copies += 1
        path = self.folder / f"copy-{self.copies}.db"
        door = open_door(self.location)
        path.write_bytes(door.copy())  # type: ignore[attr-defined]
        door.close()
        return path

    def put_back(self, copy: Path) -> None:
        """Somebody puts an older file where the vault is; everybody opens it anew."""
        for vault in (self.vault, *(one.vault for one in self.everybody())):
            vault.close()
        for end in ("", "-wal", "-shm"):
            Path(self.location + end).unlink(missing_ok=True)
        shutil.copyfile(copy, self.location)
        self.vault = self.again(self.home)
        for one in self.everybody():
            one.vault = self.again(one.home)

    def again(self, home: Home) -> Vault:
        """Opened and unlocked, and not in step with the log."""
        from tests.world import PASSPHRASE
        from vault.ops.unlock import unlock

        vault = Vault.open(home, clock=self.clock, random=self.dice)
        unlock(vault, PASSPHRASE, cost=COST)
        return vault

    def keyholder(self, *line: str, home: Home, answers: tuple[str, ...] | None = None) -> int:
        """A command line as one of them: with a terminal and these answers, or without."""
        secret = self.folder / "passphrase"
        secret.write_text("ten small grey foxes run\n")
        secret.chmod(0o600)
        device = NoTty() if answers is None else ScriptedTty(*answers)
        context = Context(
            settings=Settings(home=home.folder, passphrase_file=secret),
            clock=self.clock,
            random=self.dice,
            terminal=Terminal(device),
            cost=COST,
        )
        return run(line, context)


def surveyed(vault: Vault) -> Survey:
    """What does not fit; it must not."""
    with pytest.raises((RolledBack, Forked)):
        vault.sync()
    found = continuing.survey(vault)
    assert found is not None
    return found


def lose_two(force: Force) -> int:
    """A backup, two entries that everybody sees, the backup put back; its size."""
    copy, size = force.copy(), force.vault.follower.size
    force.person("Una Lost", "3001")
    force.person("Ute Lost", "3002")
    force.all_read()
    force.put_back(copy)
    return size


def continued(force: Force) -> int:
    """The statement of both administrators; where it took effect."""
    seq, in_force = continuing.go_on(force.vault, surveyed(force.vault))
    if not in_force:
        assert force.bea is not None
        assert continuing.go_on(force.bea.vault, surveyed(force.bea.vault)) == (seq, True)
        force.vault.sync()
    return seq


def insider(force: Force, one: Member, **said: Any) -> int:
    """Somebody's keys and a client of their own, which has forgotten its pin and judges nothing."""
    folder = force.folder / f"insider-{one.home.folder.name}"
    shutil.copytree(one.home.folder, folder)
    (folder / "state.db").unlink()
    vault = force.again(Home(folder))
    vault.sync()
    vault.fold_entry = lambda entry: None  # type: ignore[method-assign]
    with vault.change() as tx:
        seq = tx.emit(RESTORED, "", **said)
    vault.close()
    return seq


def vault_of(force: Force, folder: Path) -> Vault:
    vault = force.again(Home(folder))
    vault.sync()
    return vault


def surveyed_head(vault: Vault) -> dict[str, Any]:
    head = vault.follower.head()
    return {"size": head.size, "root": text(head.root)}
