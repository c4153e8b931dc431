"""Which of the witnesses whom an auditor trusts have cosigned the log shown, and how far.

Looked at are the export's own `checkpoint` and `cosigned`, and the heads that the auditor holds. Whoever shows the
export also chooses these files, so only the witnesses' keys, from elsewhere, make them worth anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from audit import checkpoint, note
from audit.cosignature import Cosigned, cosigners
from audit.errors import BadNote, BadSignature
from audit.folder import Folder
from audit.note import Vkey
from audit.verify import Held

_LAST = 253402300799  # the end of the year 9999


@dataclass(frozen=True, slots=True)
class Saw:
    """The furthest head that a witness cosigned."""

    witness: Vkey
    size: int
    at: int

    @property
    def time(self) -> str:
        """By the witness's clock, in UTC; the last that can be written where it claims a later one."""
        return datetime.fromtimestamp(min(self.at, _LAST), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def words(self) -> str:
        return f"{self.size} entries, {self.witness.name}, at {self.time}"


def cosigned_heads(folder: Path, witnesses: Sequence[Vkey]) -> list[Held]:
    """The heads in an export that any of the witnesses has cosigned; a false line by one of them is an error."""
    shown, found = Folder(folder), []
    for name in ("checkpoint", "cosigned"):
        if (folder / name).exists():
            raw = shown.read(name, note.MAX_SIZE)
            if cosigners(raw, witnesses):
                found.append(Held(f"the export's {name}", raw, checkpoint.parse_text(note.parse(raw).text)))
    return found


def quorum(held: Sequence[Held], witnesses: Sequence[Vkey], *, least: int) -> list[Saw]:
    """What each witness saw of the verified log; BadSignature unless so many of them saw anything."""
    best: dict[Vkey, Saw] = {}
    for each in held:
        for one in _cosigners(each, witnesses):
            saw = Saw(one.witness, each.head.size, one.at)
            known = best.get(one.witness)
            if known is None or (known.size, known.at) < (saw.size, saw.at):
                best[one.witness] = saw
    if len(best) < least:
        missing = ", ".join(each.name for each in witnesses if each not in best)
        raise BadSignature(
            f"{len(best)} of the witnesses asked for have cosigned this log, not {least}: not {missing}"
        )
    return list(best.values())


def _cosigners(held: Held, witnesses: Sequence[Vkey]) -> list[Cosigned]:
    try:
        note.parse(held.note)
    except BadNote:
        return []  # typed from paper: nobody's signature is on it
    return cosigners(held.note, witnesses)
