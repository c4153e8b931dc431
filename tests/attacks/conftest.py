"""The force that is attacked: Ada (administrator, custodian), Cal (custodian), Hal (holder of one account), a team."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from audit.entry import decode
from audit.errors import AuditError
from tests import second_opinion
from tests.attacks.insider import Insider
from tests.ops.members import member
from tests.world import World
from vault.domain.ids import Prefix
from vault.errors import VaultError
from vault.ops.session import Vault
from vault.store.shared import Shared, open_door


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
def force(tmp_path: Path) -> Iterator[Force]:
    """The force; whatever was done to it, the vault and the second opinion agree on what its log means."""
    world = World(tmp_path)
    cal = member(world, "Cal Day", "3001", "custodian")
    hal = member(world, "Hal Dee", "3002", "holder")
    account = world.account("x/NorfolkPolice")
    grant = world.grant(account, hal.person)
    world.deposit(account, password="first one", totp="otpauth://totp/x?secret=JBSWY3DPEHPK3PXP")
    for vault in (cal, hal, world.vault):
        vault.sync()
    yield Force(world, cal, hal, account, grant)
    opinions_agree(world)


def opinions_agree(world: World) -> None:
    """Fold the log that was attacked by both; a log that does not verify has no meaning to agree on."""
    try:
        shared = Shared(open_door(world.location))
        commits = [bodies for *_, bodies in shared.commits_after(0)]
        second_opinion.same_log(entry for bodies in commits for entry in map(decode, bodies))
        shared.door.close()
    except (AuditError, VaultError):
        return
