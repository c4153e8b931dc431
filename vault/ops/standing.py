"""Whether this machine's keys sign: not before they are admitted, and not after they were revoked.

Neither is a fault of the log. It is said before anything is tried, so that nobody takes it for tampering.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault.errors import Refused

if TYPE_CHECKING:
    from vault.ops.session import Vault

WAITING = "this machine's keys are not admitted yet"
_ADMIT = "read its ten words to an administrator, who runs: keyholder admit"
_NEW = "who has left needs no keys; else an administrator gives new ones: keyholder person rekey PERSON"


def check(vault: Vault) -> None:
    """`Refused` if what these keys would sign is worth nothing; whoever begins a log is its first signer."""
    if not vault.follower.size:
        return
    keyset = vault.now.keyring.keyset_id if vault.unlocked else vault.place.keyset
    signer = next((one for one in vault.follower.signers.items() if one.id == keyset), None)
    if signer is None:
        raise Refused(WAITING, hint=_ADMIT)
    if signer.revoked is not None:
        raise Refused(f"this machine's keys were revoked at entry {signer.revoked}", hint=_NEW)
