"""Hand the log to auditors: an export of what this client has verified, and the receipt of one entry."""

from __future__ import annotations

from pathlib import Path

from audit import merkle
from audit.export import Exported, Log
from audit.export import export as write_export
from audit.note import vkey
from audit.proof import receipt as write_receipt
from vault.ops import log
from vault.ops.session import Vault


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
    )
    return write_export(source, folder)


class VerifiedTiles:
    """Tiles for a proof: from the leaves that this client verified, and from full tiles of the shared database."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def tile(self, level: int, n: int, width: int) -> bytes:
        """The first ``width`` hashes of a tile. A wrong one from the database makes a proof that does not verify."""
        start = n * merkle.TILE_WIDTH
        if level == 0:
            return b"".join(self._vault.state.leaves(start, start + width))
        if width == merkle.TILE_WIDTH:
            return self._vault.shared.tile(level, n)
        below = (self.tile(level - 1, start + i, merkle.TILE_WIDTH) for i in range(width))
        return b"".join(map(merkle.tile_root, below))


def receipt(vault: Vault, seq: int) -> str:
    """A tlog-proof that the entry stands in this log under the newest signed head; verified before it is returned."""
    _, body = log.show(vault, seq)
    head = log.head_note(vault).encode()
    return write_receipt(VerifiedTiles(vault), head=head, index=seq, body=body)


def signer_keys(vault: Vault) -> list[str]:
    """Every key that ever signed, as vkeys: what a receipt is checked with, handed over by another way than it."""
    return [vkey(vault.follower.origin, signer.public) for signer in vault.follower.signers.items()]
