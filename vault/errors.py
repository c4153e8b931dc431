"""Everything that can go wrong, once: what happened, what to do next, and the exit code.

Exit codes are few and stable: 0 done, 1 failed, 2 usage, 3 not found, 4 refused by policy or rights, 5 locked
or wrong passphrase, 6 integrity, 7 findings, void entries or overdue work, 75 busy (try again), 130 interrupted.
A message never holds a secret; programming mistakes stay ValueError and TypeError.
"""

from __future__ import annotations


class VaultError(Exception):
    """Base of all: the command did not do what was asked; nothing was half done."""

    exit_code = 1
    code = "failed"

    def __init__(self, message: str, *, hint: str = "", clause: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.clause = clause


class UsageProblem(VaultError):
    """What was typed cannot be meant; the same words will fail again."""

    exit_code = 2
    code = "usage"


class NotFound(VaultError):
    """Nothing of that name is in what this member may read."""

    exit_code = 3
    code = "not-found"


class Refused(VaultError):
    """The vault declines an action of its own; the refusal itself is on the record."""

    exit_code = 4
    code = "refused"


class Locked(VaultError):
    """No keys at hand: wrong passphrase, no keyset, or no way to ask."""

    exit_code = 5
    code = "locked"


class IntegrityError(VaultError):
    """Bytes, chain, signature or seal are not what the log says; nothing was repaired."""

    exit_code = 6
    code = "integrity"


class FindingsExist(VaultError):
    """The answer was given, and it names something that needs attention."""

    exit_code = 7
    code = "findings"


class Busy(VaultError):
    """Somebody else is writing; nothing was changed."""

    exit_code = 75
    code = "busy"
