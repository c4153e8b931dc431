"""What can be wrong with a log. Every error is a refusal; where an entry is to blame, it is named.

`seq` is the position of the first bad entry, where one is known; `str(error)` begins with it.
"""

from __future__ import annotations


class AuditError(Exception):
    """Base of all: the log, or a piece of it, is not what it claims to be; nothing was accepted."""

    def __init__(self, message: str, *, seq: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.seq = seq

    def __str__(self) -> str:
        return self.message if self.seq is None else f"entry {self.seq}: {self.message}"


class BadEntry(AuditError):
    """The bytes are not an entry in the one form allowed."""


class BadChain(AuditError):
    """An entry, or the commit around it, does not continue what came before."""


class BadNote(AuditError):
    """The text is not a signed note, or the note is not a checkpoint."""


class BadSignature(AuditError):
    """The signature is missing or false, or its key may not sign here."""


class BadKey(AuditError):
    """The Ed25519 key is malformed, or signatures under it prove nothing."""


class BadProof(AuditError):
    """The hashes do not lead from what is claimed to the root."""


class BadExport(AuditError):
    """A file of an export is missing, or is not what the size of the log asks for."""


class BadVaultId(AuditError):
    """The text is neither the hexadecimal form nor the ten words of a vault id."""


class RolledBack(AuditError):
    """The log shown is shorter than a head that is held: entries are missing from its end."""


class Forked(AuditError):
    """A held head contradicts the log shown: there are two histories. Both sides are kept as evidence."""

    def __init__(self, message: str, *, ours: str, theirs: str, seq: int | None = None) -> None:
        super().__init__(message, seq=seq)
        self.ours = ours
        self.theirs = theirs


class BadWitness(AuditError):
    """What was asked for cannot be meant: no witness in the folder, one already, a vault id that is none."""


class Declined(AuditError):
    """The witness does not cosign. `status` is the answer over HTTP, and `body` what it carries."""

    status = 422

    @property
    def body(self) -> str:
        return f"{self.message}\n"
