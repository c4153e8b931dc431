"""Open this machine's keyset: the passphrase and the device secret, both needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault.crypto import keyfile
from vault.crypto.keyset import Keyset
from vault.crypto.stretch import DEFAULT, FLOOR, Cost
from vault.errors import IntegrityError
from vault.ops.keyring import Keyring
from vault.store.home import Home

if TYPE_CHECKING:
    from vault.ops.session import Random, Vault


def unlock(vault: Vault, passphrase: str, *, cost: Cost | None = None) -> None:
    """Give the vault its keys for the rest of the process. `Locked` for a wrong passphrase.

    ``cost`` is None but in tests: the floor below which a keyset file is refused.
    """
    raw = vault.home.read(vault.home.keyset)
    expected = context(vault_id=vault.place.vault_id, keyset_id=vault.place.keyset)
    if keyfile.header(raw) != expected:
        raise IntegrityError(
            f"{vault.home.keyset} belongs to another vault or machine",
            hint="each machine keeps its own keyset; do not copy the file",
        )
    device_secret = vault.home.read(vault.home.device)
    keyset = keyfile.unlock(raw, passphrase=passphrase, device_secret=device_secret, floor=cost or FLOOR)
    ring = Keyring(keyset_id=vault.place.keyset, keyset=keyset, vault_id=vault.vault_id, shared=vault.shared)
    vault.use(ring)


def context(*, vault_id: str, keyset_id: str) -> dict[str, str]:
    """What a keyset file says of itself, authenticated."""
    return {"vault_id": vault_id, "keyset": keyset_id}


def store_keyset(
    home: Home,
    keyset: Keyset,
    *,
    passphrase: str,
    vault_id: str,
    keyset_id: str,
    random: Random,
    cost: Cost | None = None,
) -> None:
    """Seal a keyset into the home; makes the device secret where there is none."""
    if not home.device.exists():
        home.write(home.device, random(keyfile.DEVICE_SECRET_SIZE))
    sealed = keyfile.lock(
        keyset,
        passphrase=passphrase,
        device_secret=home.read(home.device),
        cost=cost or DEFAULT,
        floor=cost or FLOOR,
        context=context(vault_id=vault_id, keyset_id=keyset_id),
        random=random,
    )
    home.write(home.keyset, sealed)


def change_passphrase(vault: Vault, new: str, *, cost: Cost | None = None) -> None:
    """Seal the unlocked keyset again under another passphrase.

    The device secret stays: two files cannot be replaced at once, and a crash between them would lock the member out.
    """
    store_keyset(
        vault.home,
        vault.keyring.keyset,
        passphrase=new,
        vault_id=vault.place.vault_id,
        keyset_id=vault.place.keyset,
        random=vault.random,
        cost=cost,
    )
