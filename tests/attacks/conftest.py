"""The force that is attacked: Ada (administrator, custodian), Cal (custodian), Hal (holder of one account), a team."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.attacks.insider import Insider
from tests.ops.members import member
from tests.world import World
from vault.domain.ids import Prefix
from vault.ops.session import Vault


@dataclass
class Force:
    """The world, its members, and what they are about."""

    world: World
    cal: Vault
    hal: Vault
    account: str
    grant: str

    def insider(self, vault: Vault) -> Insider:
        vault.sync()
        return Insider(vault)

    def device_of(self, person: str) -> str:
        self.world.vault.sync()
        return str(self.world.vault.state.find("device", person=person)[0]["id"])

    def team(self) -> str:
        """A team that owns the account, with Hal in it."""
        with self.world.vault.change() as tx:
            id_ = tx.new(Prefix.TEAM)
            tx.emit("team.added", id_, kind="department", details=tx.details("team", id_, {"name": "DMT"}))
            tx.emit("account.changed", self.account, team=id_)
            tx.emit("team.joined", id_, person=self.hal.person, since=tx.today, rotate=False)
        return id_


@pytest.fixture
def force(tmp_path: Path) -> Force:
    world = World(tmp_path)
    cal = member(world, "Cal Day", "3001", "custodian")
    hal = member(world, "Hal Dee", "3002", "holder")
    account = world.account("x/NorfolkPolice")
    grant = world.grant(account, hal.person)
    world.deposit(account, password="first one", totp="otpauth://totp/x?secret=JBSWY3DPEHPK3PXP")
    for vault in (cal, hal, world.vault):
        vault.sync()
    return Force(world, cal, hal, account, grant)
