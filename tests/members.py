"""Second members of a simulated force: real homes, made by invite → join → admit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.world import COST, PASSPHRASE, World
from vault.ops import admitting, inviting, joining
from vault.ops.admitting import Admitted
from vault.ops.session import Vault
from vault.store.home import Home


@dataclass
class Member:
    """Somebody's machine: the home, the opened vault, the person's id, and what admitting them said."""

    home: Home
    vault: Vault
    person: str
    admitted: Admitted


def ask(world: World, text: str, folder: str, *, location: str | None = None) -> joining.Joined:
    """Answer an invitation on a new machine."""
    invitation, shared = joining.check_invitation(text, location=location, clock=world.clock)
    joined = joining.join(
        Home(world.folder / folder),
        invitation=invitation,
        shared=shared,
        location=location,
        passphrase=PASSPHRASE,
        nickname=f"{folder} laptop",
        random=world.dice,
        cost=COST,
    )
    if shared is not None:
        shared.door.close()
    return joined


def member(
    world: World, name: str, collar: str, *roles: str, by: Vault | None = None, folder: str = ""
) -> Member:
    """A new person with keys of their own, admitted by Ada or by somebody else."""
    return enrol(world, world.person(name, collar), *roles, by=by, folder=folder or collar)


def enrol(
    world: World, person: str, *roles: str, by: Vault | None = None, folder: str, rekey: bool = False
) -> Member:
    """Keys for somebody of the register, on a machine of their own."""
    admin = by or world.vault
    admin.sync()
    invitation = inviting.invite(admin, person=person, roles=roles, rekey=rekey)
    joined = ask(world, invitation.to_text(), folder)
    admitted = admitting.admit(admin, admitting.examine(admin, joined.request.to_text()))
    home = Home(Path(world.folder / folder))
    world.vault.sync()
    return Member(home, world.open(home), person, admitted)
