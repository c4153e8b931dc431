"""The policy document that is in force: after the first, two administrators choose it."""

from __future__ import annotations

from audit.deep import voices
from audit.deep.register import Register, Said


def chosen(reg: Register, said: Said) -> None:
    if reg.has_policy and not said.confirmed and not voices.alone(reg, said.keyset):
        reg.waiting[said.seq] = said
    reg.has_policy = True


RULES = {"policy.chosen": chosen}
