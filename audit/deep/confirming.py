"""The second administrator's word: to an entry that waits, or that keys are in their person's hand."""

from __future__ import annotations

from audit.deep import voices
from audit.deep.forms import Void
from audit.deep.register import Register, Said


def entry_confirmed(reg: Register, said: Said) -> None:
    """What waits is judged again by whoever calls this, as things stand now; keys are vouched for here."""
    entry = said.data["entry"]
    if entry not in reg.waiting:
        keyset = voices.to_vouch_for(reg, entry)
        voices.check_second(reg, said, entry, keyset.voices - {keyset.person})
        if "keyset" in said.data:
            raise Void("keys are named only where they become an administrator's")
        voices.vouch(reg, keyset)
        return
    waiting = reg.waiting[entry]
    if entry in reg.confirmed:
        raise Void("the entry is confirmed already")
    if waiting.person == said.person:
        raise Void("the second administrator is another person")
    voices.check_second(reg, said, entry, voices.spoken(reg, waiting.keyset))
    if "keyset" in said.data:
        voices.check_named(reg, said, waiting)


RULES = {"entry.confirmed": entry_confirmed}
