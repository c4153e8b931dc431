"""The log goes on from a backup: only from before the entry that says so, and what is lost is longer than that."""

from __future__ import annotations

from audit.deep import voices
from audit.deep.forms import Void
from audit.deep.register import Register, Said


def log_restored(reg: Register, said: Said) -> None:
    start, size = said.data["continued"], said.data["size"]
    if start == 0 or start > said.seq:
        raise Void("the log was not continued from there")
    if size <= start:
        raise Void("the head that it names is not lost")
    if not said.confirmed and not voices.alone(reg, said.keyset):
        reg.waiting[said.seq] = said
        return
    reg.restored.add((said.seq, said.data["root"], size, start))


RULES = {"log.restored": log_restored}
