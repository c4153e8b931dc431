"""A decision is a value that explains itself: the same value drives the action, the message and the record."""

from __future__ import annotations

from typing import NamedTuple

from vault.errors import Refused


class Allowed(NamedTuple):
    """Go ahead. ``clause`` names what allows it, where the policy does; ``finding`` what stays open all the same."""

    clause: str = ""
    finding: str = ""

    def __bool__(self) -> bool:
        return True

    def check(self) -> None:
        """Nothing to refuse."""


class Denied(NamedTuple):
    """The vault declines. ``action`` is the code under which the refusal is recorded."""

    action: str
    reason: str
    hint: str = ""
    clause: str = ""
    about: str = ""

    def __bool__(self) -> bool:
        return False

    def check(self) -> None:
        """Raise `Refused`; the unit of work records it before anybody sees it."""
        raise Refusal(self)


class Refusal(Refused):
    """A refusal on its way to the record: carries the decision."""

    def __init__(self, denied: Denied) -> None:
        super().__init__(denied.reason, hint=denied.hint, clause=denied.clause)
        self.denied = denied


Decision = Allowed | Denied
