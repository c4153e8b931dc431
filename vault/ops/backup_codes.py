"""Backup codes: how many there are, which were taken, and one of them.

Which were used is what the log says (`secret.seen` with its place), not a mark on the code: nothing to write twice,
nothing to forget. A code works once, so it is handed out once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vault.domain import exposure, secrets
from vault.errors import NotFound
from vault.ops import sealing
from vault.ops.secrets import Shown, candidates, reveal

if TYPE_CHECKING:
    from vault.ops.session import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupCode:
    """One backup code by its place; never the code itself."""

    place: int
    used_at: str | None
    entry: int | None


def backup_codes(vault: Vault, *, account: str) -> list[BackupCode]:
    """Which codes there are and which were taken; no code."""
    number = candidates(vault, account)[0][1]
    origin = secrets.origins(vault.state, account, number).get(exposure.BACKUP_CODES)
    if origin is None:
        raise NotFound(
            "the account has no backup codes stored", hint="keyholder secret backup-codes ACCOUNT --set -"
        )
    rows = vault.state.find("exposure", account=account, part=exposure.BACKUP_CODES, origin=origin)
    used = {row["code"]: row for row in rows if row["code"] is not None}
    there = sealing.open_version(vault, account=account, number=number).parts[exposure.BACKUP_CODES]
    return [
        BackupCode(
            place=n,
            used_at=used[n]["occurred_at"] if n in used else None,
            entry=used[n]["seq"] if n in used else None,
        )
        for n in range(1, len(there) + 1)
    ]


def use_backup_code(vault: Vault, *, account: str, place: int) -> Shown:
    """One code, recorded as taken: a code works once."""
    shown = reveal(vault, account=account, parts=[exposure.BACKUP_CODES], code=place)[0]
    one = {exposure.BACKUP_CODES: shown.parts[exposure.BACKUP_CODES][place - 1]}
    return Shown(name=shown.name, login=shown.login, number=shown.number, age=shown.age, parts=one)
