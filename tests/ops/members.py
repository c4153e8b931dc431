"""Further members of a World: keys of their own, a home of their own, roles as given."""

from __future__ import annotations

from tests.world import COST, PASSPHRASE, World
from vault.crypto.keyset import Keyset
from vault.domain.events import STAFF
from vault.domain.ids import Prefix
from vault.ops import epochs
from vault.ops.create import register_machine
from vault.ops.keyring import text
from vault.ops.session import Vault
from vault.ops.unlock import store_keyset
from vault.store.home import Home, Place


def member(world: World, name: str, collar: str, *roles: str) -> Vault:
    """A person who joins with these roles; their open vault."""
    person, keyset = world.person(name, collar), Keyset.generate(world.dice)
    home = Home(world.folder / collar)
    home.make()
    with world.vault.change() as tx:
        keyset_id = tx.new(Prefix.KEYSET)
        tx.emit(
            "signer.added",
            keyset_id,
            key=text(keyset.sign_public),
            kem=text(keyset.kem_public),
            purpose="member",
            vouches=bool(STAFF & set(roles)),
            person=person,
        )
        for role in roles:
            tx.emit("role.given", person, role=role)
        register_machine(tx, keyset=keyset_id, person=person, nickname=f"{name}'s laptop")
        epochs.settle(tx)
    vault_id = world.created.vault_id
    store_keyset(
        home,
        keyset,
        passphrase=PASSPHRASE,
        vault_id=vault_id,
        keyset_id=keyset_id,
        random=world.dice,
        cost=COST,
    )
    home.set_place(Place(vault=world.location, vault_id=vault_id, keyset=keyset_id, person=person))
    return world.open(home)
