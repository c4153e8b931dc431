"""Make a new vault and its first member: administrator and custodian, alone until others are admitted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from audit.entry import encode, leaf_hash
from audit.words import to_words
from vault.crypto import kit
from vault.crypto.keyset import Keyset
from vault.crypto.stretch import Cost
from vault.domain import keys
from vault.domain.ids import Prefix, new_id
from vault.errors import IntegrityError, NotFound, UsageProblem, VaultError
from vault.ops import unfinished
from vault.ops.keyring import Keyring, text
from vault.ops.session import Clock, Random, Vault
from vault.ops.unlock import store_keyset
from vault.store.file import FileDoor
from vault.store.home import Home, Place
from vault.store.register import State
from vault.store.shared import Door, Shared, open_door

if TYPE_CHECKING:
    from vault.ops.tx import Tx


@dataclass(frozen=True, slots=True)
class Created:
    """What is shown once, when a vault is made."""

    vault_id: str
    words: list[str]
    kit: list[str] = field(repr=False)


def create(
    home: Home,
    *,
    location: str,
    profile: str,
    document: bytes,
    passphrase: str,
    person: dict[str, str],
    machine: str,
    clock: Clock,
    random: Random,
    cost: Cost | None = None,
    show: Callable[[Created], None] = lambda _: None,
) -> Created:
    """Make the vault at ``location`` and the home of its first member. Refuses anything that exists.

    ``person`` has name, collar and email; ``document`` is the profile's file. ``show`` is given the papers just before
    the vault is there: where they cannot be shown, there is no vault that nobody has the papers of.
    """
    home.make()
    keyset, keyset_id = Keyset.generate(random), new_id(Prefix.KEYSET, random)
    person_id = new_id(Prefix.PERSON, random)
    # First: a crash from here on leaves a home that says what it was for, and `init` can be repeated.
    home.set_place(Place(vault=location, vault_id="", keyset=keyset_id, person=person_id))
    door = _new_door(home, location)
    vault = Vault(home=home, shared=Shared(door), state=State.create(home.state), clock=clock, random=random)
    try:
        vault.use(Keyring(keyset_id=keyset_id, keyset=keyset, vault_id=b"", shared=vault.shared))
        with vault.change() as tx:
            vault_id = _genesis(tx, profile=profile)
            # The sealed keys are durable before the log names them: a crash here leaves an empty vault, not a lost one.
            sealed = {"passphrase": passphrase, "vault_id": vault_id, "keyset_id": keyset_id}
            store_keyset(home, keyset, random=random, cost=cost, **sealed)
            vault.place = vault.place._replace(vault_id=vault_id)
            home.set_place(vault.place)
            lines = make_recovery(tx, tx.random(kit.SIZE), seen_by=[person_id])
            _first_facts(tx, person=person, profile=profile, document=document, machine=machine)
            made = Created(vault_id, to_words(bytes.fromhex(vault_id)), lines)
            show(made)
    except BaseException:
        vault.close()
        unfinished.clear(home)
        raise
    vault.close()
    return made


def _first_facts(tx: Tx, *, person: dict[str, str], profile: str, document: bytes, machine: str) -> None:
    """Who the first member is, by which document the vault judges, and on which machine their keys are."""
    who = tx.vault.person
    tx.ensure_epoch(keys.CUSTODY)
    tx.emit("person.changed", who, details=tx.details("person", who, person))
    tx.emit("policy.chosen", "", profile=profile, document=tx.blob(document))
    register_machine(tx, keyset=tx.vault.keyring.keyset_id, person=who, nickname=machine)


def _new_door(home: Home, location: str) -> Door:
    """A database of its own; where there is a vault already, no home is left behind."""
    try:
        door = open_door(location, create=True)
        if Shared(door).entry_count():
            door.close()
            raise UsageProblem(
                "there is a vault in this database already; nothing was changed",
                hint="join it instead: keyholder join FILE",
            )
    except VaultError:
        home.forget()
        raise
    return door


def _genesis(tx: Tx, *, profile: str) -> str:
    """The first entry; its leaf hash is the vault's id, in everything that is sealed from here on."""
    ring = tx.vault.keyring
    origin = "keyholder/" + tx.random(8).hex()
    tx.emit(
        "log.genesis",
        ring.keyset_id,
        origin=origin,
        key=text(ring.keyset.sign_public),
        kem=text(ring.keyset.kem_public),
        person=tx.vault.person,
        policy=profile,
    )
    if tx.newest is None:
        raise IntegrityError("the genesis was not written")
    ring.vault_id = leaf_hash(encode(tx.newest))
    return ring.vault_id.hex()


def make_recovery(tx: Tx, secret: bytes, *, seen_by: list[str]) -> list[str]:
    """The recovery keyset of ``secret``, sealed into the epochs that follow; the lines of its kit.

    Where there is a second administrator it waits for their word, and the old kit stays in force until then.
    """
    recovery, keyset_id = kit.keyset_from_kit(secret), tx.new(Prefix.KEYSET)
    tx.emit(
        "signer.added",
        keyset_id,
        key=text(recovery.sign_public),
        kem=text(recovery.kem_public),
        purpose="recovery",
        vouches=True,
    )
    tx.emit("recovery.made", keyset_id, seen_by=seen_by)
    retire_recovery(tx)
    return kit.encode(secret)


def retire_recovery(tx: Tx) -> None:
    """Tell the log what `recovery.made` decided: an older kit's keyset signs no more."""
    signing = {signer.id for signer in tx.vault.follower.signers.items() if signer.revoked is None}
    for row in tx.state.find("keyset", purpose="recovery"):
        if row["revoked"] is not None and row["id"] in signing:
            tx.emit("signer.revoked", row["id"], reason="renewed")


def register_machine(tx: Tx, *, keyset: str, person: str, nickname: str) -> str:
    """The machine is a device like any other: losing it is `device lost`, with its keyset."""
    device = tx.new(Prefix.DEVICE)
    tx.emit(
        "device.added",
        device,
        person=person,
        kind="laptop",
        ownership="force",
        screen_lock="unknown",
        keyset=keyset,
        details=tx.details("device", device, {"nickname": nickname}),
    )
    return device


def check_new(home: Home, *, location: str, group: str | None) -> None:
    """Refuse what exists, before anything is asked or made. What an `init` that died left behind is cleared away."""
    unfinished.clear(home)
    if home.exists():
        raise UsageProblem(
            f"there is a Keyholder home at {home.folder} already; nothing was changed",
            hint="set KEYHOLDER_HOME to another folder for another member",
        )
    if "://" not in location and Path(location).exists():
        raise UsageProblem(
            f"there is something at {location} already; nothing was changed",
            hint="join the vault instead: keyholder join FILE; or name another place in KEYHOLDER_VAULT",
        )
    if group is not None:
        _group_id(group)
        if "://" in location or Path(location).parent == home.folder:
            raise UsageProblem(
                "a vault that a group shares needs a folder of its own",
                hint="name it in KEYHOLDER_VAULT: a path outside of your own home folder",
            )


def share_with_group(location: str, group: str) -> None:
    """Let an OS group use the vault's file: folder 02770, files 0660."""
    door = FileDoor(Path(location))
    try:
        door.share_with_group(_group_id(group))
    except PermissionError:
        raise VaultError(
            f"the vault was made, but its file could not be given to the group {group}",
            hint=f"you must belong to it; or ask root: chgrp {group} '{location}' and chmod 660",
        ) from None
    finally:
        door.close()


def _group_id(group: str) -> int:
    import grp

    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        raise NotFound(f"this machine has no group called {group}", hint="see: getent group") from None
