"""Export the log for auditors: what this client has verified, up to its pin, verified once more on the way out."""

from __future__ import annotations

from pathlib import Path

from audit.export import Exported, Log
from audit.export import export as write_export
from vault.ops.session import Vault


def export(vault: Vault, folder: Path) -> Exported:
    """Bring the directory up to the pin. Writes nothing into the vault.

    The commits come from the shared database and are not believed: they must lead from where the directory ends
    to the pinned root, and where it ends must be the leaf that this client verified there.
    """
    follower = vault.follower
    log = Log(
        origin=follower.origin,
        head=follower.head(),
        signers=follower.signers,
        leaf=lambda seq: vault.state.leaves(seq, seq + 1)[0],
        commits_after=vault.shared.commits_after,
    )
    return write_export(log, folder)
