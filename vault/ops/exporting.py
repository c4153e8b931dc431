"""Hand the log to auditors: an export of what this client has verified, and the receipt of one entry."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from audit.export import Exported, Log
from audit.export import export as write_export
from audit.note import vkey
from audit.proof import receipt as write_receipt
from vault.ops import log
from vault.ops.outside_heads import cosigned_note
from vault.ops.session import Vault
from vault.ops.verified_tiles import VerifiedTiles


def export(vault: Vault, folder: Path) -> Exported:
    """Bring the directory up to the pin. Writes nothing into the vault.

    The commits come from the shared database and are not believed: they must lead from where the directory ends
    to the pinned root, and where it ends must be the leaf that this client verified there.
    """
    follower = vault.follower
    source = Log(
        origin=follower.origin,
        head=follower.head(),
        signers=follower.signers,
        leaf=lambda seq: vault.state.leaves(seq, seq + 1)[0],
        commits_after=vault.shared.commits_after,
        cosigned=cosigned_note(vault),
    )
    return write_export(source, folder)


def receipt(vault: Vault, seq: int) -> str:
    """A tlog-proof that the entry stands in this log under the newest signed head; verified before it is returned."""
    _, body = log.show(vault, seq)
    head = log.head_note(vault).encode()
    return write_receipt(VerifiedTiles(vault), head=head, index=seq, body=body)


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A key as a vkey, whose it is (nobody's: the recovery kit's), from which entry it signed and until which."""

    vkey: str
    keyset: str
    person: str
    added: int
    revoked: int | None


def signer_keys(vault: Vault) -> list[SignerKey]:
    """Every key that ever signed: what a receipt is checked with, handed over by another way than it."""
    return [
        SignerKey(
            vkey=vkey(vault.follower.origin, signer.public),
            keyset=signer.id,
            person=(vault.state.get("keyset", id=signer.id) or {}).get("person") or "",
            added=signer.added,
            revoked=signer.revoked,
        )
        for signer in vault.follower.signers.items()
    ]
