"""The recovery kit: whose keys wait until two administrators agree, and which admits an administrator again."""

from __future__ import annotations

from audit.deep import voices
from audit.deep.forms import Void
from audit.deep.register import RECOVERY, Register, Said, known
from audit.deep.things import PROPOSED


def recovery_made(reg: Register, said: Said) -> None:
    keyset = known(reg.keysets, said.subject, "the recovery keyset")
    if keyset.purpose != PROPOSED or keyset.revoked is not None:
        raise Void("the keyset was not proposed for recovery")
    if said.person not in said.data["seen_by"]:
        raise Void("whoever makes a kit has seen it")
    if not said.confirmed and not voices.alone(reg, said.keyset):
        reg.waiting[said.seq] = said
        return
    for other in reg.keysets.values():
        if other.purpose == RECOVERY and other.revoked is None:
            other.revoked = said.seq
    keyset.purpose = RECOVERY
    reg.kits[keyset.id] = list(said.data["seen_by"])
    reg.who_changed()


def recovery_used(reg: Register, said: Said) -> None:
    if said.subject != said.keyset:
        raise Void("a recovery keyset speaks for itself alone")
    reg.readmits.setdefault(said.keyset, set()).add(said.data["admits"])
    reg.kit_used = said.seq


RULES = {"recovery.made": recovery_made, "recovery.used": recovery_used}
