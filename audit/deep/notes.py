"""Notes, and corrections of earlier entries."""

from __future__ import annotations

from audit.deep.forms import Void
from audit.deep.register import Register, Said, new


def noted(reg: Register, said: Said) -> None:
    new(reg.notes, said.subject, "the note")
    if said.data.get("entry", -1) >= said.seq:
        raise Void("only an earlier entry is corrected")
    reg.notes.add(said.subject)


RULES = {"note.made": noted, "entry.corrected": noted}
