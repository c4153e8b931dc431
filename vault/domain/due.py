"""One thing that falls due: what, about whom, by which clause, when, and who is to do it.

A value that every assessor gives; `vault.domain.calendar` reckons the days, `vault.domain.falling_due` collects them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

OVERDUE, TODAY, COMING, OPEN = "overdue", "today", "coming", "no date"


@dataclass(frozen=True, slots=True)
class Due:
    """``due_on`` None: there is no day to judge by, and the words say why. ``who``: posts, roles or persons.

    ``mandatory``: the clause binds. ``local``: the number is our choice, not the document's.
    """

    what: str
    subject: str
    clause: str
    due_on: dt.date | None
    since: dt.date | None
    who: tuple[str, ...]
    words: str
    mandatory: bool = False
    local: bool = False

    def state(self, today: dt.date) -> str:
        """Overdue from the day after; without a day it is open, and never counted as overdue."""
        if self.due_on is None:
            return OPEN
        if self.due_on == today:
            return TODAY
        return OVERDUE if self.due_on < today else COMING


def urgent_first(items: list[Due]) -> list[Due]:
    """By day, what binds before what does not; what has no day comes last."""
    return sorted(
        items,
        key=lambda due: (due.due_on or dt.date.max, not due.mandatory, due.what, due.subject, due.clause),
    )
