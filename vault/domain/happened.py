"""What is recorded has happened: the one rule for every time and every day of a fact.

The command line asks it of what is typed, and each operation of what it is given: an act takes effect with its entry,
so a day to come would be recorded as one that has been. What is planned is a record with an end (`PLANNED`), and is
listed with what falls due.
"""

from __future__ import annotations

import datetime as dt

from vault.domain.calendar import london_day
from vault.errors import UsageProblem

CLOCKS_DIFFER = dt.timedelta(minutes=5)
PLANNED = "planned."
_PLAN = "keyholder record add planned.leaving --about person PERSON --until DATE"
HINT = f"record it when it has happened; until then put it on the list of what falls due: {_PLAN}"


def at(moment: dt.datetime, *, now: dt.datetime) -> dt.datetime:
    """The time of a fact. Clocks differ by minutes."""
    if moment > now + CLOCKS_DIFFER:
        raise UsageProblem("this is in the future", hint=HINT)
    return moment


def ended(until: str, *, since: str | None) -> str:
    """The last day of what began on ``since``: not before it."""
    if since is not None and until < since:
        raise UsageProblem(
            f"it is on record since {since}, after the day on which it is to have ended",
            hint="give a later day",
        )
    return until


def on(day: dt.date, *, now: dt.datetime) -> dt.date:
    """The day of a fact, in London."""
    if day > london_day(now + CLOCKS_DIFFER):
        raise UsageProblem("this is in the future", hint=HINT)
    return day
