"""What is attested for each device, and how often anew."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.domain import evidence
from vault.domain.calendar import days_after
from vault.domain.devices import MOBILE
from vault.domain.events import Row
from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import NOT_EVIDENCED, Outcome
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


def assess(case: Case, rule: ScreenLockAttestation) -> Outcome:
    """Each phone, tablet and laptop in use: locked, attested, and not too long ago."""
    out = Outcome()
    for row in case.reg.find("device", state="in_use"):
        if row["kind"] not in MOBILE:
            continue
        out.applied += 1
        if row["screen_lock"] == "no":
            out.miss("screen_lock_off", row["id"], "it has no screen lock", rule.clause, row["added"])
        elif row["screen_lock"] != "yes" or attested(row, case.today) is None:
            words = "nobody has attested its screen lock"
            out.miss(
                "screen_lock_not_attested", row["id"], words, rule.clause, row["added"], status=NOT_EVIDENCED
            )
        elif (last := _last_day(row["attested_on"], rule.renewal_days)) < case.today:
            words = f"the attestation of its screen lock ran out on {last}"
            out.miss("screen_lock_not_attested", row["id"], words, rule.clause, row["added"])
        else:
            out.show(row["added"], evidence.STATEMENT)
    return out


def attested(row: Row, today: str) -> dt.date | None:
    """The day on which the lock of a device was attested; None where nobody did, or is said to on a day to come."""
    day = row["attested_on"]
    return dt.date.fromisoformat(day) if day is not None and day <= today else None


def _last_day(attested: str, days: int) -> str:
    return days_after(dt.date.fromisoformat(attested), days).isoformat()


SCREEN_LOCK_ATTESTATION = Kind(ScreenLockAttestation, _screen_lock_attestation, assess, once=True)
