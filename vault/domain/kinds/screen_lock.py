"""What is attested for each device, and how often anew."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class ScreenLockAttestation(Rule):
    """What is attested for each device; ``renewal_days`` comes from the local values."""

    kind = "screen_lock_attestation"
    attest: tuple[str, ...]
    renewal_days: int


def _screen_lock_attestation(table: Reader, clause: str, known: Known) -> ScreenLockAttestation:
    renewal = table.choice("renewal_local", known.local)
    return ScreenLockAttestation(clause, table.texts("attest"), known.local[renewal])


SCREEN_LOCK_ATTESTATION = Kind(ScreenLockAttestation, _screen_lock_attestation, once=True)
